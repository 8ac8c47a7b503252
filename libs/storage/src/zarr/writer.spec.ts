import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesOf, type Box, type Vec3 } from '@stratome/core';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { exportVolume } from '../export/export-volume.js';
import { openVolume } from '../foreign/open-volume.js';
import { FileObjectStore } from '../objects/file-store.js';
import { writeBlock } from '../volumes/block.js';
import { volumeMeta } from '../volumes/meta.js';
import { createZarrWriter } from './writer.js';

const shape: Vec3 = [5, 9, 17];
const whole: Box = { begin: [0, 0, 0], end: shape };
const meta = volumeMeta({
  dataset: 'd',
  name: 'labels',
  content: 'segmentation',
  dtype: 'uint64',
  voxelNm: [40, 8, 8],
  chunk: [4, 8, 8],
  mips: [{ shape, factor: [1, 1, 1] }],
});
const labels = BigUint64Array.from({ length: 5 * 9 * 17 }, (_, i) => (i < 400 ? 0n : 2n ** 61n + BigInt(i)));
const sameBytes = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

const folders: string[] = [];
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'stratome-zarr-'));
  folders.push(root);
});
afterAll(() => Promise.all(folders.map((path) => rm(path, { recursive: true, force: true }))));

describe('createZarrWriter', () => {
  it('writes a volume that openVolume reads back, with its voxel size', async () => {
    const path = join(root, 'labels.zarr');
    const writer = await createZarrWriter(path, meta);
    await writer.write(0, whole, labels);
    await writer.close();
    const volume = await openVolume(path);
    expect(volume).toMatchObject({
      format: 'zarr',
      dtype: 'uint64',
      channels: 1,
      mips: [{ shape, voxelNm: [40, 8, 8] }],
    });
    expect(sameBytes(bytesOf(await volume.readBox(0, whole)), bytesOf(labels))).toBe(true);
    expect(await readdir(root)).toEqual(['labels.zarr']);
  });

  it('shows nothing that reads as a volume before it is closed', async () => {
    const path = join(root, 'labels.zarr');
    const writer = await createZarrWriter(path, meta);
    await writer.write(0, whole, labels);
    await expect(openVolume(path)).rejects.toMatchObject({ kind: 'notFound' });
    const [partial] = await readdir(root);
    expect(partial).toMatch(/^labels\.zarr\.partial-/);
    await expect(openVolume(join(root, partial))).rejects.toMatchObject({ kind: 'notFound' });
    await writer.abort();
    expect(await readdir(root)).toEqual([]);
  });

  it('refuses a folder that exists, also one that came meanwhile', async () => {
    const path = join(root, 'labels.zarr');
    const [first, second] = [await createZarrWriter(path, meta), await createZarrWriter(path, meta)];
    await first.close();
    await expect(second.close()).rejects.toMatchObject({ kind: 'conflict' });
    await expect(createZarrWriter(path, meta)).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('says corrupt when a chunk is damaged afterwards', async () => {
    const path = join(root, 'labels.zarr');
    const writer = await createZarrWriter(path, meta);
    await writer.write(0, whole, labels);
    await writer.close();
    const chunk = join(path, '0/1/1/2');
    const bytes = await readFile(chunk);
    await writeFile(chunk, bytes.subarray(0, bytes.byteLength - 9));
    const read = (await openVolume(path)).readBox(0, whole);
    await expect(read).rejects.toMatchObject({ kind: 'corrupt', message: expect.stringContaining('1/1/2') });
  });
});

describe('exportVolume', () => {
  it.each(['zarr', 'precomputed'] as const)('writes a whole %s folder or none', async (format) => {
    const store = new FileObjectStore(join(root, 'store'));
    const writes = await writeBlock(store, meta, 0, whole, labels);
    const rows = new Map(writes.map(({ key, hash }) => [key, hash]));
    const source = { meta, store, resolve: (_: string, key: string) => rows.get(key) };
    const steps: number[] = [];
    await exportVolume(source, join(root, 'out'), {
      format,
      progress: (done, total) => steps.push(done / total),
    });
    expect(steps).toHaveLength(2 * 2 * 3);
    expect(steps.at(-1)).toBe(1);
    if (format === 'zarr') {
      const volume = await openVolume(join(root, 'out'));
      expect(sameBytes(bytesOf(await volume.readBox(0, whole)), bytesOf(labels))).toBe(true);
      const linked = await stat(join(root, 'out/0/1/1/2'));
      expect(linked.nlink).toBe(2);
    } else {
      const last = await readFile(join(root, 'out/8_8_40/16-17_8-9_4-5'));
      expect(last.readBigUInt64LE()).toBe(labels.at(-1));
    }
    await expect(exportVolume(source, join(root, 'out'))).rejects.toMatchObject({ kind: 'conflict' });

    const { hash } = writes.find((write) => write.storedBytes > 0)!;
    await chmod(store.pathOf(hash, 'gzip'), 0o644);
    await rm(store.pathOf(hash, 'gzip'));
    await expect(exportVolume(source, join(root, 'lost'), { format })).rejects.toMatchObject({
      kind: 'corrupt',
    });
    expect((await readdir(root)).sort()).toEqual(['out', 'store']);
  });
});
