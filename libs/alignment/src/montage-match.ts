import {
  crop,
  directCorrelation,
  findPeak,
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
  const prepared = tiles.map(({ image }) =>
    maskedBlur(subtractBackground(maskedImage(image), parameters.coarseRadiusPx), parameters.fineSigmaPx),
  );
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
      return pieces(prepared[i], prepared[j], peak, parameters).map((m) => ({ ...ids, ...m }));
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

function overlapPeak(
  a: MaskedImage,
  b: MaskedImage,
  overlap: Rectangle,
  stageShift: Point,
  parameters: MontageParameters,
): CorrelationPeak | undefined {
  const r = parameters.searchRadiusPx;
  const corners = [0, 1].map((k) => Math.max(0, overlap.from[k] - r)) as [number, number];
  const ends = [0, 1].map((k) => Math.min(a.shape[k], overlap.to[k] + r));
  const shape = [ends[0] - corners[0], ends[1] - corners[1]] as const;
  const cornersB = [0, 1].map((k) => Math.max(0, overlap.from[k] + stageShift[k] - r)) as [number, number];
  const endsB = [0, 1].map((k) => Math.min(b.shape[k], overlap.to[k] + stageShift[k] + r));
  const shapeB = [endsB[0] - cornersB[0], endsB[1] - cornersB[1]] as const;
  // A pixel p of a's crop is p + corner of a; the crops' own shift differs from the tiles' by their corners.
  const middle = [0, 1].map((k) => stageShift[k] + corners[k] - cornersB[k]);
  const along = Math.max(overlap.to[0] - overlap.from[0], overlap.to[1] - overlap.from[1]);
  const surface = maskedCorrelation(
    crop(a, corners, shape),
    crop(b, cornersB, shapeB),
    { from: [middle[0] - r, middle[1] - r], to: [middle[0] + r, middle[1] + r] },
    (parameters.leastOverlapPx * along) / 2,
  );
  const area = textureAreaPx(parameters.fineSigmaPx);
  const stageVariance = 2 * parameters.stageSigmaPx ** 2;
  const peak = findPeak(surface, peakNeighbourhoodPx, (i, y, x) => {
    const likelihood =
      (-0.5 * surface.overlapPx[i] * Math.log(1 - Math.min(0.999, surface.correlation[i]) ** 2)) / area;
    return likelihood - ((y - r) ** 2 + (x - r) ** 2) / (2 * stageVariance);
  });
  const shift = (k: number) => peak!.shiftPx[k] - corners[k] + cornersB[k];
  return peak && { ...peak, shiftPx: [shift(0), shift(1)] };
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
