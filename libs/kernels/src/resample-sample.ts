import type { Image } from './filter.js';

/**
 * The value of a uint8 image between pixels by Catmull-Rom interpolation (R. Keys, Cubic convolution
 * interpolation, IEEE TASSP 29(6), 1981), over the data pixels (value above 0) alone. Exact at pixel centres.
 *
 * @param y row, px; the centre of the first pixel is 0
 * @param x column, px
 * @returns 0 where the nearest pixel is outside or holds no data, else a float in [1, 255]
 */
export function sampleCubic({ data, shape: [h, w] }: Image<Uint8Array>, y: number, x: number): number {
  const nearY = Math.floor(y + 0.5);
  const nearX = Math.floor(x + 0.5);
  if (nearY < 0 || nearX < 0 || nearY >= h || nearX >= w || data[nearY * w + nearX] === 0) return 0;
  const y0 = Math.floor(y);
  const x0 = Math.floor(x);
  const fy = y - y0;
  const fx = x - x0;
  const wx0 = ((-0.5 * fx + 1) * fx - 0.5) * fx;
  const wx1 = (1.5 * fx - 2.5) * fx * fx + 1;
  const wx2 = ((-1.5 * fx + 2) * fx + 0.5) * fx;
  const wx3 = (0.5 * fx - 0.5) * fx * fx;
  let sum = 0;
  let weight = 0;
  for (let j = -1; j <= 2; j++) {
    const yy = y0 + j;
    if (yy < 0 || yy >= h) continue;
    const wy = cubicWeight(fy, j);
    if (wy === 0) continue;
    for (let i = -1; i <= 2; i++) {
      const xx = x0 + i;
      if (xx < 0 || xx >= w) continue;
      const v = data[yy * w + xx];
      if (v === 0) continue;
      const t = wy * (i === -1 ? wx0 : i === 0 ? wx1 : i === 1 ? wx2 : wx3);
      sum += t * v;
      weight += t;
    }
  }
  // Beside missing pixels the negative lobes can leave almost no weight: the nearest pixel is safe there.
  const value = weight > 0.5 ? sum / weight : data[nearY * w + nearX];
  return Math.max(1, Math.min(255, value));
}

function cubicWeight(f: number, tap: number): number {
  if (tap === -1) return ((-0.5 * f + 1) * f - 0.5) * f;
  if (tap === 0) return (1.5 * f - 2.5) * f * f + 1;
  if (tap === 1) return ((-1.5 * f + 2) * f + 0.5) * f;
  return (0.5 * f - 0.5) * f * f;
}

/** As {@link sampleCubic}, by bilinear interpolation. */
export function sampleLinear({ data, shape: [h, w] }: Image<Uint8Array>, y: number, x: number): number {
  const nearY = Math.floor(y + 0.5);
  const nearX = Math.floor(x + 0.5);
  if (nearY < 0 || nearX < 0 || nearY >= h || nearX >= w || data[nearY * w + nearX] === 0) return 0;
  const y0 = Math.floor(y);
  const x0 = Math.floor(x);
  let sum = 0;
  let weight = 0;
  for (let j = 0; j <= 1; j++) {
    const yy = y0 + j;
    if (yy < 0 || yy >= h) continue;
    for (let i = 0; i <= 1; i++) {
      const xx = x0 + i;
      if (xx < 0 || xx >= w) continue;
      const v = data[yy * w + xx];
      if (v === 0) continue;
      const t = (j === 0 ? 1 - (y - y0) : y - y0) * (i === 0 ? 1 - (x - x0) : x - x0);
      sum += t * v;
      weight += t;
    }
  }
  return sum / weight;
}
