import { crashPoint } from '@stratome/core';
import { writeAll, writeBatches, type Target } from './batches.js';
import {
  adjustMeta,
  endMeasurements,
  forgetOtherRuns,
  head,
  refreshMeta,
  stageRuns,
  storedConnections,
  storedConnectionsOf,
  type StoredConnectionsRow,
} from './generated/queries.js';
import type { Graph, QueryRunner } from './graph.js';
import { deleteDataset, loadDataset, loadLineage, loadMeasures } from './load.js';
import { loadConnections, loadContacts, loadFragments, loadNeurons, loadSites } from './loadConnectivity.js';
import { MeasuredBefore } from './revision/measuredBefore.js';
import { commitDelta, moveHead, type HeadAt, type RevisionCommit } from './revision/commitDelta.js';
import {
  countChanges,
  differenceOf,
  sitesOf,
  type ChangeCounts,
  type ConnectivityDelta,
  type RowChanges,
} from './revision/delta.js';
import { readConnectivity } from './revision/readConnectivity.js';
import { connectivityKinds, rowKinds, type ConnectivityKinds } from './revision/rowKinds.js';
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
  readonly commit: Omit<RevisionCommit, 'editedAt'>;
  /** Runs that belong to this load; what others left of the same revision is deleted. */
  readonly runIds: readonly string[];
  /** Called with the connections as the graph holds them, before readers see them; may be called again. */
  readonly record: (stored: readonly StoredConnectionsRow[]) => Promise<LoadRecord>;
  /** Called at the end of the transaction that moves Head; throws when somebody else may be writing meanwhile. */
  readonly stillAlone?: () => Promise<void>;
}

/** What a load wrote. */
export interface RevisionLoaded {
  /** Rows written and taken away, lineage and measurements included. */
  readonly rows: number;
  /** How connectivity differs from the revision before. */
  readonly changes: ChangeCounts;
}

/** All connectivity of a revision in memory; presynaptic sites apart from the contacts that lead from them. */
export type WholeConnectivity = { readonly [K in keyof ConnectivityKinds]: readonly ConnectivityKinds[K][] };

/**
 * Loads a revision beside the one that readers see, and shows it to them in one transaction.
 *
 * Lineage and measurements are keyed by content and revision, so they are written first, a batch a transaction.
 * Segments and synapses stand under plain labels, for neuPrint's queries, and have place for one revision: what the
 * graph holds is compared with what it is to hold, and the last transaction writes the difference, keeps what it
 * replaces as history and moves Head. Readers see all of the old revision or all of the new. A dataset that nobody was
 * shown yet has nothing to compare with; its connectivity is written in batches, and its Meta, by which readers find
 * it, last. A replay changes nothing; a load that was interrupted is repeated.
 *
 * @throws StratomeError conflict when another writer moved Head meanwhile, badInput when a row refers to something
 *   that was never written; then readers keep what they see
 */
export async function loadRevision(graph: Graph, load: RevisionLoad): Promise<RevisionLoaded> {
  const { dataset } = load.dataset;
  const target: Target = { graph, dataset, revision: load.revision };
  const shown = await graph.first(head, { dataset });
  // What stands of a dataset without Head was left by a load that came to no end.
  if (!shown) await deleteDataset(graph, dataset);
  const connectivity = await wholeOf(load.rows);
  crashPoint('graphLineage.before');
  const stored = await MeasuredBefore.read(graph, target);
  const measurements = await stored.differing(load.rows.measurements);
  const beside =
    total(await loadLineage(target, load.rows)) +
    total(await loadMeasures(target, { ...load.rows, measurements }));
  crashPoint('graphLineage.after');
  const loaded = await (shown
    ? exchange(graph, target, load, connectivity, stored, shown)
    : showFirst(graph, target, load, connectivity, stored));
  return { ...loaded, rows: loaded.rows + beside };
}

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, n) => sum + n, 0);

async function arrayOf<T>(rows: Iterable<T> | AsyncIterable<T> = []): Promise<T[]> {
  const array: T[] = [];
  for await (const row of rows) array.push(row);
  return array;
}

/** Rows as arrays: a transaction may be repeated, and streams are read once. */
export async function wholeOf({
  neurons,
  fragments,
  synapses,
  connections,
}: ConnectomeRows): Promise<WholeConnectivity> {
  const contacts = await arrayOf(synapses);
  return {
    neurons: await arrayOf(neurons),
    fragments: await arrayOf(fragments),
    sites: sitesOf(contacts),
    synapses: contacts,
    connections: await arrayOf(connections),
  };
}

