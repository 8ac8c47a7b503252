import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateSync, gzipSync } from 'node:zlib';
import type { Box, Vec3 } from '@stratome/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FolderStore } from './folder-store.js';
import { openVolume } from './open-volume.js';

const shared =
  process.env.STRATOME_SHARED ?? fileURLToPath(new URL('../../../../../shared', import.meta.url));
const fixtures = join(shared, 'data/format-fixtures/datasource');
const withFixtures = describe.skipIf(!existsSync(fixtures));
if (!existsSync(fixtures)) console.warn(`skipped: no format fixtures at ${fixtures}`);

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'stratome-foreign-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const boxOf = (end: Vec3): Box => ({ begin: [0, 0, 0], end });
const upTo = (count: number, from = 0) => Array.from({ length: count }, (_, i) => from + i);

async function readAll(path: string, mip = 0): Promise<(number | bigint)[]> {
  const volume = await openVolume(path);
  return [...(await volume.readBox(mip, boxOf(volume.mips[mip].shape)))];
}

withFixtures('fixtures of other writers', () => {
  it.each([
    ['zarr/zarr_v2/from_zarr-python/data.zarr/2d.chunked.i2', upTo(4, 1)],
    ['zarr/zarr_v2/from_zarr-python/data.zarr/2d.chunked.ragged.i2', upTo(9, 1)],
    ['zarr/zarr_v2/from_zarr-python/data.zarr/3d.chunked.i2', upTo(27)],
    ['zarr/zarr_v2/from_zarr-python/data.zarr/3d.chunked.mixed.i2.C', upTo(27)],
    ['zarr/zarr_v2/from_zarr-python/data.zarr/3d.chunked.mixed.i2.F', upTo(27)],
    ['zarr/zarr_v3/examples/single_res', upTo(42)],
    ['zarr/zarr_v3/from_zarrita/data.zarr/3d.chunked.mixed.i2.F', upTo(27)],
    ['zarr/zarr_v3/from_zarrita/data.zarr/2d.chunked.compressed.sharded.i2', upTo(16, 1)],
    ['zarr/zarr_v3/from_zarrita/data.zarr/2d.chunked.compressed.sharded.filled.i2', upTo(16)],
    ['zarr/zarr_v3/from_zarrita/data.zarr/2d.chunked.ragged.compressed.sharded.i2', upTo(9, 1)],
    ['zarr/zarr_v3/from_zarrita/data.zarr/3d.chunked.compressed.sharded.i2', upTo(64)],
    ['zarr/zarr_v3/from_zarrita/data.zarr/3d.chunked.mixed.compressed.sharded.i2', upTo(27)],
  ])('reads %s', async (path, expected) => expect(await readAll(join(fixtures, path))).toEqual(expected));

  it.each(['simple_0.4', 'simple_0.5'])('reads every mip of OME-Zarr %s', async (name) => {
    const path = join(fixtures, 'zarr/ome_zarr', name);
    const { mips } = await openVolume(path);
    expect(mips.map(({ shape }) => shape)).toEqual([
      [1, 10, 10],
      [1, 5, 5],
      [1, 2, 2],
    ]);
    expect(await readAll(path, 2)).toEqual([5, 8, 39, 42]);
  });

  it('reads the part of a box that lies in several chunks', async () => {
    const volume = await openVolume(join(fixtures, 'zarr/zarr_v2/from_zarr-python/data.zarr/3d.chunked.i2'));
    expect([...(await volume.readBox(0, { begin: [1, 0, 1], end: [3, 2, 3] }))]).toEqual([
      10, 11, 13, 14, 19, 20, 22, 23,
    ]);
    await expect(volume.readBox(0, boxOf([3, 3, 4]))).rejects.toMatchObject({ kind: 'badInput' });
  });

  it.each([
    ['zarr/zarr_v2/from_zarr-python/data.zarr/1d.contiguous.f8', /float64/],
    ['zarr/zarr_v2/from_zarr-python/data.zarr/3d.chunked.O', /v2:object/],
    ['zarr/zarr_v2/from_zarr-python/data.zarr/1d.chunked.i2', /1 axes/],
  ])('refuses %s', async (path, message) => {
    await expect(openVolume(join(fixtures, path))).rejects.toMatchObject({ kind: 'badInput', message });
  });

  it('verifies the CRC-32C of a shard’s index, and notices a truncated shard', async () => {
    const name = '3d.chunked.compressed.sharded.i2';
    await cp(join(fixtures, 'zarr/zarr_v3/from_zarrita/data.zarr', name), join(root, name), {
      recursive: true,
    });
    const shard = join(root, name, 'c/0/0/0');
    const good = await readFile(shard);
    await rm(shard);
    const flipped = Buffer.from(good);
    flipped[flipped.byteLength - 12] ^= 1;
    await writeFile(shard, flipped);
    await expect(readAll(join(root, name))).rejects.toMatchObject({ kind: 'corrupt', message: /CRC-32C/ });
    await writeFile(shard, good.subarray(0, 40));
    await expect(readAll(join(root, name))).rejects.toMatchObject({ kind: 'corrupt' });
  });

  it('reads the geometry of N5 pyramids', async () => {
    for (const name of ['n5_viewer_multiscale_modern', 'n5_viewer_multiscale_deprecated']) {
      const { format, dtype, mips } = await openVolume(join(fixtures, 'n5', name));
      expect({ format, dtype, shapes: mips.map(({ shape }) => shape) }).toEqual({
        format: 'n5',
        dtype: 'uint16',
        shapes: [
          [1, 20, 10],
          [1, 10, 5],
          [1, 5, 3],
        ],
      });
    }
  });
});

