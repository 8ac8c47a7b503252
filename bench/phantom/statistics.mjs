// What is measured of sections: grey levels, radial power spectrum, sizes of profiles.
import { fft2d, labelComponents } from '@stratome/kernels';

export const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];

/** Share of pixels at each grey level, and mean and standard deviation. */
export function greyLevels(sections) {
  const histogram = new Float64Array(256);
  let n = 0;
  for (const { data } of sections) {
    for (const v of data) histogram[v]++;
    n += data.length;
  }
  const share = histogram.map((v) => v / n);
  const mean = share.reduce((s, p, v) => s + p * v, 0);
  const sd = Math.sqrt(share.reduce((s, p, v) => s + p * (v - mean) ** 2, 0));
  return { share, mean, sd };
}

/**
 * Power spectral density (grey² nm²) of Hann-windowed squares of `size` pixels, averaged over sections and
 * directions, in bands of equal width on a logarithmic scale of spatial frequency (cycles/nm).
 */
export function radialPower(sections, pixelNm, size, edges) {
  const padded = 2 ** Math.ceil(Math.log2(size));
  const hann = Float64Array.from(
    { length: size },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / size),
  );
  const power = new Float64Array(edges.length - 1);
  const count = new Float64Array(edges.length - 1);
  const norm = hann.reduce((s, w) => s + w * w, 0) ** 2 / (pixelNm * pixelNm);
  for (const { data, width } of sections) {
    let mean = 0;
    for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) mean += data[y * width + x];
    mean /= size * size;
    const field = new Float64Array(2 * padded * padded);
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++)
        field[2 * (y * padded + x)] = (data[y * width + x] - mean) * hann[y] * hann[x];
    }
    fft2d(field, padded, padded);
    for (let y = 0; y < padded; y++) {
      for (let x = 0; x < padded; x++) {
        const fy = Math.min(y, padded - y) / (padded * pixelNm);
        const fx = Math.min(x, padded - x) / (padded * pixelNm);
        const f = Math.hypot(fy, fx);
        const band = edges.findLastIndex((edge) => edge <= f);
        if (band < 0 || band >= power.length) continue;
        const i = 2 * (y * padded + x);
        power[band] += (field[i] ** 2 + field[i + 1] ** 2) / norm;
        count[band]++;
      }
    }
  }
  return power.map((p, i) => p / count[i]);
}

/** Diameters (nm, of the circle of equal area, sorted) of connected profiles of 2500 nm² or more. */
export function profiles(labels, height, width, pixelNm) {
  const areas = [];
  for (const section of labels) {
    const { labels: components, count } = labelComponents(section, [1, height, width]);
    const pixels = new Float64Array(count + 1);
    for (const c of components) pixels[c]++;
    for (let c = 1; c <= count; c++) areas.push(pixels[c] * pixelNm * pixelNm);
  }
  const kept = areas.filter((a) => a >= 2500).sort((a, b) => a - b);
  const total = kept.reduce((s, a) => s + a, 0);
  let sum = 0;
  const middle = kept.find((a) => (sum += a) >= total / 2);
  const diameter = (a) => 2 * Math.sqrt(a / Math.PI);
  return {
    diameters: kept.map(diameter),
    perSquareUm: kept.length / ((labels.length * height * width * pixelNm * pixelNm) / 1e6),
    halfOfAreaNm: diameter(middle),
  };
}
