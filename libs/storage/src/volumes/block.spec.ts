import { mkdtemp, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  allocate,
  bytesOf,
  copyOverlap,
  dtypes,
  hashBytes,
  seededRandom,
  voxelsIn,
  type Box,
  type Dtype,
  type Vec3,
  type VoxelArray,
} from '@stratome/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FileObjectStore } from '../objects/file-store.js';
import { emptyChunkHash, readBox, writeBlock, type ChunkWrite, type Resolver } from './block.js';
import { pyramidMips, volumeMeta, type VolumeMeta } from './meta.js';

let root: string;
let store: FileObjectStore;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'stratome-block-'));
  store = new FileObjectStore(root, { durable: false });
});
afterAll(() => rm(root, { recursive: true, force: true }));

const shape: Vec3 = [20, 33, 70];
const chunk: Vec3 = [8, 16, 32];

const metaOf = (dtype: Dtype, channels = 1): VolumeMeta =>
  volumeMeta({
    dataset: 'd',
    name: 'v',
    content: 'image',
    dtype,
    channels,
    voxelNm: [8, 8, 8],
    chunk,
    mips: pyramidMips(shape, [8, 8, 8], chunk),
  });

/** Random voxels over the dtype's whole range, ids above 2^53 included. */
function randomVoxels(dtype: Dtype, length: number): VoxelArray {
  const random = seededRandom(`${dtype}${length}`);
  const array = allocate(dtype, length);
  for (let i = 0; i < length; i++) {
    if (array instanceof BigUint64Array)
      array[i] = (BigInt(random.below(2 ** 31)) << 32n) | BigInt(random.below(2 ** 32));
    else array[i] = dtype === 'float32' ? random.normal() : random.below(2 ** 32);
  }
  return array;
}

function resolverOf(writes: readonly ChunkWrite[]): Resolver {
  const rows = new Map(writes.map(({ kind, key, hash }) => [`${kind}:${key}`, hash]));
  return async (kind, key) => rows.get(`${kind}:${key}`);
}

function crop(array: VoxelArray, from: Box, to: Box, dtype: Dtype, channels = 1): VoxelArray {
  const result = allocate(dtype, voxelsIn(to) * channels);
  copyOverlap(array, from, result, to, channels);
  return result;
}

/** Compares the bytes: element by element takes seconds. */
const equal = (a: VoxelArray, b: VoxelArray) =>
  a.constructor === b.constructor && Buffer.from(bytesOf(a)).equals(bytesOf(b));

const whole: Box = { begin: [0, 0, 0], end: shape };

