import { fft2d, inverseFft2d, nextPowerOfTwo } from './fft.js';
import type { MaskedImage } from './filter.js';

/** Whole-pixel shifts [y, x], both ends included. */
export interface ShiftRange {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
}

/** Correlation for every shift of a range, C order over [dy, dx]. */
export interface CorrelationSurface {
  readonly range: ShiftRange;
  readonly shape: readonly [number, number];
  /** Pearson correlation in [-1, 1]; 0 where it is not defined. */
  readonly correlation: Float32Array;
  /** Data pixels common to both images at that shift. */
  readonly overlapPx: Float32Array;
}

function maskedMean({ data, mask }: MaskedImage): number {
  let sum = 0;
  let n = 0;
  for (let i = 0; i < data.length; i++) {
    if (mask[i] === 0) continue;
    sum += data[i];
    n++;
  }
  return n === 0 ? 0 : sum / n;
}

/** Arrays up to this length are kept for the next call of the same size: allocating them costs as much as an FFT. */
const longestKept = 2 * 256 * 256;

/** Scratch arrays by length; a correlation uses the same twelve in the same order. */
const kept = new Map<number, Float64Array[]>();

/** Hands out scratch arrays of one length, in turn; contents are what the last user left. */
function scratchOf(length: number): () => Float64Array {
  if (length > longestKept) return () => new Float64Array(length);
  const arrays = kept.get(length) ?? [];
  kept.set(length, arrays);
  let next = 0;
  return () => (arrays[next++] ??= new Float64Array(length));
}

/** Spectra of (image − centre)^power over the data pixels of both images: two real images in one transform. */
function pairOfSpectra(
  a: MaskedImage,
  b: MaskedImage,
  centres: [number, number],
  power: number,
  ny: number,
  nx: number,
  scratch: () => Float64Array,
) {
  const packed = scratch().fill(0);
  [a, b].forEach(({ data, mask, shape: [h, w] }, part) => {
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++) {
        const i = y * w + x;
        if (mask[i] === 0) continue;
        const v = data[i] - centres[part];
        packed[2 * (y * nx + x) + part] = power === 0 ? 1 : power === 1 ? v : v * v;
      }
    }
  });
  fft2d(packed, ny, nx, Math.max(a.shape[0], b.shape[0]));
  return unpack(packed, ny, nx, scratch(), scratch());
}

/** Splits the spectrum Z of a + i·b: A = (Z(k) + Z*(−k)) / 2, B = (Z(k) − Z*(−k)) / 2i. A comes conjugated. */
function unpack(
  packed: Float64Array,
  ny: number,
  nx: number,
  conjA: Float64Array,
  b: Float64Array,
): [Float64Array, Float64Array] {
  for (let y = 0; y < ny; y++) {
    const mirrorRow = ((ny - y) & (ny - 1)) * nx;
    for (let x = 0; x < nx; x++) {
      const k = 2 * (y * nx + x);
      const m = 2 * (mirrorRow + ((nx - x) & (nx - 1)));
      conjA[k] = (packed[k] + packed[m]) / 2;
      conjA[k + 1] = (packed[m + 1] - packed[k + 1]) / 2;
      b[k] = (packed[k + 1] + packed[m + 1]) / 2;
      b[k + 1] = (packed[m] - packed[k]) / 2;
    }
  }
  return [conjA, b];
}

/** Two real correlations, of (a, b) and of (c, d), in the re and im of one inverse transform. */
function correlatePair(
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  d: Float64Array,
  ny: number,
  nx: number,
  out: Float64Array,
): Float64Array {
  for (let k = 0; k < out.length; k += 2) {
    out[k] = a[k] * b[k] - a[k + 1] * b[k + 1] - (c[k] * d[k + 1] + c[k + 1] * d[k]);
    out[k + 1] = a[k] * b[k + 1] + a[k + 1] * b[k] + (c[k] * d[k] - c[k + 1] * d[k + 1]);
  }
  inverseFft2d(out, ny, nx);
  return out;
}

/** Below this share of the images' own variance a window counts as empty of texture. */
const leastVarianceShare = 1e-6;

