import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { queries, type Graph } from '@stratome/connectome';
import { hashJson } from '@stratome/core';
import {
  beginRun,
  failRun,
  latestRun,
  openDatabase,
  registerDataset,
  removeDataset,
  requireDataset,
} from '@stratome/operations';
import { FileObjectStore } from '@stratome/storage';
import sharp from 'sharp';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGraph } from './graph-tissue.js';
import { startOn, stratome, stratomeIn } from './stratome-command.js';
import { volumeAtHead } from './volume-at-head.js';

let db: DataSource;
let graph: Graph;
let store: FileObjectStore;
let scratch: string;
/** A phantom that was never run. */
let phantom: string;

beforeAll(async () => {
  db = await openDatabase(process.env.POSTGRES_URL!);
  graph = await openTestGraph();
  store = new FileObjectStore(process.env.STRATOME_HOME!);
  scratch = await mkdtemp(join(tmpdir(), 'stratome-bad-input-'));
  phantom = join(scratch, 'phantom');
  expect((await stratome('phantom', '--out', phantom, '--tiny', '--seed', '9001')).code).toBe(0);
  await registerDataset(db, {
    name: 'busy',
    voxelNm: [10, 10, 10],
    sourcePath: phantom,
    manifestHash: hashJson('busy'),
  });
});
afterAll(async () => {
  await removeDataset(db, 'busy');
  await db.destroy();
  await graph.close();
  await rm(scratch, { recursive: true, force: true });
});

