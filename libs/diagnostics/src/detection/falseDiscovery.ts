/**
 * Adjusted p-values that control the false discovery rate (Y. Benjamini and Y. Hochberg, Controlling the false
 * discovery rate, JRSS B 57, 1995): those at or below q are discoveries of which at most the share q is expected to be
 * false.
 *
 * @param p p-values; NaN is no test and stays NaN. Not mutated.
 */
export function adjustFalseDiscovery(p: ArrayLike<number>): Float64Array {
  const adjusted = new Float64Array(p.length).fill(NaN);
  const order = Array.from(p, (_, i) => i)
    .filter((i) => !Number.isNaN(p[i]))
    .sort((i, j) => p[i] - p[j] || i - j);
  let least = 1;
  for (let rank = order.length; rank > 0; rank--) {
    const i = order[rank - 1];
    least = Math.min(least, (p[i] * order.length) / rank);
    adjusted[i] = least;
  }
  return adjusted;
}