/**
 * Masked normalised cross-correlation: for each shift d, Pearson's correlation of a(p) and b(p + d) over the
 * pixels p at which both hold data. Exact for any mask (D. Padfield, Masked object registration in the
 * Fourier domain, IEEE TIP 21(5), 2012); six products in three complex transforms each way.
 *
 * @param a float32 with mask, [height, width]; not mutated
 * @param b likewise; may have another shape
 * @param range shifts of b's coordinates against a's, px
 * @param leastOverlapPx shifts with fewer common data pixels get correlation 0
 */
export function maskedCorrelation(
  a: MaskedImage,
  b: MaskedImage,
  range: ShiftRange,
  leastOverlapPx = 16,
): CorrelationSurface {
  const size = [0, 1].map((k) =>
    nextPowerOfTwo(
      Math.max(a.shape[k], b.shape[k], a.shape[k] + range.to[k], b.shape[k] - Math.min(range.from[k], 0)),
    ),
  );
  const [ny, nx] = size;
  const centres: [number, number] = [maskedMean(a), maskedMean(b)];
  const scratch = scratchOf(2 * ny * nx);
  const [maskA, maskB] = pairOfSpectra(a, b, centres, 0, ny, nx, scratch);
  const [valueA, valueB] = pairOfSpectra(a, b, centres, 1, ny, nx, scratch);
  const [squareA, squareB] = pairOfSpectra(a, b, centres, 2, ny, nx, scratch);
  const products = correlatePair(valueA, valueB, maskA, maskB, ny, nx, scratch());
  const sums = correlatePair(valueA, maskB, maskA, valueB, ny, nx, scratch());
  const squares = correlatePair(squareA, maskB, maskA, squareB, ny, nx, scratch());

  const shape = [range.to[0] - range.from[0] + 1, range.to[1] - range.from[1] + 1] as const;
  const correlation = new Float32Array(shape[0] * shape[1]);
  const overlapPx = new Float32Array(correlation.length);
  const floorA = leastVarianceShare * meanSquare(a, centres[0]);
  const floorB = leastVarianceShare * meanSquare(b, centres[1]);
  for (let y = 0, i = 0; y < shape[0]; y++) {
    for (let x = 0; x < shape[1]; x++, i++) {
      const sy = (range.from[0] + y) & (ny - 1);
      const sx = (range.from[1] + x) & (nx - 1);
      const at = 2 * (sy * nx + sx);
      const n = Math.round(products[at + 1]);
      overlapPx[i] = n;
      if (n < leastOverlapPx) continue;
      const varianceA = squares[at] / n - (sums[at] / n) ** 2;
      const varianceB = squares[at + 1] / n - (sums[at + 1] / n) ** 2;
      if (varianceA <= floorA || varianceB <= floorB) continue;
      const covariance = products[at] / n - (sums[at] * sums[at + 1]) / (n * n);
      correlation[i] = covariance / Math.sqrt(varianceA * varianceB);
    }
  }
  return { range, shape, correlation, overlapPx };
}

function meanSquare({ data, mask }: MaskedImage, centre: number): number {
  let sum = 0;
  let n = 0;
  for (let i = 0; i < data.length; i++) {
    if (mask[i] === 0) continue;
    sum += (data[i] - centre) ** 2;
    n++;
  }
  return n === 0 ? 0 : sum / n;
}

/** A window of an image: top left corner [y, x] (may lie outside) and shape. */
export interface Window {
  readonly corner: readonly [number, number];
  readonly shape: readonly [number, number];
}

/**
 * Pearson's correlation over whole-pixel shifts by direct summation, which beats the transform for small ranges.
 *
 * @param a image of the template
 * @param window the template's window in a
 * @param b image searched; pixel p of a is compared with pixel p + d of b
 * @param range the shifts d
 */
