import { expect, it } from 'vitest';
import { effectText, type Evidence, intervalText } from './evidence.js';

const evidence = (effect: number, interval: number[], referenceMean: number) =>
  ({ effect, interval, referenceMean, unit: '1/µm' }) as unknown as Evidence;

it('says an effect as a share of the reference where that means something, else in its unit', () => {
  expect(effectText(evidence(-3, [-4, -2], 6))).toBe('−50 %');
  expect(intervalText(evidence(-3, [-4, -2], 6))).toBe('−67 … −33 %');
  // Few cells: less sure than the reference is large.
  expect(effectText(evidence(0.316, [-0.5, 1.1], 0.1))).toBe('+0.316 1/µm');
  expect(intervalText(evidence(0.316, [-0.5, 1.1], 0.1))).toBe('−0.5 … +1.1');
  expect(effectText(evidence(2, [1, 3], 0))).toBe('+2 1/µm');
});
