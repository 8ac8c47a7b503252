/**
 * The q-quantile of values, by linear interpolation between order statistics; NaN for no values.
 * @param values not mutated
 * @param q in [0, 1]
 */
export function quantile(values: ArrayLike<number>, q: number): number {
  return quantileOfSorted(Float64Array.from(values).sort(), q);
}

/** As {@link quantile}, for values already in ascending order. */
export function quantileOfSorted(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) return NaN;
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
}

export const median = (values: ArrayLike<number>): number => quantile(values, 0.5);

/** Standard deviation of a normal distribution with the same median absolute deviation: 1.4826 · MAD. */
export function robustSigma(values: ArrayLike<number>, centre = median(values)): number {
  return 1.4826 * median(Float64Array.from(values, (v) => Math.abs(v - centre)));
}

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return values.length === 0 ? NaN : sum / values.length;
}

/**
 * The q-quantile of a histogram, as the smallest bin whose cumulative count reaches q of the total;
 * -1 for an empty histogram.
 * @param counts counts[v] = how often value v occurs
 */
export function histogramQuantile(counts: ArrayLike<number>, q: number): number {
  let total = 0;
  for (let v = 0; v < counts.length; v++) total += counts[v];
  if (total === 0) return -1;
  let sum = 0;
  for (let v = 0; v < counts.length; v++) {
    sum += counts[v];
    if (sum >= q * total && sum > 0) return v;
  }
  return counts.length - 1;
}

/** Median absolute deviation of a histogram from `centre`, in bins. */
export function histogramDeviation(counts: ArrayLike<number>, centre: number): number {
  const folded = new Float64Array(counts.length + 1);
  for (let v = 0; v < counts.length; v++) folded[Math.abs(v - centre)] += counts[v];
  return Math.max(0, histogramQuantile(folded, 0.5));
}
