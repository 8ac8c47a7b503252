import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boxOfShape, type Vec3 } from '@stratome/core';
import { openVolume, volumeMeta } from '@stratome/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireWritable, writeSegmentation } from './write-segmentation.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stratome-write-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const shape: Vec3 = [5, 6, 7];
const meta = volumeMeta({
  dataset: 'small',
  name: 'segmentation',
  content: 'segmentation',
  dtype: 'uint64',
  voxelNm: [10, 10, 10],
  chunk: [4, 4, 4],
  mips: [
    { shape, factor: [1, 1, 1] },
    { shape: [3, 3, 4], factor: [2, 2, 2] },
  ],
});
/** Ids beyond 32 bits, one for each 2×2×2 block. */
const ids = (of: bigint) =>
  BigUint64Array.from({ length: 5 * 6 * 7 }, (_, i) => {
    const [z, y, x] = [Math.floor(i / 42), Math.floor(i / 7) % 6, i % 7].map((v) => Math.floor(v / 2));
    return of + BigInt((z * 3 + y) * 4 + x);
  });

describe('a segmentation on disk', () => {
  it('reads back voxel for voxel, with its pyramid and voxel size', async () => {
    const out = join(folder, 'whole.zarr');
    const mips: number[] = [];
    await writeSegmentation(out, meta, ids(2n ** 40n), false, (voxels) => mips.push(voxels));
    const volume = await openVolume(out);
    expect(mips).toEqual([210, 36]);
    expect(volume.mips.map((mip) => [mip.shape, mip.voxelNm])).toEqual([
      [shape, [10, 10, 10]],
      [
        [3, 3, 4],
        [20, 20, 20],
      ],
    ]);
    expect(await volume.readBox(0, boxOfShape(shape))).toEqual(ids(2n ** 40n));
    expect(await volume.readBox(1, boxOfShape([3, 3, 4]))).toEqual(
      BigUint64Array.from({ length: 36 }, (_, i) => 2n ** 40n + BigInt(i)),
    );
  });

  it('replaces another volume only when told to, and nothing that is not a volume', async () => {
    const out = join(folder, 'twice.zarr');
    await writeSegmentation(out, meta, ids(1n), false);
    await expect(writeSegmentation(out, meta, ids(500n), false)).rejects.toThrow(`${out} exists already.`);
    expect(await (await openVolume(out)).readBox(0, boxOfShape(shape))).toEqual(ids(1n));
    await writeSegmentation(out, meta, ids(500n), true);
    expect(await (await openVolume(out)).readBox(0, boxOfShape(shape))).toEqual(ids(500n));
    const other = join(folder, 'notes');
    await mkdir(other);
    await expect(requireWritable(other, true)).rejects.toThrow('is not a volume');
    expect((await readdir(folder)).filter((name) => /\.(new|old|partial)-/.test(name))).toEqual([]);
  });
});
