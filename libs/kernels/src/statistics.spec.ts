import { seededRandom } from '@stratome/core';
import { expect, it } from 'vitest';
import {
  histogramDeviation,
  histogramQuantile,
  median,
  quantile,
  quantileOfSorted,
  robustSigma,
} from './statistics.js';

it('quantiles interpolate between order statistics and leave the input alone', () => {
  const values = [9, 1, 5, 3];
  expect(median(values)).toBe(4);
  expect(quantile(values, 0)).toBe(1);
  expect(quantile(values, 1)).toBe(9);
  expect(values).toEqual([9, 1, 5, 3]);
  expect(quantile([], 0.5)).toBeNaN();
});

it('quantiles are those of the sorted values, ties, infinities and NaN included', () => {
  const random = seededRandom('quantiles');
  for (let round = 0; round < 200; round++) {
    const values = Array.from({ length: 1 + random.below(40) }, () =>
      round % 3 === 0 ? random.below(4) : random.normal(),
    );
    if (round % 7 === 0) values[random.below(values.length)] = -Infinity;
    if (round % 11 === 0) values[random.below(values.length)] = NaN;
    const sorted = Float64Array.from(values).sort();
    for (const q of [0, 0.05, 0.5, 0.77, 1]) expect(quantile(values, q)).toBe(quantileOfSorted(sorted, q));
  }
});

it('robust sigma of normal values is their standard deviation, outliers or not', () => {
  const random = seededRandom('normal');
  const values = Array.from({ length: 20000 }, (_, i) => (i % 20 === 0 ? 1e6 : 7 + 3 * random.normal()));
  expect(robustSigma(values)).toBeGreaterThan(2.9);
  expect(robustSigma(values)).toBeLessThan(3.3);
});

it('a histogram answers as its values do', () => {
  const random = seededRandom('histogram');
  const values = Array.from({ length: 999 }, () => random.below(50));
  const counts = new Uint32Array(50);
  for (const v of values) counts[v]++;
  expect(histogramQuantile(counts, 0.5)).toBe(median(values));
  expect(histogramDeviation(counts, 20)).toBe(median(values.map((v) => Math.abs(v - 20))));
  expect(histogramQuantile(new Uint32Array(4), 0.5)).toBe(-1);
});
