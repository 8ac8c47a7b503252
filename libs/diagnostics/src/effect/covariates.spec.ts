import { seededRandom } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import type { QualityField } from '../field.js';
import { withoutCovariates } from './covariates.js';

const cells = 300;
const random = seededRandom('covariates');
const make = (f: (cell: number) => number) => Float64Array.from({ length: cells }, (_, c) => f(c));
const field = (measure: string, values: Float64Array): QualityField => ({
  measure,
  values,
  weights: values.map((v) => (Number.isNaN(v) ? 0 : 1)),
});
const membrane = make(() => random.normal());
const noise = make(() => 0.3 * random.normal());
const inRegion = (cell: number) => cell < 60;
const reference = Uint8Array.from({ length: cells }, (_, c) => (inRegion(c) ? 0 : 1));

function difference({ values }: QualityField): number {
  let [inside, outside, n] = [0, 0, 0];
  values.forEach((v, c) => {
    if (inRegion(c)) [inside, n] = [inside + v, n + 1];
    else outside += v;
  });
  return inside / n - outside / (cells - n);
}

describe('withoutCovariates', () => {
  it('takes off what a covariate explains, and leaves what it does not', () => {
    const richer = membrane.map((v, c) => v + (inRegion(c) ? 1.5 : 0));
    const contrast = (fault: number) =>
      field(
        'contrast',
        make((c) => 90 + 4 * richer[c] + noise[c] - (inRegion(c) ? fault : 0)),
      );
    const given = [field('meanAffinity', richer)];
    expect(difference(contrast(0))).toBeGreaterThan(4);
    expect(Math.abs(difference(withoutCovariates(contrast(0), given, reference)))).toBeLessThan(0.6);
    expect(difference(withoutCovariates(contrast(6), given, reference))).toBeCloseTo(-6, 0);
  });

  it('fits in the reference alone: a covariate that a fault moves does not learn from the fault', () => {
    const value = field(
      'affinityAmbiguity',
      make((c) => 0.1 + 0.01 * noise[c] + (inRegion(c) ? 0.05 : 0)),
    );
    const given = [
      field(
        'contrast',
        membrane.map((v, c) => v + (inRegion(c) ? 2 : 0)),
      ),
    ];
    expect(difference(withoutCovariates(value, given, reference))).toBeCloseTo(0.05, 2);
  });

  it('does not follow a line further than healthy tissue reaches', () => {
    const wild = membrane.map((v, c) => v + (inRegion(c) ? 1000 : 0));
    const value = field(
      'affinityAmbiguity',
      make((c) => membrane[c] + noise[c]),
    );
    expect(Math.abs(difference(withoutCovariates(value, [field('contrast', wild)], reference)))).toBeLessThan(
      3.5,
    );
  });

  it('takes a covariate that was not measured as usual, and one that does not vary as nothing', () => {
    const gaps = membrane.map((v, c) => (c % 7 === 0 ? NaN : v));
    const value = field(
      'contrast',
      make((c) => 90 + 4 * membrane[c]),
    );
    const left = withoutCovariates(value, [field('meanAffinity', gaps)], reference);
    expect(left.values[7]).toBe(value.values[7]);
    expect(left.values.every((v) => Number.isFinite(v))).toBe(true);
    expect(
      withoutCovariates(
        value,
        [
          field(
            'somaFraction',
            make(() => 0),
          ),
        ],
        reference,
      ).values,
    ).toEqual(value.values);
  });

  it('leaves a field as it is where there are too few cells to fit', () => {
    const few = Uint8Array.from({ length: cells }, (_, c) => (c >= 60 && c < 70 ? 1 : 0));
    const value = field('contrast', membrane);
    expect(withoutCovariates(value, [field('meanAffinity', membrane)], few)).toBe(value);
  });
});
