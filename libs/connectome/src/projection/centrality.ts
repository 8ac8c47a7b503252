import type { CompressedRows, Projection } from './projection.js';

/** Partners and synapses of each neuron, both ways. */
export interface Degrees {
  /** [n] */
  readonly inDegree: Int32Array;
  readonly outDegree: Int32Array;
  /** [n] synapses */
  readonly inStrength: Float64Array;
  readonly outStrength: Float64Array;
}

const lengths = (n: number, { offsets }: CompressedRows) =>
  Int32Array.from({ length: n }, (_, i) => offsets[i + 1] - offsets[i]);

export function strengths(n: number, { offsets, weights }: CompressedRows): Float64Array {
  const sums = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let e = offsets[i]; e < offsets[i + 1]; e++) sums[i] += weights[e];
  return sums;
}

export function degrees({ bodyIds, inputs, outputs }: Projection): Degrees {
  const n = bodyIds.length;
  return {
    inDegree: lengths(n, inputs),
    outDegree: lengths(n, outputs),
    inStrength: strengths(n, inputs),
    outStrength: strengths(n, outputs),
  };
}

const mostRounds = 500;

/**
 * Where a walk along connections, chosen by their synapses, is found in the long run. Page, Brin, Motwani and
 * Winograd (1999). A walk that ends at a neuron without outputs goes on anywhere.
 *
 * @param damping chance to follow a connection, 0 to below 1; otherwise the walk goes on anywhere
 * @param tolerance change, summed over neurons, at which it ends
 * @returns [n], sums to 1
 */
export function pageRank(
  { bodyIds, inputs, outputs }: Projection,
  damping: number,
  tolerance = 1e-12,
): Float64Array {
  const n = bodyIds.length;
  const made = strengths(n, outputs);
  let rank = new Float64Array(n).fill(1 / n);
  for (let round = 0; round < mostRounds; round++) {
    let lost = 0;
    for (let i = 0; i < n; i++) if (made[i] === 0) lost += rank[i];
    const everywhere = (1 - damping + damping * lost) / n;
    const next = new Float64Array(n);
    let change = 0;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let e = inputs.offsets[i]; e < inputs.offsets[i + 1]; e++) {
        const from = inputs.targets[e];
        sum += (rank[from] * inputs.weights[e]) / made[from];
      }
      next[i] = everywhere + damping * sum;
      change += Math.abs(next[i] - rank[i]);
    }
    rank = next;
    if (change < tolerance) break;
  }
  return rank;
}
