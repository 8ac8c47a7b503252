import type { BlockGrid } from '@stratome/core';

/** Pairs of cells that share a face: [2n], each cell before the one that follows it along an axis. */
export function facePairs(grid: BlockGrid): Int32Array {
  const [, ny, nx] = grid.counts;
  const steps = [ny * nx, nx, 1];
  const pairs: number[] = [];
  for (let cell = 0; cell < grid.length; cell++)
    grid.position(cell).forEach((v, axis) => {
      if (v + 1 < grid.counts[axis]) pairs.push(cell, cell + steps[axis]);
    });
  return Int32Array.from(pairs);
}

/** Cells that share a face, by cell; only cells with a value have neighbours and are neighbours. */
export function faceNeighbours(grid: BlockGrid, values: Float64Array): Int32Array[] {
  const [nz, ny, nx] = grid.counts;
  return Array.from(values, (value, cell) => {
    if (Number.isNaN(value)) return new Int32Array(0);
    const [z, y, x] = grid.position(cell);
    const near: number[] = [];
    if (z > 0) near.push(cell - ny * nx);
    if (y > 0) near.push(cell - nx);
    if (x > 0) near.push(cell - 1);
    if (x + 1 < nx) near.push(cell + 1);
    if (y + 1 < ny) near.push(cell + nx);
    if (z + 1 < nz) near.push(cell + ny * nx);
    return Int32Array.from(near.filter((n) => !Number.isNaN(values[n])));
  });
}
