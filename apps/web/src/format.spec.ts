import { describe, expect, it } from 'vitest';
import { number } from './format.js';

describe('number', () => {
  it.each([
    [0, '0'],
    [-60.87, '-60.9'],
    [0.00123, '0.00123'],
    [999.6, '1,000'],
    [12_345, '12,345'],
    [-2_345_678, '-2,345,678'],
    [0.000_012_34, '1.23 × 10⁻⁵'],
    [3e14, '3 × 10¹⁴'],
  ])('writes %d as %s', (value, text) => expect(number(value)).toBe(text));

  it.each([null, undefined, Number.NaN, Number.POSITIVE_INFINITY])('writes a dash for %s', (value) =>
    expect(number(value)).toBe('–'),
  );
});
