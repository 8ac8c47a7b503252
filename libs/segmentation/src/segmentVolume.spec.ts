import { blockOfSupervoxel, type Vec3 } from '@stratome/core';
import { labelComponents } from '@stratome/kernels';
import { describe, expect, it } from 'vitest';
import { ContingencyTable } from './contingency.js';
import { ignoreBoundaries, variationOfInformation } from './evaluation.js';
import { segmentationParameters } from './parameters.js';
import { regionEdges } from './regionEdges.js';
import { segmentVolume } from './segmentVolume.js';
import { affinityBoxOf, globalSupervoxels, supervoxelsOfBlock } from './supervoxels.js';
import { syntheticAffinities } from './syntheticAffinities.js';

const shape: Vec3 = [24, 40, 44];
const block: Vec3 = [16, 16, 16];
const voxelNm: Vec3 = [10, 10, 10];
// The thresholds suit the noise of these affinities, whatever the defaults for a network are.
const parameters = segmentationParameters.parse({
  haloVoxels: [4, 4, 4],
  agglomerationThreshold: 0.5,
  dustAffinity: 0.2,
});
const { truth, affinities } = syntheticAffinities(shape, 25, 'segment volume', { noise: 25 });
const made = segmentVolume(affinities, shape, block, voxelNm, parameters);

describe('segmentVolume', () => {
  it('recovers cells from noisy affinities', () => {
    const table = new ContingencyTable();
    // Which side a voxel of the boundary belongs to is noise.
    table.add(ignoreBoundaries(truth, shape, [1, 1, 1]), made.segmentation);
    const { split, merge } = variationOfInformation(table);
    expect(split).toBeLessThan(0.2);
    expect(merge).toBeLessThan(0.2);
  });

  it('counts every voxel face between supervoxels once, as one pass over the whole volume does', () => {
    // The same supervoxels numbered 1 … n in one block: the edge table of a volume that was never cut.
    const numbers = new Map([...made.table.id].map((id, row) => [id, row + 1]));
    const labels = Uint32Array.from(made.supervoxels, (id) => numbers.get(id) ?? 0);
    const whole = regionEdges({ blockIndex: 0, labels, shape }, [], affinities);
    const ids = made.table.id;
    expect(BigUint64Array.from(whole.a, (a) => ids[Number(a) - 1])).toEqual(made.edges.a);
    expect(BigUint64Array.from(whole.b, (b) => ids[Number(b) - 1])).toEqual(made.edges.b);
    expect(whole.sum).toEqual(made.edges.sum);
    expect(whole.count).toEqual(made.edges.count);
    expect(whole.max).toEqual(made.edges.max);
  });

  it('measures supervoxels as they are', () => {
    const { table, supervoxels } = made;
    const sizes = new Map<bigint, number>();
    for (const id of supervoxels) if (id !== 0n) sizes.set(id, (sizes.get(id) ?? 0) + 1);
    expect(table.id.length).toBe(sizes.size);
    table.id.forEach((id, row) => {
      expect(table.voxels[row]).toBe(sizes.get(id));
      const [z, y, x] = table.first.subarray(3 * row, 3 * row + 3);
      expect(supervoxels[(z * shape[1] + y) * shape[2] + x]).toBe(id);
      const [bz, by, bx, ez, ey, ex] = table.box.subarray(6 * row, 6 * row + 6);
      for (let k = 0; k < 3; k++) {
        const mean = table.coordinateSum[3 * row + k] / table.voxels[row];
        expect(mean).toBeGreaterThanOrEqual([bz, by, bx][k]);
        expect(mean).toBeLessThan([ez, ey, ex][k]);
      }
      expect(supervoxels.indexOf(id)).toBe((z * shape[1] + y) * shape[2] + x);
    });
  });

  it('names a segment by its smallest supervoxel', () => {
    const { supervoxel, segment, segments } = made.agglomeration;
    const least = new Map<bigint, bigint>();
    segment.forEach((s, i) => {
      if (!least.has(s)) least.set(s, supervoxel[i]);
    });
    for (const [s, first] of least) expect(s).toBe(first);
    expect([...segments.id]).toEqual([...least.keys()].sort((a, b) => (a < b ? -1 : 1)));
  });
});

describe('supervoxelsOfBlock', () => {
  const blockBox = { begin: [8, 12, 12], end: [24, 28, 28] } as const;
  const affinityBox = affinityBoxOf(blockBox, shape, parameters);

  it('cuts the box of affinities at the volume', () => {
    expect(affinityBox).toEqual({ begin: [4, 8, 8], end: [24, 32, 32] });
  });

  it('gives connected supervoxels, numbered by first voxel, and background under the mask', () => {
    const n = 20 * 24 * 24;
    const inBox = new Uint8Array(3 * n);
    const mask = new Uint8Array(n).fill(1);
    for (let i = 0; i < n; i++) {
      const [z, y, x] = [4 + Math.floor(i / 576), 8 + (Math.floor(i / 24) % 24), 8 + (i % 24)];
      for (let c = 0; c < 3; c++)
        inBox[c * n + i] = affinities[c * truth.length + (z * shape[1] + y) * shape[2] + x];
      if (y === 20) mask[i] = 0;
    }
    const { labels, count } = supervoxelsOfBlock(inBox, affinityBox, blockBox, mask, voxelNm, parameters);
    expect(labelComponents(labels, [16, 16, 16])).toEqual({ labels, count });
    for (let i = 0; i < labels.length; i++) {
      const y = 12 + (Math.floor(i / 16) % 16);
      if (y === 20) expect(labels[i]).toBe(0);
    }
    expect(count).toBeGreaterThan(2);
  });

  it('refuses a block outside of the affinities it was given', () => {
    const outside = { begin: [0, 0, 0], end: [16, 16, 16] } as const;
    const enough = new Uint8Array(3 * 20 * 24 * 24);
    expect(() => supervoxelsOfBlock(enough, affinityBox, outside, undefined, voxelNm, parameters)).toThrow(
      /does not hold/,
    );
    expect(() =>
      supervoxelsOfBlock(new Uint8Array(7), affinityBox, blockBox, undefined, voxelNm, parameters),
    ).toThrow(/7 aff/);
  });
});

it('globalSupervoxels keeps background and block numbers beyond 32 bits', () => {
  const ids = globalSupervoxels(Uint32Array.of(0, 1, 0xffffff), 123_456);
  expect(ids[0]).toBe(0n);
  expect(ids[1] & 0xffffffn).toBe(1n);
  expect([...ids.subarray(1)].map(blockOfSupervoxel)).toEqual([123_456, 123_456]);
});
