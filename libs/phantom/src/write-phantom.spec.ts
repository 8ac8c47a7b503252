import { mkdirSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { hashBytes } from '@stratome/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tinyPhantom } from './parameters.js';
import { writePhantom, type PhantomSummary, type TileManifest } from './write-phantom.js';

const input = { ...tinyPhantom, shape: [8, 128, 128] as [number, number, number], missingSections: [2] };

describe('writePhantom', () => {
  let directory: string;
  let summary: PhantomSummary;
  const json = async (name: string) => JSON.parse(await readFile(join(directory, name), 'utf8'));

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'phantom-'));
    summary = await writePhantom(directory, input);
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('writes a manifest whose tiles are there, of the size and content it says', async () => {
    const manifest: TileManifest = await json('manifest.json');
    expect(manifest.sections.map((s) => s.section)).toEqual([0, 1, 3, 4, 5, 6, 7]);
    expect(summary.tiles).toBe(28);
    for (const tile of manifest.sections.flatMap((s) => s.tiles)) {
      const bytes = await readFile(join(directory, tile.file));
      expect(hashBytes(bytes)).toBe(tile.sha256);
      const { width, height, channels } = await sharp(bytes).metadata();
      expect([height, width, channels]).toEqual([...tile.shape, 1]);
    }
  });

  it('writes volumes of the shape their description says', async () => {
    for (const name of ['em', 'bodies', 'classes', 'synapse_voxels']) {
      const { shape, dtype } = await json(`truth/${name}.json`);
      const bytes = gunzipSync(await readFile(join(directory, `truth/${name}.raw.gz`)));
      expect(bytes.length).toBe(shape[0] * shape[1] * shape[2] * (dtype === '<u4' ? 4 : 1));
    }
    const truth = await json('truth/truth.json');
    expect(truth.bodies.length).toBe(summary.bodies);
    expect(truth.tiles.length).toBe(summary.tiles);
    expect((await json('truth/synapses.json')).synapses.length).toBe(summary.synapses);
  });

  it('leaves a finished phantom as it is, and makes another when a parameter changes', async () => {
    const path = join(directory, 'truth/em.raw.gz');
    const [before, bytes] = [await stat(path), await readFile(path)];
    expect(await writePhantom(directory, input)).toEqual({ ...summary, written: false });
    expect((await stat(path)).mtimeMs).toBe(before.mtimeMs);
    const other = await writePhantom(directory, { ...input, noiseSd: 2 });
    expect(other.written).toBe(true);
    expect(hashBytes(await readFile(path))).not.toBe(hashBytes(bytes));
  });

  it('does not take an interrupted phantom for a finished one, and leaves nothing of it behind', async () => {
    await writePhantom(directory, input);
    await writeFile(join(directory, 'truth/skeletons/99999.swc'), 'stale');
    const marker = await json('phantom.json');
    await writeFile(join(directory, 'phantom.json'), JSON.stringify({ ...marker, summary: undefined }));
    expect((await writePhantom(directory, input)).written).toBe(true);
    await expect(stat(join(directory, 'truth/skeletons/99999.swc'))).rejects.toThrow(/ENOENT/);
  });

  it('refuses a directory that holds data of others, and leaves it alone', async () => {
    const theirs = join(directory, 'theirs');
    await mkdir(join(theirs, 'tiles'), { recursive: true });
    await expect(writePhantom(theirs, input)).rejects.toThrow(/not a phantom's/);
    expect(await readdir(theirs)).toEqual(['tiles']);
  });

  it('has stopped writing when it fails', async () => {
    // A folder where a volume should go: that one write fails, the others would go on.
    const broken = await mkdtemp(join(tmpdir(), 'phantom-broken-'));
    const stop = (step: string) => {
      if (step === 'tissue') mkdirSync(join(broken, 'truth/classes.raw.gz/taken'), { recursive: true });
    };
    await expect(writePhantom(broken, { ...input, tiles: false }, stop)).rejects.toThrow(/Cannot write/);
    const left = await readdir(join(broken, 'truth'));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await readdir(join(broken, 'truth'))).toEqual(left);
    expect(left.filter((name) => name.endsWith('.tmp'))).toEqual([]);
    await rm(broken, { recursive: true });
  });

  it('says what it cannot write', async () => {
    const blocked = join(directory, 'phantom.json', 'below');
    await expect(writePhantom(blocked, { ...input, tiles: false })).rejects.toThrow(/Cannot write .*ENOTDIR/);
  });
});