/** An array of zarr v2 with one chunk. */
async function writeZarr2(
  name: string,
  change: object,
  chunk?: Uint8Array,
  attributes?: object,
): Promise<string> {
  const path = join(root, name);
  await mkdir(path);
  const document = {
    zarr_format: 2,
    shape: [1, 2, 2],
    chunks: [1, 2, 2],
    dtype: '|u1',
    compressor: null,
    fill_value: 0,
    order: 'C',
    filters: null,
    ...change,
  };
  await writeFile(join(path, '.zarray'), JSON.stringify(document));
  if (attributes) await writeFile(join(path, '.zattrs'), JSON.stringify(attributes));
  if (chunk) await writeFile(join(path, document.shape.map(() => 0).join('.')), chunk);
  return path;
}

describe('zarr', () => {
  it('reads flags and signed ids, and refuses negative ones', async () => {
    expect(await readAll(await writeZarr2('flags', { dtype: '|b1' }, Buffer.of(0, 1, 1, 0)))).toEqual([
      0, 1, 1, 0,
    ]);
    const ids = Buffer.from(BigInt64Array.of(1n, 2n ** 62n, 0n, 3n).buffer);
    expect(await readAll(await writeZarr2('ids', { dtype: '<i8' }, ids))).toEqual([1n, 2n ** 62n, 0n, 3n]);
    const negative = readAll(await writeZarr2('negative', { dtype: '|i1' }, Buffer.of(1, 255, 0, 0)));
    await expect(negative).rejects.toMatchObject({ kind: 'badInput', message: /negative voxel -1/ });
  });

  it('reads big-endian voxels and zlib, and a null fill value as 0', async () => {
    const path = await writeZarr2(
      'big',
      { dtype: '>u2', compressor: { id: 'zlib', level: 1 } },
      deflateSync(Buffer.of(1, 0, 0, 2, 0, 3, 0, 4)),
    );
    expect(await readAll(path)).toEqual([256, 2, 3, 4]);
    expect(await readAll(await writeZarr2('absent', { dtype: '<u8', fill_value: null }))).toEqual([
      0n,
      0n,
      0n,
      0n,
    ]);
    expect(await readAll(await writeZarr2('filled', { fill_value: 9 }))).toEqual([9, 9, 9, 9]);
  });

  it('reads Fortran order', async () => {
    const change = { order: 'F', shape: [1, 2, 3], chunks: [1, 2, 3] };
    expect(await readAll(await writeZarr2('fortran', change, Buffer.of(0, 3, 1, 4, 2, 5)))).toEqual(upTo(6));
  });

  it('does not read beyond the end of a file', async () => {
    await writeFile(join(root, 'shard'), Buffer.from(upTo(10)));
    const store = new FolderStore(root);
    expect([...(await store.getRange('/shard', { offset: 7, length: 3 }))!]).toEqual([7, 8, 9]);
    expect([...(await store.getRange('/shard', { suffixLength: 2 }))!]).toEqual([8, 9]);
    await expect(store.getRange('/shard', { offset: 7, length: 4 })).rejects.toThrow(/truncated at 10 bytes/);
    await expect(store.getRange('/shard', { suffixLength: 11 })).rejects.toThrow(/truncated/);
    expect(await store.getRange('/none', { suffixLength: 1 })).toBeUndefined();
  });

  it('says corrupt for a chunk that is too short or not gzip', async () => {
    const short = readAll(await writeZarr2('short', {}, Buffer.of(1, 2, 3)));
    await expect(short).rejects.toMatchObject({ kind: 'corrupt', message: /holds 3 voxels; 4/ });
    const odd = readAll(
      await writeZarr2('odd', { compressor: { id: 'gzip', level: 1 } }, Buffer.of(1, 2, 3, 4)),
    );
    await expect(odd).rejects.toMatchObject({ kind: 'corrupt', message: /Chunk 0\/0\/0/ });
  });

  it('names a codec and an order of axes that it cannot read', async () => {
    const codec = readAll(await writeZarr2('codec', { compressor: { id: 'lzma' } }, Buffer.of(1)));
    await expect(codec).rejects.toMatchObject({ kind: 'badInput', message: /lzma/ });
    const axes = openVolume(await writeZarr2('axes', {}, undefined, { _ARRAY_DIMENSIONS: ['x', 'y', 'z'] }));
    await expect(axes).rejects.toMatchObject({ kind: 'badInput', message: /x, y, z/ });
    const time = openVolume(await writeZarr2('time', { shape: [2, 1, 1, 2, 2], chunks: [1, 1, 1, 2, 2] }));
    await expect(time).rejects.toMatchObject({ kind: 'badInput', message: /2 places along its axis "t"/ });
  });

  it('reads channels as the slowest axis', async () => {
    const path = await writeZarr2(
      'channels',
      { shape: [1, 2, 1, 2, 2], chunks: [1, 2, 1, 2, 2] },
      Buffer.from(upTo(8)),
    );
    expect(await openVolume(path)).toMatchObject({ channels: 2, mips: [{ shape: [1, 2, 2] }] });
    expect(await readAll(path)).toEqual(upTo(8));
  });

  it('converts units to nm', async () => {
    const path = join(root, 'units');
    await mkdir(path);
    await writeFile(join(path, '.zgroup'), '{"zarr_format": 2}');
    const axes = ['z', 'y', 'x'].map((name) => ({ name, type: 'space', unit: 'micrometer' }));
    const datasets = [
      { path: 'units-0', coordinateTransformations: [{ type: 'scale', scale: [0.04, 0.0046, 0.0046] }] },
    ];
    await writeFile(
      join(path, '.zattrs'),
      JSON.stringify({ multiscales: [{ version: '0.4', axes, datasets }] }),
    );
    await cp(await writeZarr2('units-0', {}), join(path, 'units-0'), { recursive: true });
    expect((await openVolume(path)).mips).toEqual([{ shape: [1, 2, 2], voxelNm: [40, 4.6, 4.6] }]);
  });

  it('says what is missing', async () => {
    await mkdir(join(root, 'group'));
    await writeFile(join(root, 'group/.zgroup'), '{"zarr_format": 2}');
    await expect(openVolume(join(root, 'group'))).rejects.toMatchObject({
      kind: 'badInput',
      message: /without OME/,
    });
    await expect(openVolume(join(root, 'none'))).rejects.toMatchObject({ kind: 'notFound' });
    await mkdir(join(root, 'broken'));
    await writeFile(join(root, 'broken/.zarray'), '{"zarr_format": 2, ');
    await expect(openVolume(join(root, 'broken'))).rejects.toMatchObject({ kind: 'corrupt' });
  });
});

