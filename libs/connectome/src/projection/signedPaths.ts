import { badInput } from '@stratome/core';
import { strengths } from './centrality.js';
import type { Projection } from './projection.js';

/** What reaches each neuron from given ones over excitatory and inhibitory connections. */
export interface SignedReach {
  /** [n] connections on the shortest path; 0 for the given neurons, -1 for what is not reached. */
  readonly hops: Int32Array;
  /** [n] paths with an even number of inhibitory connections. Neurons may be passed more than once. */
  readonly excitatoryPaths: Float64Array;
  /** [n] paths with an odd number of them. */
  readonly inhibitoryPaths: Float64Array;
  /** [n] as the counts, each path weighed by the product of its connections' shares in what their targets receive. */
  readonly excitatoryInfluence: Float64Array;
  readonly inhibitoryInfluence: Float64Array;
  /** Connections whose sign is not known; no path takes them. */
  readonly unsigned: number;
}

interface Signals {
  even: Float64Array;
  odd: Float64Array;
}

const emptySignals = (n: number): Signals => ({ even: new Float64Array(n), odd: new Float64Array(n) });

/** 1 excitatory, -1 inhibitory, 0 not known. */
function signsOf(shares: Float32Array): Int8Array {
  return Int8Array.from(shares, (share) => (Number.isNaN(share) ? 0 : share >= 0.5 ? 1 : -1));
}

/** Takes signals one connection further. `factor` is what a connection lets through. */
function step(
  { outputs }: Projection,
  signs: Int8Array,
  before: Signals,
  factor: (e: number) => number,
): Signals {
  const n = before.even.length;
  const { offsets, targets } = outputs;
  const after = emptySignals(n);
  for (let i = 0; i < n; i++) {
    const [even, odd] = [before.even[i], before.odd[i]];
    if (even === 0 && odd === 0) continue;
    for (let e = offsets[i]; e < offsets[i + 1]; e++) {
      if (signs[e] === 0) continue;
      const share = factor(e);
      const [kept, turned] = signs[e] > 0 ? [even, odd] : [odd, even];
      after.even[targets[e]] += kept * share;
      after.odd[targets[e]] += turned * share;
    }
  }
  return after;
}

/**
 * Follows excitation and inhibition from given neurons along paths of up to some connections: a path inhibits when it
 * has an odd number of inhibitory connections. A connection is excitatory where at least half of its synapses are.
 *
 * @param sources places of neurons in the projection
 * @throws StratomeError badInput when the projection knows no signs
 */
export function signedReach(graph: Projection, sources: readonly number[], maxHops: number): SignedReach {
  const shares = graph.excitatoryShares;
  const signs = shares ? signsOf(shares) : new Int8Array(0);
  if (!signs.some((sign) => sign !== 0)) {
    throw badInput(
      'No connection is known as excitatory or inhibitory.',
      'Signs come with synapses; an imported edge list has none.',
    );
  }
  const n = graph.bodyIds.length;
  const received = strengths(n, graph.inputs);
  const { targets, weights } = graph.outputs;
  const hops = new Int32Array(n).fill(-1);
  const [paths, influence] = [emptySignals(n), emptySignals(n)];
  let [walking, weighed] = [emptySignals(n), emptySignals(n)];
  for (const source of sources) {
    walking.even[source] = weighed.even[source] = 1;
    hops[source] = 0;
  }
  for (let hop = 1; hop <= maxHops; hop++) {
    walking = step(graph, signs, walking, () => 1);
    weighed = step(graph, signs, weighed, (e) => weights[e] / received[targets[e]]);
    for (let i = 0; i < n; i++) {
      paths.even[i] += walking.even[i];
      paths.odd[i] += walking.odd[i];
      influence.even[i] += weighed.even[i];
      influence.odd[i] += weighed.odd[i];
      if (hops[i] < 0 && walking.even[i] + walking.odd[i] > 0) hops[i] = hop;
    }
  }
  return {
    hops,
    excitatoryPaths: paths.even,
    inhibitoryPaths: paths.odd,
    excitatoryInfluence: influence.even,
    inhibitoryInfluence: influence.odd,
    unsigned: signs.reduce((count, sign) => count + (sign === 0 ? 1 : 0), 0),
  };
}
