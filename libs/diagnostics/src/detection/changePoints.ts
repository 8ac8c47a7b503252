import { seededRandom } from '@stratome/core';
import { median, robustSigma } from '@stratome/kernels';

export interface ChangePoint {
  /** The first section of the new level. */
  readonly section: number;
  /** Mean after less mean before, between the neighbouring change points. */
  readonly step: number;
  /** Share of permutations of the two neighbouring stretches with a larger step anywhere, counting the observed one. */
  readonly p: number;
}

/**
 * Change points of a series' mean: the segmentation with the least squared error plus `penalty` · variance per change,
 * found exactly by PELT (R. Killick, P. Fearnhead and I. A. Eckley, Optimal detection of changepoints with a linear
 * computational cost, JASA 107, 2012). The variance is that of the differences of neighbours, robustly, which changes
 * of level do not raise.
 *
 * @param series one value a section; NaN is not measured and is passed over. Not mutated.
 * @param penalty in variances; 2 · log(n) is the Schwarz criterion for a change of mean
 * @param leastLength sections between two changes, at least 1
 */
export function changePoints(
  series: Float64Array,
  penalty: number,
  leastLength: number,
  permutations: number,
  seed: string,
): ChangePoint[] {
  const at = Int32Array.from(series.keys()).filter((s) => !Number.isNaN(series[s]));
  const values = Float64Array.from(at, (s) => series[s]);
  const starts = segmentStarts(values, penalty, leastLength);
  const bounds = [0, ...starts, values.length];
  return starts.map((start, k) => {
    const [from, to] = [bounds[k], bounds[k + 2]];
    const step = meanOf(values, start, to) - meanOf(values, from, start);
    const stretch = values.slice(from, to);
    return {
      section: at[start],
      step,
      p: stepP(stretch, step, leastLength, permutations, `${seed}/${at[start]}`),
    };
  });
}

const meanOf = (values: Float64Array, from: number, to: number): number =>
  values.subarray(from, to).reduce((sum, v) => sum + v, 0) / (to - from);

/** Starts of all segments but the first. */
function segmentStarts(values: Float64Array, penalty: number, leastLength: number): number[] {
  const n = values.length;
  if (n < 2 * leastLength) return [];
  const steps = Float64Array.from({ length: n - 1 }, (_, k) => values[k + 1] - values[k]);
  const variance = (robustSigma(steps, median(steps)) / Math.SQRT2) ** 2;
  if (variance === 0) return [];
  const sum = new Float64Array(n + 1);
  const square = new Float64Array(n + 1);
  for (let k = 0; k < n; k++) {
    sum[k + 1] = sum[k] + values[k];
    square[k + 1] = square[k] + values[k] ** 2;
  }
  const cost = (from: number, to: number): number =>
    square[to] - square[from] - (sum[to] - sum[from]) ** 2 / (to - from);
  const beta = penalty * variance;
  const best = new Float64Array(n + 1).fill(Infinity);
  best[0] = -beta;
  const previous = new Int32Array(n + 1);
  let open = [0];
  for (let end = leastLength; end <= n; end++) {
    for (const start of open) {
      const total = best[start] + cost(start, end) + beta;
      if (total < best[end]) {
        best[end] = total;
        previous[end] = start;
      }
    }
    open = open.filter((start) => best[start] + cost(start, end) <= best[end]);
    if (end + 1 >= 2 * leastLength) open.push(end + 1 - leastLength);
  }
  const starts: number[] = [];
  for (let end = previous[n]; end > 0; end = previous[end]) starts.unshift(end);
  return starts;
}

/** The largest standardised step of a stretch (CUSUM) against those of its permutations. */
function stepP(
  stretch: Float64Array,
  step: number,
  leastLength: number,
  permutations: number,
  seed: string,
): number {
  const largest = (values: Float64Array): number => {
    const n = values.length;
    const mean = meanOf(values, 0, n);
    let [sum, most] = [0, 0];
    for (let k = 1; k < n; k++) {
      sum += values[k - 1] - mean;
      if (k < leastLength || k > n - leastLength) continue;
      most = Math.max(most, Math.abs(sum) / Math.sqrt((k * (n - k)) / n));
    }
    return most;
  };
  if (step === 0) return 1;
  const observed = largest(stretch);
  const random = seededRandom(`change point/${seed}`);
  const permuted = stretch.slice();
  let atLeast = 1;
  for (let k = 0; k < permutations; k++) {
    for (let i = permuted.length - 1; i > 0; i--) {
      const j = random.below(i + 1);
      [permuted[i], permuted[j]] = [permuted[j], permuted[i]];
    }
    if (largest(permuted) >= observed) atLeast++;
  }
  return atLeast / (permutations + 1);
}
