import {
  changedConnections,
  changedFragments,
  changedSegments,
  changedSites,
  changedSynapses,
  storedConnectionRows,
  storedFragments,
  storedSegments,
  storedSites,
  storedSynapses,
} from '../generated/queries.js';
import type { Query } from '../cypherTypes.js';
import type { QueryRunner } from '../graph.js';
import { rowKinds, textOf, type ConnectivityKind, type ConnectivityKinds } from './rowKinds.js';
import { rowFrom } from './storedRows.js';

/** Rows of one page: large enough to spare round trips, small enough to stream. */
const pageRows = 5000;

/** Segments whose fragments or connections are read at once. */
const pageBodies = 500;

type Paged = Query<
  { dataset: string; after: bigint; limit: number },
  { readonly id: bigint; readonly row: object }
>;

async function* pages<K extends ConnectivityKind>(
  runner: QueryRunner,
  dataset: string,
  kind: K,
  query: Paged,
): AsyncGenerator<ConnectivityKinds[K]> {
  for (let after = -1n; ; ) {
    const page = await runner.run(query, { dataset, after, limit: pageRows });
    for (const { row } of page) yield rowFrom(kind, row as never);
    if (page.length < pageRows) return;
    after = page[page.length - 1].id;
  }
}

type OfBodies = Query<{ dataset: string; bodyIds: readonly bigint[] }, { readonly row: object }>;

async function* ofSegments<K extends ConnectivityKind>(
  runner: QueryRunner,
  dataset: string,
  kind: K,
  query: OfBodies,
): AsyncGenerator<ConnectivityKinds[K]> {
  for (let after = -1n; ; ) {
    const segments = await runner.run(storedSegments, { dataset, after, limit: pageBodies });
    const bodyIds = segments.map(({ id }) => id);
    for (const { row } of await runner.run(query, { dataset, bodyIds })) yield rowFrom(kind, row as never);
    if (segments.length < pageBodies) return;
    after = bodyIds[bodyIds.length - 1];
  }
}

/** The connectivity that the graph holds at the head, streamed by kind. */
export interface StoredConnectivity {
  rows<K extends ConnectivityKind>(kind: K): AsyncIterable<ConnectivityKinds[K]>;
}

/**
 * The connectivity of a dataset as the graph holds it. It is read in several transactions: whoever writes by it
 * compares Head's epoch before and after.
 */
export function readConnectivity(runner: QueryRunner, dataset: string): StoredConnectivity {
  const streams: { readonly [K in ConnectivityKind]: () => AsyncIterable<ConnectivityKinds[K]> } = {
    neurons: () => pages(runner, dataset, 'neurons', storedSegments as Paged),
    fragments: () => ofSegments(runner, dataset, 'fragments', storedFragments as OfBodies),
    sites: () => pages(runner, dataset, 'sites', storedSites as Paged),
    synapses: () => pages(runner, dataset, 'synapses', storedSynapses as Paged),
    connections: () => ofSegments(runner, dataset, 'connections', storedConnectionRows as OfBodies),
  };
  return { rows: (kind) => streams[kind]() };
}

/** One thing that differs between two revisions; undefined where there was none. */
export interface RowDifference<Row> {
  readonly key: string;
  readonly before?: Row;
  readonly after?: Row;
}

export type RevisionDifference = {
  readonly [K in ConnectivityKind]: readonly RowDifference<ConnectivityKinds[K]>[];
};

const changedQueries = {
  neurons: changedSegments,
  fragments: changedFragments,
  sites: changedSites,
  synapses: changedSynapses,
  connections: changedConnections,
} as const;

async function changesOf<K extends ConnectivityKind>(
  runner: QueryRunner,
  dataset: string,
  kind: K,
  earlier: number,
  later: number,
): Promise<RowDifference<ConnectivityKinds[K]>[]> {
  const between = { dataset, earlier: BigInt(earlier), later: BigInt(later) };
  const found = await runner.run(changedQueries[kind], between);
  const differences = found.map(({ key, before, after }) => ({
    key,
    ...(before ? { before: rowFrom(kind, before) } : {}),
    ...(after ? { after: rowFrom(kind, after) } : {}),
  }));
  // What was changed and changed back differs no more.
  const plain = (row?: ConnectivityKinds[K]) => (row ? textOf(kind, row) : '');
  return differences.filter(({ before, after }) => plain(before) !== plain(after));
}

/**
 * How connectivity differs between two revisions, out of what history keeps: the work is in proportion to what
 * changed between them.
 *
 * @param earlier the smaller number of the two
 */
export async function differenceBetween(
  runner: QueryRunner,
  dataset: string,
  earlier: number,
  later: number,
): Promise<RevisionDifference> {
  return {
    neurons: await changesOf(runner, dataset, 'neurons', earlier, later),
    fragments: await changesOf(runner, dataset, 'fragments', earlier, later),
    sites: await changesOf(runner, dataset, 'sites', earlier, later),
    synapses: await changesOf(runner, dataset, 'synapses', earlier, later),
    connections: await changesOf(runner, dataset, 'connections', earlier, later),
  };
}

function backOf<K extends ConnectivityKind>(
  kind: K,
  differences: readonly RowDifference<ConnectivityKinds[K]>[],
) {
  const { key } = rowKinds[kind];
  return {
    added: differences.filter((d) => !d.after).map((d) => d.before!),
    changed: differences.filter((d) => d.before && d.after).map((d) => d.before!),
    removed: differences.filter((d) => !d.before).map((d) => key(d.after as never)),
  };
}

/** The change that leads from the later revision back to the earlier one. */
export const inverseOf = (difference: RevisionDifference) => ({
  neurons: backOf('neurons', difference.neurons),
  fragments: backOf('fragments', difference.fragments),
  sites: backOf('sites', difference.sites),
  synapses: backOf('synapses', difference.synapses),
  connections: backOf('connections', difference.connections),
});
