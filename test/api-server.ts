import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApi } from '@stratome/api';
import {
  deleteDataset,
  loadConnectome,
  migrate,
  queries,
  type ConnectomeRows,
  type DatasetRow,
  type Graph,
} from '@stratome/connectome';
import { hashJson } from '@stratome/core';
import {
  beginRun,
  commitTask,
  openDatabase,
  planStage,
  registerDataset,
  removeDataset,
  takeTask,
} from '@stratome/operations';
import { encodeSkeleton, FileObjectStore, volumeMeta, writeBlock } from '@stratome/storage';
import type { DataSource } from 'typeorm';
import { expect } from 'vitest';
import { datasetRow, migrationFolder, openTestGraph, plantConnectome } from './graph-tissue.js';

/*
 * The API over the planted connectome, with a run in PostgreSQL whose one task wrote two volumes.
 */

export const segmentId = 7n;
export const supervoxelId = (5n << 24n) | 3n;

const box = { begin: [0, 0, 0], end: [4, 100, 100] } as const;

/** Segments at half the aligned volume's resolution in y and x: one body in the corner, background elsewhere. */
function volumeOf(dataset: string, name: string) {
  return volumeMeta({
    dataset,
    name,
    content: 'segmentation',
    dtype: 'uint64',
    voxelNm: [40, 8, 8],
    chunk: [4, 50, 50],
    mips: [{ shape: [4, 100, 100], factor: [1, 1, 1] }],
  });
}

/** Bodies with a skeleton, a line along x from the corner, and how long it is. */
const skeletonLengthsNm = { 1: 20_000, 2: 20_000, 3: 10_000 };

const straightSkeleton = (lengthNm: number) => ({
  verticesNm: Float32Array.of(0, 0, 0, 0, 0, lengthNm),
  edges: Uint32Array.of(0, 1),
  radiiNm: Float32Array.of(50, 50),
});

async function writeVolumes(dataset: string, store: FileObjectStore) {
  const written = [];
  for (const [name, id] of [
    ['segmentation', segmentId],
    ['supervoxels', supervoxelId],
  ] as const) {
    const meta = volumeOf(dataset, name);
    const voxels = new BigUint64Array(4 * 100 * 100);
    for (let z = 0; z < 4; z++)
      for (let y = 0; y < 10; y++) voxels.fill(id, (z * 100 + y) * 100, (z * 100 + y) * 100 + 10);
    written.push(...(await writeBlock(store, meta, 0, box, voxels)));
    const { hash, bytes } = await store.put(Buffer.from(JSON.stringify(meta)));
    written.push({ kind: 'volume', key: name, hash, bytes });
  }
  for (const [body, lengthNm] of Object.entries(skeletonLengthsNm)) {
    const { hash, bytes } = await store.put(encodeSkeleton(straightSkeleton(lengthNm)));
    written.push({ kind: 'skeleton', key: body, hash, bytes });
  }
  return written.map(({ kind, key, hash, bytes }) => ({ kind, key, hash, bytes }));
}

/** A run that has done its one task and is not finished yet. */
async function plantRun(dataset: string, db: DataSource, store: FileObjectStore): Promise<string> {
  const source = { sourcePath: '/tiles', manifestHash: hashJson(dataset) };
  await registerDataset(db, { name: dataset, voxelNm: [40, 4, 4], ...source });
  const { run } = await beginRun(db, { dataset, parameters: {}, inputHash: hashJson('in') });
  const [taskId] = await planStage(db, run, 'segment', [{ key: 'all', plan: {} }]);
  const task = await takeTask(db, taskId);
  await commitTask(db, {
    taskId,
    fence: task!.fence,
    revision: run.revision,
    inputHash: hashJson(['task', dataset]),
    inputs: [],
    artifacts: await writeVolumes(dataset, store),
    waitingMs: 1,
    ioMs: 2,
    computeMs: 3,
    work: 40_000,
  });
  return run.id;
}

/** What is planted in the graph, and of what shape it is. */
export interface Planted {
  readonly rows: ConnectomeRows;
  readonly shape: DatasetRow['shape'];
}

async function plantGraph(dataset: string, planted?: Planted): Promise<Graph> {
  const graph = await openTestGraph();
  await migrate(graph, migrationFolder);
  await deleteDataset(graph, dataset);
  const row = { ...datasetRow(dataset), ...(planted && { shape: planted.shape }) };
  await loadConnectome(graph, row, 1n, planted?.rows ?? plantConnectome(dataset));
  const seen = { expectedRevision: 0n, expectedEpoch: 0n };
  await graph.run(queries.setHead, { dataset, ...seen, revision: 1n, committedAt: '2026-01-02T00:00:00Z' });
  return graph;
}

// An answer's shape is the query's; the tests say what they expect of it.
// oxlint-disable-next-line typescript/no-explicit-any
export type Data = any;

export interface GraphqlAnswer {
  readonly data?: Data;
  readonly errors?: { readonly message: string; readonly extensions: Record<string, unknown> }[];
}

export interface TestApi {
  readonly address: string;
  readonly graph: Graph;
  readonly db: DataSource;
  readonly runId: string;
  ask(query: string, variables?: Record<string, unknown>): Promise<GraphqlAnswer>;
  /** What is found, where nothing may be refused; `$dataset` is given. */
  answer(query: string, variables?: Record<string, unknown>): Promise<Data>;
  stop(): Promise<void>;
}

export interface TestApiOptions {
  readonly modelsDirectory?: string;
  /** Planted in place of the small connectome. */
  readonly planted?: Planted;
}

/** Plants `dataset` and serves it on a free port. */
export async function startTestApi(
  dataset: string,
  { modelsDirectory, planted }: TestApiOptions = {},
): Promise<TestApi> {
  const folder = await mkdtemp(join(tmpdir(), 'api-'));
  const store = new FileObjectStore(folder);
  const graph = await plantGraph(dataset, planted);
  const db = await openDatabase(process.env.POSTGRES_URL!);
  const runId = await plantRun(dataset, db, store);
  const api = await createApi({ graph, db, store, modelsDirectory });
  await api.listen(0, '127.0.0.1');
  const address = `http://127.0.0.1:${(api.getHttpServer().address() as AddressInfo).port}`;
  async function ask(query: string, variables: Record<string, unknown> = {}): Promise<GraphqlAnswer> {
    // A connection kept while the test computes is closed by the server meanwhile.
    const headers = { 'content-type': 'application/json', connection: 'close' };
    const body = JSON.stringify({ query, variables });
    const response = await fetch(`${address}/graphql`, { method: 'POST', headers, body });
    return (await response.json()) as GraphqlAnswer;
  }
  return {
    address,
    graph,
    db,
    runId,
    ask,
    async answer(query, variables = {}) {
      const { data, errors } = await ask(query, { dataset, ...variables });
      expect(errors).toBeUndefined();
      return data;
    },
    async stop() {
      await api.close();
      await removeDataset(db, dataset);
      await deleteDataset(graph, dataset);
      await db.destroy();
      await graph.close();
      await rm(folder, { recursive: true });
    },
  };
}
