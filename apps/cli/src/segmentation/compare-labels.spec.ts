import { boxOfShape, copyOverlap, voxelsIn, type Vec3 } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { compareLabels } from './compare-labels.js';
import type { LabelVolume } from './label-volume.js';

/** Ids that `idAt` gives, z, y, x. */
function labels(
  path: string,
  shape: Vec3,
  idAt: (z: number, y: number, x: number) => number,
  more: Partial<LabelVolume> = {},
): LabelVolume {
  const data = new Uint32Array(shape[0] * shape[1] * shape[2]);
  for (let i = 0; i < data.length; i++) {
    const [y, x] = [Math.floor(i / shape[2]) % shape[1], i % shape[2]];
    data[i] = idAt(Math.floor(i / (shape[1] * shape[2])), y, x);
  }
  return {
    path,
    shape,
    background: 0,
    read: async (box) => {
      const out = new Uint32Array(voxelsIn(box));
      copyOverlap(data, boxOfShape(shape), out, box);
      return out;
    },
    ...more,
  };
}

const shape: Vec3 = [80, 4, 8];
const halves = (_z: number, _y: number, x: number) => (x < 4 ? 7 : 9);

describe('a comparison', () => {
  it('of one partition under other ids finds no difference', async () => {
    const result = await compareLabels(
      labels('ours', shape, (z, y, x) => halves(z, y, x) + 100),
      labels('truth', shape, halves),
    );
    expect(result).toMatchObject({
      box: { begin: [0, 0, 0], end: shape },
      voxels: 80 * 4 * 8,
      bodies: 2,
      segments: 2,
      voi: { split: 0, merge: 0 },
      adaptedRandError: 0,
      randF: 1,
    });
  });

  it('of every body cut into two equal parts is one bit of split', async () => {
    const ours = labels('ours', shape, (z, y, x) => 2 * halves(z, y, x) + (y < 2 ? 0 : 1));
    const { voi, randPrecision, randRecall } = await compareLabels(ours, labels('truth', shape, halves));
    expect(voi.split).toBeCloseTo(1, 12);
    expect(voi.merge).toBeCloseTo(0, 12);
    expect([randPrecision, randRecall]).toEqual([1, 0.5]);
  });

  it('of two equal bodies in one segment is one bit of merge', async () => {
    const { voi } = await compareLabels(
      labels('ours', shape, () => 1),
      labels('truth', shape, halves),
    );
    expect(voi.merge).toBeCloseTo(1, 12);
    expect(voi.split).toBeCloseTo(0, 12);
  });

  it('covers the sections that both have', async () => {
    // Wrong behind section 50, where the truth ends.
    const ours = labels('ours', shape, (z, y, x) => (z < 50 ? halves(z, y, x) : 1));
    const result = await compareLabels(ours, labels('truth', [50, 4, 8], halves));
    expect(result.box.end).toEqual([50, 4, 8]);
    expect(result.voxels).toBe(50 * 4 * 8);
    expect(result.voi).toEqual({ split: 0, merge: 0 });
  });

  it('covers the box that is asked for', async () => {
    const ours = labels('ours', shape, (z) => (z < 40 ? 1 : 2));
    const truth = labels('truth', shape, (z) => (z < 60 ? 5 : 6));
    const inside = await compareLabels(ours, truth, { begin: [40, 1, 2], end: [60, 3, 8] });
    expect(inside).toMatchObject({ voxels: 20 * 2 * 6, bodies: 1, segments: 1, voi: { split: 0, merge: 0 } });
    await expect(compareLabels(ours, truth, { begin: [0, 0, 0], end: [81, 4, 8] })).rejects.toThrow(
      'The box 0,0,0:81,4,8 is not inside 0,0,0:80,4,8, which both volumes have.',
    );
  });

  it('leaves out background, whatever its id', async () => {
    const truth = labels('truth', shape, (z, y, x) => (y === 0 ? 65535 : halves(z, y, x)), {
      background: 65535,
    });
    const result = await compareLabels(
      labels('ours', shape, (z, y, x) => (y === 0 ? 3 : halves(z, y, x))),
      truth,
    );
    expect(result).toMatchObject({ voxels: 80 * 3 * 8, bodies: 2, segments: 2, voi: { split: 0, merge: 0 } });
  });

  it('refuses volumes of different frames, and a box without truth', async () => {
    const ours = labels('ours.zarr', shape, halves, { voxelNm: [10, 10, 10] });
    await expect(compareLabels(ours, labels('truth.json', [80, 4, 9], halves))).rejects.toThrow(
      'ours.zarr is 4×8 voxels in y×x, and truth.json is 4×9.',
    );
    const coarser = labels('truth.json', shape, halves, { voxelNm: [40, 10, 10] });
    await expect(compareLabels(ours, coarser)).rejects.toThrow(
      'ours.zarr has voxels of 10,10,10 nm, and truth.json of 40,10,10 nm.',
    );
    await expect(
      compareLabels(
        ours,
        labels('truth.json', shape, () => 0),
      ),
    ).rejects.toThrow('truth.json has no labelled voxel in 0,0,0:80,4,8.');
  });
});
