import { join } from 'node:path';
import { loadRevision, migrate, type ConnectomeRows, type DatasetRow } from '@stratome/connectome';
import { conflict } from '@stratome/core';
import type { TileManifest } from '@stratome/ingest';
import {
  inTurn,
  recordTaskInput,
  requireHeld,
  Revision,
  stagePlannedAt,
  stageRunId,
  type Run,
} from '@stratome/operations';
import { writeFlags } from '@stratome/revisions';
import type { ResolvedTask, TaskPlan } from '@stratome/pipeline';
import type { DataSource } from 'typeorm';
import { TaskIo } from '../execution/task-io.js';
import { repositoryRoot } from '../release.js';
import type { Geometry } from './geometry.js';
import { readLineage } from './graph-lineage.js';
import {
  measureConnectivity,
  measuredBy,
  measureKinds,
  readMeasures,
  rowsOfMeasures,
} from './graph-measures.js';
import { cellRows, tileRows } from './graph-rows.js';
import {
  connectivityInputs,
  connectivityRows,
  tallied,
  type ConnectivityInputs,
} from './graph-connectivity.js';
import { OwnRecord } from './graph-record.js';
import { readStageRuns } from './graph-runs.js';
import type {
  PlanContext,
  RecordedState,
  ServerContext,
  ServerOutcome,
  ServerProcessor,
} from './processor.js';

/** L5: connectivity, quality and provenance of the revision, into Neo4j beside the one before; then readers see it. */
export const graph: ServerProcessor = {
  parameters: ({ graph: thresholds }) => thresholds,
  async plan(context: PlanContext): Promise<TaskPlan[]> {
    const kinds = ['geometry', 'objects', 'synapses', 'shape-summary', 'segment-classes'];
    for (const kind of measureKinds) if ((await context.keys(kind)).length > 0) kinds.push(kind);
    return [
      {
        key: 'dataset',
        inputs: kinds.map((kind) => ({ kind, role: 'parameters' })),
        // Lineage is loaded too, and Head is moved: a run whose rows are those of an earlier one is not done by it.
        detail: { run: context.run.id, revision: context.run.revision },
      },
    ];
  },
  serve: (task, context) =>
    inTurn(context.db, `graph of run ${context.run.id}`, () => loadGraph(task, context)),
  recompute: measureAnew,
};

async function loadGraph(task: ResolvedTask, context: ServerContext): Promise<ServerOutcome> {
  const { db, graph: target, store, dataset, run, inputHash } = context;
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
  const measures = await readMeasures(io);
  const source = connectivityInputs(task, context, io, g, lineage.resolve);
  const { neurons, fragments, synapses, connections, isNeuronId } = await connectivityRows(
    context,
    source,
    lineage,
  );
  const measured = measuredBy({ synapses, isNeuronId }, source, measures);
  const own = new OwnRecord(task, context, lineage, await stagePlannedAt(db, run.id, 'graph'));
  const rows: ConnectomeRows = {
    tiles: tileRows(await readManifest(context)),
    artifacts: lineage.artifacts,
    stageRuns: stageRuns.rows,
    cells: cellRows(g),
    measurements: rowsOfMeasures(measures, stageRuns.idOf, g),
    neurons,
    fragments,
    synapses,
    connections,
  };
  await recordTaskInput(db, run.id, 'graph', inputHash);
  const { rows: work } = await loadRevision(target, {
    dataset: datasetRow(context, source),
    revision: BigInt(run.revision),
    rows,
    commit: { ...(await commitOf(db, run)), committedAt: new Date().toISOString() },
    runIds: [...stageRuns.rows.map(({ runId }) => runId), stageRunId(run.id, 'graph')],
    stillAlone: () => requireHeld(db, run.id),
    record: (stored) => own.write(measureConnectivity(measured, stored, g), g),
  });
  // The cells may be others than those that flags were on.
  await target.write((runner) => writeFlags(db, runner, dataset.name, run.revision));
  return { work, artifacts: own.artifacts };
}

/** Measures the connections that the record gives, as if the graph held them. */
async function measureAnew(task: ResolvedTask, io: TaskIo, state: RecordedState): Promise<void> {
  const g = await io.readJson<Geometry>('geometry', 'dataset');
  const source = connectivityInputs(task, state, io, g, (stored) => stored);
  const { synapses, isNeuronId, connections } = await tallied(state, source);
  const measured = measuredBy({ synapses, isNeuronId }, source, await readMeasures(io));
  await io.measure(measureConnectivity(measured, connections, g));
}

/** What the graph says of the revision that the run makes. */
async function commitOf(db: DataSource, { dataset, revision, id }: Run) {
  const intended = await db.getRepository(Revision).findOneBy({ dataset, revision, id });
  return { id, kind: intended?.kind ?? 'run', author: intended?.author ?? 'unknown' };
}

async function readManifest({ store, dataset }: ServerContext): Promise<TileManifest> {
  return JSON.parse(Buffer.from(await store.get(dataset.manifestHash)).toString('utf8')) as TileManifest;
}

function datasetRow(
  { dataset, run }: ServerContext,
  { g, thresholds, uncalibrated }: ConnectivityInputs,
): DatasetRow {
  return {
    dataset: dataset.name,
    voxelNm: g.voxelNm,
    shape: g.shape,
    // The state is the run's: a replay must not look like an edit.
    editedAt: run.startedAt.toISOString(),
    uuid: dataset.manifestHash,
    thresholds,
    uncalibrated,
  };
}
