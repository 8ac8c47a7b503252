import { histogramDeviation, histogramQuantile } from '@stratome/kernels';
import type { TileImage } from './decode.js';
import { dataMask } from './data-mask.js';
import { gainOfField, type IlluminationField } from './illumination.js';
import type { IngestParameters } from './parameters.js';

/** The project's grey convention: median and 1.4826·MAD of the data pixels of every section. */
export const emMedian = 128;
export const emSigma = 40;

/** Grey levels are kept to 16 bits between flattening and look-up, so that a gain does not merge levels. */
const levels = 65_536;
const levelsPerGrey = { uint8: 128, uint16: 1 } as const;

/** What a section's look-up table follows from. */
export interface SectionGreys {
  /** Of the section's data pixels after flattening, raw grey levels. */
  readonly medianGrey: number;
  /** 1.4826·MAD of the same, raw grey levels; 0 for a section without texture. */
  readonly sigmaGrey: number;
}

/** A section brought to the `em` convention. */
export interface NormalisedSection extends SectionGreys {
  /** uint8, 0 = no data, otherwise 1..255; in the order of the input. */
  readonly tiles: readonly { readonly data: Uint8Array; readonly shape: readonly [number, number] }[];
}

/**
 * Brings all tiles of one section to the `em` convention: illumination is divided out, then one integer
 * look-up table for the whole section takes its median to 128 and its 1.4826·MAD to 40, clipped to 1..255.
 * One table a section, not a tile, keeps real differences between tiles.
 *
 * @param tiles raw tiles of one section, all of one dtype; not mutated
 * @param fields the illumination of each tile, or undefined to leave it as it is
 * @param greys median and sigma of the whole section, where the tiles are a small part of it; else they are the tiles'
 */
export function normaliseSection(
  tiles: readonly TileImage[],
  fields: readonly (IlluminationField | undefined)[],
  parameters: IngestParameters,
  greys?: SectionGreys,
): NormalisedSection {
  const flattened = tiles.map((tile, i) => flatten(tile, fields[i], dataMask(tile, parameters.noDataAreaPx)));
  const scale = tiles[0]?.data instanceof Uint16Array ? levelsPerGrey.uint16 : levelsPerGrey.uint8;
  const [medianLevel, sigmaLevel] = greys
    ? [greys.medianGrey * scale, greys.sigmaGrey * scale]
    : levelsOf(flattened);
  const table = lookupTable(medianLevel, sigmaLevel);
  return {
    tiles: flattened.map((pixels, i) => ({
      data: Uint8Array.from(pixels, (level) => table[level]),
      shape: tiles[i].shape,
    })),
    medianGrey: medianLevel / scale,
    sigmaGrey: sigmaLevel / scale,
  };
}

/** Median and 1.4826·MAD of flattened pixels with data, 16-bit levels. */
function levelsOf(flattened: readonly Uint16Array[]): [number, number] {
  const counts = new Uint32Array(levels);
  for (const pixels of flattened) for (let i = 0; i < pixels.length; i++) counts[pixels[i]]++;
  counts[0] = 0;
  const median = Math.max(0, histogramQuantile(counts, 0.5));
  return [median, 1.4826 * histogramDeviation(counts, median)];
}

/** Data pixels as 16-bit levels of at least 1, with the illumination divided out; 0 where there is no data. */
function flatten(
  { data, shape }: TileImage,
  field: IlluminationField | undefined,
  mask: Uint8Array,
): Uint16Array {
  const scale = data instanceof Uint16Array ? levelsPerGrey.uint16 : levelsPerGrey.uint8;
  const gain = field && gainOfField(field, shape);
  const pixels = new Uint16Array(data.length);
  for (let i = 0; i < data.length; i++) {
    if (mask[i] === 0) continue;
    const level = Math.round(data[i] * scale * (gain ? gain[i] : 1));
    pixels[i] = Math.max(1, Math.min(levels - 1, level));
  }
  return pixels;
}

function lookupTable(medianLevel: number, sigmaLevel: number): Uint8Array {
  const table = new Uint8Array(levels);
  for (let level = 1; level < levels; level++) {
    const deviation = sigmaLevel > 0 ? (level - medianLevel) / sigmaLevel : 0;
    table[level] = Math.max(1, Math.min(255, Math.round(emMedian + emSigma * deviation)));
  }
  return table;
}
