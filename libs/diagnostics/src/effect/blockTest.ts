import { seededRandom, type Random } from '@stratome/core';
import { quantileOfSorted } from '@stratome/kernels';
import { twoSidedP } from '../detection/robustScores.js';
import type { SpatialBlock } from './spatialBlocks.js';

export interface BlockEffect {
  /** Weighted mean of the region less that of the reference, in the measure's unit. */
  readonly effect: number;
  /** 95 % interval of the effect, by bootstrap of blocks. */
  readonly interval: readonly [number, number];
  readonly regionMean: number;
  readonly referenceMean: number;
  /** The effect in standard errors under the null, from the spread of blocks within both sides. */
  readonly score: number;
  /** Two-sided, by permutation of blocks, counting the observed placement. */
  readonly p: number;
  readonly regionBlocks: number;
  readonly referenceBlocks: number;
}

/** The number of ways to choose k of n: a permutation test needs many. Infinity above 2^53. */
export function placementsOf(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= Math.min(k, n - k); i++) {
    ways = (ways * (n - i + 1)) / i;
    if (ways > Number.MAX_SAFE_INTEGER) return Infinity;
  }
  return Math.round(ways);
}

/** Blocks as columns, for the loops. */
interface Columns {
  readonly product: Float64Array;
  readonly weight: Float64Array;
}

const columnsOf = (blocks: readonly SpatialBlock[]): Columns => ({
  product: Float64Array.from(blocks, (b) => b.value * b.weight),
  weight: Float64Array.from(blocks, (b) => b.weight),
});

function meanOf({ product, weight }: Columns): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < product.length; i++) {
    sum += product[i];
    total += weight[i];
  }
  return sum / total;
}

/** Variance of a weighted mean of independent blocks, from their spread about it, with the small-sample factor. */
function varianceOfMean(blocks: readonly SpatialBlock[], mean: number): number {
  const weight = blocks.reduce((sum, b) => sum + b.weight, 0);
  const squares = blocks.reduce((sum, b) => sum + (b.weight * (b.value - mean)) ** 2, 0);
  const n = blocks.length;
  return n < 2 ? Infinity : (squares / weight ** 2) * (n / (n - 1));
}

/** The mean of as many blocks, drawn with replacement. */
function resample({ product, weight }: Columns, mean: number, random: Random): number {
  const n = product.length;
  let [sum, total] = [0, 0];
  for (let k = 0; k < n; k++) {
    const i = random.below(n);
    sum += product[i];
    total += weight[i];
  }
  // Widened by √(n / (n − 1)): the plain bootstrap is too narrow for few blocks.
  return mean + (sum / total - mean) * Math.sqrt(n / Math.max(1, n - 1));
}

/**
 * Compares a region with its reference by spatial blocks. The p-value is that of a permutation test in which whole
 * blocks change sides, so that correlation between neighbouring cells does not count as evidence (a spatially blocked
 * permutation test); the interval is a block bootstrap.
 *
 * @param leastSpread block spread below which differences do not matter; makes fields that are constant testable
 * @param seed of all random numbers; the same seed gives the same result
 */
export function compareBlocks(
  region: readonly SpatialBlock[],
  reference: readonly SpatialBlock[],
  leastSpread: number,
  permutations: number,
  seed: string,
): BlockEffect {
  const [inside, outside] = [columnsOf(region), columnsOf(reference)];
  const [regionMean, referenceMean] = [meanOf(inside), meanOf(outside)];
  const effect = regionMean - referenceMean;
  const random = seededRandom(`blocks/${seed}`);
  const draws = Float64Array.from(
    { length: permutations },
    () => resample(inside, regionMean, random) - resample(outside, referenceMean, random),
  ).sort();
  const floor = leastSpread ** 2 * (1 / region.length + 1 / reference.length);
  // A region's own spread may be the fault's (a gradient); the reference's says what is usual.
  const usual = varianceOfMean(reference, referenceMean);
  const variance = Math.max(floor, usual * (1 + reference.length / region.length));
  return {
    effect,
    interval: [quantileOfSorted(draws, 0.025), quantileOfSorted(draws, 0.975)],
    regionMean,
    referenceMean,
    score: effect / Math.sqrt(variance),
    p: permutationP(columnsOf([...region, ...reference]), region.length, effect, permutations, random),
    regionBlocks: region.length,
    referenceBlocks: reference.length,
  };
}

/** @param count blocks of the region, which come first */
function permutationP(
  { product, weight }: Columns,
  count: number,
  effect: number,
  permutations: number,
  random: Random,
): number {
  const n = product.length;
  const order = Int32Array.from(product.keys());
  const [allProduct, allWeight] = [product.reduce((a, b) => a + b, 0), weight.reduce((a, b) => a + b, 0)];
  // Rounding must not make a rearrangement that is the observed one look smaller.
  const observed = Math.abs(effect) * (1 - 1e-9);
  let atLeast = 1;
  for (let k = 0; k < permutations; k++) {
    let [sum, total] = [0, 0];
    for (let i = 0; i < count; i++) {
      const j = i + random.below(n - i);
      const at = order[j];
      order[j] = order[i];
      order[i] = at;
      sum += product[at];
      total += weight[at];
    }
    const difference = sum / total - (allProduct - sum) / (allWeight - total);
    if (Math.abs(difference) >= observed) atLeast++;
  }
  return atLeast / (permutations + 1);
}

/** The same comparison where its blocks were not independent: with the variance of their mean so many times as large. */
export function inflated(result: BlockEffect, variance: number): BlockEffect {
  const factor = Math.sqrt(variance);
  const { effect, interval, score, p } = result;
  const widened = (end: number): number => effect + (end - effect) * factor;
  return {
    ...result,
    interval: [widened(interval[0]), widened(interval[1])],
    score: score / factor,
    p: Math.max(p, twoSidedP(score / factor)),
  };
}
