import { seededRandom } from '@stratome/core';
import { projectEdges, type Projection } from './projection.js';
import { triadCensus, triadNames, type TriadName } from './triads.js';

/** Swaps tried for each connection; with ten the result is taken for mixed. */
const swapsPerEdge = 10;

/**
 * A graph drawn among those in which every neuron has as many inputs and outputs: pairs of connections exchange their
 * targets, where that makes neither an autapse nor a pair twice. Maslov and Sneppen, Science 296 (2002). Weights
 * stay with the source.
 *
 * @param seed names the draw; the same seed gives the same graph
 */
export function rewired({ bodyIds, outputs }: Projection, seed: string): Projection {
  const n = bodyIds.length;
  const { offsets } = outputs;
  const targets = outputs.targets.slice();
  const sources = new Int32Array(targets.length);
  for (let i = 0; i < n; i++) sources.fill(i, offsets[i], offsets[i + 1]);
  const pairs = new Set<number>();
  for (let e = 0; e < targets.length; e++) pairs.add(sources[e] * n + targets[e]);
  const random = seededRandom(`rewired ${seed}`);
  for (let swap = 0; swap < swapsPerEdge * targets.length; swap++) {
    const [a, b] = [random.below(targets.length), random.below(targets.length)];
    const [first, second] = [sources[a] * n + targets[b], sources[b] * n + targets[a]];
    if (sources[a] === targets[b] || sources[b] === targets[a] || pairs.has(first) || pairs.has(second))
      continue;
    pairs.delete(sources[a] * n + targets[a]);
    pairs.delete(sources[b] * n + targets[b]);
    pairs.add(first).add(second);
    [targets[a], targets[b]] = [targets[b], targets[a]];
  }
  return projectEdges(bodyIds, { sources, targets, weights: outputs.weights });
}

export const meanOf = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
};

/** A value beside those of drawn graphs: their mean and sample deviation; z is null where they do not vary. */
export function againstNull(value: number, drawn: readonly number[]) {
  const mean = meanOf(drawn);
  const deviation = Math.sqrt(drawn.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (drawn.length - 1));
  // Sums of equal numbers differ in their last digit.
  const varies = deviation > 1e-12 * Math.abs(mean);
  return { mean, deviation, z: varies ? (value - mean) / deviation : null };
}

/** One kind of triad beside what chance gives. */
export interface TriadScore {
  readonly triad: TriadName;
  readonly count: number;
  readonly nullMean: number;
  /** Sample standard deviation. */
  readonly nullDeviation: number;
  /** Deviations above chance; null where chance does not vary. */
  readonly z: number | null;
}

/**
 * Counts triads and says how far each count is from that of graphs with the same degrees.
 *
 * @param draws graphs drawn, at least 2
 */
export function triadScores(
  projection: Projection,
  draws: number,
  seed: string,
  onProgress: (done: number, all: number) => void = () => {},
): TriadScore[] {
  const counts = triadCensus(projection);
  onProgress(1, draws + 1);
  const drawn = Array.from({ length: draws }, (_, k) => {
    const one = triadCensus(rewired(projection, `${seed} ${k}`));
    onProgress(k + 2, draws + 1);
    return one;
  });
  return triadNames.map((triad, kind) => {
    const values = drawn.map((census) => census[kind]);
    const { mean, deviation, z } = againstNull(counts[kind], values);
    return { triad, count: counts[kind], nullMean: mean, nullDeviation: deviation, z };
  });
}

/** Density among neurons with more partners than `degree`, beside what chance gives. */
export interface RichClub {
  readonly degree: number;
  readonly neurons: number;
  readonly density: number;
  readonly nullDensity: number;
  /** Sample standard deviation. */
  readonly nullDeviation: number;
  /** Above 1 where hubs connect to each other more than their degrees explain; null where chance gives none. */
  readonly coefficient: number | null;
  /** Deviations above chance; null where chance does not vary. */
  readonly z: number | null;
}

/** Inputs and outputs of each neuron together. */
const totalDegrees = ({ bodyIds, outputs, inputs }: Projection) =>
  Int32Array.from(
    bodyIds,
    (_, i) => outputs.offsets[i + 1] - outputs.offsets[i] + inputs.offsets[i + 1] - inputs.offsets[i],
  );

function densities(graph: Projection, bounds: readonly number[]) {
  const { outputs } = graph;
  const degree = totalDegrees(graph);
  return bounds.map((least) => {
    const neurons = degree.reduce((count, d) => count + (d > least ? 1 : 0), 0);
    let edges = 0;
    for (let i = 0; i < degree.length; i++) {
      if (degree[i] <= least) continue;
      for (let e = outputs.offsets[i]; e < outputs.offsets[i + 1]; e++)
        if (degree[outputs.targets[e]] > least) edges++;
    }
    return { neurons, density: neurons > 1 ? edges / (neurons * (neurons - 1)) : 0 };
  });
}

/**
 * Bounds of degree that leave ever smaller clubs: those of shares of the neurons, from all to the hubs alone.
 *
 * @param steps bounds at most; equal ones stand once
 */
export function richClubDegrees(graph: Projection, steps: number): number[] {
  const sorted = totalDegrees(graph).sort();
  // The smallest club that still has a density of note has some ten neurons.
  const smallest = Math.min(1, 10 / Math.max(1, sorted.length));
  const at = (step: number) => {
    const kept = smallest ** (step / Math.max(1, steps - 1));
    return sorted[Math.min(sorted.length - 1, Math.floor((1 - kept) * sorted.length))] ?? 0;
  };
  return [...new Set(Array.from({ length: steps }, (_, step) => at(step)))];
}

/**
 * The rich-club coefficient: how densely neurons of more than k partners connect to each other, over the same in
 * graphs with the same degrees. Colizza et al., Nature Physics 2 (2006), for directed graphs.
 *
 * @param degrees the bounds k, of inputs and outputs together
 * @param draws graphs drawn, at least 2
 */
export function richClub(
  projection: Projection,
  degrees: readonly number[],
  draws: number,
  seed: string,
  onProgress: (done: number, all: number) => void = () => {},
): RichClub[] {
  const drawn = Array.from({ length: draws }, (_, k) => {
    const one = densities(rewired(projection, `${seed} ${k}`), degrees);
    onProgress(k + 1, draws);
    return one;
  });
  return densities(projection, degrees).map(({ neurons, density }, i) => {
    const { mean, deviation, z } = againstNull(
      density,
      drawn.map((one) => one[i].density),
    );
    const coefficient = mean > 0 ? density / mean : null;
    const chance = { nullDensity: mean, nullDeviation: deviation };
    return { degree: degrees[i], neurons, density, ...chance, coefficient, z };
  });
}
