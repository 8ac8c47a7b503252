import type { ConfidenceThresholds, ConnectionRow, SynapseRow } from './rows.js';

export interface SiteCounts {
  pre: bigint;
  post: bigint;
  upstream: bigint;
  downstream: bigint;
}

export interface SynapseTally {
  /** One row for each pair of bodies with a synapse, by presynaptic and then postsynaptic id. */
  readonly connections: ConnectionRow[];
  /** Counts of every body with a synapse. */
  readonly counts: ReadonlyMap<bigint, SiteCounts>;
}

interface PairTally {
  preBodyId: bigint;
  postBodyId: bigint;
  weight: bigint;
  weightHP: bigint;
  weightHR: bigint;
  excitatory: number;
  confidence: number;
}

/** The kind a synapse was judged to be, or else the more probable one. */
export const kindOf = ({
  kind,
  excitatoryProbability,
  inhibitoryProbability,
}: SynapseRow): 'excitatory' | 'inhibitory' =>
  kind ?? (excitatoryProbability >= inhibitoryProbability ? 'excitatory' : 'inhibitory');

const compareIds = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0);

function countsOf(counts: Map<bigint, SiteCounts>, body: bigint): SiteCounts {
  let entry = counts.get(body);
  if (!entry) counts.set(body, (entry = { pre: 0n, post: 0n, upstream: 0n, downstream: 0n }));
  return entry;
}

function addToPair(pair: PairTally, synapse: SynapseRow, thresholds: ConfidenceThresholds): void {
  pair.weightHR += 1n;
  if (synapse.confidence >= thresholds.postHighAccuracy) pair.weight += 1n;
  if (synapse.confidence >= thresholds.postHP) pair.weightHP += 1n;
  if (kindOf(synapse) === 'excitatory') pair.excitatory += 1;
  pair.confidence += synapse.confidence;
}

/**
 * Adds synapses up to connections and to the counts of each body, with neuPrint's meaning: `pre` counts
 * presynaptic sites (a site that serves several contacts once), `post` postsynaptic sites, `downstream` and
 * `upstream` contacts made and received. A pair none of whose synapses reaches `postHighAccuracy` has weight 0.
 * The result does not depend on the order of the synapses.
 */
export function tallySynapses(
  synapses: Iterable<SynapseRow>,
  thresholds: ConfidenceThresholds,
): SynapseTally {
  const pairs = new Map<string, PairTally>();
  const counts = new Map<bigint, SiteCounts>();
  const seenPreSites = new Set<bigint>();
  for (const synapse of [...synapses].sort((a, b) => compareIds(a.synapseId, b.synapseId))) {
    const { preBodyId, postBodyId } = synapse;
    const preSite = synapse.preSiteId ?? synapse.synapseId;
    if (preBodyId !== null) {
      const entry = countsOf(counts, preBodyId);
      entry.downstream += 1n;
      if (!seenPreSites.has(preSite)) entry.pre += 1n;
      seenPreSites.add(preSite);
    }
    if (postBodyId !== null) {
      const entry = countsOf(counts, postBodyId);
      entry.post += 1n;
      entry.upstream += 1n;
    }
    if (preBodyId === null || postBodyId === null) continue;
    const key = `${preBodyId}:${postBodyId}`;
    let pair = pairs.get(key);
    if (!pair) {
      pair = { preBodyId, postBodyId, weight: 0n, weightHP: 0n, weightHR: 0n, excitatory: 0, confidence: 0 };
      pairs.set(key, pair);
    }
    addToPair(pair, synapse, thresholds);
  }
  const connections = [...pairs.values()]
    .sort((a, b) => compareIds(a.preBodyId, b.preBodyId) || compareIds(a.postBodyId, b.postBodyId))
    .map(({ excitatory, confidence, ...pair }) => ({
      ...pair,
      excitatoryShare: excitatory / Number(pair.weightHR),
      meanConfidence: confidence / Number(pair.weightHR),
    }));
  return { connections, counts };
}
