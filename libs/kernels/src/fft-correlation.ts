import { fft2d, inverseFft2d, nextPowerOfTwo } from './fft.js';
import { crop, type MaskedImage } from './filter.js';

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

/** Spectra of (image − centre)^power over the data pixels of both images: two real images in one transform. */
function pairOfSpectra(
  a: MaskedImage,
  b: MaskedImage,
  centres: [number, number],
  power: number,
  ny: number,
  nx: number,
) {
  const packed = new Float64Array(2 * ny * nx);
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
  return unpack(packed, ny, nx);
}

/** Splits the spectrum Z of a + i·b: A = (Z(k) + Z*(−k)) / 2, B = (Z(k) − Z*(−k)) / 2i. A comes conjugated. */
function unpack(packed: Float64Array, ny: number, nx: number): [Float64Array, Float64Array] {
  const conjA = new Float64Array(packed.length);
  const b = new Float64Array(packed.length);
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
): Float64Array {
  const out = new Float64Array(a.length);
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
  const [maskA, maskB] = pairOfSpectra(a, b, centres, 0, ny, nx);
  const [valueA, valueB] = pairOfSpectra(a, b, centres, 1, ny, nx);
  const [squareA, squareB] = pairOfSpectra(a, b, centres, 2, ny, nx);
  const products = correlatePair(valueA, valueB, maskA, maskB, ny, nx);
  const sums = correlatePair(valueA, maskB, maskA, valueB, ny, nx);
  const squares = correlatePair(squareA, maskB, maskA, squareB, ny, nx);

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
  const corner = [window.corner[0] + range.from[0], window.corner[1] + range.from[1]] as const;
  const template = centredPatch(crop(a, window.corner, window.shape));
  const area = centredPatch(
    crop(b, corner, [window.shape[0] + shape[0] - 1, window.shape[1] + shape[1] - 1]),
  );
  const correlate =
    template.full && area.full ? correlatorOfFull(template, area) : correlatorOfMasked(template, area);
  for (let y = 0, i = 0; y < shape[0]; y++) {
    for (let x = 0; x < shape[1]; x++, i++) {
      const r = correlate(y, x);
      overlapPx[i] = r.n;
      correlation[i] = r.n < leastOverlapPx ? 0 : r.correlation;
    }
  }
  return { range, shape, correlation, overlapPx };
}

/** Values less their mean, and 0 where there is no data; the mask as numbers; the squares of the values. */
interface Patch {
  readonly shape: readonly [number, number];
  readonly values: Float64Array;
  readonly mask: Float64Array;
  readonly squares: Float64Array;
  readonly full: boolean;
}

function centredPatch(image: MaskedImage): Patch {
  const { data, mask, shape } = image;
  const centre = maskedMean(image);
  const values = new Float64Array(data.length);
  const squares = new Float64Array(data.length);
  for (let i = 0; i < data.length; i++) {
    if (mask[i] === 0) continue;
    values[i] = data[i] - centre;
    squares[i] = values[i] * values[i];
  }
  return { shape, values, squares, mask: Float64Array.from(mask), full: !mask.includes(0) };
}

type Correlator = (dy: number, dx: number) => { n: number; correlation: number };

const pearson = (n: number, sa: number, sb: number, saa: number, sbb: number, sab: number): number => {
  const variance = (saa - (sa * sa) / n) * (sbb - (sb * sb) / n);
  return n > 0 && variance > 1e-12 * n * n ? (sab - (sa * sb) / n) / Math.sqrt(variance) : 0;
};

/** Without holes the sums of b and b² come from integral images, and the template's are the same throughout. */
function correlatorOfFull(template: Patch, area: Patch): Correlator {
  const [h, w] = template.shape;
  const stride = area.shape[1];
  const sums = integral(area.values, area.shape);
  const squares = integral(area.squares, area.shape);
  const energy = template.squares.reduce((sum, v) => sum + v, 0);
  const [t, b] = [template.values, area.values];
  return (dy, dx) => {
    let product = 0;
    for (let y = 0; y < h; y++) {
      let p = y * w;
      let q = (y + dy) * stride + dx;
      for (const end = p + w; p < end; p++, q++) product += t[p] * b[q];
    }
    const sum = boxOf(sums, stride + 1, dy, dx, h, w);
    const square = boxOf(squares, stride + 1, dy, dx, h, w);
    return { n: h * w, correlation: pearson(h * w, 0, sum, energy, square, product) };
  };
}

function correlatorOfMasked(template: Patch, area: Patch): Correlator {
  const [h, w] = template.shape;
  const stride = area.shape[1];
  const { values: a, mask: ma, squares: aa } = template;
  const { values: b, mask: mb, squares: bb } = area;
  return (dy, dx) => {
    let n = 0;
    let sa = 0;
    let sb = 0;
    let saa = 0;
    let sbb = 0;
    let sab = 0;
    for (let y = 0; y < h; y++) {
      let p = y * w;
      let q = (y + dy) * stride + dx;
      for (const end = p + w; p < end; p++, q++) {
        n += ma[p] * mb[q];
        sa += a[p] * mb[q];
        sb += ma[p] * b[q];
        saa += aa[p] * mb[q];
        sbb += ma[p] * bb[q];
        sab += a[p] * b[q];
      }
    }
    return { n, correlation: pearson(n, sa, sb, saa, sbb, sab) };
  };
}

/** Integral image with a leading row and column of zeros. */
function integral(data: Float64Array, [h, w]: readonly [number, number]): Float64Array {
  const out = new Float64Array((h + 1) * (w + 1));
  for (let y = 0; y < h; y++) {
    let row = 0;
    for (let x = 0; x < w; x++) {
      row += data[y * w + x];
      out[(y + 1) * (w + 1) + x + 1] = out[y * (w + 1) + x + 1] + row;
    }
  }
  return out;
}

const boxOf = (sums: Float64Array, stride: number, y: number, x: number, h: number, w: number): number =>
  sums[(y + h) * stride + x + w] -
  sums[y * stride + x + w] -
  sums[(y + h) * stride + x] +
  sums[y * stride + x];