describe('bad input', () => {
  /** Tiles of the phantom as numbered sections, one tile each. */
  async function sectionsIn(folder: string, numbers: readonly number[]): Promise<string[]> {
    const tiles = join(phantom, 'tiles');
    await mkdir(folder);
    const files = numbers.map((n) => join(folder, `z${String(n).padStart(2, '0')}.png`));
    const nameOf = (n: number) => `s${String(n).padStart(4, '0')}_r0c0.png`;
    await Promise.all(files.map((file, i) => copyFile(join(tiles, nameOf(numbers[i])), file)));
    return files;
  }

  it('a tile that is not what its checksum says is refused before anything is computed', async () => {
    const copy = join(scratch, 'corrupt');
    await cp(phantom, copy, { recursive: true });
    const files = await readdir(join(copy, 'tiles'));
    await copyFile(join(phantom, 'tiles', files[0]), join(copy, 'tiles', files[9]));
    const { code, json } = await startOn(copy, 'corrupt');
    expect(code).toBeGreaterThan(1);
    expect(json.error?.message).toContain(files[9]);
    await expect(requireDataset(db, 'corrupt')).rejects.toThrow(/no dataset/);
  });

  it('truncated images, and tiles of another size or bit depth, are all named', async () => {
    const folder = join(scratch, 'faulty');
    const [, , truncated, large, deep] = await sectionsIn(folder, [0, 1, 2, 3, 4, 5]);
    await writeFile(truncated, (await readFile(truncated)).subarray(0, 200));
    await writeFile(
      large,
      await sharp(await readFile(large))
        .extend({ top: 3 })
        .toColourspace('b-w')
        .toBuffer(),
    );
    const wide = await sharp(await readFile(deep))
      .toColourspace('grey16')
      .toBuffer();
    await writeFile(deep, wide);
    const { code, json } = await startOn(folder, 'faulty');
    expect(code).toBe(2);
    for (const name of ['z02.png', 'z03.png', 'z04.png']) expect(json.error?.message).toContain(name);
    await expect(requireDataset(db, 'faulty')).rejects.toThrow(/no dataset/);
  });

  it.concurrent.each([
    ['an impossible voxel size', ['--voxel-nm', '0,10,10', '--name', 'bad']],
    ['a name that cannot be a label', ['--voxel-nm', '10,10,10', '--name', 'not a name']],
    ['a voxel size no model fits', ['--voxel-nm', '300,300,300', '--name', 'bad']],
    ['an unknown parameter', ['--voxel-nm', '10,10,10', '--name', 'bad', '--set', 'segmentation.nothing=1']],
    [
      'a value out of range',
      ['--voxel-nm', '10,10,10', '--name', 'bad', '--set', 'segmentation.watershedLow=7'],
    ],
  ])('%s is refused with one sentence', async (_, args) => {
    const { code, json } = await stratome('start', '--once', '--input', phantom, ...args);
    expect(json.error?.message).toBeTruthy();
    expect(json.error?.remedy).toBeTruthy();
    expect(code).toBe(2);
    await expect(requireDataset(db, 'bad')).rejects.toThrow(/no dataset/);
  });

  it.concurrent.each([
    ['POSTGRES_URL', { POSTGRES_URL: 'postgres://stratome:hidden@127.0.0.1:1/stratome' }],
    ['NEO4J_URI', { NEO4J_URI: 'bolt://127.0.0.1:1' }],
    ['REDIS_URL', { REDIS_URL: 'redis://127.0.0.1:1' }],
  ])('a server that cannot be reached is named by %s, without its password', async (server, environment) => {
    const { code, json } = await stratomeIn(environment, 'run', 'busy');
    expect(code).toBe(5);
    expect(json.error?.kind).toBe('unavailable');
    expect(JSON.stringify(json.error)).toContain(server);
    expect(JSON.stringify(json)).not.toContain('hidden');
  });

  it('an unknown dataset is named, with those there are', async () => {
    const { code, json } = await stratome('run', 'unheard_of');
    expect(code).toBe(3);
    expect(json.error?.message).toContain('unheard_of');
    expect(JSON.stringify(json.error)).toContain('busy');
  });

  it('a second run is refused while a dataset is being written, and changes nothing', async () => {
    const { run } = await beginRun(db, { dataset: 'busy', parameters: {}, inputHash: hashJson('another') });
    try {
      const { code, json } = await stratome('run', 'busy');
      expect(code).toBe(4);
      expect(json.error?.message).toContain(`"busy" is being written by run ${run.id}`);
      expect((await requireDataset(db, 'busy')).writingRun).toBe(run.id);
      expect(await latestRun(db, 'busy')).toMatchObject({ id: run.id, state: 'running' });
    } finally {
      await failRun(db, run.id, 'Ended by the test.');
    }
  });

  it('a missing section is left empty, and the rest runs', async () => {
    const folder = join(scratch, 'gap');
    await sectionsIn(folder, [0, 1, 2, 3, 5, 6, 7, 8]);
    const { code, json } = await startOn(folder, 'gap');
    expect(json.error).toBeUndefined();
    expect(code).toBe(0);
    const { data, shape } = await volumeAtHead(db, store, 'gap', 'em');
    expect(shape[0]).toBe(9);
    const plane = data.length / shape[0];
    const empty = [...Array(9).keys()].filter((z) =>
      data.subarray(z * plane, (z + 1) * plane).every((grey) => grey === 0),
    );
    expect(empty).toEqual([4]);
    expect(Number((await graph.first(queries.graphSummary, { dataset: 'gap' }))!.segments)).toBeGreaterThan(
      0,
    );
  });

  it('a full disk ends the run with a sentence, and leaves nothing that reads as data', async ({ skip }) => {
    const home = join(scratch, 'small-disk');
    await mkdir(home);
    const size = 'size=1200k';
    const shell = promisify(execFile);
    const mounted = await shell('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', home]).then(
      () => true,
      () => false,
    );
    if (!mounted) return skip('a small disk cannot be mounted here: that takes root');
    try {
      const args = ['start', '--once', '--input', phantom, '--voxel-nm', '10,10,10', '--name', 'full'];
      const { code, json } = await stratomeIn({ STRATOME_HOME: home }, ...args);
      expect(code).toBe(5);
      expect(json.error?.message).toMatch(/the disk is full/);
      expect(json.error?.message).toMatch(/Free space/);
      expect(await requireDataset(db, 'full')).toMatchObject({ headRevision: 0, writingRun: null });
      expect(await graph.first(queries.head, { dataset: 'full' })).toBeUndefined();
      const small = new FileObjectStore(home);
      const rows: { hash: string; bytes: string }[] = await db.query(
        'SELECT hash, bytes FROM artifact WHERE dataset = $1',
        ['full'],
      );
      for (const { hash, bytes } of rows.filter((row) => Number(row.bytes) > 0))
        expect((await small.get(hash, { verify: true })).byteLength).toBe(Number(bytes));
      for await (const { hash } of small.list()) await small.get(hash, { verify: true });
    } finally {
      await shell('umount', ['-l', home]);
    }
  });
});
