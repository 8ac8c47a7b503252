import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createApi, lineageRegions } from '@stratome/api';
import { queries, type Graph } from '@stratome/connectome';
import { hashJson, parseBox } from '@stratome/core';
import {
  artifactsAt,
  beginRun,
  commitReused,
  failRun,
  latestRun,
  openDatabase,
  planStage,
  registerDataset,
  removeDataset,
  requireDataset,
  stageRunsOf,
  takeTask,
  type ArtifactRow,
  type Run,
} from '@stratome/operations';
import { queueNames, queuePrefix, stageNames } from '@stratome/pipeline';
import {
  planReprocessing,
  runParametersFrom,
  type ReprocessingEstimate,
} from '@stratome/reconstruction-worker';
import { SegmentationHash } from '@stratome/segmentation';
import { FileObjectStore } from '@stratome/storage';
import { FlowProducer, Queue } from 'bullmq';
import sharp from 'sharp';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReprocessSummary } from '../apps/cli/src/run/reprocess.js';
import { WorkerConnections } from '../apps/reconstruction-worker/dist/execution/worker-connections.js';
import { StageProgression } from '../apps/reconstruction-worker/dist/queue/stage-progression.js';
import { clearLeftJobs } from '../apps/reconstruction-worker/dist/runs/left-jobs.js';
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

