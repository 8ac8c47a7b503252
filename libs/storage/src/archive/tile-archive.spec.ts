import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashBytes } from '@stratome/core';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { TileArchive } from './tile-archive.js';

const folders: string[] = [];
let root: string;
let archive: TileArchive;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'stratome-archive-'));
  folders.push(root);
  archive = new TileArchive(root);
});
afterAll(() => Promise.all(folders.map((path) => rm(path, { recursive: true, force: true }))));

const address = { dataset: 'medulla', section: '0012', tile: 'a.tif' };
const bytes = Buffer.from('II*\0 the bytes of a tile');

describe('TileArchive', () => {
  it('keeps the delivered bytes unchanged and says what it holds', async () => {
    const archived = await archive.put(address, bytes, hashBytes(bytes).toUpperCase());
    expect(archived).toEqual({ ...address, sha256: hashBytes(bytes), bytes: bytes.byteLength });
    expect(bytes.equals(await archive.get(address))).toBe(true);
    expect(await archive.find(address)).toEqual(archived);
    expect(await archive.find({ ...address, tile: 'b.tif' })).toBeUndefined();
  });

  it('takes the same tile again, and equal bytes under other names', async () => {
    const first = await archive.put(address, bytes);
    expect(await archive.put(address, bytes)).toEqual(first);
    await archive.put({ ...address, tile: 'copy.tif' }, bytes);
    const tiles = [];
    for await (const { tile } of archive.list('medulla')) tiles.push(tile);
    expect(tiles).toEqual(['a.tif', 'copy.tif']);
  });

  it('refuses other bytes for a tile it has', async () => {
    await archive.put(address, bytes);
    const other = archive.put(address, Buffer.from('other'));
    await expect(other).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining('a.tif'),
    });
    expect(bytes.equals(await archive.get(address))).toBe(true);
  });

  it('lets just one of several concurrent deliveries of different bytes win', async () => {
    const contents = ['one', 'two', 'three', 'four'].map((text) => Buffer.from(text));
    const results = await Promise.allSettled(
      contents.map((content) => new TileArchive(root).put(address, content)),
    );
    const winners = results.filter(({ status }) => status === 'fulfilled');
    expect(winners).toHaveLength(1);
    const winner = results.findIndex(({ status }) => status === 'fulfilled');
    expect(contents[winner].equals(await archive.get(address))).toBe(true);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ kind: 'conflict' });
    }
  });

  it('refuses a tile whose checksum is not the manifest’s, and keeps nothing of it', async () => {
    const put = archive.put(address, bytes, 'ab'.repeat(32));
    await expect(put).rejects.toMatchObject({
      kind: 'corrupt',
      message: expect.stringContaining('manifest'),
    });
    expect(await readdir(root)).toEqual([]);
  });

  it('notices that a tile was changed or lost on disk', async () => {
    const { sha256 } = await archive.put(address, bytes);
    const path = join(root, 'archive/tiles', sha256.slice(0, 2), sha256.slice(2, 4), sha256);
    await chmod(path, 0o644);
    await writeFile(path, 'changed');
    await expect(archive.get(address)).rejects.toMatchObject({ kind: 'corrupt', message: /damaged/ });
    await rm(path);
    await expect(archive.get(address)).rejects.toMatchObject({ kind: 'corrupt', message: /missing/ });
    await expect(archive.get({ ...address, section: '1' })).rejects.toMatchObject({ kind: 'notFound' });
  });

  it('keeps any name apart and inside its folder', async () => {
    const names = ['../../escape', '..', '.', 'a/b', 'a%2Fb', 'ü', 'A'];
    for (const tile of names) await archive.put({ dataset: '../up', section: '..', tile }, Buffer.from(tile));
    for (const tile of names) {
      const read = await archive.get({ dataset: '../up', section: '..', tile });
      expect(Buffer.from(read).toString()).toBe(tile);
    }
    const listed = [];
    for await (const entry of archive.list('../up')) listed.push(entry.tile);
    expect(listed.sort()).toEqual([...names].sort());
    expect(await readdir(root)).toEqual(['archive']);
  });
});
