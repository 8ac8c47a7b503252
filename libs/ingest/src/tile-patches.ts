import { maskedBlur, mean, median, quantile, type MaskedImage } from '@stratome/kernels';
import type { TileImage } from './decode.js';
import { dataMask } from './data-mask.js';
import type { IngestParameters } from './parameters.js';

/** How good a patch of a raw tile is; grey levels are those of the file. */
export interface PatchMeasures {
  /** Share of pixels that hold data; the other measures are absent below a quarter. */
  readonly dataFraction: number;
  /** 95th minus 5th percentile, grey levels. */
  readonly contrast?: number;
  /** Mean dark-ridge response over what white noise of the patch's strength gives; 1 = no membranes seen. */
  readonly membraneContrast?: number;
  /** Standard deviation of the pixel noise, grey levels. */
  readonly noise?: number;
  /** Standard deviation of the signal over that of the noise. */
  readonly signalToNoise?: number;
  /** Energy of detail of 1–2 px over that of 2–4 px, noise taken out; falls when the image is blurred. */
  readonly focus?: number;
  /** Share of data pixels at the end of the grey range. */
  readonly saturation?: number;
  readonly meanGrey?: number;
}

export interface TilePatch {
  /** First pixel in the tile, px. */
  readonly yPx: number;
  readonly xPx: number;
  /** [height, width], px. */
  readonly shape: readonly [number, number];
  readonly measures: PatchMeasures;
}

/** Scale at which membranes are ridges, px. */
const ridgeSigmaPx = 1.5;
/** Expected response of the ridge filter to white noise of unit strength; see `ridges`. */
const ridgeOfNoise = 0.168 / ridgeSigmaPx ** 3;
/** Scales of the focus bands, px. */
const bandSigmasPx = [1, 2, 4] as const;
/** Grey levels are whole numbers, which alone is noise of this strength. */
const quantisationNoise = 1 / Math.sqrt(12);

/** Filtered images of a raw tile, from which any part of it is measured. All C order, like the tile. */
export interface TileMaps {
  readonly shape: readonly [number, number];
  /** 1 for data, 0 for no data. */
  readonly mask: Uint8Array;
  readonly grey: Float32Array;
  readonly ridge: Float32Array;
  readonly noise: Float32Array;
  readonly blurred: readonly Float32Array[];
  /** Upper end of the grey range. */
  readonly top: number;
}

/** Filters a raw tile for measuring. @param tile raw pixels; not mutated */
export function tileMaps(tile: TileImage, parameters: IngestParameters): TileMaps {
  const mask = dataMask(tile, parameters.noDataAreaPx);
  const image: MaskedImage = { data: Float32Array.from(tile.data), mask, shape: tile.shape };
  return {
    shape: tile.shape,
    mask,
    grey: image.data,
    ridge: ridges(maskedBlur(image, ridgeSigmaPx)),
    noise: noiseResponse(image),
    blurred: bandSigmasPx.map((sigma) => maskedBlur(image, sigma).data),
    top: tile.data instanceof Uint16Array ? 65_535 : 255,
  };
}

/**
 * Measures a raw tile patch by patch. Patches tile the image evenly, each side as near `patchPx` as divides
 * the tile.
 *
 * @returns C order
 */
export function measurePatches(maps: TileMaps, parameters: IngestParameters): TilePatch[] {
  const edges = maps.shape.map((extent) => {
    const n = Math.max(1, Math.round(extent / parameters.patchPx));
    return Array.from({ length: n + 1 }, (_, k) => Math.floor((k * extent) / n));
  });
  const patches: TilePatch[] = [];
  for (let r = 0; r + 1 < edges[0].length; r++) {
    for (let c = 0; c + 1 < edges[1].length; c++) {
      const [yPx, xPx] = [edges[0][r], edges[1][c]];
      const shape = [edges[0][r + 1] - yPx, edges[1][c + 1] - xPx] as const;
      patches.push({ yPx, xPx, shape, measures: measureArea(maps, yPx, xPx, shape) });
    }
  }
  return patches;
}

