import { median, robustSigma } from '@stratome/kernels';

/**
 * Complementary error function, relative error below 1.2e-7 (W. H. Press et al., Numerical Recipes, 2nd ed., 6.2).
 */
function erfc(x: number): number {
  const z = Math.abs(x);
  const t = 1 / (1 + 0.5 * z);
  const c = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
    -0.82215223, 0.17087277,
  ];
  const polynomial = c.reduceRight((sum, value) => sum * t + value, 0);
  const tail = t * Math.exp(-z * z + polynomial);
  return x >= 0 ? tail : 2 - tail;
}

/** Probability that a standard normal number is at least as far from 0 as `z`. */
export const twoSidedP = (z: number): number => Math.min(1, erfc(Math.abs(z) / Math.SQRT2));

export interface RobustScores {
  readonly centre: number;
  /** 1.4826 · MAD, at least `leastSigma`. */
  readonly sigma: number;
  /** (value − centre) / sigma; NaN where the value is NaN. */
  readonly scores: Float64Array;
}

/**
 * Scores by median and MAD, which up to half of the values cannot move far (F. R. Hampel, The influence curve and its
 * role in robust estimation, JASA 69, 1974).
 *
 * @param values NaN is not measured; not mutated
 * @param leastSigma spread below which differences do not matter; keeps fields that are constant almost everywhere usable
 */
export function robustScores(values: Float64Array, leastSigma: number): RobustScores {
  const known = values.filter((v) => !Number.isNaN(v));
  const centre = median(known);
  const sigma = Math.max(leastSigma, known.length > 0 ? robustSigma(known, centre) : 0);
  return { centre, sigma, scores: values.map((v) => (v - centre) / sigma) };
}
