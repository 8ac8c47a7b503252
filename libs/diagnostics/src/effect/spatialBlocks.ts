import type { BlockGrid } from '@stratome/core';
import { boxOfCells, type QualityField } from '../field.js';
import { faceNeighbours } from '../detection/faces.js';

/** Neighbouring cells of one side of a comparison, put together so that blocks are nearly independent. */
export interface SpatialBlock {
  /** Weighted mean of its cells. */
  readonly value: number;
  readonly weight: number;
}

/**
 * Correlation of face neighbours inside a mask: Moran's I with row-independent weights. 0 where it cannot be told.
 */
export function neighbourCorrelation(grid: BlockGrid, field: QualityField, mask: Uint8Array): number {
  const values = field.values.map((v, cell) => (mask[cell] ? v : NaN));
  const neighbours = faceNeighbours(grid, values);
  let [n, sum] = [0, 0];
  for (const v of values) if (!Number.isNaN(v)) [n, sum] = [n + 1, sum + v];
  const mean = sum / n;
  let [square, cross, links] = [0, 0, 0];
  values.forEach((v, cell) => {
    if (Number.isNaN(v)) return;
    square += (v - mean) ** 2;
    for (const next of neighbours[cell]) cross += (v - mean) * (values[next] - mean);
    links += neighbours[cell].length;
  });
  return n < 8 || links === 0 || square === 0 ? 0 : (n / links) * (cross / square);
}

/**
 * Cells a block is wide, so that the correlation left between neighbouring blocks is small: with an exponential decay r
 * per cell, the correlation over a block's width r^w is at most `tolerated`. Between 1 and `widest`.
 */
export function blockWidthCells(correlation: number, tolerated: number, widest: number): number {
  if (correlation <= tolerated) return 1;
  return Math.min(widest, Math.ceil(Math.log(tolerated) / Math.log(Math.min(0.99, correlation))));
}

/**
 * How many times the variance of the mean of a mask's cells is what it would be if they were independent: for a
 * correlation that decays exponentially by axis, 1 + 2 Σ (1 − k/n) rᵏ for each (the design effect of a series; P. Clifford,
 * S. Richardson and D. Hémon, Biometrics 45, 1989).
 *
 * @param correlation of face neighbours; below 0 counts as 0
 */
export function designEffect(grid: BlockGrid, mask: Uint8Array, correlation: number): number {
  const r = Math.min(0.99, Math.max(0, correlation));
  const { begin, end } = boxOfCells(grid, mask);
  return end.reduce((product, v, axis) => {
    const n = Math.ceil((v - begin[axis]) / grid.block[axis]);
    let sum = 1;
    for (let k = 1; k < n; k++) sum += 2 * (1 - k / n) * r ** k;
    return product * sum;
  }, 1);
}

/**
 * Puts the cells of a mask into cubes of `width` cells, anchored at the mask's first corner, so that blocks of a region
 * are whole. Cells without a value are left out.
 */
export function spatialBlocks(
  grid: BlockGrid,
  field: QualityField,
  mask: Uint8Array,
  width: number,
): SpatialBlock[] {
  const corner: [number, number, number] = [Infinity, Infinity, Infinity];
  const inside: number[] = [];
  mask.forEach((member, cell) => {
    if (!member) return;
    inside.push(cell);
    grid.position(cell).forEach((v, k) => (corner[k] = Math.min(corner[k], v)));
  });
  const sums = new Map<string, { value: number; weight: number }>();
  for (const cell of inside) {
    if (Number.isNaN(field.values[cell])) continue;
    const key = grid
      .position(cell)
      .map((v, k) => Math.floor((v - corner[k]) / width))
      .join();
    const sum = sums.get(key) ?? { value: 0, weight: 0 };
    sums.set(key, sum);
    sum.value += field.values[cell] * field.weights[cell];
    sum.weight += field.weights[cell];
  }
  return [...sums.values()].map(({ value, weight }) => ({ value: value / weight, weight }));
}
