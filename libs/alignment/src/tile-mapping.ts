import type { Vec3 } from '@stratome/core';
import { borderDistancePx, montageOfTilePixel, tilePixelOfMontage } from './montage-image.js';
import type { SectionMontage, TilePlacement } from './montage-solve.js';
import { alignedOfMontage, montageOfAligned, type SectionTransform } from './transform.js';

/** Shape of the aligned volume: the sections, missing ones included, and the nominal area of the stage. */
export const alignedShape = (sectionCount: number, frame: readonly [number, number]): Vec3 => [
  sectionCount,
  ...frame,
];

/** A point of a tile, px, not rounded. */
export interface TilePoint {
  readonly tile: TilePlacement;
  readonly y: number;
  readonly x: number;
  /** Distance from the tile's border, px; the tile in which it is greatest counts most in the rendered volume. */
  readonly depthPx: number;
}

/** The tile points that show an aligned point of a section, deepest inside its tile first; none outside all tiles. */
export function tilePointsOfAligned(
  montage: SectionMontage,
  transform: SectionTransform,
  y: number,
  x: number,
): TilePoint[] {
  const [my, mx] = montageOfAligned(transform, y, x);
  return montage.tiles
    .map((tile) => {
      const [ty, tx] = tilePixelOfMontage(tile, my, mx);
      return { tile, y: ty, x: tx, depthPx: borderDistancePx(tile.shape, ty, tx) };
    })
    .filter(({ depthPx }) => depthPx > 0)
    .sort((a, b) => b.depthPx - a.depthPx);
}

/** The aligned point of a tile pixel, px. */
export function alignedOfTilePixel(
  tile: TilePlacement,
  transform: SectionTransform,
  y: number,
  x: number,
): [number, number] {
  const [my, mx] = montageOfTilePixel(tile, y, x);
  return alignedOfMontage(transform, my, mx);
}
