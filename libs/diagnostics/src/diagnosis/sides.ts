import { badInput, boxContains, boxOfShape, formatBox, type BlockGrid, type Box } from '@stratome/core';
import { cellsInBox } from '../field.js';

/**
 * The cells of a box.
 *
 * @throws badInput for a box outside the volume or smaller than a cell
 */
export function requireBox(box: Box, grid: BlockGrid, what: string): Uint8Array {
  if (!boxContains(boxOfShape(grid.shape), box))
    throw badInput(
      `The ${what} ${formatBox(box)} is not inside the volume of ${grid.shape.join('×')} voxels.`,
      'Name a box inside the volume.',
    );
  const mask = cellsInBox(grid, box);
  if (!mask.includes(1))
    throw badInput(
      `The ${what} ${formatBox(box)} holds no quality cell of ${grid.block.join('×')} voxels.`,
      'Name a larger box.',
    );
  return mask;
}

/** A mask grown by `cells` to all sides. */
function grown(grid: BlockGrid, mask: Uint8Array, cells: number): Uint8Array {
  const out = new Uint8Array(mask.length);
  mask.forEach((inside, cell) => {
    if (!inside) return;
    const [z, y, x] = grid.position(cell);
    for (let a = Math.max(0, z - cells); a <= Math.min(grid.counts[0] - 1, z + cells); a++)
      for (let b = Math.max(0, y - cells); b <= Math.min(grid.counts[1] - 1, y + cells); b++)
        for (let c = Math.max(0, x - cells); c <= Math.min(grid.counts[2] - 1, x + cells); c++)
          out[grid.indexOf([a, b, c])] = 1;
  });
  return out;
}

/** Least share of all cells that a guard around the region must leave as reference. */
const leastReference = 0.2;

/** All cells but the region; cells beside it are left out where enough remain, since faults fade out. */
export function restOf(grid: BlockGrid, region: Uint8Array, guardCells: number): Uint8Array {
  const complement = (mask: Uint8Array) => mask.map((inside) => 1 - inside);
  const guarded = complement(grown(grid, region, guardCells));
  const left = guarded.reduce((sum, v) => sum + v, 0);
  return left >= leastReference * grid.length ? guarded : complement(region);
}

/**
 * The cells that a region is compared with: those of a box, or all the rest.
 *
 * @throws badInput when the reference has no cell outside the region
 */
export function referenceOf(
  grid: BlockGrid,
  region: Uint8Array,
  against: Box | undefined,
  guardCells: number,
): Uint8Array {
  const reference = against
    ? requireBox(against, grid, 'reference').map((v, c) => (region[c] ? 0 : v))
    : restOf(grid, region, guardCells);
  if (!reference.includes(1))
    throw badInput('The reference has no cell outside the region.', 'Name another reference.');
  return reference;
}
