import type { BlockGrid } from '@stratome/core';
import type { QualityField } from '../field.js';
import { solvePositiveDefinite } from '../linearSystem.js';
import { facePairs } from './faces.js';

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

/** Added to the variance of every measure: keeps what hardly varies from counting without bound. */
const ridge = 0.3;

/**
 * Weights with which a sum of measures tells a shift along `direction` best from what they do by themselves
 * (R. A. Fisher, The use of multiple measurements in taxonomic problems, Annals of Eugenics 7, 1936). A measure whose direction
 * is 0 takes out of the others what varies with it. The sum has unit variance where nothing is shifted.
 *
 * @param covariance of the measures where nothing is shifted, n×n; not mutated
 * @param direction of the shift, one number a measure
 */
export function discriminantWeights(
  covariance: readonly Float64Array[],
  direction: readonly number[],
): Float64Array {
  const ridged = covariance.map((row, i) => row.map((v, j) => (i === j ? v + ridge : v)));
  const weights = solvePositiveDefinite(ridged, direction);
  let variance = 0;
  ridged.forEach((row, i) => row.forEach((v, j) => (variance += weights[i] * v * weights[j])));
  return weights.map((w) => w / Math.sqrt(variance));
}
