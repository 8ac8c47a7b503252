import type { SynapseRecord } from './record.js';

/** All synapses from one neuron onto another. */
export interface Connection {
  readonly pre: bigint;
  readonly post: bigint;
  /** Synapses with both partners: postsynaptic sites, as neuPrint counts them. */
  readonly weight: number;
  /** Of these, those of confidence ≥ `highPrecision`. */
  readonly weightHP: number;
  readonly excitatory: number;
  readonly inhibitory: number;
  readonly meanConfidence: number;
  readonly areaNm2: number;
}

/**
 * Sums synapses up to connections. Synapses with an unassigned partner are left out; those of a body with itself
 * (autapses) stay in.
 *
 * @param bodyOf the body of a segment; 0n or undefined leaves its synapses out. Segments themselves by default.
 * @returns by pre, then post.
 */
export function aggregateConnections(
  synapses: readonly SynapseRecord[],
  highPrecision: number,
  bodyOf: (segment: bigint) => bigint | undefined = (segment) => segment,
): Connection[] {
  const connections = new Map<string, { -readonly [K in keyof Connection]: Connection[K] }>();
  for (const synapse of synapses) {
    const pre = bodyOf(synapse.preSegment);
    const post = bodyOf(synapse.postSegment);
    if (!pre || !post) continue;
    const key = `${pre},${post}`;
    let c = connections.get(key);
    if (!c) {
      c = { pre, post, weight: 0, weightHP: 0, excitatory: 0, inhibitory: 0, meanConfidence: 0, areaNm2: 0 };
      connections.set(key, c);
    }
    c.weight++;
    if (synapse.confidence >= highPrecision) c.weightHP++;
    c[synapse.kind]++;
    c.meanConfidence += synapse.confidence;
    c.areaNm2 += synapse.areaNm2;
  }
  const compare = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0);
  return [...connections.values()]
    .map((c) => ({ ...c, meanConfidence: c.meanConfidence / c.weight }))
    .sort((a, b) => compare(a.pre, b.pre) || compare(a.post, b.post));
}