export function directCorrelation(
  a: MaskedImage,
  window: Window,
  b: MaskedImage,
  range: ShiftRange,
  leastOverlapPx = 16,
): CorrelationSurface {
  const shape = [range.to[0] - range.from[0] + 1, range.to[1] - range.from[1] + 1] as const;
  const correlation = new Float32Array(shape[0] * shape[1]);
  const overlapPx = new Float32Array(correlation.length);
  const searched = {
    corner: [window.corner[0] + range.from[0], window.corner[1] + range.from[1]] as const,
    shape: [window.shape[0] + shape[0] - 1, window.shape[1] + shape[1] - 1] as const,
  };
  const full = isFull(a, window) && isFull(b, searched);
  const sums = new Float64Array(6);
  for (let y = 0, i = 0; y < shape[0]; y++) {
    for (let x = 0; x < shape[1]; x++, i++) {
      if (full) addFull(a, window, b, range.from[0] + y, range.from[1] + x, sums);
      else addMasked(a, window, b, range.from[0] + y, range.from[1] + x, sums);
      overlapPx[i] = sums[0];
      correlation[i] = sums[0] < leastOverlapPx ? 0 : pearson(sums);
    }
  }
  return { range, shape, correlation, overlapPx };
}

/** Whether a window lies inside an image and holds data everywhere. */
function isFull({ mask, shape }: MaskedImage, { corner, shape: size }: Window): boolean {
  if (corner[0] < 0 || corner[1] < 0) return false;
  if (corner[0] + size[0] > shape[0] || corner[1] + size[1] > shape[1]) return false;
  for (let y = 0; y < size[0]; y++) {
    let i = (corner[0] + y) * shape[1] + corner[1];
    for (const end = i + size[1]; i < end; i++) if (mask[i] === 0) return false;
  }
  return true;
}

/**
 * Pearson's correlation from n, Σa, Σb, Σa², Σb², Σab; 0 where either image has no texture.
 */
export function pearson(sums: Float64Array): number {
  const [n, sa, sb, saa, sbb, sab] = sums;
  const variance = (saa - (sa * sa) / n) * (sbb - (sb * sb) / n);
  return n > 0 && variance > 1e-12 * n * n ? (sab - (sa * sb) / n) / Math.sqrt(variance) : 0;
}

function addFull(
  a: MaskedImage,
  { corner, shape }: Window,
  b: MaskedImage,
  dy: number,
  dx: number,
  sums: Float64Array,
) {
  const { data: da } = a;
  const { data: db } = b;
  let sa = 0;
  let sb = 0;
  let saa = 0;
  let sbb = 0;
  let sab = 0;
  for (let y = corner[0]; y < corner[0] + shape[0]; y++) {
    let i = y * a.shape[1] + corner[1];
    let j = (y + dy) * b.shape[1] + corner[1] + dx;
    for (const end = i + shape[1]; i < end; i++, j++) {
      const p = da[i];
      const q = db[j];
      sa += p;
      sb += q;
      saa += p * p;
      sbb += q * q;
      sab += p * q;
    }
  }
  sums[0] = shape[0] * shape[1];
  sums[1] = sa;
  sums[2] = sb;
  sums[3] = saa;
  sums[4] = sbb;
  sums[5] = sab;
}

function addMasked(
  a: MaskedImage,
  { corner, shape }: Window,
  b: MaskedImage,
  dy: number,
  dx: number,
  sums: Float64Array,
) {
  const y0 = Math.max(corner[0], 0, -dy);
  const y1 = Math.min(corner[0] + shape[0], a.shape[0], b.shape[0] - dy);
  const x0 = Math.max(corner[1], 0, -dx);
  const x1 = Math.min(corner[1] + shape[1], a.shape[1], b.shape[1] - dx);
  const { data: da, mask: ma } = a;
  const { data: db, mask: mb } = b;
  let n = 0;
  let sa = 0;
  let sb = 0;
  let saa = 0;
  let sbb = 0;
  let sab = 0;
  for (let y = y0; y < y1; y++) {
    let i = y * a.shape[1] + x0;
    let j = (y + dy) * b.shape[1] + x0 + dx;
    for (const end = i + x1 - x0; i < end; i++, j++) {
      // Multiplying by the masks is faster than branching on them.
      const both = ma[i] * mb[j];
      const p = da[i] * both;
      const q = db[j] * both;
      n += both;
      sa += p;
      sb += q;
      saa += p * p;
      sbb += q * q;
      sab += p * q;
    }
  }
  sums[0] = n;
  sums[1] = sa;
  sums[2] = sb;
  sums[3] = saa;
  sums[4] = sbb;
  sums[5] = sab;
}
