import { join } from 'node:path';
import {
  deleteDataset,
  loadConnectome,
  migrate,
  queries,
  tallySynapses,
  type ConnectomeRows,
  type DatasetRow,
  type Graph,
  type SynapseRow,
} from '@stratome/connectome';
import { conflict, StratomeError, type CellMeasurement } from '@stratome/core';
import type { TileManifest } from '@stratome/ingest';
import type { Run } from '@stratome/operations';
import { stageNames, type ResolvedTask, type StageName, type TaskPlan } from '@stratome/pipeline';
import { TaskIo } from '../execution/task-io.js';
import { repositoryRoot } from '../release.js';
import type { Geometry } from './geometry.js';
import { readLineage, type Lineage } from './graph-lineage.js';
import { graphParameters } from './graph-parameters.js';
import {
  cellRows,
  fragmentRows,
  isNeuron,
  measurementRows,
  neuronRows,
  objectsInGraph,
  synapseRows,
  tileRows,
  type ShapeSummary,
} from './graph-rows.js';
import { readStageRuns, type StageRuns } from './graph-runs.js';
import type { StoredObject } from './objects.js';
import type { StoredSynapse } from './stored-synapses.js';
import type { PlanContext, ServerContext, ServerOutcome, ServerProcessor } from './processor.js';

const measuresOf = (stage: StageName): string => `measures/${stage}`;

/** L5: connectivity, quality and provenance of the revision, into Neo4j; then readers are shown it. */
export const graph: ServerProcessor = {
  version: 1,
  parameters: ({ graph: thresholds }) => thresholds,
  async plan(context: PlanContext): Promise<TaskPlan[]> {
    const kinds = ['geometry', 'objects', 'synapses', 'shape-summary', 'segment-classes'];
    for (const stage of stageNames) {
      if ((await context.keys(measuresOf(stage))).length > 0) kinds.push(measuresOf(stage));
    }
    return [
      {
        key: 'dataset',
        inputs: kinds.map((kind) => ({ kind, role: 'parameters' })),
        // Lineage is loaded too, and Head is moved: a run whose rows are those of an earlier one is not done by it.
        detail: { run: context.run.id, revision: context.run.revision },
      },
    ];
  },
  serve: loadGraph,
};

async function loadGraph(task: ResolvedTask, context: ServerContext): Promise<ServerOutcome> {
  const { db, graph: target, store, dataset, run } = context;
  if (dataset.headRevision > run.revision) {
    throw conflict(
      `The dataset "${dataset.name}" is at revision ${dataset.headRevision}; run ${run.id} made revision ${run.revision}.`,
      'Begin a new run.',
    );
  }
  await migrate(target, join(repositoryRoot, 'cypher', 'migrations'));
  const io = new TaskIo(store, task);
  const g = await io.readJson<Geometry>('geometry', 'dataset');
  const lineage = await readLineage(db, dataset.name, run.revision, g);
  const stageRuns = await readStageRuns(db, run, lineage);
  const manifest = JSON.parse(
    Buffer.from(await store.get(dataset.manifestHash)).toString('utf8'),
  ) as TileManifest;
  const row = datasetRow(task, context, g);
  const rows: ConnectomeRows = {
    tiles: tileRows(manifest),
    artifacts: lineage.artifacts,
    stageRuns: stageRuns.rows,
    cells: cellRows(g),
    measurements: await readMeasurements(io, stageRuns, g),
    ...(await readConnectivity(task, io, lineage, g, row)),
  };
  await clearOtherRevisions(target, run, stageRuns);
  const counts = await loadConnectome(target, row, BigInt(run.revision), rows);
  await moveHead(target, run);
  return { work: Object.values(counts).reduce((sum, n) => sum + n, 0), artifacts: [] };
}

function datasetRow(task: ResolvedTask, { dataset, run }: ServerContext, g: Geometry): DatasetRow {
  return {
    dataset: dataset.name,
    voxelNm: g.voxelNm,
    shape: g.shape,
    // The state is the run's: a replay must not look like an edit.
    editedAt: run.startedAt.toISOString(),
    uuid: dataset.manifestHash,
    thresholds: graphParameters.parse(task.parameters),
    uncalibrated: dataset.truthPath === null,
  };
}

