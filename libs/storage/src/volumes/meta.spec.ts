import { describe, expect, it } from 'vitest';
import { chunkKey, mipVoxelNm, parseChunkKey, pyramidMips, volumeMeta } from './meta.js';

const input = {
  dataset: 'd',
  name: 'em',
  content: 'image' as const,
  dtype: 'uint8' as const,
  voxelNm: [40, 4.6, 4.6] as [number, number, number],
  chunk: [8, 64, 64] as [number, number, number],
  mips: pyramidMips([20, 300, 130], [40, 4.6, 4.6], [8, 64, 64]),
};

describe('volumeMeta', () => {
  it('completes a description', () => {
    expect(volumeMeta(input)).toMatchObject({ channels: 1, fillValue: 0 });
  });

  it.each([
    [{ name: 'a/b' }, /name/],
    [{ voxelNm: [40, 0, 4] as [number, number, number] }, /voxelNm\.1/],
    [{ channels: 3, channelNames: ['z'] }, /1 names for 3 channels/],
    [{ content: 'segmentation' as const, dtype: 'float32' as const }, /whole-number/],
    [{ mips: [{ shape: [1, 1, 1] as const, factor: [1, 2, 2] as const }] }, /mip 0/],
    [
      {
        mips: [
          ...pyramidMips([9, 9, 9], [1, 1, 1], [4, 4, 4]),
          { shape: [9, 9, 9] as const, factor: [4, 4, 4] as const },
        ],
      },
      /does not follow/,
    ],
  ])('refuses %j', (change, message) => {
    expect(() => volumeMeta({ ...input, ...change } as typeof input)).toThrow(message);
  });
});

describe('pyramidMips', () => {
  it('makes anisotropic voxels isotropic first, then halves all axes', () => {
    const mips = pyramidMips([64, 4096, 4096], [40, 5, 5], [32, 64, 64]);
    expect(mips.map(({ factor }) => factor)).toEqual([
      [1, 1, 1],
      [1, 2, 2],
      [1, 4, 4],
      [1, 8, 8],
      [2, 16, 16],
      [4, 32, 32],
      [8, 64, 64],
    ]);
    expect(mips.at(-1)!.shape).toEqual([8, 64, 64]);
  });

  it('rounds sizes up, and leaves a single section alone', () => {
    expect(pyramidMips([1, 101, 7], [1, 1, 1], [16, 16, 16]).map(({ shape }) => shape)).toEqual([
      [1, 101, 7],
      [1, 51, 4],
      [1, 26, 2],
      [1, 13, 1],
    ]);
  });
});

it('names voxel sizes without the dust of binary fractions', () => {
  const mips = [
    { shape: [1, 9, 9] as const, factor: [1, 1, 1] as const },
    { shape: [1, 3, 3] as const, factor: [1, 3, 3] as const },
  ];
  expect(mipVoxelNm(volumeMeta({ ...input, mips }), 1)).toEqual([40, 13.8, 13.8]);
});

it('reads the keys it writes and no others', () => {
  expect(parseChunkKey(chunkKey([3, 0, 12]))).toEqual([3, 0, 12]);
  for (const key of ['1/2', '-1/0/0', '1/2/3/4', 'a/b/c', ''])
    expect(() => parseChunkKey(key)).toThrow(/not the key/);
});
