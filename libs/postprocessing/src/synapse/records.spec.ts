import type { Vec3 } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { broadSideNm2 } from './clefts.js';
import { assignKinds } from './assignKinds.js';
import { aggregateConnections } from './connections.js';
import { mergeSynapses } from './mergeSynapses.js';
import type { SynapseRecord } from './record.js';
import { synapseConfidence } from './synapsesOfBlock.js';

const voxelNm: Vec3 = [10, 10, 10];

describe('broadSideNm2', () => {
  it('measures plates of any tilt on anisotropic voxels', () => {
    const shape: Vec3 = [30, 120, 120];
    for (const normal of [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0.6, 0.8],
      [0.6, 0, 0.8],
      [0.48, 0.6, 0.64],
    ]) {
      const voxels: number[] = [];
      for (let z = 0; z < 30; z++)
        for (let y = 0; y < 120; y++)
          for (let x = 0; x < 120; x++) {
            const at = [(z + 0.5) * 40 - 600, (y + 0.5) * 10 - 600, (x + 0.5) * 10 - 600];
            const off = at[0] * normal[0] + at[1] * normal[1] + at[2] * normal[2];
            if (Math.abs(off) < 60 && Math.hypot(...at) ** 2 - off ** 2 < 400 ** 2)
              voxels.push((z * 120 + y) * 120 + x);
          }
      expect(Math.abs(broadSideNm2(voxels, shape, [40, 10, 10]) / (Math.PI * 400 ** 2) - 1)).toBeLessThan(
        0.06,
      );
    }
  });
});

describe('synapseConfidence', () => {
  it('rises with each term and stays within 0 and 1', () => {
    const p = { fullConfidenceUm2: 0.02, fullEvidenceUm3: 0.0004 };
    const evidence = { meanCleft: 1, areaNm2: 20_000, preUm3: 0.0004, postUm3: 0.0004 };
    expect(synapseConfidence(evidence, p)).toBe(1);
    expect(synapseConfidence({ ...evidence, areaNm2: 80_000, preUm3: 1 }, p)).toBe(1);
    expect(synapseConfidence({ ...evidence, meanCleft: 0.8 }, p)).toBeCloseTo(0.8, 12);
    expect(synapseConfidence({ ...evidence, areaNm2: 5_000 }, p)).toBeCloseTo(0.5, 12);
    expect(synapseConfidence({ ...evidence, preUm3: 0.0001 }, p)).toBeCloseTo(0.5, 12);
    expect(synapseConfidence({ ...evidence, postUm3: 0 }, p)).toBe(0);
  });
});

describe('aggregateConnections', () => {
  const record = (
    pre: bigint,
    post: bigint,
    confidence: number,
    kind: SynapseRecord['kind'] = 'excitatory',
  ) => ({ preSegment: pre, postSegment: post, confidence, kind, areaNm2: 100 }) as SynapseRecord;

  it('counts synapses by body pair, in order, without unassigned ones', () => {
    const synapses = [
      record(9n, 2n, 0.9),
      record(1n, 2n, 0.4, 'inhibitory'),
      record(1n, 3n, 0.8),
      record(0n, 3n, 1),
      record(1n, 0n, 1),
    ];
    const bodyOf = (segment: bigint) => (segment === 3n ? 2n : segment);
    expect(aggregateConnections(synapses, 0.5, bodyOf)).toEqual([
      {
        pre: 1n,
        post: 2n,
        weight: 2,
        weightHP: 1,
        excitatory: 1,
        inhibitory: 1,
        meanConfidence: expect.closeTo(0.6),
        areaNm2: 200,
      },
      {
        pre: 9n,
        post: 2n,
        weight: 1,
        weightHP: 1,
        excitatory: 1,
        inhibitory: 0,
        meanConfidence: 0.9,
        areaNm2: 100,
      },
    ]);
  });
});

