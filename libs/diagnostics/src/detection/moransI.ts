import { seededRandom, type BlockGrid, type Random } from '@stratome/core';
import { faceNeighbours, facePairs } from './faces.js';

export interface GlobalMoran {
  /** Moran's I; NaN where the values do not vary or no two cells touch. */
  readonly i: number;
  /** −1 / (n − 1). */
  readonly expected: number;
  /** One-sided: the share of permutations with an I at least as high, counting the observed one. */
  readonly p: number;
  readonly cells: number;
}

/** Pairs of cells that share a face and both have a value, flat: every permutation goes over all of them. */
function measuredPairs(grid: BlockGrid, values: Float64Array): Int32Array {
  const pairs = facePairs(grid);
  const isMeasured = (k: number) => !Number.isNaN(values[pairs[k]]) && !Number.isNaN(values[pairs[k + 1]]);
  return pairs.filter((_, k) => isMeasured(k - (k % 2)));
}

function shuffle(values: Float64Array, random: Random): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [values[i], values[j]] = [values[j], values[i]];
  }
}

/**
 * Moran's I over face neighbours with binary weights (P. A. P. Moran, Notes on continuous stochastic phenomena,
 * Biometrika 37, 1950), with a permutation test of "no positive autocorrelation": high where neighbours are alike, as in
 * gradients and patches.
 *
 * @param values by cell; NaN is not measured. Not mutated.
 */
export function globalMoran(
  grid: BlockGrid,
  values: Float64Array,
  permutations: number,
  seed: string,
): GlobalMoran {
  const pairs = measuredPairs(grid, values);
  const cells = Int32Array.from(values.keys()).filter((c) => !Number.isNaN(values[c]));
  const n = cells.length;
  const mean = cells.reduce((sum, c) => sum + values[c], 0) / n;
  const deviation = Float64Array.from(values, (v) => v - mean);
  const square = cells.reduce((sum, c) => sum + deviation[c] ** 2, 0);
  const statistic = (z: Float64Array): number => {
    let sum = 0;
    for (let k = 0; k < pairs.length; k += 2) sum += z[pairs[k]] * z[pairs[k + 1]];
    // Either way round counts: twice the sum over as many links as the array is long.
    return (n / pairs.length) * ((2 * sum) / square);
  };
  const i = statistic(deviation);
  const random = seededRandom(`moran/${seed}`);
  const pool = Float64Array.from(cells, (c) => deviation[c]);
  const permuted = new Float64Array(values.length);
  let atLeast = 1;
  for (let k = 0; k < permutations; k++) {
    shuffle(pool, random);
    cells.forEach((c, at) => (permuted[c] = pool[at]));
    if (statistic(permuted) >= i) atLeast++;
  }
  return { i, expected: -1 / (n - 1), p: Number.isNaN(i) ? NaN : atLeast / (permutations + 1), cells: n };
}

export interface LocalMoran {
  /** Local I by cell; positive where a cell is like its neighbours; NaN without a value or without neighbours. */
  readonly i: Float64Array;
  /** Two-sided conditional permutation p by cell. */
  readonly p: Float64Array;
}

/**
 * Local indicators of spatial association (L. Anselin, Geographical Analysis 27, 1995): z_c times the mean z of the face
 * neighbours. In each permutation a cell keeps its value and draws its neighbours from all others.
 *
 * @param values by cell; NaN is not measured. Not mutated.
 */
export function localMoran(
  grid: BlockGrid,
  values: Float64Array,
  permutations: number,
  seed: string,
): LocalMoran {
  const neighbours = faceNeighbours(grid, values);
  const cells = Int32Array.from(values.keys()).filter((c) => !Number.isNaN(values[c]));
  const mean = cells.reduce((sum, c) => sum + values[c], 0) / cells.length;
  const sd = Math.sqrt(cells.reduce((sum, c) => sum + (values[c] - mean) ** 2, 0) / cells.length);
  const z = values.map((v) => (v - mean) / sd);
  const i = new Float64Array(values.length).fill(NaN);
  const p = new Float64Array(values.length).fill(NaN);
  const random = seededRandom(`local moran/${seed}`);
  for (const c of cells) {
    const near = neighbours[c];
    if (near.length === 0 || sd === 0) continue;
    i[c] = (z[c] * near.reduce((sum, d) => sum + z[d], 0)) / near.length;
    p[c] = conditionalP(c, near.length, i[c], z, cells, permutations, random);
  }
  return { i, p };
}

function conditionalP(
  cell: number,
  degree: number,
  observed: number,
  z: Float64Array,
  cells: Int32Array,
  permutations: number,
  random: Random,
): number {
  let above = 0;
  for (let k = 0; k < permutations; k++) {
    let sum = 0;
    for (let d = 0; d < degree; d++) {
      let other = cell;
      while (other === cell) other = cells[random.below(cells.length)];
      sum += z[other];
    }
    if ((z[cell] * sum) / degree >= observed) above++;
  }
  const tail = Math.min(above, permutations - above);
  return Math.min(1, (2 * (tail + 1)) / (permutations + 1));
}
