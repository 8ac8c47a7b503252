import { conflict } from '@stratome/core';
import type { Target } from './batches.js';
import {
  deleteConnectivity,
  deleteSupersededBatch,
  forgetOtherRuns,
  head,
  refreshMeta,
  setHead,
  stageRuns,
  storedConnections,
  type StoredConnectionsRow,
} from './generated/queries.js';
import type { Graph, QueryRunner } from './graph.js';
import {
  deleteDataset,
  loadConnectivity,
  loadDataset,
  loadLineage,
  loadMeasures,
  type ConnectivityRows,
} from './load.js';
import type { ArtifactRow, ConnectomeRows, DatasetRow, MeasurementRow, StageRunRow } from './rows.js';

/** What the stage that loads the graph says of itself, once the connections stand. */
export interface LoadRecord {
  readonly stageRun: StageRunRow;
  readonly artifacts: readonly ArtifactRow[];
  readonly measurements: readonly MeasurementRow[];
}

export interface RevisionLoad {
  readonly dataset: DatasetRow;
  readonly revision: bigint;
  readonly rows: ConnectomeRows;
  /** Revisions whose runs, artefacts and measurements stay, this one included. */
  readonly keepRevisions: number;
  /** ISO time. */
  readonly committedAt: string;
  /** Runs that belong to this load; what others left of the same revision is deleted. */
  readonly runIds: readonly string[];
  /** Called with the connections as the graph holds them, before readers see them; may be called again. */
  readonly record: (stored: readonly StoredConnectionsRow[]) => Promise<LoadRecord>;
}

interface Shown {
  readonly revision: bigint;
  readonly epoch: bigint;
}

/**
 * Loads a revision beside the one that readers see, and shows it to them in one transaction.
 *
 * Lineage and measurements are keyed by content and revision, so they are written first, a batch a transaction.
 * Segments and synapses stand under plain labels, for neuPrint's queries, and have place for one revision: the
 * last transaction exchanges them and moves Head, so that readers see all of the old revision or all of the new.
 * A dataset that nobody was shown yet has no Head to exchange under; its connectivity is written in batches, and
 * its Meta, by which readers find it, last. What no kept revision holds is deleted afterwards. A replay changes
 * nothing; a load that was interrupted is repeated.
 *
 * @returns rows written
 * @throws StratomeError conflict when another writer moved Head meanwhile, badInput when a row refers to something
 *   that was never written; then readers keep what they see
 */
export async function loadRevision(graph: Graph, load: RevisionLoad): Promise<number> {
  const { dataset } = load.dataset;
  const { revision } = load;
  const shown = await graph.first(head, { dataset });
  const target: Target = { graph, dataset, revision };
  // What stands of a dataset without Head was left by a load that came to no end.
  if (!shown) await deleteDataset(graph, dataset);
  const connectivity = await arraysOf(load.rows);
  let written = total(await loadLineage(target, load.rows)) + total(await loadMeasures(target, load.rows));
  if (!shown) written += total(await loadConnectivity(target, connectivity));
  written += await graph.write((runner) => show(runner, target, load, connectivity, shown));
  await removeSuperseded(graph, dataset, revision - BigInt(load.keepRevisions) + 1n);
  return written;
}

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, n) => sum + n, 0);

async function arrayOf<T>(rows: Iterable<T> | AsyncIterable<T> = []): Promise<T[]> {
  const array: T[] = [];
  for await (const row of rows) array.push(row);
  return array;
}

/** Rows as arrays: a transaction may be repeated, and streams are read once. */
const arraysOf = async ({ neurons, fragments, synapses, connections }: ConnectomeRows) => ({
  neurons: await arrayOf(neurons),
  fragments: await arrayOf(fragments),
  synapses: await arrayOf(synapses),
  connections: await arrayOf(connections),
});

async function show(
  runner: QueryRunner,
  outside: Target,
  load: RevisionLoad,
  connectivity: ConnectivityRows,
  shown: Shown | undefined,
): Promise<number> {
  const { dataset, revision } = outside;
  const target: Target = { ...outside, within: runner };
  await loadDataset(runner, load.dataset);
  if (!(await isShown(runner, load, shown)))
    await moveHead(runner, load, shown ?? { revision: 0n, epoch: 0n });
  await runner.run(forgetOtherRuns, { dataset, revision, runIds: load.runIds });
  let written = 0;
  if (shown) {
    await runner.run(deleteConnectivity, { dataset });
    written += total(await loadConnectivity(target, connectivity));
  }
  const { stageRun, artifacts, measurements } = await load.record(
    await runner.run(storedConnections, { dataset }),
  );
  written += total(await loadLineage(target, { artifacts, stageRuns: [stageRun] }));
  written += total(await loadMeasures(target, { measurements }));
  await runner.run(refreshMeta, { dataset, editedAt: load.dataset.editedAt });
  return written;
}

/** Whether readers see this very load already: Head stands at its revision, and its runs are there. */
async function isShown(runner: QueryRunner, load: RevisionLoad, shown: Shown | undefined): Promise<boolean> {
  if (shown?.revision !== load.revision) return false;
  const there = await runner.run(stageRuns, { dataset: load.dataset.dataset, stage: 'graph', limit: 1000 });
  return there.some(({ runId }) => load.runIds.includes(runId));
}

async function moveHead(runner: QueryRunner, load: RevisionLoad, from: Shown): Promise<void> {
  const { dataset } = load.dataset;
  const [moved] = await runner.run(setHead, {
    dataset,
    expectedRevision: from.revision,
    expectedEpoch: from.epoch,
    revision: load.revision,
    committedAt: load.committedAt,
  });
  if (moved) return;
  throw conflict(
    `The graph of "${dataset}" was written by someone else meanwhile.`,
    'Run the dataset again when nobody else does.',
  );
}

/** Deletes, in batches, what no revision from `firstKept` on holds. */
async function removeSuperseded(graph: Graph, dataset: string, firstKept: bigint): Promise<void> {
  const limit = 5000;
  for (;;) {
    const [{ deleted }] = await graph.run(deleteSupersededBatch, { dataset, firstKept, limit });
    if (deleted === 0n) return;
  }
}
