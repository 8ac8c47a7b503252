import { describe, expect, it } from 'vitest';
import type { QualityField } from '../field.js';
import { explainedShare } from './doseResponse.js';

describe('explainedShare', () => {
  it('is the slope outside the region times the dose, over the response', () => {
    const dose = Float64Array.from({ length: 60 }, (_, c) => (c % 7) - 3);
    const field = (measure: string, values: Float64Array): QualityField => ({
      measure,
      values,
      weights: values.map(() => 1),
    });
    const inside = Uint8Array.from(dose, (_, c) => (c < 10 ? 1 : 0));
    const response = dose.map((v) => 2 * v);
    const share = (effect: number) =>
      explainedShare(
        field('contrast', dose),
        field('synapseDensity', response),
        -5,
        effect,
        inside,
        0.1,
        50,
        's',
      );
    expect(share(-20)).toMatchObject({ share: 0.5, outside: true });
    expect(share(-10).share).toBeCloseTo(1, 10);
    expect(share(10).share).toBe(0);
  });
});
