import { BlockGrid, type Vec3 } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { measureSkeletons, measureSynapses, type CellMeasurement } from './measures.js';
import { makeSkeleton } from './skeleton/skeleton.js';
import type { SynapseRecord } from './synapse/record.js';

const voxelNm: Vec3 = [10, 10, 10];
// Two cells along x of 1 µm³ and 0.5 µm³.
const cells = new BlockGrid([100, 100, 150], [100, 100, 100]);

const value = (rows: CellMeasurement[], cell: number, measure: string) =>
  rows.find((r) => r.cell === cell && r.measure === measure);

describe('measureSynapses', () => {
  it('measures density everywhere, and the rest where there are synapses', () => {
    const at = (x: number, confidence: number, unassigned: SynapseRecord['unassigned'] = 'none') =>
      ({ cleftPoint: [5, 5, x], confidence, unassigned }) as unknown as SynapseRecord;
    const rows = measureSynapses([at(0, 0.5), at(99, 0.9), at(50, 0, 'post')], cells, voxelNm);
    expect(value(rows, 0, 'synapseDensity')).toMatchObject({ value: 3, weight: 1 });
    expect(value(rows, 0, 'synapseConfidence')).toMatchObject({ value: 0.7, weight: 2 });
    expect(value(rows, 0, 'unassignedPartners')).toMatchObject({ value: 1 / 3, weight: 3 });
    expect(value(rows, 1, 'synapseDensity')).toMatchObject({ value: 0, weight: 0.5 });
    expect(rows.filter((r) => r.cell === 1)).toHaveLength(1);
  });
});

describe('measureSkeletons', () => {
  it('puts cable in the cell of its middle and leaves ends at faces out', () => {
    // A line along x from the low face to x = 900 nm, then on to 1400 nm, which is 100 nm from the high face.
    const line = makeSkeleton(
      Float32Array.from([500, 500, 5, 500, 500, 905, 500, 500, 1400]),
      Uint32Array.from([0, 1, 1, 2]),
      new Float32Array(3),
    );
    const rows = measureSkeletons([line], cells, voxelNm, 50);
    expect(value(rows, 0, 'cableDensity')!.value).toBeCloseTo(0.9, 6);
    expect(value(rows, 1, 'cableDensity')!.value).toBeCloseTo(0.495 / 0.5, 6);
    expect(value(rows, 0, 'skeletonDeadEndsPerUm')!.value).toBe(0);
    expect(value(rows, 1, 'skeletonDeadEndsPerUm')!.value).toBeCloseTo(1 / 0.495, 6);
    expect(value(measureSkeletons([line], cells, voxelNm, 150), 1, 'skeletonDeadEndsPerUm')!.value).toBe(0);
    expect(value(measureSkeletons([line], cells, voxelNm, 0), 0, 'skeletonDeadEndsPerUm')!.value).toBeCloseTo(
      1 / 0.9,
      6,
    );
  });
});
