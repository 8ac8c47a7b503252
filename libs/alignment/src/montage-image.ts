import { sampleCubic, sampleLinear, type Image } from '@stratome/kernels';
import type { SectionMontage, TilePlacement } from './montage-solve.js';
import type { AlignmentParameters } from './parameters.js';
import type { Point } from './transform.js';

type RenderParameters = AlignmentParameters['render'];

/** A placed tile with its pixels (`em` convention). */
export interface PlacedTile extends TilePlacement {
  readonly data: Uint8Array;
}

/** The tile pixel of a montage point, px; may lie outside the tile. */
export function tilePixelOfMontage({ affine: m }: TilePlacement, y: number, x: number): [number, number] {
  const [dy, dx] = [y - m[2], x - m[5]];
  const determinant = m[0] * m[4] - m[1] * m[3];
  return [(m[4] * dy - m[1] * dx) / determinant, (m[0] * dx - m[3] * dy) / determinant];
}

/** The montage point of a tile pixel, px. */
export function montageOfTilePixel({ affine: m }: TilePlacement, y: number, x: number): [number, number] {
  return [m[0] * y + m[1] * x + m[2], m[3] * y + m[4] * x + m[5]];
}

/** Distance of a tile pixel from the tile's border, px; the outermost pixels have 1, outside it is 0 or less. */
export function borderDistancePx([h, w]: readonly [number, number], y: number, x: number): number {
  return Math.min(y, x, h - 1 - y, w - 1 - x) + 1;
}

/** Joins the pixels of a section's tiles to their placements. */
export function placeTiles(
  montage: SectionMontage,
  images: ReadonlyMap<string, Image<Uint8Array>>,
): PlacedTile[] {
  return montage.tiles.flatMap((placement) => {
    const image = images.get(placement.id);
    return image ? [{ ...placement, data: image.data }] : [];
  });
}

/**
 * Reads montage points from a section's tiles. Where tiles overlap, those whose border is nearly as far as
 * the farthest are blended over `featherPx`, which hides the seam and averages as few pixels as it must.
 */
export class MontageSampler {
  /** For each tile whether a sample has rested on it. */
  readonly used: boolean[];
  private readonly sample: typeof sampleCubic;
  private readonly values: Float64Array;
  private readonly depths: Float64Array;
  private readonly inverses: Float64Array;

  constructor(
    readonly tiles: readonly PlacedTile[],
    private readonly parameters: RenderParameters,
  ) {
    this.used = tiles.map(() => false);
    this.sample = parameters.interpolation === 'cubic' ? sampleCubic : sampleLinear;
    this.values = new Float64Array(tiles.length);
    this.depths = new Float64Array(tiles.length);
    this.inverses = new Float64Array(6 * tiles.length);
    tiles.forEach((tile, t) => {
      const [y0, x0] = tilePixelOfMontage(tile, 0, 0);
      const [yy, xy] = tilePixelOfMontage(tile, 1, 0);
      const [yx, xx] = tilePixelOfMontage(tile, 0, 1);
      this.inverses.set([yy - y0, yx - y0, y0, xy - x0, xx - x0, x0], 6 * t);
    });
  }

  /** Grey at a montage point, 0 where no tile has data. */
  at(y: number, x: number): number {
    const { tiles, values, depths, inverses, parameters } = this;
    let deepest = 0;
    for (let t = 0; t < tiles.length; t++) {
      depths[t] = 0;
      const k = 6 * t;
      const ty = inverses[k] * y + inverses[k + 1] * x + inverses[k + 2];
      const tx = inverses[k + 3] * y + inverses[k + 4] * x + inverses[k + 5];
      const depth = borderDistancePx(tiles[t].shape, ty, tx);
      if (depth <= 0) continue;
      // A tile much nearer its border than another that has data there would get no weight anyway.
      if (depth <= deepest - parameters.featherPx) continue;
      const value = this.sample(tiles[t], ty, tx);
      if (value === 0) continue;
      values[t] = value;
      depths[t] = depth;
      deepest = Math.max(deepest, depth);
    }
    if (deepest === 0) return 0;
    let sum = 0;
    let total = 0;
    for (let t = 0; t < tiles.length; t++) {
      if (depths[t] === 0) continue;
      const weight = depths[t] - Math.max(0, deepest - parameters.featherPx);
      if (weight <= 0) continue;
      sum += weight * values[t];
      total += weight;
      this.used[t] = true;
    }
    return sum / total;
  }
}

/**
 * One section's montage as an image, before any registration.
 *
 * @param frame [height, width] from montage pixel (0, 0), px
 * @returns uint8, 0 = no data
 */
export function renderMontage(
  tiles: readonly PlacedTile[],
  frame: readonly [number, number],
  parameters: RenderParameters,
): Image<Uint8Array> {
  const sampler = new MontageSampler(tiles, parameters);
  const data = new Uint8Array(frame[0] * frame[1]);
  for (let y = 0, i = 0; y < frame[0]; y++)
    for (let x = 0; x < frame[1]; x++, i++) data[i] = sampler.at(y, x) + 0.5;
  return { data, shape: frame };
}

/** The frame that holds the nominal stage area of all tiles, and the stage position of its first pixel. */
export function stageFrame(
  tiles: Iterable<{ readonly stagePx: Point; readonly shape: readonly [number, number] }>,
): { originPx: [number, number]; shape: [number, number] } {
  const from = [Infinity, Infinity];
  const to = [-Infinity, -Infinity];
  for (const { stagePx, shape } of tiles) {
    for (let k = 0; k < 2; k++) {
      from[k] = Math.min(from[k], stagePx[k]);
      to[k] = Math.max(to[k], stagePx[k] + shape[k]);
    }
  }
  const origin = from.map(Math.floor) as [number, number];
  return { originPx: origin, shape: [Math.ceil(to[0]) - origin[0], Math.ceil(to[1]) - origin[1]] };
}