describe('mergeSynapses', () => {
  const record = (
    x: number,
    preSegment: bigint,
    postSegment: bigint,
    areaNm2: number,
    rank = 0,
  ): SynapseRecord => ({
    id: BigInt(16 * x + rank),
    siteId: BigInt(x),
    cleftPoint: [0, 0, x],
    prePoint: [1, 0, x],
    postPoint: [2, 0, x],
    preSegment,
    postSegment,
    preSupervoxel: undefined,
    postSupervoxel: undefined,
    kind: 'excitatory',
    excitatoryProbability: 0.9,
    confidence: areaNm2 / 10_000,
    directionCertainty: 1,
    cleftVoxels: 10,
    areaNm2,
    unassigned: preSegment === 0n ? 'pre' : 'none',
    split: false,
  });

  it('takes pieces between the same partners together, and gives a piece without a partner one', () => {
    const records = [
      record(0, 1n, 2n, 3000),
      record(10, 1n, 2n, 5000),
      record(18, 0n, 2n, 500),
      record(30, 3n, 2n, 900),
      record(60, 1n, 2n, 700),
    ];
    const merged = mergeSynapses(records, voxelNm, {
      mergeDistanceNm: 150,
      minConfidence: 0,
      excitatoryThreshold: 0.5,
    });
    expect(merged.map((r) => [r.id, r.cleftVoxels, r.areaNm2])).toEqual([
      [160n, 30, 8500],
      [480n, 10, 900],
      [960n, 10, 700],
    ]);
    expect(merged[0].confidence).toBe(0.5);
    expect(merged.map((r) => r.pieces)).toEqual([[0n, 288n], undefined, undefined]);
    const sure = mergeSynapses(records, voxelNm, {
      mergeDistanceNm: 150,
      minConfidence: 0.08,
      excitatoryThreshold: 0.5,
    });
    expect(sure.map((r) => r.id)).toEqual([160n, 480n]);
    expect(
      mergeSynapses(records.toReversed(), voxelNm, {
        mergeDistanceNm: 150,
        minConfidence: 0,
        excitatoryThreshold: 0.5,
      }),
    ).toEqual(merged);
    expect(
      mergeSynapses(records, voxelNm, { mergeDistanceNm: 0, minConfidence: 0, excitatoryThreshold: 0.5 }),
    ).toHaveLength(5);
  });

  it('completes the larger piece when it is the one without a partner', () => {
    const [only, ...rest] = mergeSynapses([record(0, 0n, 2n, 5000), record(5, 7n, 2n, 900)], voxelNm, {
      mergeDistanceNm: 150,
      minConfidence: 0,
      excitatoryThreshold: 0.5,
    });
    expect(rest).toEqual([]);
    expect(only).toMatchObject({ id: 0n, preSegment: 7n, prePoint: [1, 0, 5], unassigned: 'none' });
  });

  it('leaves the partners of one polyadic site apart', () => {
    expect(
      mergeSynapses([record(0, 1n, 0n, 100, 0), record(0, 1n, 3n, 100, 1)], voxelNm, {
        mergeDistanceNm: 150,
        minConfidence: 0,
        excitatoryThreshold: 0.5,
      }),
    ).toHaveLength(2);
  });
});

describe('assignKinds', () => {
  const record = (id: bigint, preSegment: bigint, excitatoryProbability: number, cleftVoxels = 10) =>
    ({ id, preSegment, excitatoryProbability, cleftVoxels, kind: 'excitatory' }) as SynapseRecord;
  const records = [
    record(1n, 5n, 0.9),
    record(2n, 5n, 0.4),
    record(3n, 6n, 0.3, 30),
    record(4n, 6n, 0.6),
    record(5n, 0n, 0.7),
    record(6n, 0n, 0.1),
  ];
  const kinds = (kindByNeuron: boolean, bodyOf?: (segment: bigint) => bigint) =>
    assignKinds(records, { excitatoryThreshold: 0.5, kindByNeuron }, bodyOf)
      .map((r) => r.kind[0])
      .join('');

  it('judges all synapses of a neuron together, weighted by size, and those of none alone', () => {
    expect(kinds(true)).toBe('eeiiei');
    expect(kinds(true, () => 1n)).toBe('iiiiei');
    expect(kinds(false)).toBe('eiieei');
    expect(
      assignKinds(records, { excitatoryThreshold: 0.5, kindByNeuron: true })[1].excitatoryProbability,
    ).toBe(0.4);
  });
});
