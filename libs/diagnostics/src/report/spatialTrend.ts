import type { BlockGrid, Vec3 } from '@stratome/core';
import { globalMoran } from '../detection/moransI.js';
import type { QualityField } from '../field.js';

/** How a measure changes over the volume. */
export interface SpatialTrend {
  readonly measure: string;
  /** Change per µm along z, y, x; NaN along an axis with one cell. */
  readonly perUm: Vec3;
  /** Share of the variance between cells that the plane explains, 0 … 1. */
  readonly planeShare: number;
  /** Moran's I over face neighbours, and its one-sided p by permutation. */
  readonly moran: number;
  readonly p: number;
  readonly cells: number;
}

/** Solves the symmetric system A x = b by Gaussian elimination; a column without variance gives NaN. */
function solve(a: number[][], b: number[]): number[] {
  const n = b.length;
  const usable = a.map((row, k) => row[k] > 1e-12);
  const m = a.map((row, i) => (usable[i] ? [...row.map((v, j) => (usable[j] ? v : 0)), b[i]] : []));
  for (let k = 0; k < n; k++) {
    if (!usable[k]) continue;
    for (let i = 0; i < n; i++) {
      if (i === k || !usable[i]) continue;
      const factor = m[i][k] / m[k][k];
      for (let j = k; j <= n; j++) m[i][j] -= factor * m[k][j];
    }
  }
  return usable.map((ok, k) => (ok ? m[k][n] / m[k][k] : NaN));
}

/**
 * Fits a plane to a measure over the cells by weighted least squares, and asks whether neighbours are alike.
 *
 * @param voxelNm size of the grid's voxels, z, y, x, nm
 */
export function spatialTrend(
  field: QualityField,
  grid: BlockGrid,
  voxelNm: Vec3,
  permutations: number,
  seed: string,
): SpatialTrend {
  const cells = [...field.values.keys()].filter((c) => !Number.isNaN(field.values[c]));
  const placeUm = (cell: number) => {
    const { begin, end } = grid.box(grid.position(cell));
    return [0, 1, 2].map((k) => (((begin[k] + end[k]) / 2) * voxelNm[k]) / 1000);
  };
  const places = cells.map(placeUm);
  const weights = cells.map((c) => field.weights[c]);
  const total = weights.reduce((sum, w) => sum + w, 0);
  const meanOf = (value: (n: number) => number) =>
    cells.reduce((sum, _, n) => sum + weights[n] * value(n), 0) / total;
  const centre = [0, 1, 2].map((k) => meanOf((n) => places[n][k]));
  const mean = meanOf((n) => field.values[cells[n]]);
  const dx = (n: number, k: number) => places[n][k] - centre[k];
  const dv = (n: number) => field.values[cells[n]] - mean;
  const axes = [0, 1, 2];
  const slopes = solve(
    axes.map((j) => axes.map((k) => meanOf((n) => dx(n, j) * dx(n, k)))),
    axes.map((k) => meanOf((n) => dx(n, k) * dv(n))),
  );
  const variance = meanOf((n) => dv(n) ** 2);
  const explained = axes.reduce(
    (sum, k) => sum + (Number.isNaN(slopes[k]) ? 0 : slopes[k] * meanOf((n) => dx(n, k) * dv(n))),
    0,
  );
  const { i, p } = globalMoran(grid, field.values, permutations, `${seed}/${field.measure}`);
  return {
    measure: field.measure,
    perUm: [slopes[0], slopes[1], slopes[2]],
    planeShare: variance > 0 ? explained / variance : 0,
    moran: i,
    p,
    cells: cells.length,
  };
}
