import { BlockGrid, seededRandom } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import type { QualityField } from '../field.js';
import { findAnomalies } from './anomalies.js';
import { diagnosisParameters } from './parameters.js';
import type { AnomalyPattern } from './result.js';

const parameters = diagnosisParameters.parse({ permutations: 999, scanPermutations: 99 });
const grid = new BlockGrid([128, 320, 320], [32, 32, 32]);
const depth = grid.shape[0];

const fieldOf = (measure: string, length: number, value: (at: number) => number): QualityField => ({
  measure,
  values: Float64Array.from({ length }, (_, at) => value(at)),
  weights: new Float64Array(length).fill(1),
});
const byCell = (measure: string, value: (cell: number) => number) => fieldOf(measure, grid.length, value);
const bySection = (measure: string, value: (z: number) => number) => fieldOf(measure, depth, value);

const patternsOf = (pattern: AnomalyPattern, cells: QualityField[], sections: QualityField[] = []) =>
  findAnomalies({ grid, cells, sections }, parameters).filter((found) => found.pattern === pattern);

/** 1 in a corner of 5×5 columns of cells, falling to 0 at its rim. */
const corner = (cell: number) => {
  const [, y, x] = grid.position(cell);
  return Math.max(0, 1 - Math.hypot(y, x) / 5);
};

describe('gradients', () => {
  const noisy = (sigma: number) => {
    const random = seededRandom('gradient');
    return () => sigma * random.normal();
  };

  it('are found where cells move together and none is far out', () => {
    const noise = noisy(12);
    const field = byCell('contrast', (cell) => 90 - 35 * corner(cell) + noise());
    expect(patternsOf('outlier', [field])).toEqual([]);
    const [found, ...others] = patternsOf('gradient', [field]);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ layer: 'L1', measure: 'contrast', grid: 'cell' });
    expect(found.effect).toBeLessThan(-13.5);
    expect(found.p).toBeLessThanOrEqual(0.001);
    expect(found.region.begin.slice(1)).toEqual([0, 0]);
    expect(Math.max(...found.region.end.slice(1))).toBeLessThanOrEqual(5 * 32);
  });

  it('are none where nothing but noise varies, or by less than healthy tissue does', () => {
    const noise = noisy(30);
    expect(patternsOf('gradient', [byCell('contrast', () => 90 + noise())])).toEqual([]);
    const little = noisy(2);
    expect(patternsOf('gradient', [byCell('contrast', (cell) => 90 - 10 * corner(cell) + little())])).toEqual(
      [],
    );
  });

  it('are none where the tissue explains them', () => {
    const noise = noisy(3);
    const grey = byCell('meanGrey', (cell) => 120 + 30 * corner(cell) + noise());
    const contrast = byCell('contrast', (cell) => 90 - 45 * corner(cell) + noise());
    expect(patternsOf('gradient', [contrast])).toHaveLength(1);
    expect(patternsOf('gradient', [grey, contrast])).toEqual([]);
  });
});

describe('jumps', () => {
  const random = seededRandom('jump');
  const noise = Float64Array.from({ length: depth }, () => random.normal());

  it('are the pairs of sections between which the level changes', () => {
    const stepped = bySection('contrast', (z) => 90 + (z >= 70 ? -20 : 0) + 4 * noise[z]);
    const [found, ...others] = patternsOf('jump', [], [stepped]);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ layer: 'L1', measure: 'contrast', grid: 'section', cells: 2 });
    expect(found.region).toEqual({ begin: [69, 0, 0], end: [71, 320, 320] });
    expect(found.effect).toBeCloseTo(-20, -1);
  });

  it('are none of a level that stays, or that changes by less than healthy tissue does', () => {
    const steady = bySection('contrast', (z) => 90 + 4 * noise[z]);
    const slight = bySection('contrast', (z) => 90 + (z >= 70 ? -8 : 0) + noise[z]);
    expect(patternsOf('jump', [], [steady, slight])).toEqual([]);
  });
});

describe('outliers', () => {
  it('are told of sections as of cells', () => {
    const random = seededRandom('outlier');
    const residual = bySection('residualMedianPx', (z) => 0.3 + 0.05 * random.normal() + (z === 44 ? 4 : 0));
    const [found, ...others] = patternsOf('outlier', [], [residual]);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ layer: 'L2', measure: 'residualMedianPx', grid: 'section', cells: 1 });
    expect(found.region).toEqual({ begin: [44, 0, 0], end: [45, 320, 320] });
    expect(found.effect).toBeCloseTo(4, 0);
  });
});