describe('writeBlock and readBox', () => {
  for (const dtype of Object.keys(dtypes) as Dtype[]) {
    it.each([1, 3])(`return ${dtype} with %i channels exactly, for any box`, async (channels) => {
      const meta = metaOf(dtype, channels);
      const data = randomVoxels(dtype, voxelsIn(whole) * channels);
      const writes = await writeBlock(store, meta, 0, whole, data);
      expect(writes).toHaveLength(3 * 3 * 3);
      const resolve = resolverOf(writes);
      const boxes: Box[] = [
        whole,
        { begin: [0, 0, 0], end: chunk },
        { begin: [7, 15, 31], end: [9, 17, 33] },
        { begin: [19, 32, 69], end: [20, 33, 70] },
        { begin: [-3, -2, -1], end: [21, 40, 90] },
      ];
      for (const box of boxes) {
        const read = await readBox(store, resolve, meta, 0, box, { verify: true });
        expect(equal(read, crop(data, whole, box, dtype, channels))).toBe(true);
      }
    });
  }

  it('give the same objects whether written as one block or chunk by chunk', async () => {
    const meta = metaOf('uint64');
    const data = randomVoxels('uint64', voxelsIn(whole));
    const once = await writeBlock(store, meta, 0, whole, data);
    const parts: ChunkWrite[] = [];
    for (const z of [0, 8, 16]) {
      const box: Box = { begin: [z, 0, 0], end: [Math.min(z + 8, 20), 33, 70] };
      parts.push(...(await writeBlock(store, meta, 0, box, crop(data, whole, box, 'uint64'))));
    }
    expect(parts.map(({ key, hash }) => [key, hash])).toEqual(once.map(({ key, hash }) => [key, hash]));
    expect(parts.every(({ existed }) => existed)).toBe(true);
  });

  it('name a chunk by its padded voxels in C order', async () => {
    const meta = metaOf('uint16');
    const box: Box = { begin: [16, 32, 64], end: shape };
    const data = randomVoxels('uint16', voxelsIn(box));
    const [write] = await writeBlock(store, meta, 0, box, data);
    const padded = new Uint16Array(8 * 16 * 32);
    for (let z = 0; z < 4; z++)
      for (let x = 0; x < 6; x++) padded[z * 16 * 32 + x] = (data as Uint16Array)[z * 6 + x];
    expect(write).toMatchObject({ kind: 'v/0', key: '2/2/2', hash: hashBytes(bytesOf(padded)), bytes: 8192 });
  });

  it('store nothing for an empty chunk and say so', async () => {
    const meta = metaOf('uint32');
    const box: Box = { begin: [0, 0, 0], end: [8, 16, 64] };
    const data = new Uint32Array(voxelsIn(box));
    data[40] = 7;
    const writes = await writeBlock(store, meta, 0, box, data);
    expect(writes.map(({ key, hash, bytes }) => [key, hash === emptyChunkHash, bytes])).toEqual([
      ['0/0/0', true, 0],
      ['0/0/1', false, 16384],
    ]);
    expect(await readBox(store, resolverOf(writes), meta, 0, box)).toEqual(data);
  });

  it('read absent chunks as fill value', async () => {
    const read = await readBox(store, () => undefined, metaOf('uint64'), 0, {
      begin: [0, 0, 0],
      end: [2, 2, 2],
    });
    expect(read).toEqual(new BigUint64Array(8));
  });

  it.each<[string, Box, number, VoxelArray['constructor'] | undefined, RegExp]>([
    ['cut chunks', { begin: [0, 0, 0], end: [8, 16, 31] }, 8 * 16 * 31, undefined, /cuts chunks/],
    ['begin inside a chunk', { begin: [1, 0, 0], end: [8, 16, 32] }, 7 * 16 * 32, undefined, /cuts chunks/],
    ['reach outside', { begin: [16, 32, 64], end: [24, 48, 96] }, 8 * 16 * 32, undefined, /outside/],
    ['have too few voxels', { begin: [0, 0, 0], end: chunk }, 17, undefined, /needs 4096/],
  ])('refuse blocks that %s', async (_, box, length, __, message) => {
    await expect(writeBlock(store, metaOf('uint8'), 0, box, new Uint8Array(length))).rejects.toThrow(message);
  });

  it('refuse another dtype and an unknown mip', async () => {
    const box = { begin: [0, 0, 0], end: chunk } as Box;
    await expect(writeBlock(store, metaOf('uint8'), 0, box, new Uint16Array(4096))).rejects.toThrow(
      /is uint16/,
    );
    await expect(writeBlock(store, metaOf('uint8'), 9, box, new Uint8Array(4096))).rejects.toThrow(
      /no mip 9/,
    );
  });

  it('say corrupt, not empty, for a recorded chunk whose object is gone or of another size', async () => {
    const meta = metaOf('uint8');
    const box: Box = { begin: [0, 0, 0], end: chunk };
    const [write] = await writeBlock(store, meta, 0, box, new Uint8Array(4096).fill(201));
    await unlink(store.pathOf(write.hash, 'gzip'));
    const read = readBox(store, resolverOf([write]), meta, 0, box);
    await expect(read).rejects.toMatchObject({ kind: 'corrupt', message: /Chunk 0\/0\/0 of v\/0/ });
    const { hash } = await store.put(new Uint8Array(17).fill(1));
    const wrong = readBox(store, () => hash, meta, 0, box);
    await expect(wrong).rejects.toMatchObject({ kind: 'corrupt', message: /17 bytes instead of 4096/ });
  });
});
