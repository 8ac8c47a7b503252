import { badInput, type BlockGrid, type CellMeasurement } from '@stratome/core';
import { measureArea, type PatchMeasures, type TileMaps } from './tile-patches.js';

/** A filtered tile and where the stage says that it lies. */
export interface PlacedMaps {
  readonly maps: TileMaps;
  /** First pixel of the tile in the frame of the cells, px (may be negative). */
  readonly yPx: number;
  readonly xPx: number;
}

/** Areas of fewer data pixels are not measured: too few to tell noise from structure. */
const leastPixels = 64;

const measured = [
  'membraneContrast',
  'contrast',
  'meanGrey',
  'noise',
  'signalToNoise',
  'focus',
  'saturation',
] as const satisfies readonly (keyof PatchMeasures)[];

/**
 * Measures one section by quality cell, on the raw pixels of its tiles.
 *
 * Before alignment nobody knows more of a pixel's place than the stage position of its tile, so that is where it
 * counts: off by the error of the stage and the warp of the section, which are small beside a cell. A pixel under
 * two tiles is measured in both and covered once.
 *
 * @param tiles of the section; none for a section that is missing
 * @param z the section in the grid of cells
 * @param cells the quality grid in pixels of the section; its shape is the frame that tiles lie in
 * @returns one part for each measure, and of all but `missing` one for each tile, of every cell the section cuts
 * @throws badInput when z is outside the grid
 */
export function measureSectionCells(
  tiles: readonly PlacedMaps[],
  z: number,
  cells: BlockGrid,
): CellMeasurement[] {
  if (!(z >= 0 && z < cells.shape[0]))
    throw badInput(`Section ${z} is not one of the ${cells.shape[0]} sections of the quality cells.`);
  const covered = coverage(tiles, cells);
  const rows: CellMeasurement[] = [];
  for (const position of layerOf(z, cells)) {
    const { begin, end } = cells.box(position);
    const cell = cells.indexOf(position);
    const area = [begin[1], begin[2], end[1], end[2]] as const;
    for (const tile of tiles) rows.push(...measureTile(tile, cell, area));
    const pixels = (end[1] - begin[1]) * (end[2] - begin[2]);
    const missing = (pixels - countInside(covered, cells.shape[2], area)) / pixels;
    rows.push({ cell, measure: 'missing', value: missing, weight: pixels });
  }
  return rows;
}

/** Begin y, x, then end y, x, px. */
type Area = readonly [number, number, number, number];

const layerOf = (z: number, cells: BlockGrid) =>
  cells.positionsIn({ begin: [z, 0, 0], end: [z + 1, cells.shape[1], cells.shape[2]] });

/** What a tile shows of a cell. */
function measureTile({ maps, yPx, xPx }: PlacedMaps, cell: number, area: Area): CellMeasurement[] {
  const [h, w] = maps.shape;
  const [top, left] = [Math.max(0, area[0] - yPx), Math.max(0, area[1] - xPx)];
  const shape = [Math.min(h, area[2] - yPx) - top, Math.min(w, area[3] - xPx) - left] as const;
  if (shape[0] <= 0 || shape[1] <= 0) return [];
  const values = measureArea(maps, top, left, shape);
  const weight = Math.round(values.dataFraction * shape[0] * shape[1]);
  if (weight < leastPixels) return [];
  return measured.flatMap((measure) => {
    const value = values[measure];
    return value === undefined ? [] : [{ cell, measure, value, weight }];
  });
}

/** 1 where any tile has data, in the frame of the cells. */
function coverage(tiles: readonly PlacedMaps[], cells: BlockGrid): Uint8Array {
  const [, height, width] = cells.shape;
  const covered = new Uint8Array(height * width);
  for (const { maps, yPx, xPx } of tiles) {
    const [h, w] = maps.shape;
    for (let y = Math.max(0, -yPx); y < h && y + yPx < height; y++)
      for (let x = Math.max(0, -xPx); x < w && x + xPx < width; x++)
        if (maps.mask[y * w + x]) covered[(y + yPx) * width + x + xPx] = 1;
  }
  return covered;
}

function countInside(covered: Uint8Array, width: number, [top, left, bottom, right]: Area): number {
  let count = 0;
  for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) count += covered[y * width + x];
  return count;
}
