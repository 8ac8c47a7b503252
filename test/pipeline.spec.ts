import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openGraph, queries, type Graph } from '@stratome/connectome';
import { artifactsAt, openDatabase, requireDataset, stageRunsOf, latestRun } from '@stratome/operations';
import { volumeOf, type Geometry } from '@stratome/reconstruction-worker';
import { SegmentationHash } from '@stratome/segmentation';
import { FileObjectStore, readBox } from '@stratome/storage';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const shared = process.env.STRATOME_SHARED ?? resolve(root, '../shared');

interface Ended {
  readonly code: number;
  readonly json: Record<string, never> & { error?: { kind: string; message: string; remedy: string } };
}

/** Runs the stratome command as a user would. */
function stratome(...args: string[]): Promise<Ended> {
  const script = join(root, 'apps/cli/bin/stratome.mjs');
  return new Promise((ok) => {
    execFile(
      'node',
      [script, ...args, '--json'],
      { cwd: root, maxBuffer: 64 << 20 },
      (error, stdout, stderr) => {
        const last = stdout.trim().split('\n').at(-1) ?? '';
        const json = last.startsWith('{') ? JSON.parse(last) : { error: { message: stderr } };
        ok({ code: error ? Number(error.code) : 0, json });
      },
    );
  });
}

let db: DataSource;
let graph: Graph;
let store: FileObjectStore;
let scratch: string;

beforeAll(async () => {
  db = await openDatabase(process.env.POSTGRES_URL!);
  graph = await openGraph({
    uri: process.env.NEO4J_URI!,
    user: process.env.NEO4J_USER!,
    password: process.env.NEO4J_PASSWORD!,
  });
  store = new FileObjectStore(process.env.STRATOME_HOME!);
  scratch = await mkdtemp(join(tmpdir(), 'stratome-pipeline-'));
});
afterAll(async () => {
  await db.destroy();
  await graph.close();
  await rm(scratch, { recursive: true, force: true });
});

async function segmentationHashOf(name: string): Promise<string> {
  const { headRevision } = await requireDataset(db, name);
  const rows = (kind: string) => artifactsAt(db, name, headRevision, kind);
  const [geometryRow] = await rows('geometry');
  const geometry = JSON.parse(Buffer.from(await store.get(geometryRow.hash)).toString()) as Geometry;
  const chunks = new Map((await rows('segmentation/0')).map((row) => [row.key, row.hash]));
  const meta = volumeOf('segmentation', name, geometry);
  const box = { begin: [0, 0, 0] as const, end: geometry.workingShape };
  const labels = (await readBox(store, (_, key) => chunks.get(key), meta, 0, box)) as BigUint64Array;
  expect(new Set(labels).size).toBeGreaterThan(2);
  return new SegmentationHash().add(labels).digest();
}

describe('npm start on a small phantom', () => {
  const first = () => stratome('start', '--once', '--tiny', '--name', 'tiny_a', '--seed', '9001');

  it('fills the graph and scores itself against the truth', async () => {
    const { code, json } = await first();
    expect(json.error).toBeUndefined();
    expect(code).toBe(0);
    expect(json).toMatchObject({
      layers: { L1: expect.anything(), L5: expect.anything() },
      truth: { voi: { split: expect.any(Number), merge: expect.any(Number) } },
    });
    expect(Number((json.graph as { neurons: number }).neurons)).toBeGreaterThan(0);
  });

  // The rest waits to be seen passing against real servers; docs/plan.md, item 0.
  it.skip('finds what is done when it is started again', async () => {
    const before = await latestRun(db, 'tiny_a');
    expect((await first()).code).toBe(0);
    expect((await latestRun(db, 'tiny_a'))?.id).toBe(before?.id);
  });

  it.skip('has recorded the six fields of every stage', async () => {
    const run = await latestRun(db, 'tiny_a');
    const stages = await stageRunsOf(db, run!.id);
    expect(stages.length).toBe(20);
    const model = stages.find((s) => s.stage === 'affinities')!;
    expect(model.modelId).toMatch(/^affinities-/);
    expect(model.environment.executionProvider).toBe('cpu');
    for (const stage of stages) expect(stage.outputHash).toMatch(/^[0-9a-f]{64}$/);
  });

  it.skip('makes the same segmentation with two workers and other chunks, in a second dataset beside the first', async () => {
    const settings = ['--set', 'grid.chunk=[32,32,32]', '--set', 'grid.taskChunks=2', '--workers', '2'];
    const { code, json } = await stratome(
      'start',
      '--once',
      '--tiny',
      '--name',
      'tiny_b',
      '--seed',
      '9001',
      ...settings,
    );
    expect(json.error).toBeUndefined();
    expect(code).toBe(0);
    expect(await segmentationHashOf('tiny_b')).toBe(await segmentationHashOf('tiny_a'));
  });

  it.skip('mixes no dataset with another although their ids are the same', async () => {
    const count = async (dataset: string) => (await graph.run(queries.graphSummary, { dataset }))[0];
    const [a, b] = [await count('tiny_a'), await count('tiny_b')];
    expect(a.neurons).toBeGreaterThan(0n);
    expect(b).toEqual(a);
  });
});

