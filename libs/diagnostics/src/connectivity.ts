import type { CellMeasurement } from '@stratome/core';

/** One synaptic contact as the graph holds it. */
export interface CellSynapse {
  /** Quality cell in which it lies. */
  readonly cell: number;
  readonly pre: bigint;
  readonly post: bigint;
}

/** A stored connection between two neurons. */
export interface StoredConnection {
  readonly pre: bigint;
  readonly post: bigint;
  /** Synapses that count. */
  readonly weight: number;
  /** Mean confidence of its synapses, 0 … 1. */
  readonly meanConfidence: number;
}

const pairKey = (pre: bigint, post: bigint) => `${pre}>${post}`;

function groupByCell(synapses: readonly CellSynapse[]): Map<number, CellSynapse[]> {
  const groups = new Map<number, CellSynapse[]>();
  for (const synapse of synapses) {
    const group = groups.get(synapse.cell);
    if (group) group.push(synapse);
    else groups.set(synapse.cell, [synapse]);
  }
  return new Map([...groups].sort(([a], [b]) => a - b));
}

/**
 * Distinct partners per neuron, by cell: over the neurons with a synapse in the cell, the mean number of others
 * each is connected with there (in either direction).
 */
export function measureConnections(synapses: readonly CellSynapse[]): CellMeasurement[] {
  return [...groupByCell(synapses)].map(([cell, group]) => {
    const partners = new Map<bigint, Set<string>>();
    const meet = (neuron: bigint, partner: string) => {
      const set = partners.get(neuron) ?? new Set();
      partners.set(neuron, set.add(partner));
    };
    for (const { pre, post } of group) {
      meet(pre, `to ${post}`);
      meet(post, `from ${pre}`);
    }
    const connections = [...partners.values()].reduce((sum, set) => sum + set.size, 0);
    return {
      cell,
      measure: 'connectionsPerNeuron',
      value: connections / partners.size,
      weight: partners.size,
    };
  });
}

/**
 * How strong and how sure the connections are that the synapses of a cell belong to: over its synapses, the mean
 * weight and the mean confidence of their connections. Synapses of pairs that are not stored are left out.
 */
export function measureConnectionStrength(
  synapses: readonly CellSynapse[],
  stored: Iterable<StoredConnection>,
): CellMeasurement[] {
  const connections = new Map([...stored].map((c) => [pairKey(c.pre, c.post), c] as const));
  return [...groupByCell(synapses)].flatMap(([cell, group]) => {
    const found = group.flatMap(({ pre, post }) => connections.get(pairKey(pre, post)) ?? []);
    if (found.length === 0) return [];
    const mean = (of: (c: StoredConnection) => number) =>
      found.reduce((sum, c) => sum + of(c), 0) / found.length;
    const row = (measure: string, value: number) => ({ cell, measure, value, weight: found.length });
    return [
      row(
        'synapsesPerConnection',
        mean((c) => c.weight),
      ),
      row(
        'connectionConfidence',
        mean((c) => c.meanConfidence),
      ),
    ];
  });
}

/**
 * Share of the synapses of each cell that count in no connection between neurons: too doubtful, or without a
 * partner that is a neuron.
 *
 * @param all every synapse of the graph with its cell; `connected` where it counts
 */
export function measureUnconnected(
  all: Iterable<{ readonly cell: number; readonly connected: boolean }>,
): CellMeasurement[] {
  const cells = new Map<number, { count: number; left: number }>();
  for (const { cell, connected } of all) {
    const entry = cells.get(cell) ?? { count: 0, left: 0 };
    entry.count++;
    if (!connected) entry.left++;
    cells.set(cell, entry);
  }
  return [...cells]
    .sort(([a], [b]) => a - b)
    .map(([cell, { count, left }]) => ({
      cell,
      measure: 'unconnectedSynapses',
      value: left / count,
      weight: count,
    }));
}

