import FFT from 'fft.js';

const plans = new Map<number, FFT>();

function planOf(length: number): FFT {
  let plan = plans.get(length);
  if (!plan) plans.set(length, (plan = new FFT(length)));
  return plan;
}

/** The smallest power of two that is at least `n` (and at least 2). */
export const nextPowerOfTwo = (n: number): number => 2 ** Math.max(1, Math.ceil(Math.log2(n)));

function transformColumns(data: Float64Array, ny: number, nx: number, inverse: boolean): void {
  const plan = planOf(ny);
  const column = new Float64Array(2 * ny);
  const out = new Float64Array(2 * ny);
  for (let x = 0; x < nx; x++) {
    for (let y = 0, i = 2 * x; y < ny; y++, i += 2 * nx) {
      column[2 * y] = data[i];
      column[2 * y + 1] = data[i + 1];
    }
    if (inverse) plan.inverseTransform(out, column);
    else plan.transform(out, column);
    for (let y = 0, i = 2 * x; y < ny; y++, i += 2 * nx) {
      data[i] = out[2 * y];
      data[i + 1] = out[2 * y + 1];
    }
  }
}

function transformRows(data: Float64Array, rows: number, nx: number, inverse: boolean): void {
  const plan = planOf(nx);
  const copy = new Float64Array(2 * nx);
  for (let y = 0; y < rows; y++) {
    const row = data.subarray(2 * y * nx, 2 * (y + 1) * nx);
    copy.set(row);
    if (inverse) plan.inverseTransform(row, copy);
    else plan.transform(row, copy);
  }
}

/**
 * Two-dimensional complex FFT in place (not normalised).
 * @param data interleaved (re, im), shape ny × nx, both powers of two; mutated
 * @param usedRows rows from `usedRows` on are known to be zero and are skipped in the first pass
 */
export function fft2d(data: Float64Array, ny: number, nx: number, usedRows = ny): void {
  transformRows(data, usedRows, nx, false);
  transformColumns(data, ny, nx, false);
}

/** Inverse of {@link fft2d} in place, normalised by 1/(ny·nx). */
export function inverseFft2d(data: Float64Array, ny: number, nx: number): void {
  transformColumns(data, ny, nx, true);
  transformRows(data, ny, nx, true);
}
