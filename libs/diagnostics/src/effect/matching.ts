import type { BlockGrid } from '@stratome/core';
import type { QualityField } from '../field.js';

/**
 * Kinds of places that are compared with their like, as a number by cell: how many faces of the volume a cell touches
 * (neurites are cut there), and whether vessel or soma fills a quarter or half of it. Only what no fault can move.
 *
 * @param tissue share of each cell that is vessel or soma, 0 to 1; absent: none
 */
export function placeStrata(grid: BlockGrid, tissue?: Float64Array): Uint8Array {
  return Uint8Array.from({ length: grid.length }, (_, cell) => {
    const faces = grid
      .position(cell)
      .reduce((n, v, k) => n + (grid.counts[k] > 2 && (v === 0 || v === grid.counts[k] - 1) ? 1 : 0), 0);
    const filled = tissue ? Math.min(2, Math.floor(tissue[cell] * 4)) : 0;
    return 4 * filled + faces;
  });
}

/** Least cells of a stratum whose mean is believed. */
const leastCells = 6;

/**
 * The field with the differences between strata taken out, as they are in the reference: corners are compared with
 * corners. Strata that the reference hardly has are left as they are.
 *
 * @param reference 1 for the cells that strata are judged by
 */
export function matchStrata(field: QualityField, strata: Uint8Array, reference: Uint8Array): QualityField {
  const sums = new Map<number, { value: number; weight: number; cells: number }>();
  const total = { value: 0, weight: 0 };
  field.values.forEach((value, cell) => {
    if (!reference[cell] || Number.isNaN(value)) return;
    const sum = sums.get(strata[cell]) ?? { value: 0, weight: 0, cells: 0 };
    sums.set(strata[cell], sum);
    sum.value += value * field.weights[cell];
    sum.weight += field.weights[cell];
    sum.cells++;
    total.value += value * field.weights[cell];
    total.weight += field.weights[cell];
  });
  const shift = (stratum: number): number => {
    const sum = sums.get(stratum);
    return sum && sum.cells >= leastCells ? sum.value / sum.weight - total.value / total.weight : 0;
  };
  return { ...field, values: field.values.map((v, cell) => v - shift(strata[cell])) };
}
