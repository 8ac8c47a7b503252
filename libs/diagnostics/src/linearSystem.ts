/**
 * x of a·x = b by Gaussian elimination, for few unknowns.
 *
 * @param a n×n, symmetric and positive definite; not mutated
 * @param b n; not mutated
 */
export function solvePositiveDefinite(a: readonly Float64Array[], b: ArrayLike<number>): Float64Array {
  const n = b.length;
  const m = a.map((row) => row.slice());
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++)
    for (let r = i + 1; r < n; r++) {
      const factor = m[r][i] / m[i][i];
      for (let c = i; c < n; c++) m[r][c] -= factor * m[i][c];
      x[r] -= factor * x[i];
    }
  for (let i = n - 1; i >= 0; i--) {
    for (let c = i + 1; c < n; c++) x[i] -= m[i][c] * x[c];
    x[i] /= m[i][i];
  }
  return x;
}
