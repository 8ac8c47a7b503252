import {
  crop,
  directCorrelation,
  findPeak,
  halve,
  maskedBlur,
  maskedCorrelation,
  maskedImage,
  peakSigmaPx,
  subtractBackground,
  type CorrelationPeak,
  type Image,
  type MaskedImage,
} from '@stratome/kernels';
import type { AlignmentParameters } from './parameters.js';
import type { Point } from './transform.js';

type MontageParameters = AlignmentParameters['montage'];

/** A tile in the `em` convention (uint8, 0 = no data) with its stage position. */
export interface MontageTile {
  readonly id: string;
  readonly image: Image<Uint8Array>;
  readonly stagePx: Point;
}

/** The same point of the tissue in two tiles of a section. */
export interface TileMatch {
  readonly a: string;
  readonly b: string;
  /** Pixel of tile a and of tile b. */
  readonly aPx: Point;
  readonly bPx: Point;
  readonly correlation: number;
  readonly peakRatio: number;
  /** Expected error along the worse direction, px. */
  readonly sigmaPx: number;
}

/** Pixels of noise that is blurred with σ and correlates as one: 4πσ². */
export const textureAreaPx = (fineSigmaPx: number): number => 4 * Math.PI * Math.max(0.5, fineSigmaPx) ** 2;

/** Half width of a correlation peak, px; a rival peak lies farther off. */
export const peakNeighbourhoodPx = 4;

interface Rectangle {
  readonly from: [number, number];
  readonly to: [number, number];
}

/** The nominal overlap of two tiles, in pixels of tile a; undefined for tiles that are not edge neighbours. */
function nominalOverlap(a: MontageTile, b: MontageTile, leastPx: number): Rectangle | undefined {
  const from: [number, number] = [0, 0];
  const to: [number, number] = [0, 0];
  for (let k = 0; k < 2; k++) {
    const offset = Math.round(b.stagePx[k] - a.stagePx[k]);
    from[k] = Math.max(0, offset);
    to[k] = Math.min(a.image.shape[k], b.image.shape[k] + offset);
    if (to[k] - from[k] < leastPx) return undefined;
  }
  const along = Math.max(to[0] - from[0], to[1] - from[1]);
  return along < Math.min(...a.image.shape) / 2 ? undefined : { from, to };
}

/** The pairs of tiles, by index, that share enough of an edge to be correlated. */
export function neighbouringTiles(
  tiles: readonly MontageTile[],
  { leastOverlapPx }: MontageParameters,
): [number, number][] {
  return tiles.flatMap((a, i) =>
    tiles
      .slice(i + 1)
      .flatMap((b, k): [number, number][] => (nominalOverlap(a, b, leastOverlapPx) ? [[i, i + 1 + k]] : [])),
  );
}

/**
 * Correlates the overlaps of neighbouring tiles of one section. The best shift is the most probable one given
 * the correlation, the size of the overlap it implies and the stage position; pairs without a clear peak are
 * left out.
 *
 * @returns one match a pair, or with `affine` one for every square piece of the overlap
 */
export function matchTiles(tiles: readonly MontageTile[], parameters: MontageParameters): TileMatch[] {
  const prepared = tiles.map(({ image }): PreparedTile => {
    const raw = subtractBackground(maskedImage(image), parameters.coarseRadiusPx);
    const full = maskedBlur(raw, parameters.fineSigmaPx);
    return { full, half: halve(full) };
  });
  return neighbouringTiles(tiles, parameters).flatMap(([i, j]) => {
    const overlap = nominalOverlap(tiles[i], tiles[j], parameters.leastOverlapPx)!;
    const stageShift = [0, 1].map((k) => Math.round(tiles[i].stagePx[k] - tiles[j].stagePx[k])) as [
      number,
      number,
    ];
    const peak = overlapPeak(prepared[i], prepared[j], overlap, stageShift, parameters);
    if (!peak || !isClear(peak, parameters)) return [];
    const ids = { a: tiles[i].id, b: tiles[j].id };
    if (parameters.affine)
      return pieces(prepared[i].full, prepared[j].full, peak, parameters).map((m) => ({ ...ids, ...m }));
    const centre = centreOfOverlap(tiles[i].image.shape, tiles[j].image.shape, peak.shiftPx);
    return [{ ...ids, ...matchAt(centre, peak, parameters) }];
  });
}

const isClear = (peak: CorrelationPeak, p: MontageParameters): boolean =>
  !peak.atBorder && peak.peakRatio >= p.leastPeakRatio && peak.correlation >= p.leastCorrelation;

function matchAt(aPx: Point, peak: CorrelationPeak, parameters: MontageParameters) {
  return {
    aPx,
    bPx: [aPx[0] + peak.shiftPx[0], aPx[1] + peak.shiftPx[1]] as const,
    correlation: peak.correlation,
    peakRatio: peak.peakRatio,
    sigmaPx: peakSigmaPx(peak, textureAreaPx(parameters.fineSigmaPx)),
  };
}

/** A tile filtered for correlation, at full and at half resolution. */
interface PreparedTile {
  readonly full: MaskedImage;
  readonly half: MaskedImage;
}

