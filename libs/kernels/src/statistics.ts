/**
 * The q-quantile of values, by linear interpolation between order statistics; NaN for no values.
 * @param values not mutated
 * @param q in [0, 1]
 */
export function quantile(values: ArrayLike<number>, q: number): number {
  const copy = new Float64Array(values);
  if (copy.length === 0) return NaN;
  for (let i = 0; i < copy.length; i++) if (Number.isNaN(copy[i])) return quantileOfSorted(copy.sort(), q);
  const at = q * (copy.length - 1);
  const low = Math.floor(at);
  selectSmallest(copy, low);
  if (at === low) return copy[low];
  let next = Infinity;
  for (let i = low + 1; i < copy.length; i++) if (copy[i] < next) next = copy[i];
  return copy[low] + (at - low) * (next - copy[low]);
}

/**
 * Brings the value that sorting would put at index `k` there, no larger ones before it and no smaller ones after it
 * (C. A. R. Hoare, Algorithm 65: Find, Communications of the ACM 4, 1961).
 * @param values without NaN; mutated
 */
function selectSmallest(values: Float64Array, k: number): void {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    // The median of three is no extreme where values are sorted already.
    const [a, b, c] = [values[low], values[(low + high) >> 1], values[high]];
    const pivot = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      const held = values[i];
      values[i++] = values[j];
      values[j--] = held;
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else return;
  }
}

/** As {@link quantile}, for values already in ascending order. */
export function quantileOfSorted(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) return NaN;
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  if (at === low) return sorted[low];
  const high = low + 1;
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
