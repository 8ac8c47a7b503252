import type { BlockGrid } from '@stratome/core';
import type { QualityField } from '../field.js';
import { solvePositiveDefinite } from '../linearSystem.js';
import { facePairs } from './faces.js';

/** Added to the variance of every column, in squared scores: keeps what hardly varies from counting without bound. */
const ridge = 0.15;

/** Differences between neighbours count up to here, scores. */
const largestDifference = 4;

/**
 * Covariance of columns over cells, from differences between face neighbours: a region in which columns are shifted adds
 * to it at its border alone, so that what is looked for does not count as usual.
 *
 * @param columns scores by cell; NaN is not measured
 */
function neighbourCovariance(grid: BlockGrid, columns: readonly Float64Array[]): Float64Array[] {
  const k = columns.length;
  const sums = columns.map(() => new Float64Array(k));
  const counts = columns.map(() => new Float64Array(k));
  const pairs = facePairs(grid);
  const difference = new Float64Array(k);
  for (let p = 0; p < pairs.length; p += 2) {
    columns.forEach((column, i) => {
      const d = column[pairs[p + 1]] - column[pairs[p]];
      difference[i] = Math.max(-largestDifference, Math.min(largestDifference, d));
    });
    for (let i = 0; i < k; i++)
      for (let j = 0; j < k; j++) {
        const product = difference[i] * difference[j];
        if (Number.isNaN(product)) continue;
        sums[i][j] += product;
        counts[i][j]++;
      }
  }
  return sums.map((row, i) => row.map((sum, j) => (counts[i][j] > 0 ? sum / counts[i][j] / 2 : 0)));
}

/**
 * Scores by the weighted mean, and by how much face neighbours differ: unlike the spread over all cells, it is hardly
 * moved by a region in which all is different. A cell counts by its weight, so that the score of a ratio of few counts is
 * small: it is the excess of what was counted over what was to be expected.
 *
 * @param values NaN is not measured; not mutated
 * @param leastSigma spread below which differences do not matter
 */
export function localScores(
  grid: BlockGrid,
  { values, weights }: Pick<QualityField, 'values' | 'weights'>,
  leastSigma: number,
): Float64Array {
  let [total, weight, cells] = [0, 0, 0];
  values.forEach((v, cell) => {
    if (Number.isNaN(v)) return;
    total += v * weights[cell];
    weight += weights[cell];
    cells++;
  });
  const centre = total / weight;
  const excess = values.map((v, cell) => ((v - centre) * weights[cell] * cells) / weight);
  const pairs = facePairs(grid);
  let [sum, count] = [0, 0];
  for (let p = 0; p < pairs.length; p += 2) {
    const d = excess[pairs[p + 1]] - excess[pairs[p]];
    if (Number.isNaN(d)) continue;
    sum += d * d;
    count++;
  }
  const sigma = Math.max(leastSigma, count > 0 ? Math.sqrt(sum / count / 2) : 0);
  return excess.map((v) => v / sigma);
}

/**
 * Weights with which a sum of columns tells a shift along `direction` best from what the columns do by themselves
 * (R. A. Fisher, The use of multiple measurements in taxonomic problems, Annals of Eugenics 7, 1936). A column whose direction
 * is 0 takes out of the others what varies with it. The sum has about unit variance where nothing is shifted.
 *
 * @param columns scores by cell of the grid; NaN is not measured; not mutated
 * @param direction of the shift, one number a column
 */
export function discriminantWeights(
  grid: BlockGrid,
  columns: readonly Float64Array[],
  direction: readonly number[],
): Float64Array {
  const covariance = neighbourCovariance(grid, columns);
  covariance.forEach((row, i) => (row[i] += ridge));
  const weights = solvePositiveDefinite(covariance, direction);
  let variance = 0;
  covariance.forEach((row, i) => row.forEach((v, j) => (variance += weights[i] * v * weights[j])));
  return weights.map((w) => w / Math.sqrt(variance));
}
