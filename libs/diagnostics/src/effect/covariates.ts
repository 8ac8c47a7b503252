import { mean } from '@stratome/kernels';
import type { QualityField } from '../field.js';
import { solvePositiveDefinite } from '../linearSystem.js';

/** Added to the variance of every covariate, in its own variances: covariates that say the same share what they explain. */
const ridge = 0.05;

/** Covariates count up to here, in their standard deviations: a line fitted to healthy tissue holds no further. */
const largestDeviation = 3;

/** Cells that the reference needs for each slope. */
const leastCellsEach = 8;

/** A covariate in standard deviations from its mean over the reference; 0 where it was not measured. */
function standardised(covariate: QualityField, members: readonly number[]): Float64Array | undefined {
  const { values } = covariate;
  const known = members.map((cell) => values[cell]).filter((v) => !Number.isNaN(v));
  if (known.length < 2) return undefined;
  const centre = mean(known);
  const variance = mean(known.map((v) => (v - centre) ** 2));
  if (!(variance > 0)) return undefined;
  const sigma = Math.sqrt(variance);
  return values.map((v) =>
    Number.isNaN(v) ? 0 : Math.max(-largestDeviation, Math.min(largestDeviation, (v - centre) / sigma)),
  );
}

/** Slopes of values on columns by weighted least squares with a ridge, about their weighted means. */
function slopes(
  { values, weights }: QualityField,
  columns: readonly Float64Array[],
  members: readonly number[],
): Float64Array {
  const total = members.reduce((sum, cell) => sum + weights[cell], 0);
  const meanOf = (of: Float64Array): number =>
    members.reduce((sum, cell) => sum + weights[cell] * of[cell], 0) / total;
  const centre = meanOf(values);
  const means = columns.map(meanOf);
  const a = columns.map(() => new Float64Array(columns.length));
  a.forEach((row, i) => (row[i] = ridge));
  const b = new Float64Array(columns.length);
  for (const cell of members) {
    const weight = weights[cell] / total;
    columns.forEach((column, i) => {
      const x = weight * (column[cell] - means[i]);
      b[i] += x * (values[cell] - centre);
      columns.forEach((other, j) => (a[i][j] += x * (other[cell] - means[j])));
    });
  }
  return solvePositiveDefinite(a, b);
}

/**
 * The field less what other measures lead to expect of it: a line fitted over the cells of the reference, where nothing is
 * wrong, and taken off everywhere (the analysis of covariance; R. A. Fisher, Statistical Methods for Research Workers,
 * 1932). Fewer membranes make less contrast and a surer network: what is left is what they do not explain.
 *
 * @param covariates of the same cells; where one was not measured it counts as usual
 * @param reference 1 for the cells that slopes are fitted to
 * @returns the field itself where there are too few cells to fit
 */
export function withoutCovariates(
  field: QualityField,
  covariates: readonly QualityField[],
  reference: Uint8Array,
): QualityField {
  const members = [...field.values.keys()].filter(
    (cell) => reference[cell] === 1 && !Number.isNaN(field.values[cell]) && field.weights[cell] > 0,
  );
  const columns = covariates.flatMap((covariate) => standardised(covariate, members) ?? []);
  if (columns.length === 0 || members.length < leastCellsEach * (columns.length + 1)) return field;
  const fitted = slopes(field, columns, members);
  const values = field.values.map((v, cell) =>
    columns.reduce((left, column, i) => left - fitted[i] * column[cell], v),
  );
  return { ...field, values };
}
