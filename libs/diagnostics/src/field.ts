import { badInput, type BlockGrid, type Box } from '@stratome/core';

/** One measure over the cells of a grid, or over the sections of a volume. */
export interface QualityField {
  /** Name in the registry of measures or of rechecks. */
  readonly measure: string;
  /** By linear number of the cell; NaN where it was not measured. */
  readonly values: Float64Array;
  /** How much each value rests on, in the measure's weight unit; 0 where it was not measured. */
  readonly weights: Float64Array;
}

/**
 * The cells at least half of which lies in `box`, as 1 in an array over the grid.
 *
 * @param box voxels of the volume, z, y, x
 * @param leastShare of a cell that must lie in the box; 0: every cell that it touches
 */
export function cellsInBox(grid: BlockGrid, box: Box, leastShare = 0.5): Uint8Array {
  const mask = new Uint8Array(grid.length);
  for (const position of grid.positionsIn(box)) {
    const cell = grid.box(position);
    let share = 1;
    for (let k = 0; k < 3; k++) {
      const common = Math.min(cell.end[k], box.end[k]) - Math.max(cell.begin[k], box.begin[k]);
      share *= common / (cell.end[k] - cell.begin[k]);
    }
    if (share >= leastShare) mask[grid.indexOf(position)] = 1;
  }
  return mask;
}

/** The smallest box of voxels that holds all cells of a mask. @throws badInput when the mask is empty */
export function boxOfCells(grid: BlockGrid, mask: Uint8Array): Box {
  const begin: [number, number, number] = [Infinity, Infinity, Infinity];
  const end: [number, number, number] = [0, 0, 0];
  mask.forEach((inside, cell) => {
    if (!inside) return;
    const box = grid.box(grid.position(cell));
    for (let k = 0; k < 3; k++) {
      begin[k] = Math.min(begin[k], box.begin[k]);
      end[k] = Math.max(end[k], box.end[k]);
    }
  });
  if (end[0] === 0) throw badInput('A region without cells has no box.', 'Name a larger region.');
  return { begin, end };
}