/** The first revision of a dataset: nobody sees any of it before the last transaction. */
async function showFirst(
  graph: Graph,
  target: Target,
  load: RevisionLoad,
  connectivity: WholeConnectivity,
  measured: MeasuredBefore,
): Promise<RevisionLoaded> {
  const { dataset, revision } = target;
  let rows = await loadNeurons(target, connectivity.neurons);
  rows += await loadFragments(target, connectivity.fragments);
  rows += await loadSites(target, connectivity.sites);
  rows += await loadContacts(target, connectivity.synapses);
  rows += await loadConnections(target, connectivity.connections);
  const added = (kind: keyof WholeConnectivity) => ({
    added: connectivity[kind],
    changed: [],
    removed: [],
  });
  const changes = countChanges(
    Object.fromEntries(connectivityKinds.map((kind) => [kind, added(kind)])) as ConnectivityDelta,
  );
  const { editedAt } = load.dataset;
  crashPoint('graph.before');
  rows += await graph.write(async (runner) => {
    await loadDataset(runner, load.dataset);
    const from = { revision: 0n, epoch: 0n };
    await moveHead(runner, dataset, from, revision, { ...load.commit, editedAt }, changes);
    const written = await writeRecord(
      runner,
      target,
      load,
      await runner.run(storedConnections, { dataset }),
      measured,
    );
    await runner.run(refreshMeta, { dataset, editedAt });
    await runner.run(adjustMeta, { dataset, revision, pre: 0n, post: 0n, editedAt });
    await load.stillAlone?.();
    crashPoint('graph.inside');
    return written;
  });
  crashPoint('graph.after');
  return { rows, changes };
}

/** A later revision: the difference to what readers see takes its place. */
async function exchange(
  graph: Graph,
  target: Target,
  load: RevisionLoad,
  connectivity: WholeConnectivity,
  measured: MeasuredBefore,
  shown: HeadAt,
): Promise<RevisionLoaded> {
  const { dataset, revision } = target;
  const replay = await isShown(graph, load, shown);
  const delta = await deltaTo(graph, dataset, connectivity);
  const before = await graph.run(storedConnections, { dataset });
  const rows = await commitDelta(graph, {
    dataset,
    from: shown,
    revision,
    commit: { ...load.commit, editedAt: load.dataset.editedAt },
    delta,
    replay,
    stillAlone: load.stillAlone,
    async alongside(within) {
      await loadDataset(within.within, load.dataset);
      const stored = await storedAfter(within.within, dataset, before, delta.connections);
      return writeRecord(within.within, target, load, stored, measured);
    },
  });
  return { rows, changes: countChanges(delta) };
}

/** How what the graph holds differs from what it is to hold. */
export async function deltaTo(
  graph: Graph,
  dataset: string,
  after: WholeConnectivity,
): Promise<Required<ConnectivityDelta>> {
  const before = readConnectivity(graph, dataset);
  return {
    neurons: await differenceOf('neurons', before.rows('neurons'), after.neurons),
    fragments: await differenceOf('fragments', before.rows('fragments'), after.fragments),
    sites: await differenceOf('sites', before.rows('sites'), after.sites),
    synapses: await differenceOf('synapses', before.rows('synapses'), after.synapses),
    connections: await differenceOf('connections', before.rows('connections'), after.connections),
  };
}

/** The connections as the graph holds them: those that a change left alone as they were read, the others read again. */
async function storedAfter(
  runner: QueryRunner,
  dataset: string,
  before: readonly StoredConnectionsRow[],
  { added, changed, removed }: RowChanges<'connections'>,
): Promise<StoredConnectionsRow[]> {
  const { keyOf, key } = rowKinds.connections;
  const touched = new Set([...changed, ...removed].map(keyOf));
  const stored = before.filter((row) => !touched.has(keyOf(row)));
  const pairs = [...added, ...changed].map(key);
  for (let begin = 0; begin < pairs.length; begin += pairsAtOnce) {
    const asked = { dataset, pairs: pairs.slice(begin, begin + pairsAtOnce) };
    for (const row of await runner.run(storedConnectionsOf, asked)) stored.push(row);
  }
  return stored;
}

const pairsAtOnce = 5000;

/** Writes what the load says of itself. @returns rows written */
async function writeRecord(
  runner: QueryRunner,
  outside: Target,
  load: RevisionLoad,
  stored: readonly StoredConnectionsRow[],
  before: MeasuredBefore,
): Promise<number> {
  const target: Target = { ...outside, within: runner };
  const { dataset, revision } = target;
  await runner.run(forgetOtherRuns, { dataset, revision, runIds: load.runIds });
  const { stageRun, artifacts, measurements } = await load.record(stored);
  const lineage = await loadLineage(target, { artifacts, stageRuns: [stageRun] });
  const measured = total(await loadMeasures(target, { measurements: await before.differing(measurements) }));
  // What a run does not measure is not as an earlier one measured it: the thing measured is gone.
  const ended = await writeBatches(target, before.ended(), (within, rows) =>
    writeAll(within, endMeasurements, { dataset, revision, rows }, ({ cellKey }) => `Cell ${cellKey}`),
  );
  return total(lineage) + measured + ended;
}

/** Whether readers see this very load already: Head stands at its revision, and its runs are there. */
async function isShown(graph: Graph, load: RevisionLoad, shown: HeadAt): Promise<boolean> {
  if (shown.revision !== load.revision) return false;
  const there = await graph.run(stageRuns, { dataset: load.dataset.dataset, stage: 'graph', limit: 1000 });
  return there.some(({ runId }) => load.runIds.includes(runId));
}