/** Ends a stage of a run as one that finds all that an earlier run made of it. */
async function reuseStage(run: Run, stage: string, earlier: Run): Promise<void> {
  const ofRun = (id: string) =>
    db.query(`SELECT id, key, plan, input_hash AS "inputHash" FROM task WHERE run = $1 AND stage = $2`, [
      id,
      stage,
    ]);
  const made: { key: string; plan: unknown; inputHash: string }[] = await ofRun(earlier.id);
  await planStage(db, run, stage, made);
  const hashes = new Map(made.map(({ key, inputHash }) => [key, inputHash]));
  for (const { id, key } of await ofRun(run.id)) {
    const { fence } = (await takeTask(db, id))!;
    await commitReused(db, { taskId: id, fence, inputHash: hashes.get(key)!, waitingMs: 0, ioMs: 0 });
  }
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

  it('has recorded the six fields of every stage', async () => {
    const run = await latestRun(db, 'tiny_a');
    const stages = await stageRunsOf(db, run!.id);
    expect(stages.map(({ stage }) => stage).sort()).toEqual([...stageNames].sort());
    const model = stages.find((s) => s.stage === 'affinities')!;
    expect(model.modelId).toMatch(/^affinities-/);
    expect(model.environment.executionProvider).toBe('cpu');
    for (const stage of stages) expect(stage.outputHash).toMatch(/^[0-9a-f]{64}$/);
  });

  describe('reprocessing a region', () => {
    /** The corner where a block of the supervoxel grid is cut short by the volume; reaches into that block alone. */
    const region = '0,130,130:8,140,150';
    const threshold = ['--from', 'agglomerate', '--set', 'segmentation.threshold=0.9'];
    let made: ReprocessSummary;
    let before: Map<string, ArtifactRow>;

    const rowsOf = async (kind: string) => {
      const { headRevision } = await requireDataset(db, 'tiny_a');
      return new Map((await artifactsAt(db, 'tiny_a', headRevision, kind)).map((row) => [row.key, row]));
    };

    /** What was measured, as the head has it, by measure and cell. */
    const measuredIn = async (dataset: string) => {
      const { headRevision } = await requireDataset(db, dataset);
      const rows = await graph.run(queries.measurementsAt, { dataset, revision: BigInt(headRevision) });
      return new Map(rows.map(({ measure, cellKey, value }) => [`${measure} ${cellKey}`, value]));
    };

    it.each([
      ['a region outside the volume', '0,0,0:25,900,10', 'L3', [], /outside the volume of 24×/],
      ['an unknown stage', region, 'nothing', [], /no stage or layer "nothing"/],
      ['a stage of whole sections', region, 'match', [], /works on whole sections/],
      [
        'an unknown parameter',
        region,
        'L3',
        ['segmentation.nothing=1'],
        /no parameter "segmentation.nothing"/,
      ],
      ['a value out of range', region, 'L3', ['segmentation.threshold=7'], /out of range/],
      ['a parameter of all', region, 'L3', ['segmentation.dustVoxels=7'], /holds for a whole dataset/],
      ['an earlier stage', region, 'L4', ['segmentation.threshold=0.5'], /leaves as it is/],
    ])('refuses %s and changes nothing', async (_, box, from, settings, sentence) => {
      const request = { dataset: 'tiny_a', region: parseBox(box), from, settings };
      await expect(planReprocessing(db, store, request)).rejects.toThrow(sentence);
      expect((await requireDataset(db, 'tiny_a')).headRevision).toBe(1);
    });

    it('refuses an empty region, and a dataset that is written or was never complete', async () => {
      expect((await stratome('reprocess', 'tiny_a', '--region', '0,9,0:9,9,9', '--from', 'L3')).code).toBe(2);
      const source = {
        voxelNm: [10, 10, 10],
        sourcePath: '/tiles',
        manifestHash: hashJson('never'),
      } as const;
      await registerDataset(db, { name: 'never', ...source });
      const request = { dataset: 'never', region: parseBox(region), from: 'L3', settings: [] };
      await expect(planReprocessing(db, store, request)).rejects.toThrow(/no complete run/);
      await removeDataset(db, 'never');
      const { run } = await beginRun(db, { dataset: 'tiny_a', parameters: {}, inputHash: hashJson('busy') });
      const { code, json } = await stratome('reprocess', 'tiny_a', '--region', region, ...threshold);
      expect(code).toBe(4);
      expect(json.error?.message).toContain(`being written by run ${run.id}`);
      await failRun(db, run.id, 'Stopped.');
    });

    it('says what it would cost', async () => {
      const { code, json } = await stratome(
        'reprocess',
        'tiny_a',
        '--region',
        region,
        ...threshold,
        '--dry-run',
      );
      expect(code).toBe(0);
      const { stages, seconds } = json as unknown as ReprocessingEstimate;
      expect(seconds).toBeGreaterThan(0);
      const segment = stages.find(({ stage }) => stage === 'segment');
      expect(segment).toMatchObject({ tasks: 1, allTasks: 4 });
      expect(stages.map(({ stage }) => stage)).not.toContain('affinities');
      expect((await requireDataset(db, 'tiny_a')).headRevision).toBe(1);
    });

    type Totals = { totals: Record<'gained' | 'lost' | 'changed', number> };
    const sumOf = ({ totals }: Totals) => totals.gained + totals.lost + totals.changed;
    let tried: Record<'neurons' | 'synapses' | 'connections', Totals> & {
      voxels: { volumes: { volume: string; voxels: number }[] };
    };

    it('is tried without a row or an object being stored', async () => {
      const stored = async () => ({
        rows: await db.query(
          `SELECT (SELECT count(*) FROM artifact) AS artifacts, (SELECT count(*) FROM task) AS tasks,
                  (SELECT count(*) FROM run) AS runs, (SELECT count(*) FROM revision) AS revisions`,
        ),
        objects: (await readdir(join(process.env.STRATOME_HOME!, 'objects'), { recursive: true })).length,
        head: await graph.run(queries.head, { dataset: 'tiny_a' }),
      });
      const before = await stored();
      const { code, json } = await stratome(
        'reprocess',
        'tiny_a',
        '--region',
        region,
        ...threshold,
        '--trial',
      );
      expect(json.error).toBeUndefined();
      expect(code).toBe(0);
      expect(json).toMatchObject({
        revision: 1,
        region: { begin: [0, 128, 128] },
        annotationsWithoutPlace: [],
      });
      tried = json as unknown as typeof tried;
      expect(tried.voxels.volumes.map(({ volume }) => volume)).toEqual(['segmentation']);
      expect(await stored()).toEqual(before);
    });

    it('makes a revision of it and executes only what depends on it', async () => {
      before = await rowsOf('segmentation/0');
      const supervoxels = await rowsOf('supervoxels/0');
      const { code, json } = await stratome('reprocess', 'tiny_a', '--region', region, ...threshold);
      expect(json.error).toBeUndefined();
      expect(code).toBe(0);
      made = json as unknown as ReprocessSummary;
      expect(made).toMatchObject({ revision: 2, region: { begin: [0, 128, 128] } });
      expect(made.changed.segments).toBeGreaterThan(0);
      const { neurons, synapses, connections } = made.changed;
      expect({ neurons, synapses, connections }).toEqual({
        neurons: sumOf(tried.neurons),
        synapses: sumOf(tried.synapses),
        connections: sumOf(tried.connections),
      });
      expect(made.tasks.byStage.segment!.executed).toBeLessThan(4);
      expect(await rowsOf('supervoxels/0')).toEqual(supervoxels);
      const after = await rowsOf('segmentation/0');
      const same = [...after].filter(([key, { hash }]) => before.get(key)!.hash === hash);
      expect(same.length).toBeGreaterThan(0);
      // A block in which nothing changed keeps the task that made it.
      const changed = [...after].filter(([key, { hash }]) => before.get(key)!.hash !== hash);
      const redone = new Set(changed.map(([key]) => before.get(key)!.task));
      const untouched = same.filter(([key]) => !redone.has(before.get(key)!.task));
      expect(untouched.length).toBeGreaterThan(0);
      for (const [key, row] of untouched) expect(row).toEqual(before.get(key));
    });

    it('is where the lineage differs, for a diagnosis that is given no region', async () => {
      expect(await lineageRegions(graph, 'tiny_a', 1n)).toEqual([]);
      const regions = await lineageRegions(graph, 'tiny_a', 2n);
      const values = (threshold: number) => JSON.stringify({ agglomerationThreshold: threshold });
      expect(regions).toContainEqual({
        region: made.region,
        differences: [
          { stage: 'agglomerate', field: 'parameters', region: values(0.9), reference: values(0.2) },
        ],
      });
    });

    it('is what a run of everything with these parameters makes, with two workers and other chunks', async () => {
      const file = join(scratch, 'regions.json');
      await writeFile(file, JSON.stringify(made.regions));
      const settings = ['--set', 'grid.chunk=[32,32,32]', '--set', 'grid.taskChunks=2', '--workers', '2'];
      const phantom = ['--once', '--tiny', '--name', 'tiny_b', '--seed', '9001', '--regions', file];
      const { code, json } = await stratome('start', ...phantom, ...settings);
      expect(json.error).toBeUndefined();
      expect(code).toBe(0);
      expect(await segmentationHashOf('tiny_b')).toBe(await segmentationHashOf('tiny_a'));
      const ask = (dataset: string) => graph.run(queries.storedConnections, { dataset });
      expect((await ask('tiny_a')).length).toBeGreaterThan(0);
      expect(await ask('tiny_b')).toEqual(await ask('tiny_a'));
      const [measuredA, measuredB] = [await measuredIn('tiny_a'), await measuredIn('tiny_b')];
      expect([...measuredB.keys()]).toEqual([...measuredA.keys()]);
      // Means over a cell are summed in the order of tasks, which are others here.
      for (const [what, value] of measuredB) expect(value, what).toBeCloseTo(measuredA.get(what)!, 6);
    });

    it('mixes no dataset with another although their ids are the same', async () => {
      const [a, b] = [await summaryOf('tiny_a'), await summaryOf('tiny_b')];
      expect(a.neurons).toBeGreaterThan(0n);
      expect(b).toEqual(a);
    });

    it('makes a block again without parameters, and leaves all that reads the same', async () => {
      const hash = await segmentationHashOf('tiny_a');
      const { json } = await stratome('reprocess', 'tiny_a', '--region', region, '--from', 'supervoxels');
      const { byStage } = (json as unknown as ReprocessSummary).tasks;
      expect(json).toMatchObject({ revision: 3, changed: { segments: 0, synapses: 0, connections: 0 } });
      for (const stage of ['supervoxels', 'edges', 'segment'] as const)
        expect(byStage[stage]).toEqual({ executed: 1, reused: 3 });
      expect(byStage.agglomerate).toEqual({ executed: 0, reused: 1 });
      expect(byStage.shapes!.executed).toBe(0);
      expect(await segmentationHashOf('tiny_a')).toBe(hash);
    });

    const askApi = async (url: string, query: string) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
      return (await answer.json()) as { data: never; errors?: unknown };
    };
    const of = (from: string) =>
      `dataset: "tiny_a", from: "${from}", region: {begin: {z: 0, y: 130, x: 130}, end: {z: 8, y: 140, x: 150}}`;

    it('is refused by an API for which no worker would do it, with the command to type', async () => {
      const redisUrl = process.env.REDIS_URL!;
      const modelsDirectory = join(root, 'models');
      const office = { db, graph, redisUrl, modelsDirectory, workers: () => Promise.resolve(0) };
      const api = await createApi({ graph, db, store, office });
      await api.listen(0, '127.0.0.1');
      const { port } = api.getHttpServer().address() as AddressInfo;
      const url = `http://127.0.0.1:${port}/graphql`;
      const answer = JSON.stringify(await askApi(url, `mutation {reprocess(${of('pyramids')}) {id}}`));
      await api.close();
      expect(answer).toContain('There is no worker');
      expect(answer).toContain('stratome reprocess tiny_a --region 0,130,130:8,140,150 --from pyramids');
      expect(await latestRun(db, 'tiny_a')).toMatchObject({ revision: 3, state: 'done' });
    });

    it('is begun over the API, which has its own worker do it', async () => {
      const script = join(root, 'apps/cli/bin/stratome.mjs');
      const serving = spawn(process.execPath, [script, 'serve', '--json'], {
        cwd: root,
        env: { ...process.env, STRATOME_PORT: '0' },
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      try {
        const lines = createInterface({ input: serving.stdout });
        const [line] = (await once(lines, 'line')) as [string];
        const { graphql } = JSON.parse(line) as { graphql: string };
        const ask = (query: string) => askApi(graphql, query);
        const estimate = await ask(
          `{reprocessEstimate(${of('L3')}) {region {begin {z y x}} stages {stage tasks}}}`,
        );
        expect(estimate.data).toMatchObject({
          reprocessEstimate: {
            region: { begin: { z: 0, y: 128, x: 128 } },
            stages: expect.arrayContaining([{ stage: 'affinities', tasks: 1 }]),
          },
        });
        expect(JSON.stringify(await ask(`mutation {reprocess(${of('L1')}) {id}}`))).toContain(
          'whole sections',
        );
        const begun = await ask(`mutation {reprocess(${of('pyramids')}) {id revision state}}`);
        const { id, revision } = (begun.data as { reprocess: { id: string; revision: number } }).reprocess;
        expect(revision).toBe(4);
        await expect
          .poll(async () => (await ask(`{run(id: "${id}") {run {state error}}}`)).data, {
            timeout: 240_000,
            interval: 1000,
          })
          .toEqual({ run: { run: { state: 'done', error: null } } });
        expect((await requireDataset(db, 'tiny_a')).headRevision).toBe(4);
      } finally {
        serving.kill('SIGTERM');
        await once(serving, 'exit');
      }
    });

    it('finds what was made before a revision when its parameters are taken back', async () => {
      const own = runParametersFrom([]).segmentation.agglomerationThreshold;
      const back = ['--from', 'agglomerate', '--set', `segmentation.threshold=${own}`];
      const { json } = await stratome('reprocess', 'tiny_a', '--region', region, ...back);
      // The region alone is executed for having been asked for; the rest is committed again from what is stored.
      expect((json as unknown as ReprocessSummary).tasks.byStage).toMatchObject({
        segment: { executed: 1, reused: 3 },
        shapes: { executed: 0 },
      });
      const after = await rowsOf('segmentation/0');
      expect([...after].map(([key, { hash }]) => [key, hash])).toEqual(
        [...before].map(([key, { hash }]) => [key, hash]),
      );
    });

    it('keeps its parameters: nothing is left to do when it is started again', async () => {
      const last = await latestRun(db, 'tiny_a');
      expect((await first()).code).toBe(0);
      expect((await latestRun(db, 'tiny_a'))?.id).toBe(last?.id);
    });

    it('queues the tasks of a stage once, though two of the stages before it are finished at once', async () => {
      const last = (await latestRun(db, 'tiny_a'))!;
      const inputHash = hashJson('two workers at once');
      const { run } = await beginRun(db, { dataset: 'tiny_a', parameters: last.parameters, inputHash });
      const connection = { url: process.env.REDIS_URL! };
      const queue = new Queue(queueNames.tasks, { connection, prefix: queuePrefix() });
      const flows = new FlowProducer({ connection, prefix: queuePrefix() });
      const worker = () =>
        new StageProgression(db, new WorkerConnections(graph, store, join(root, 'models')), flows);
      const before = stageNames.slice(0, stageNames.indexOf('residual') + 1);
      try {
        for (const stage of before) await reuseStage(run, stage, last);
        for (const stage of before.slice(0, -2)) await worker().finish(run.id, stage);
        await Promise.all(before.slice(-2).map((stage) => worker().finish(run.id, stage)));
        const planned = await db.query(
          `SELECT stage FROM task WHERE run = $1 AND state <> 'done' ORDER BY stage`,
          [run.id],
        );
        const stagesOf = (list: { stage: string }[]) => list.map(({ stage }) => stage);
        expect(new Set(stagesOf(planned))).toEqual(new Set(['affinities', 'synapsemaps']));
        const queued = async () => (await queue.getJobs(['waiting'])).map(({ name }) => name).toSorted();
        expect(await queued()).toEqual(stagesOf(planned));
        // A worker that dies before it has queued what it planned leaves its step to another.
        await queue.obliterate({ force: true });
        await worker().finish(run.id, 'render', true);
        expect(await queued()).toEqual(stagesOf(planned));
      } finally {
        await clearLeftJobs(db, connection, run.id);
        await failRun(db, run.id, 'only planned');
        await flows.close();
        await queue.close();
      }
    });

    describe('of which people said something', () => {
      const at = ({ z, y, x }: Record<'z' | 'y' | 'x', number>) => [z, y, x].map(Math.floor).join();
      const everywhere = { low: { x: 0, y: 0, z: 0 }, high: { x: 1e6, y: 1e6, z: 1e6 } };
      const synapses = () =>
        graph.run(queries.synapsesInBox, {
          dataset: 'tiny_a',
          ...everywhere,
          minConfidence: 0,
          after: -1n,
          limit: 1000,
        });
      const annotate = async (...what: string[]) => {
        const { code, json } = await stratome('annotate', 'tiny_a', ...what);
        expect(json.error).toBeUndefined();
        expect(code).toBe(0);
      };
      const kindOf = async (siteId: bigint) =>
        (await graph.first(queries.synapseById, { dataset: 'tiny_a', siteId }))?.kind;
      let typed: bigint;
      let corrected: bigint;

      const isTyped = async () =>
        expect(
          (await graph.run(queries.neuronsById, { dataset: 'tiny_a', bodyIds: [typed] }))[0],
        ).toMatchObject({
          type: 'giant',
        });

      it('keeps it, and names a correction whose synapse is found no more', async () => {
        const list = await synapses();
        const one = list.find(({ postBodyId, kind }) => postBodyId !== null && kind === 'excitatory')!;
        [typed, corrected] = [one.postBodyId!, one.siteId];
        await annotate('--cell-type', 'giant', '--at', at(one.location));
        await annotate('--synapse', String(corrected), '--kind', 'inhibitory');
        expect(await kindOf(corrected)).toBe('inhibitory');
        const nothing = ['--from', 'synapses', '--set', 'synapse.cleftThreshold=0.999'];
        const { json } = await stratome('reprocess', 'tiny_a', '--region', '0,0,0:24,140,140', ...nothing);
        expect(json.error).toBeUndefined();
        const { annotationsWithoutPlace, changed } = json as unknown as ReprocessSummary;
        expect(changed.synapses).toBeGreaterThan(0);
        expect(await synapses()).toEqual([]);
        expect(annotationsWithoutPlace).toEqual([
          { annotation: expect.stringMatching(/^\d+$/), why: expect.stringMatching(/synapse/) },
        ]);
        await isTyped();
        const api = await createApi({ graph, db, store });
        await api.listen(0, '127.0.0.1');
        const { port } = api.getHttpServer().address() as AddressInfo;
        const { id } = (await latestRun(db, 'tiny_a'))!;
        const asked = `{run(id: "${id}") {annotationsWithoutPlace {annotation why}}}`;
        const answer = await askApi(`http://127.0.0.1:${port}/graphql`, asked);
        await api.close();
        expect(answer.data).toEqual({ run: { annotationsWithoutPlace } });
      });

      it('has it again when a run of everything finds the synapse again', async () => {
        const { json } = await stratome('run', 'tiny_a', '--regions', 'none');
        expect(json).toMatchObject({ annotationsWithoutPlace: [] });
        expect(await kindOf(corrected)).toBe('inhibitory');
        await isTyped();
      });
    });
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