describe('N5', () => {
  const block = (size: number[], voxels: Uint8Array) => {
    const head = Buffer.alloc(4 + 4 * size.length);
    head.writeUInt16BE(size.length, 2);
    size.forEach((n, k) => head.writeUInt32BE(n, 4 + 4 * k));
    return Buffer.concat([head, voxels]);
  };

  it('reads big-endian blocks, cut at the end, with x fastest', async () => {
    const path = join(root, 'volume.n5');
    await mkdir(join(path, 's0/0/0/0'), { recursive: true });
    await mkdir(join(path, 's0/1/0'), { recursive: true });
    await rm(join(path, 's0/0/0/0'), { recursive: true });
    const attributes = {
      dimensions: [3, 2, 1],
      blockSize: [2, 2, 1],
      dataType: 'uint16',
      compression: { type: 'gzip' },
      pixelResolution: { unit: 'um', dimensions: [0.008, 0.008, 0.04] },
    };
    await writeFile(join(path, 'attributes.json'), '{}');
    await writeFile(join(path, 's0/attributes.json'), JSON.stringify(attributes));
    await writeFile(join(path, 's0/0/0/0'), block([2, 2, 1], gzipSync(Buffer.of(0, 0, 0, 1, 1, 0, 0, 4))));
    await writeFile(join(path, 's0/1/0/0'), block([1, 2, 1], gzipSync(Buffer.of(0, 2, 0, 5))));
    expect((await openVolume(path)).mips).toEqual([{ shape: [1, 2, 3], voxelNm: [40, 8, 8] }]);
    expect(await readAll(path)).toEqual([0, 1, 2, 256, 4, 5]);
    await writeFile(join(path, 's0/1/0/0'), Buffer.of(0, 0, 0));
    await expect(readAll(path)).rejects.toMatchObject({ kind: 'corrupt' });
  });
});
