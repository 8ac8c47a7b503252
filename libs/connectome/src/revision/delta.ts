import type { SiteRow, SynapseRow } from '../rows.js';
import { kindOf } from '../synapseTally.js';
import type { RowDifference } from './readConnectivity.js';
import {
  connectivityKinds,
  rowKinds,
  textOf,
  type ConnectivityKeys,
  type ConnectivityKind,
  type ConnectivityKinds,
} from './rowKinds.js';

/** How the rows of one kind differ: those that come, those that are otherwise (as they are to be), those that go. */
export interface RowChanges<K extends ConnectivityKind> {
  readonly added: readonly ConnectivityKinds[K][];
  readonly changed: readonly ConnectivityKinds[K][];
  readonly removed: readonly ConnectivityKeys[K][];
}

/** How the connectivity of one revision differs from that of another. What is left out does not differ. */
export type ConnectivityDelta = { readonly [K in ConnectivityKind]?: RowChanges<K> };

/** How many rows of each kind a revision added, changed and took away. */
export type ChangeCounts = Record<ConnectivityKind, { added: number; changed: number; removed: number }>;

export const countChanges = (delta: ConnectivityDelta): ChangeCounts =>
  Object.fromEntries(
    connectivityKinds.map((kind) => [
      kind,
      {
        added: delta[kind]?.added.length ?? 0,
        changed: delta[kind]?.changed.length ?? 0,
        removed: delta[kind]?.removed.length ?? 0,
      },
    ]),
  ) as ChangeCounts;

export const isNoChange = (delta: ConnectivityDelta): boolean =>
  Object.values(countChanges(delta)).every(({ added, changed, removed }) => added + changed + removed === 0);

/**
 * The rows in which two sets differ, by key: as they come `before`, then what is `after` alone.
 *
 * @param before read once, and only what differs of it is kept
 */
export async function* differingRows<K extends ConnectivityKind>(
  kind: K,
  before: Iterable<ConnectivityKinds[K]> | AsyncIterable<ConnectivityKinds[K]>,
  after: Iterable<ConnectivityKinds[K]>,
): AsyncGenerator<RowDifference<ConnectivityKinds[K]>> {
  const { keyOf } = rowKinds[kind];
  const awaited = new Map<string, ConnectivityKinds[K]>();
  for (const row of after) awaited.set(keyOf(row as ConnectivityKeys[K]), row);
  for await (const row of before) {
    const key = keyOf(row as ConnectivityKeys[K]);
    const now = awaited.get(key);
    awaited.delete(key);
    if (now === undefined) yield { key, before: row };
    else if (textOf(kind, now) !== textOf(kind, row)) yield { key, before: row, after: now };
  }
  for (const [key, row] of awaited) yield { key, after: row };
}

/**
 * The difference of two sets of rows, by key.
 *
 * @param before as they are; read once, and nothing of them is kept but the keys of those that go
 * @param after as they are to be
 */
export async function differenceOf<K extends ConnectivityKind>(
  kind: K,
  before: Iterable<ConnectivityKinds[K]> | AsyncIterable<ConnectivityKinds[K]>,
  after: readonly ConnectivityKinds[K][],
): Promise<RowChanges<K>> {
  const { key } = rowKinds[kind];
  const added: ConnectivityKinds[K][] = [];
  const changed: ConnectivityKinds[K][] = [];
  const removed: ConnectivityKeys[K][] = [];
  for await (const { before: was, after: is } of differingRows(kind, before, after)) {
    if (!is) removed.push(key(was as ConnectivityKeys[K]));
    else (was ? changed : added).push(is);
  }
  return { added, changed, removed };
}

/** The presynaptic sites of contacts. A site says of itself what the contact of the smallest id says that leads from it. */
export function sitesOf(synapses: Iterable<SynapseRow>): SiteRow[] {
  const first = new Map<bigint, SynapseRow>();
  for (const row of synapses) {
    const siteId = row.preSiteId ?? row.synapseId;
    const other = first.get(siteId);
    if (!other || row.synapseId < other.synapseId) first.set(siteId, row);
  }
  return [...first].map(([siteId, row]) => siteOf(siteId, row));
}

const siteOf = (siteId: bigint, row: SynapseRow): SiteRow => ({
  siteId,
  bodyId: row.preBodyId,
  location: row.preLocation,
  confidence: row.confidence,
  excitatoryProbability: row.excitatoryProbability,
  inhibitoryProbability: row.inhibitoryProbability,
  kind: kindOf(row),
  uncalibrated: row.uncalibrated,
  sizeVoxels: row.sizeVoxels,
  cellKey: row.cellKey,
  derivedFrom: row.derivedFrom,
  rois: row.rois,
});
