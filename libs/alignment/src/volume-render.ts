import { shapeOf, type Box } from '@stratome/core';
import { MontageSampler, montageOfTilePixel, type PlacedTile } from './montage-image.js';
import type { SectionMontage } from './montage-solve.js';
import type { AlignmentParameters } from './parameters.js';
import { alignedOfMontage, inverseField, type InverseField, type SectionTransform } from './transform.js';

type RenderParameters = AlignmentParameters['render'];

/** A section ready to be rendered. */
export interface RenderSource {
  /** z of the section in the aligned volume. */
  readonly z: number;
  readonly transform: SectionTransform;
  readonly tiles: readonly PlacedTile[];
}

/** Displacement of the montage point seen at an aligned point: bilinear between the field's nodes, px. */
function interpolate(field: InverseField, y: number, x: number, out: Float64Array): void {
  const { spacingPx, shape, dy, dx } = field;
  const fy = Math.min(y / spacingPx, shape[0] - 1.000001);
  const fx = Math.min(x / spacingPx, shape[1] - 1.000001);
  const [i, j] = [Math.floor(fy), Math.floor(fx)];
  const [v, u] = [fy - i, fx - j];
  const k = i * shape[1] + j;
  const [a, b, c, d] = [(1 - v) * (1 - u), (1 - v) * u, v * (1 - u), v * u];
  out[0] = a * dy[k] + b * dy[k + 1] + c * dy[k + shape[1]] + d * dy[k + shape[1] + 1];
  out[1] = a * dx[k] + b * dx[k + 1] + c * dx[k + shape[1]] + d * dx[k + shape[1] + 1];
}

/**
 * Renders a box of the aligned volume: each voxel is read from its section's tiles at the point that the
 * section's transform brings there. A voxel depends on transforms and tiles alone, so it is the same however the
 * volume is cut into boxes. A section that has no source stays 0.
 *
 * @param frame [height, width] of the aligned volume, px
 * @param box voxels of the aligned volume, z, y, x
 * @returns data: uint8 (z, y, x) of the box, 0 = no data; used: ids of the tiles whose pixels are in it
 */
export function renderBox(
  sources: readonly RenderSource[],
  frame: readonly [number, number],
  box: Box,
  parameters: RenderParameters,
): { data: Uint8Array<ArrayBuffer>; used: Set<string> } {
  const [depth, height, width] = shapeOf(box);
  const data = new Uint8Array(depth * height * width);
  const used = new Set<string>();
  const displacement = new Float64Array(2);
  for (const { z, transform, tiles } of sources) {
    if (z < box.begin[0] || z >= box.end[0]) continue;
    const field = inverseField(transform, frame);
    const sampler = new MontageSampler(tiles, parameters);
    let i = (z - box.begin[0]) * height * width;
    for (let y = box.begin[1]; y < box.end[1]; y++) {
      for (let x = box.begin[2]; x < box.end[2]; x++, i++) {
        interpolate(field, y, x, displacement);
        data[i] = sampler.at(y + displacement[0], x + displacement[1]) + 0.5;
      }
    }
    tiles.forEach(({ id }, t) => sampler.used[t] && used.add(id));
  }
  return { data, used };
}

/** Reach of the interpolation, and of the bend of a tile's border between the points that are looked at, px. */
const reachPx = 6;

/** Tiles of a section that can reach into the area [begin, end) of the aligned volume; never too few. */
export function tilesUnder(
  { tiles }: SectionMontage,
  transform: SectionTransform,
  begin: readonly [number, number],
  end: readonly [number, number],
): string[] {
  return tiles
    .filter((tile) => {
      const low = [Infinity, Infinity];
      const high = [-Infinity, -Infinity];
      for (let i = 0; i <= 4; i++) {
        for (let j = 0; j <= 4; j++) {
          const montage = montageOfTilePixel(tile, (i * tile.shape[0]) / 4, (j * tile.shape[1]) / 4);
          const aligned = alignedOfMontage(transform, montage[0], montage[1]);
          for (let k = 0; k < 2; k++) {
            low[k] = Math.min(low[k], aligned[k]);
            high[k] = Math.max(high[k], aligned[k]);
          }
        }
      }
      return [0, 1].every((k) => low[k] - reachPx < end[k] && high[k] + reachPx >= begin[k]);
    })
    .map(({ id }) => id);
}
