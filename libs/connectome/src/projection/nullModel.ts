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
export function triadScores(projection: Projection, draws: number, seed: string): TriadScore[] {
  const counts = triadCensus(projection);
  const drawn = Array.from({ length: draws }, (_, k) => triadCensus(rewired(projection, `${seed} ${k}`)));
  return triadNames.map((triad, kind) => {
    const values = drawn.map((census) => census[kind]);
    const nullMean = values.reduce((sum, value) => sum + value, 0) / draws;
    const nullDeviation = Math.sqrt(values.reduce((sum, v) => sum + (v - nullMean) ** 2, 0) / (draws - 1));
    const z = nullDeviation > 0 ? (counts[kind] - nullMean) / nullDeviation : null;
    return { triad, count: counts[kind], nullMean, nullDeviation, z };
  });
}

/** Density among neurons with more partners than `degree`, beside what chance gives. */
export interface RichClub {
  readonly degree: number;
  readonly neurons: number;
  readonly density: number;
  readonly nullDensity: number;
  /** Above 1 where hubs connect to each other more than their degrees explain; null where chance gives none. */
  readonly coefficient: number | null;
}

function densities({ bodyIds, outputs, inputs }: Projection, degrees: readonly number[]) {
  const degree = Int32Array.from(
    bodyIds,
    (_, i) => outputs.offsets[i + 1] - outputs.offsets[i] + inputs.offsets[i + 1] - inputs.offsets[i],
  );
  return degrees.map((least) => {
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
 * The rich-club coefficient: how densely neurons of more than k partners connect to each other, over the same in
 * graphs with the same degrees. Colizza et al., Nature Physics 2 (2006), for directed graphs.
 *
 * @param degrees the bounds k, of inputs and outputs together
 */
export function richClub(
  projection: Projection,
  degrees: readonly number[],
  draws: number,
  seed: string,
): RichClub[] {
  const drawn = Array.from({ length: draws }, (_, k) =>
    densities(rewired(projection, `${seed} ${k}`), degrees),
  );
  return densities(projection, degrees).map(({ neurons, density }, i) => {
    const nullDensity = drawn.reduce((sum, one) => sum + one[i].density, 0) / draws;
    const coefficient = nullDensity > 0 ? density / nullDensity : null;
    return { degree: degrees[i], neurons, density, nullDensity, coefficient };
  });
}
