import * as nodeFiles from 'node:fs/promises';
import { mkdtemp, readFile, readdir, rm, stat, utimes, writeFile, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { hashBytes, seededRandom } from '@stratome/core';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { FileObjectStore } from './file-store.js';

const folders: string[] = [];
let root: string;
let store: FileObjectStore;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'stratome-objects-'));
  folders.push(root);
  store = new FileObjectStore(root);
});
afterAll(() => Promise.all(folders.map((path) => rm(path, { recursive: true, force: true }))));

function noise(bytes: number, seed = 'noise'): Uint8Array {
  const random = seededRandom(seed);
  return Uint8Array.from({ length: bytes }, () => random.below(256));
}

describe('FileObjectStore', () => {
  it('names an object by its decoded bytes and keeps them as plain gzip', async () => {
    const bytes = noise(100_000);
    const put = await store.put(bytes);
    const hash = hashBytes(bytes);
    const path = join(root, 'objects', hash.slice(0, 2), hash.slice(2, 4), `${hash}.gz`);
    const file = await readFile(path);
    expect(put).toEqual({
      hash,
      encoding: 'gzip',
      bytes: 100_000,
      storedBytes: file.byteLength,
      existed: false,
    });
    expect(gunzipSync(file).equals(bytes)).toBe(true);
    expect(Buffer.from(await store.get(hash, { verify: true })).equals(bytes)).toBe(true);
    expect(await store.getStored(hash)).toEqual({ encoding: 'gzip', bytes: file });
  });

  it.each([0, 1, 65_536, 1_000_003])('returns %i bytes as they were put, raw and gzip', async (length) => {
    const bytes = noise(length, `n${length}`);
    const { hash } = await store.put(bytes, { encoding: 'raw' });
    expect((await store.getStored(hash)).encoding).toBe('raw');
    expect(Buffer.from(await store.get(hash)).equals(bytes)).toBe(true);
    const other = new FileObjectStore(join(root, 'other'));
    await other.put(bytes);
    expect(Buffer.from(await other.get(hash)).equals(bytes)).toBe(true);
  });

  it('stores equal bytes once, whoever puts them and how often', async () => {
    const bytes = noise(50_000);
    const puts = await Promise.all(Array.from({ length: 8 }, () => new FileObjectStore(root).put(bytes)));
    expect(new Set(puts.map(({ hash }) => hash)).size).toBe(1);
    expect((await store.put(bytes, { encoding: 'raw' })).existed).toBe(true);
    const listed = [];
    for await (const object of store.list()) listed.push(object.hash);
    expect(listed).toEqual([puts[0].hash]);
  });

  it('renews the time of an object that is put again', async () => {
    const { hash } = await store.put(noise(10));
    await utimes(store.pathOf(hash, 'gzip'), 1000, 1000);
    await store.put(noise(10));
    for await (const object of store.list()) expect(object.modifiedMs).toBeGreaterThan(1e12);
  });

  it('refuses bytes that do not have the stated hash', async () => {
    const put = store.put(noise(10), { contentHash: hashBytes(noise(11)) });
    await expect(put).rejects.toMatchObject({ kind: 'corrupt' });
    expect(await readdir(root)).toEqual([]);
  });

  it('says notFound for an absent object, and refuses names that are not hashes', async () => {
    await expect(store.get('ab'.repeat(32))).rejects.toMatchObject({ kind: 'notFound' });
    expect(await store.has('ab'.repeat(32))).toBe(false);
    await expect(store.get('../../etc/passwd')).rejects.toMatchObject({ kind: 'badInput' });
  });

  it('says corrupt for a damaged, truncated or exchanged object', async () => {
    const { hash } = await store.put(noise(10_000));
    const path = store.pathOf(hash, 'gzip');
    const good = await readFile(path);
    await chmod(path, 0o644);
    const flipped = Buffer.from(good);
    flipped[5000] ^= 4;
    await writeFile(path, flipped);
    await expect(store.get(hash)).rejects.toMatchObject({
      kind: 'corrupt',
      message: expect.stringContaining(hash),
    });
    await writeFile(path, good.subarray(0, 6000));
    await expect(store.get(hash)).rejects.toMatchObject({ kind: 'corrupt' });
    await writeFile(path, gzipSync('valid gzip of something else'));
    await expect(store.get(hash)).resolves.toHaveLength(28);
    await expect(store.get(hash, { verify: true })).rejects.toMatchObject({ kind: 'corrupt' });
  });

  it('says unavailable on a full disk and keeps nothing of the object', async () => {
    const sync = async () => {
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    };
    const open: typeof nodeFiles.open = async (path, flags, mode) =>
      Object.assign(await nodeFiles.open(path, flags, mode), { sync });
    const full = new FileObjectStore(root, { files: { ...nodeFiles, open } });
    const bytes = noise(1000);
    await expect(full.put(bytes)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await store.has(hashBytes(bytes))).toBe(false);
    for await (const object of store.list()) expect.unreachable(object.hash);
    expect((await store.put(bytes)).existed).toBe(false);
  });

  it('does not take what a killed process left for an object, and removes it when told', async () => {
    const { hash } = await store.put(noise(10));
    const left = join(store.pathOf(hash, 'gzip'), '..', '.tmp-left-behind');
    await writeFile(left, 'half');
    const listed = [];
    for await (const object of store.list()) listed.push(object.hash);
    expect(listed).toEqual([hash]);
    expect(await store.removeTemporary(0)).toBe(0);
    expect(await store.removeTemporary((await stat(left)).mtimeMs + 1)).toBe(1);
    expect(await store.has(hash)).toBe(true);
  });

  it('deletes', async () => {
    const { hash } = await store.put(noise(10));
    expect(await store.delete(hash)).toBe(true);
    expect(await store.delete(hash)).toBe(false);
    expect(await store.has(hash)).toBe(false);
  });
});