/** Measures the area [yPx, yPx + height) × [xPx, xPx + width) of a tile, which must lie inside it. */
export function measureArea(
  maps: TileMaps,
  yPx: number,
  xPx: number,
  [h, w]: readonly [number, number],
): PatchMeasures {
  const { inside, filtered } = dataPixels(maps, yPx, xPx, [h, w]);
  const dataFraction = inside.length / (h * w);
  if (dataFraction < 0.25 || filtered.length === 0) return { dataFraction };
  const greys = valuesAt(maps.grey, inside);
  const meanGrey = mean(greys);
  const deviations = valuesAt(maps.noise, filtered).map(Math.abs);
  const noise = Math.max(quantisationNoise, 1.4826 * median(deviations));
  const variance = mean(new Float64Array(greys).map((v) => (v - meanGrey) ** 2));
  const [fine, middle, coarse] = maps.blurred;
  const high = bandEnergy(fine, middle, inside) - noise ** 2 * bandOfNoise(0);
  const low = bandEnergy(middle, coarse, inside) - noise ** 2 * bandOfNoise(1);
  return {
    dataFraction,
    contrast: quantile(greys, 0.95) - quantile(greys, 0.05),
    membraneContrast: mean(valuesAt(maps.ridge, filtered)) / (noise * ridgeOfNoise),
    noise,
    signalToNoise: Math.sqrt(Math.max(0, variance - noise ** 2)) / noise,
    focus: low > 0 ? Math.max(0, high) / low : 0,
    saturation: shareAtEnds(greys, maps.top),
    meanGrey,
  };
}

/** Data pixels of an area, and those of them where the filters respond: not in the tile's outermost pixels. */
function dataPixels({ mask, shape }: TileMaps, yPx: number, xPx: number, [h, w]: readonly [number, number]) {
  const [height, width] = shape;
  const inside = new Int32Array(h * w);
  const filtered = new Int32Array(h * w);
  let [n, m] = [0, 0];
  for (let y = yPx; y < yPx + h; y++)
    for (let x = xPx; x < xPx + w; x++) {
      const i = y * width + x;
      if (!mask[i]) continue;
      inside[n++] = i;
      if (y > 0 && y < height - 1 && x > 0 && x < width - 1) filtered[m++] = i;
    }
  return { inside: inside.subarray(0, n), filtered: filtered.subarray(0, m) };
}

function valuesAt(values: Float32Array, at: Int32Array): Float32Array {
  const out = new Float32Array(at.length);
  for (let k = 0; k < at.length; k++) out[k] = values[at[k]];
  return out;
}

/** Mean of (a − b)². */
function bandEnergy(a: Float32Array, b: Float32Array, at: Int32Array): number {
  let sum = 0;
  for (let k = 0; k < at.length; k++) sum += (a[at[k]] - b[at[k]]) ** 2;
  return sum / at.length;
}

function shareAtEnds(greys: Float32Array, top: number): number {
  let count = 0;
  for (const v of greys) if (v <= 0 || v >= top) count++;
  return count / greys.length;
}

/** Energy of unit white noise in the band between two of the focus scales. */
function bandOfNoise(band: 0 | 1): number {
  const [a, b] = [bandSigmasPx[band] ** 2, bandSigmasPx[band + 1] ** 2];
  return (1 / a + 1 / b - 4 / (a + b)) / (4 * Math.PI);
}

/**
 * Dark-ridge response of a smoothed image: the larger principal curvature where it is the stronger one, else
 * 0. For white noise smoothed with σ the trace and the difference of the Hessian's eigenvalues are independent,
 * which gives the mean response 0.168/σ³.
 */
function ridges({ data, shape: [h, w], mask }: MaskedImage): Float32Array {
  const out = new Float32Array(h * w);
  for (let y = 1; y < h - 1; y++) {
    for (let x = 1; x < w - 1; x++) {
      const i = y * w + x;
      if (mask[i] === 0 || mask[i - w] === 0 || mask[i + w] === 0 || mask[i - 1] === 0 || mask[i + 1] === 0)
        continue;
      const yy = data[i - w] - 2 * data[i] + data[i + w];
      const xx = data[i - 1] - 2 * data[i] + data[i + 1];
      const yx = (data[i + w + 1] - data[i + w - 1] - data[i - w + 1] + data[i - w - 1]) / 4;
      const trace = yy + xx;
      if (trace > 0) out[i] = trace / 2 + Math.sqrt(((yy - xx) / 2) ** 2 + yx * yx);
    }
  }
  return out;
}

/**
 * Second difference along both axes, scaled to the standard deviation of white noise (J. Immerkær, Fast
 * noise variance estimation, CVIU 64(2), 1996); its median absolute value hardly sees edges.
 */
function noiseResponse({ data, shape: [h, w], mask }: MaskedImage): Float32Array {
  const out = new Float32Array(h * w);
  const second = (i: number) => data[i - 1] - 2 * data[i] + data[i + 1];
  for (let y = 1; y < h - 1; y++)
    for (let x = 1; x < w - 1; x++) {
      const i = y * w + x;
      if (mask[i]) out[i] = (second(i - w) - 2 * second(i) + second(i + w)) / 6;
    }
  return out;
}
