import { writeAll, writeBatches, type Target } from '../batches.js';
import type { QueryRunner } from '../graph.js';
import {
  dropEmptySets,
  markAbsent,
  removeConnections,
  removeFragments,
  removeSegments,
  removeSites,
  retireFragments,
  retireSegments,
  retireSites,
  retireSynapses,
  touchedSets,
  unlinkSites,
  unlinkSynapses,
} from '../generated/queries.js';
import {
  loadConnections,
  loadContacts,
  loadFragments,
  loadNeurons,
  loadSites,
  replaceConnections,
} from '../loadConnectivity.js';
import type { ConnectivityDelta, RowChanges } from './delta.js';
import { connectivityKinds, rowKinds, type ConnectivityKeys, type ConnectivityKind } from './rowKinds.js';

const nothing = { added: [], changed: [], removed: [] };

const changesOf = <K extends ConnectivityKind>(delta: ConnectivityDelta, kind: K): RowChanges<K> =>
  (delta[kind] ?? nothing) as RowChanges<K>;

/** Keys of what stands and will not stand as it does. */
const leaving = <K extends ConnectivityKind>(delta: ConnectivityDelta, kind: K): ConnectivityKeys[K][] => {
  const { changed, removed } = changesOf(delta, kind);
  return [...(changed as readonly ConnectivityKeys[K][]), ...removed].map(rowKinds[kind].key);
};

/** What the graph is to be given, in the order in which it is to be written. */
const arriving = <K extends ConnectivityKind>(delta: ConnectivityDelta, kind: K) => {
  const { added, changed } = changesOf(delta, kind);
  return [...added, ...changed];
};

const postSite = ({ synapseId }: ConnectivityKeys['synapses']) => ({ siteId: synapseId });

/** A target that is written in one transaction. */
export type Transaction = Target & { readonly within: QueryRunner };

/** Keeps what the revision replaces, and that there was nothing where it adds; connections are kept as they are written. */
async function retire(target: Transaction, delta: ConnectivityDelta): Promise<void> {
  const { dataset, revision } = target;
  const into = { dataset, revision };
  await writeBatches(
    target,
    leaving(delta, 'synapses').map(postSite),
    async (r, rows) => void (await r.run(retireSynapses, { ...into, rows })),
  );
  await writeBatches(
    target,
    leaving(delta, 'sites'),
    async (r, rows) => void (await r.run(retireSites, { ...into, rows })),
  );
  await writeBatches(
    target,
    leaving(delta, 'fragments'),
    async (r, rows) => void (await r.run(retireFragments, { ...into, rows })),
  );
  await writeBatches(
    target,
    leaving(delta, 'neurons'),
    async (r, rows) => void (await r.run(retireSegments, { ...into, rows })),
  );
  for (const kind of connectivityKinds) {
    const { pastOf, keyOf } = rowKinds[kind];
    const keys = changesOf(delta, kind).added.map((row) => ({ key: keyOf(row as never) }));
    await writeBatches(
      target,
      keys,
      async (r, rows) => void (await r.run(markAbsent, { ...into, kind: pastOf, rows })),
    );
  }
}

interface TouchedSet {
  readonly preSiteId: bigint | null;
  readonly setBodyIds: string;
}

/** Takes contacts that change or go out of their sets. @returns the sets they were in */
async function unlink(target: Transaction, delta: ConnectivityDelta): Promise<TouchedSet[]> {
  const { dataset } = target;
  const touched: TouchedSet[] = [];
  await writeBatches(target, leaving(delta, 'synapses').map(postSite), async (runner, rows) => {
    const siteIds = rows.map(({ siteId }) => siteId);
    for (const { preSiteId, setBodyIds } of await runner.run(touchedSets, { dataset, siteIds }))
      if (setBodyIds !== null) touched.push({ preSiteId, setBodyIds });
    await runner.run(unlinkSynapses, { dataset, rows });
  });
  const outgoing = touched.filter((set) => set.preSiteId !== null) as (TouchedSet & { preSiteId: bigint })[];
  await writeBatches(
    target,
    outgoing,
    async (runner, rows) => void (await runner.run(unlinkSites, { dataset, rows })),
  );
  return touched;
}

async function remove(target: Transaction, delta: ConnectivityDelta): Promise<void> {
  const { dataset, revision } = target;
  const unknown = (what: string) => () => `${what} that is to be taken away`;
  await writeBatches(target, changesOf(delta, 'connections').removed, (runner, rows) =>
    writeAll(runner, removeConnections, { dataset, revision, rows }, unknown('A connection')),
  );
  await writeBatches(target, changesOf(delta, 'synapses').removed.map(postSite), (runner, rows) =>
    writeAll(runner, removeSites, { dataset, type: 'post', rows }, unknown('A synapse')),
  );
  await writeBatches(target, changesOf(delta, 'sites').removed, (runner, rows) =>
    writeAll(runner, removeSites, { dataset, type: 'pre', rows }, unknown('A presynaptic site')),
  );
  await writeBatches(target, changesOf(delta, 'fragments').removed, (runner, rows) =>
    writeAll(runner, removeFragments, { dataset, rows }, unknown('A fragment')),
  );
  await writeBatches(target, changesOf(delta, 'neurons').removed, (runner, rows) =>
    writeAll(runner, removeSegments, { dataset, rows }, unknown('A segment')),
  );
}

/**
 * Brings the connectivity of a dataset from one revision to the next, in the transaction that moves Head. Only what
 * differs is written; what is replaced is kept as history. A replay of the same revision keeps nothing twice.
 *
 * @returns rows written and taken away
 * @throws StratomeError badInput when a row refers to something that was never written, or one to be removed is not there
 */
export async function applyDelta(target: Transaction, delta: ConnectivityDelta): Promise<number> {
  const { dataset } = target;
  await retire(target, delta);
  const touched = await unlink(target, delta);
  await remove(target, delta);
  let written = await loadNeurons(target, arriving(delta, 'neurons'));
  written += await loadFragments(target, arriving(delta, 'fragments'));
  written += await loadSites(target, arriving(delta, 'sites'));
  written += await loadContacts(target, arriving(delta, 'synapses'));
  written += await replaceConnections(target, changesOf(delta, 'connections').changed);
  written += await loadConnections(target, changesOf(delta, 'connections').added);
  const sets = [...new Set(touched.map(({ setBodyIds }) => setBodyIds))].map((setBodyIds) => ({
    setBodyIds,
  }));
  await writeBatches(
    target,
    sets,
    async (runner, rows) => void (await runner.run(dropEmptySets, { dataset, rows })),
  );
  const gone = connectivityKinds.reduce((sum, kind) => sum + changesOf(delta, kind).removed.length, 0);
  return written + gone;
}