describe('bad input', () => {
  it.skip('a tile that is not what its checksum says is refused before anything is computed', async () => {
    const phantom = (await requireDataset(db, 'tiny_a')).sourcePath;
    const copy = join(scratch, 'corrupt');
    await mkdir(join(copy, 'tiles'), { recursive: true });
    await copyFile(join(phantom, 'manifest.json'), join(copy, 'manifest.json'));
    const files = await readdir(join(phantom, 'tiles'));
    for (const file of files) await copyFile(join(phantom, 'tiles', file), join(copy, 'tiles', file));
    await copyFile(join(phantom, 'tiles', files[0]), join(copy, 'tiles', files[9]));
    const { code, json } = await stratome(
      'start',
      '--once',
      '--input',
      copy,
      '--voxel-nm',
      '10,10,10',
      '--name',
      'corrupt',
    );
    expect(code).toBeGreaterThan(1);
    expect(json.error?.message).toContain(files[9]);
    await expect(requireDataset(db, 'corrupt')).rejects.toThrow(/no dataset/);
  });

  it.skip.each([
    ['an impossible voxel size', ['--voxel-nm', '0,10,10', '--name', 'bad'], 2],
    ['a name that cannot be a label', ['--voxel-nm', '10,10,10', '--name', 'not a name'], 2],
    ['a voxel size no model fits', ['--voxel-nm', '300,300,300', '--name', 'bad'], 2],
    [
      'an unknown parameter',
      ['--voxel-nm', '10,10,10', '--name', 'bad', '--set', 'segmentation.nothing=1'],
      2,
    ],
    [
      'a value out of range',
      ['--voxel-nm', '10,10,10', '--name', 'bad', '--set', 'segmentation.watershedLow=7'],
      2,
    ],
  ])('%s is refused with one sentence', async (_, args, exitCode) => {
    const folder = (await requireDataset(db, 'tiny_a')).sourcePath;
    const { code, json } = await stratome('start', '--once', '--input', folder, ...args);
    expect(json.error?.message).toBeTruthy();
    expect(code).toBe(exitCode);
  });

  it.skip('a truncated image is named', async () => {
    const folder = join(scratch, 'truncated');
    await mkdir(folder);
    const tiles = join((await requireDataset(db, 'tiny_a')).sourcePath, 'tiles');
    const [one] = await readdir(tiles);
    const bytes = await readFile(join(tiles, one));
    for (let z = 0; z < 4; z++)
      await writeFile(join(folder, `s${z}.png`), z === 2 ? bytes.subarray(0, 200) : bytes);
    const { code, json } = await stratome(
      'start',
      '--once',
      '--input',
      folder,
      '--voxel-nm',
      '10,10,10',
      '--name',
      'cut',
    );
    expect(code).toBeGreaterThan(1);
    expect(json.error?.message).toContain('s2.png');
  });
});

const medulla = join(shared, 'data/fibsem-medulla/sample1');
const noMedulla = existsSync(medulla) ? '' : ` (skipped: ${medulla} is absent)`;

describe.skipIf(noMedulla !== '')(`a crop of real tissue${noMedulla}`, () => {
  it.skip('fills the graph, and marks its synapses as uncalibrated', async () => {
    const folder = join(scratch, 'medulla');
    await mkdir(folder);
    const files = (await readdir(medulla)).sort().slice(0, 24);
    for (const file of files) await copyFile(join(medulla, file), join(folder, file));
    const { code, json } = await stratome(
      'start',
      '--once',
      '--input',
      folder,
      '--voxel-nm',
      '10,10,10',
      '--name',
      'crop',
    );
    expect(json.error).toBeUndefined();
    expect(code).toBe(0);
    expect(json.truth).toBeNull();
    expect(Number((json.graph as { neurons: number }).neurons)).toBeGreaterThan(5);
  });
});
