import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { queries, type Graph } from '@stratome/connectome';
import { latestRun, openDatabase, stageRunsOf } from '@stratome/operations';
import { stageNames } from '@stratome/pipeline';
import { SegmentationHash } from '@stratome/segmentation';
import { FileObjectStore } from '@stratome/storage';
import sharp from 'sharp';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGraph } from './graph-tissue.js';
import { startOn, stratome } from './stratome-command.js';
import { volumeAtHead } from './volume-at-head.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const shared = process.env.STRATOME_SHARED ?? resolve(root, '../shared');

let db: DataSource;
let graph: Graph;
let store: FileObjectStore;
let scratch: string;

beforeAll(async () => {
  db = await openDatabase(process.env.POSTGRES_URL!);
  graph = await openTestGraph();
  store = new FileObjectStore(process.env.STRATOME_HOME!);
  scratch = await mkdtemp(join(tmpdir(), 'stratome-pipeline-'));
});
afterAll(async () => {
  await db.destroy();
  await graph.close();
  await rm(scratch, { recursive: true, force: true });
});

async function segmentationHashOf(name: string): Promise<string> {
  const labels = (await volumeAtHead(db, store, name, 'segmentation')).data as BigUint64Array;
  expect(new Set(labels).size).toBeGreaterThan(2);
  return new SegmentationHash().add(labels).digest();
}

const summaryOf = async (dataset: string) => (await graph.run(queries.graphSummary, { dataset }))[0];

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

  it('finds what is done when it is started again', async () => {
    const before = await latestRun(db, 'tiny_a');
    expect((await first()).code).toBe(0);
    expect((await latestRun(db, 'tiny_a'))?.id).toBe(before?.id);
  });

  it('has recorded the six fields of every stage', async () => {
    const run = await latestRun(db, 'tiny_a');
    const stages = await stageRunsOf(db, run!.id);
    expect(stages.map(({ stage }) => stage).sort()).toEqual([...stageNames].sort());
    const model = stages.find((s) => s.stage === 'affinities')!;
    expect(model.modelId).toMatch(/^affinities-/);
    expect(model.environment.executionProvider).toBe('cpu');
    for (const stage of stages) expect(stage.outputHash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('makes the same segmentation with two workers and other chunks, in a second dataset beside the first', async () => {
    const settings = ['--set', 'grid.chunk=[32,32,32]', '--set', 'grid.taskChunks=2', '--workers', '2'];
    const phantom = ['--once', '--tiny', '--name', 'tiny_b', '--seed', '9001'];
    const { code, json } = await stratome('start', ...phantom, ...settings);
    expect(json.error).toBeUndefined();
    expect(code).toBe(0);
    expect(await segmentationHashOf('tiny_b')).toBe(await segmentationHashOf('tiny_a'));
  });

  it('mixes no dataset with another although their ids are the same', async () => {
    const [a, b] = [await summaryOf('tiny_a'), await summaryOf('tiny_b')];
    expect(a.neurons).toBeGreaterThan(0n);
    expect(b).toEqual(a);
  });
});

const medulla = join(shared, 'data/fibsem-medulla/sample1');
const noMedulla = existsSync(medulla) ? '' : ` (skipped: ${medulla} is absent)`;

describe.skipIf(noMedulla !== '')(`a crop of real tissue${noMedulla}`, () => {
  it('fills the graph, and marks its synapses as uncalibrated', async () => {
    const folder = join(scratch, 'medulla');
    await mkdir(folder);
    const files = (await readdir(medulla)).sort().slice(0, 24);
    const crop = { left: 20, top: 20, width: 200, height: 200 };
    for (const file of files)
      await sharp(join(medulla, file)).extract(crop).toColourspace('b-w').toFile(join(folder, file));
    const { code, json } = await startOn(folder, 'crop');
    expect(json.error).toBeUndefined();
    expect(code).toBe(0);
    expect(json.truth).toBeNull();
    expect(Number((await summaryOf('crop')).neurons)).toBeGreaterThan(5);
    const marks = await graph.inSession('READ', (session) =>
      session.run(
        `MATCH (m:Meta {dataset: $dataset})
         RETURN m.uncalibrated AS meta,
                COUNT { MATCH (s:Synapse {dataset: $dataset}) WHERE NOT s.uncalibrated } AS calibrated`,
        { dataset: 'crop' },
      ),
    );
    expect(marks.records.map((record) => record.toObject())).toEqual([{ meta: true, calibrated: 0n }]);
  });
});