async function readMeasurements(io: TaskIo, stageRuns: StageRuns, g: Geometry) {
  const rows = [];
  for (const stage of stageNames) {
    const kind = measuresOf(stage);
    const parts: CellMeasurement[] = [];
    for (const key of io.keys(kind)) parts.push(...(await io.readJson<CellMeasurement[]>(kind, key)));
    if (parts.length > 0) rows.push(...measurementRows(parts, stageRuns.idOf(stage), g));
  }
  return rows;
}

async function readSynapses(
  task: ResolvedTask,
  io: TaskIo,
  lineage: Lineage,
  g: Geometry,
  objects: readonly StoredObject[],
  uncalibrated: boolean,
): Promise<SynapseRow[]> {
  const kind = 'synapses';
  const bodies = new Set(objects.map(({ id }) => BigInt(id)));
  const rows: SynapseRow[] = [];
  for (const [key, { hash }] of task.inputs.get(kind) ?? []) {
    const stored = await io.readJson<StoredSynapse[]>(kind, key);
    const source = lineage.resolve({ kind, key, hash });
    rows.push(...synapseRows(stored, source, g, (id) => bodies.has(id), uncalibrated));
  }
  return rows;
}

async function readShapes(io: TaskIo): Promise<Map<string, ShapeSummary>> {
  const shapes = new Map<string, ShapeSummary>();
  for (const key of io.keys('shape-summary')) {
    for (const shape of await io.readJson<ShapeSummary[]>('shape-summary', key)) shapes.set(shape.id, shape);
  }
  return shapes;
}

async function readConnectivity(
  task: ResolvedTask,
  io: TaskIo,
  lineage: Lineage,
  g: Geometry,
  { dataset, thresholds, uncalibrated }: DatasetRow,
): Promise<Pick<ConnectomeRows, 'neurons' | 'fragments' | 'synapses' | 'connections'>> {
  const all = await io.readJson<StoredObject[]>('objects', 'dataset');
  const synapses = await readSynapses(task, io, lineage, g, all, uncalibrated);
  const { counts, connections } = tallySynapses(synapses, thresholds);
  const objects = objectsInGraph(all, counts);
  const neurons = new Set(all.filter(isNeuron).map(({ id }) => BigInt(id)));
  const blocks = blockSources(lineage);
  return {
    neurons: neuronRows(objects, await readShapes(io), counts, g),
    fragments: fragmentRows(objects, (key) => requireBlock(blocks, key, dataset), g),
    synapses,
    connections: connections.filter((c) => neurons.has(c.preBodyId) && neurons.has(c.postBodyId)),
  };
}

const blockSources = ({ artifacts }: Lineage) =>
  new Map(
    artifacts
      .filter(({ kind }) => kind === 'object-rows')
      .map(({ kind, key, hash }) => [key, { kind, key, hash }] as const),
  );

function requireBlock(blocks: ReturnType<typeof blockSources>, key: string, dataset: string) {
  const source = blocks.get(key);
  if (source) return source;
  throw new StratomeError(
    'internal',
    `An object of "${dataset}" has a part in block ${key}, which no task wrote.`,
  );
}

/**
 * Empties the dataset's graph unless it holds rows of this very run, which are written over: what an earlier
 * revision had and this one lacks must not stay behind.
 */
async function clearOtherRevisions(target: Graph, run: Run, stageRuns: StageRuns): Promise<void> {
  const { dataset } = run;
  const head = await target.first(queries.head, { dataset });
  if (!head) return;
  if (head.revision === BigInt(run.revision)) {
    const own = new Set(stageRuns.rows.map(({ runId }) => runId));
    const there = await target.run(queries.stageRuns, { dataset, stage: null, limit: 1000 });
    if (there.length > 0 && there.every(({ runId }) => own.has(runId))) return;
  }
  await deleteDataset(target, dataset);
}

/** Shows readers the run's revision, unless they see it. @throws StratomeError conflict when another writer moved Head */
async function moveHead(target: Graph, run: Run): Promise<void> {
  const { dataset } = run;
  const revision = BigInt(run.revision);
  const head = await target.first(queries.head, { dataset });
  if (head?.revision === revision) return;
  const moved =
    head &&
    (await target.first(queries.setHead, {
      dataset,
      expectedRevision: head.revision,
      expectedEpoch: head.epoch,
      revision,
      committedAt: new Date().toISOString(),
    }));
  if (!moved) {
    throw conflict(
      `The graph of "${dataset}" was written by someone else meanwhile.`,
      'Run the dataset again when nobody else does.',
    );
  }
}