/**
 * Synapse weight per µm of cable, by cell, wherever there is cable.
 *
 * @param cableUm cable of all neurons in each cell (index: cell), µm
 */
export function measureWeightPerCable(
  synapses: readonly CellSynapse[],
  cableUm: ArrayLike<number>,
): CellMeasurement[] {
  const count = new Float64Array(cableUm.length);
  for (const { cell } of synapses) count[cell]++;
  return Array.from(cableUm).flatMap((um, cell) =>
    um > 0 ? [{ cell, measure: 'weightPerCableUm', value: count[cell] / um, weight: um }] : [],
  );
}

/**
 * Stored weights against a recount, by cell: over the synapses of a cell, the mean of
 * |stored − recounted| / max(stored, recounted) of the connections they belong to. 0 where the graph agrees
 * with its synapses. A stored connection without any synapse has no place and is returned apart.
 */
export function measureRecount(
  synapses: readonly CellSynapse[],
  stored: Iterable<StoredConnection>,
): { measurements: CellMeasurement[]; withoutSynapses: StoredConnection[] } {
  const recounted = new Map<string, number>();
  for (const { pre, post } of synapses) {
    const key = pairKey(pre, post);
    recounted.set(key, (recounted.get(key) ?? 0) + 1);
  }
  const weights = new Map<string, number>();
  const withoutSynapses: StoredConnection[] = [];
  for (const connection of stored) {
    const key = pairKey(connection.pre, connection.post);
    weights.set(key, connection.weight);
    if (!recounted.has(key) && connection.weight > 0) withoutSynapses.push(connection);
  }
  const difference = (key: string) => {
    const [now, then] = [recounted.get(key)!, weights.get(key) ?? 0];
    return Math.abs(now - then) / Math.max(now, then);
  };
  const measurements = [...groupByCell(synapses)].map(([cell, group]) => {
    const total = group.reduce((sum, { pre, post }) => sum + difference(pairKey(pre, post)), 0);
    return { cell, measure: 'recountDifference', value: total / group.length, weight: group.length };
  });
  return { measurements, withoutSynapses };
}

/** Contacts of one pair of neurons in one cell. */
export interface CellContacts {
  readonly cell: number;
  readonly pre: bigint;
  readonly post: bigint;
  readonly contacts: number;
}

/** Synapses from which a connection is heavy: above the weight filters in use. */
const heavyWeight = 3;

/**
 * Share of the contacts of each cell whose pair is stored with less, or with more, than its contacts in all cells:
 * `lostEdges`, `doubledEdges`, and of heavy pairs alone `lostHeavyEdges`.
 *
 * @param contacts of all cells, each pair and cell in any number of rows
 * @param storedWeight of a pair; 0 where it is not stored
 */
export function measureStoredWeights(
  contacts: readonly CellContacts[],
  storedWeight: (pre: bigint, post: bigint) => number,
): CellMeasurement[] {
  const recount = new Map<string, number>();
  for (const { pre, post, contacts: n } of contacts)
    recount.set(pairKey(pre, post), (recount.get(pairKey(pre, post)) ?? 0) + n);
  const sums = new Map<string, { cell: number; measure: string; hits: number; all: number }>();
  const add = (measure: string, cell: number, hit: boolean, n: number) => {
    const sum = sums.get(`${measure}/${cell}`) ?? { cell, measure, hits: 0, all: 0 };
    sums.set(`${measure}/${cell}`, sum);
    sum.all += n;
    if (hit) sum.hits += n;
  };
  for (const { cell, pre, post, contacts: n } of contacts) {
    const [now, then] = [storedWeight(pre, post), recount.get(pairKey(pre, post))!];
    add('lostEdges', cell, now < then, n);
    add('doubledEdges', cell, now > then, n);
    if (then >= heavyWeight) add('lostHeavyEdges', cell, now < then, n);
  }
  return [...sums.values()].map(({ cell, measure, hits, all }) => ({
    cell,
    measure,
    value: hits / all,
    weight: all,
  }));
}
