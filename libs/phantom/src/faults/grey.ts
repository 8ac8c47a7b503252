import { gaussianBlur } from '@stratome/kernels';

/** Median of the pixels with data (above 0); 128 where there are none. */
export function medianGrey(data: Uint8Array): number {
  const counts = new Float64Array(256);
  for (const v of data) counts[v]++;
  const total = data.length - counts[0];
  if (total === 0) return 128;
  let below = 0;
  for (let v = 1; v < 256; v++) {
    below += counts[v];
    if (2 * below >= total) return v;
  }
  return 255;
}

/**
 * Standard deviation of pixel noise, grey levels: the Laplacian that neither planes nor edges along an axis answer
 * (J. Immerkær, Fast noise variance estimation, CVIU 64(2), 1996), with the median in place of the mean, so that
 * structure counts little. Pixels beside missing data are left out; 0 where none is left.
 */
export function noiseOf(data: Uint8Array, [h, w]: readonly [number, number]): number {
  const counts = new Float64Array(16 * 256);
  let total = 0;
  for (let y = 1; y < h - 1; y++)
    for (let x = 1; x < w - 1; x++) {
      const i = y * w + x;
      const [a, b, c] = [i - w, i, i + w];
      if (!data[a] || !data[b] || !data[c] || !data[b - 1] || !data[b + 1]) continue;
      const corners = data[a - 1] + data[a + 1] + data[c - 1] + data[c + 1];
      const sides = data[a] + data[c] + data[b - 1] + data[b + 1];
      counts[Math.min(counts.length - 1, Math.abs(corners - 2 * sides + 4 * data[b]))]++;
      total++;
    }
  let below = 0;
  for (let v = 0; v < counts.length && total > 0; v++) {
    // Within the bin that holds the median, linear: bins are wide against faint noise.
    if (2 * (below + counts[v]) >= total) return (v - 0.5 + (total / 2 - below) / counts[v]) / 0.6745 / 6;
    below += counts[v];
  }
  return 0;
}

/** Gaussian blur in which pixels without data (0), and those beyond the border, take no part. Returns float32, y x. */
export function blurOfData(
  data: Uint8Array,
  shape: readonly [number, number],
  sigmaPx: number,
): Float32Array {
  const sum = gaussianBlur({ data: Float32Array.from(data), shape }, sigmaPx).data;
  const weight = gaussianBlur({ data: Float32Array.from(data, (v) => (v > 0 ? 1 : 0)), shape }, sigmaPx).data;
  return Float32Array.from(sum, (v, i) => (weight[i] > 0 ? v / weight[i] : 0));
}
