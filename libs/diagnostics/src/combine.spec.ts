import { seededRandom, type CellMeasurement } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { cellGrid } from './cells.js';
import { combineMeasurements, weightedQuantile } from './combine.js';
import { isMeasureName, measures, measuresOf } from './measures.js';

const row = (cell: number, measure: string, value: number, weight = 1): CellMeasurement => ({
  cell,
  measure,
  value,
  weight,
});

describe('cellGrid', () => {
  it('cuts about cubes, whole voxels', () => {
    expect(cellGrid([10, 10, 10], [100, 250, 250]).block).toEqual([32, 32, 32]);
    expect(cellGrid([50, 4.6, 4.6], [20, 1024, 1024]).block).toEqual([6, 70, 70]);
    expect(cellGrid([500, 4, 4], [3, 10, 10], 100).block).toEqual([1, 25, 25]);
    expect(() => cellGrid([0, 4, 4], [3, 10, 10])).toThrow(/0×4×4 nm/);
  });
});

describe('combineMeasurements', () => {
  it('takes weighted means', () => {
    const rows = [row(3, 'saturation', 0.5, 30), row(3, 'saturation', 0.1, 10), row(1, 'saturation', 0.2, 7)];
    const [first, second] = combineMeasurements(rows);
    expect(first).toEqual(row(1, 'saturation', 0.2, 7));
    expect(second.value).toBeCloseTo(0.4, 12);
    expect(second.weight).toBe(40);
  });

  it('takes quantiles of samples, not means of quantiles', () => {
    const rows = [
      row(0, 'residualMedianPx', 1, 3),
      row(0, 'residualMedianPx', 9, 2),
      row(0, 'residualP95Px', 1, 3),
      row(0, 'residualP95Px', 9, 2),
    ];
    expect(combineMeasurements(rows)).toEqual([
      row(0, 'residualMedianPx', 1, 5),
      row(0, 'residualP95Px', 9, 5),
    ]);
  });

  it('adds up what tasks found of the density of one cell', () => {
    const rows = [
      row(2, 'cableDensity', 1.5, 0.03),
      row(2, 'cableDensity', 0, 0.03),
      row(2, 'cableDensity', 2, 0.03),
    ];
    expect(combineMeasurements(rows)).toEqual([row(2, 'cableDensity', 3.5, 0.03)]);
  });

  it('gives the same bytes for any order of parts', () => {
    const random = seededRandom('combine');
    const names = ['saturation', 'residualMedianPx', 'cableDensity'];
    const rows = Array.from({ length: 400 }, () =>
      row(random.below(4), names[random.below(3)], random.normal(), random.uniform(0.1, 3)),
    );
    const shuffled = rows
      .map((r) => ({ r, key: random.next() }))
      .sort((a, b) => a.key - b.key)
      .map(({ r }) => r);
    expect(combineMeasurements(shuffled)).toEqual(combineMeasurements(rows));
  });

  it('refuses unknown measures and numbers that are none', () => {
    expect(() => combineMeasurements([row(0, 'brightnessOfJoy', 1)])).toThrow(/brightnessOfJoy/);
    expect(() => combineMeasurements([row(0, 'focus', NaN)])).toThrow(/NaN/);
    expect(() => combineMeasurements([row(0, 'focus', 1, 0)])).toThrow(/weight 0/);
  });
});

it('weightedQuantile is the smallest value that reaches the fraction', () => {
  const parts = [4, 1, 3, 2].map((value) => ({ value, weight: 1 }));
  expect([0.25, 0.26, 0.5, 0.95, 1].map((q) => weightedQuantile(parts, q))).toEqual([1, 2, 2, 4, 4]);
});

describe('measures', () => {
  it('covers every layer, and names are told from properties of objects', () => {
    expect((['L1', 'L2', 'L3', 'L4', 'L5'] as const).map((layer) => measuresOf(layer).length)).toEqual([
      8, 6, 11, 11, 6,
    ]);
    expect(isMeasureName('focus')).toBe(true);
    expect(isMeasureName('toString')).toBe(false);
    expect(measures.residualP95Px.combination).toEqual({ rule: 'quantile', q: 0.95 });
  });
});