/** The most probable shift of tile b's pixels against tile a's: searched at half resolution, settled at full. */
function overlapPeak(
  a: PreparedTile,
  b: PreparedTile,
  overlap: Rectangle,
  stageShift: Point,
  parameters: MontageParameters,
): CorrelationPeak | undefined {
  const coarse = searchOverlap(a.half, b.half, overlap, stageShift, parameters);
  if (!coarse || coarse.atBorder) return undefined;
  const shift = coarse.shiftPx.map((s) => Math.round(2 * s)) as [number, number];
  const { from, to } = sharedRectangle(a.full.shape, b.full.shape, shift);
  const window = { corner: from, shape: [to[0] - from[0], to[1] - from[1]] as const };
  const range = { from: [shift[0] - 2, shift[1] - 2], to: [shift[0] + 2, shift[1] + 2] } as const;
  const peak = findPeak(directCorrelation(a.full, window, b.full, range), peakNeighbourhoodPx);
  return peak && { ...peak, peakRatio: coarse.peakRatio };
}

/** The peak over all shifts within the search radius; `overlap` and `stageShift` are in full-resolution pixels. */
function searchOverlap(
  a: MaskedImage,
  b: MaskedImage,
  overlap: Rectangle,
  stageShift: Point,
  parameters: MontageParameters,
): CorrelationPeak | undefined {
  const r = Math.ceil(parameters.searchRadiusPx / 2);
  const stage = stageShift.map((s) => Math.round(s / 2));
  const from = overlap.from.map((v) => Math.floor(v / 2));
  const to = overlap.to.map((v) => Math.ceil(v / 2));
  const cut = (image: MaskedImage, shift: readonly number[]) => {
    const corner = [0, 1].map((k) => Math.max(0, from[k] + shift[k] - r)) as [number, number];
    const end = [0, 1].map((k) => Math.min(image.shape[k], to[k] + shift[k] + r));
    return { corner, image: crop(image, corner, [end[0] - corner[0], end[1] - corner[1]]) };
  };
  const [ofA, ofB] = [cut(a, [0, 0]), cut(b, stage)];
  // A pixel p of a's crop is p + corner of a; the crops' own shift differs from the tiles' by their corners.
  const apart = [0, 1].map((k) => ofA.corner[k] - ofB.corner[k]);
  const middle = [stage[0] + apart[0], stage[1] + apart[1]];
  const along = Math.max(to[0] - from[0], to[1] - from[1]);
  const surface = maskedCorrelation(
    ofA.image,
    ofB.image,
    { from: [middle[0] - r, middle[1] - r], to: [middle[0] + r, middle[1] + r] },
    (parameters.leastOverlapPx * along) / 4,
  );
  const area = textureAreaPx(parameters.fineSigmaPx) / 4;
  const stageVariance = 2 * (parameters.stageSigmaPx / 2) ** 2;
  const peak = findPeak(surface, peakNeighbourhoodPx / 2, (i, y, x) => {
    const correlation = Math.min(0.999, surface.correlation[i]);
    const likelihood = (-0.5 * surface.overlapPx[i] * Math.log(1 - correlation ** 2)) / area;
    return likelihood - ((y - r) ** 2 + (x - r) ** 2) / (2 * stageVariance);
  });
  return peak && { ...peak, shiftPx: [peak.shiftPx[0] - apart[0], peak.shiftPx[1] - apart[1]] };
}

function sharedRectangle(a: Point, b: Point, shift: Point): Rectangle {
  const from = [0, 1].map((k) => Math.max(0, Math.ceil(-shift[k]))) as [number, number];
  const to = [0, 1].map((k) => Math.min(a[k], Math.floor(b[k] - shift[k]))) as [number, number];
  return { from, to };
}

function centreOfOverlap(a: Point, b: Point, shift: Point): Point {
  const { from, to } = sharedRectangle(a, b, shift);
  return [(from[0] + to[0] - 1) / 2, (from[1] + to[1] - 1) / 2];
}

/** Matches of square pieces of the overlap, each searched within 3 px of the shift of the whole. */
function pieces(a: MaskedImage, b: MaskedImage, whole: CorrelationPeak, parameters: MontageParameters) {
  const { from, to } = sharedRectangle(a.shape, b.shape, whole.shiftPx);
  const extent = [to[0] - from[0], to[1] - from[1]];
  const side = Math.max(24, Math.min(...extent));
  const counts = extent.map((e) => Math.max(1, Math.floor(e / side)));
  const near = whole.shiftPx.map(Math.round) as [number, number];
  const range = { from: [near[0] - 3, near[1] - 3], to: [near[0] + 3, near[1] + 3] } as const;
  const matches = [];
  for (let i = 0; i < counts[0]; i++) {
    for (let j = 0; j < counts[1]; j++) {
      const corner = [i, j].map((n, k) => Math.floor(from[k] + (n * extent[k]) / counts[k])) as [
        number,
        number,
      ];
      const shape = extent.map((e, k) => Math.floor(e / counts[k])) as [number, number];
      const peak = findPeak(directCorrelation(a, { corner, shape }, b, range), peakNeighbourhoodPx);
      if (!peak || peak.atBorder || peak.correlation < parameters.leastCorrelation) continue;
      const centre = [corner[0] + (shape[0] - 1) / 2, corner[1] + (shape[1] - 1) / 2] as const;
      matches.push({ ...matchAt(centre, peak, parameters), peakRatio: whole.peakRatio });
    }
  }
  return matches;
}
