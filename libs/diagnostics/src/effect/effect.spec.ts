import { BlockGrid, seededRandom } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import type { QualityField } from '../field.js';
import { compareBlocks, placementsOf } from './blockTest.js';
import { matchStrata, placeStrata } from './matching.js';
import { blockWidthCells, neighbourCorrelation, spatialBlocks } from './spatialBlocks.js';

const blocks = (seed: string, n: number, mean: number) => {
  const random = seededRandom(seed);
  return Array.from({ length: n }, () => ({ value: mean + random.normal(), weight: random.uniform(0.5, 2) }));
};

describe('compareBlocks', () => {
  it('finds a shift, with an interval about it', () => {
    const result = compareBlocks(blocks('a', 14, 3), blocks('b', 30, 0), 0, 999, 's');
    expect(result.effect).toBeCloseTo(3, 0);
    expect(result.interval[0]).toBeLessThan(result.effect);
    expect(result.interval[1]).toBeGreaterThan(result.effect);
    expect(result.p).toBe(0.001);
    expect(result.score).toBeGreaterThan(5);
  });

  it('keeps its level where there is none', () => {
    const ps = Array.from(
      { length: 60 },
      (_, n) => compareBlocks(blocks(`a${n}`, 8, 0), blocks(`b${n}`, 20, 0), 0, 199, 's').p,
    );
    expect(ps.filter((p) => p <= 0.05).length).toBeLessThanOrEqual(8);
    expect(ps.filter((p) => p <= 0.5).length).toBeGreaterThan(15);
  });

  it('has intervals that hold the truth about as often as they say', () => {
    const held = Array.from({ length: 60 }, (_, n) => {
      const { interval } = compareBlocks(blocks(`c${n}`, 10, 1), blocks(`d${n}`, 20, 0), 0, 399, 's');
      return interval[0] <= 1 && interval[1] >= 1;
    });
    expect(held.filter(Boolean).length).toBeGreaterThanOrEqual(51);
  });

  it('is not impressed by less than what matters', () => {
    const flat = (value: number, n: number) => Array.from({ length: n }, () => ({ value, weight: 1 }));
    expect(Math.abs(compareBlocks(flat(0.001, 10), flat(0, 20), 0.01, 99, 's').score)).toBeLessThan(1);
  });
});

it('counts placements', () => {
  expect(placementsOf(10, 3)).toBe(120);
  expect(placementsOf(52, 5)).toBe(2_598_960);
  expect(placementsOf(200, 100)).toBe(Infinity);
});

describe('spatial blocks', () => {
  const grid = new BlockGrid([4, 8, 8], [1, 1, 1]);
  const all = new Uint8Array(grid.length).fill(1);
  const smooth: QualityField = {
    measure: 'contrast',
    values: Float64Array.from({ length: grid.length }, (_, c) => Math.sin(grid.position(c)[2] / 1.5)),
    weights: new Float64Array(grid.length).fill(1),
  };

  it('are wide where cells are alike', () => {
    const r = neighbourCorrelation(grid, smooth, all);
    expect(r).toBeGreaterThan(0.6);
    expect(blockWidthCells(r, 0.2, 4)).toBeGreaterThan(1);
    expect(blockWidthCells(0.1, 0.2, 4)).toBe(1);
    expect(blockWidthCells(0.999, 0.2, 4)).toBe(4);
  });

  it('hold the weighted means of their cells, and leave out what was not measured', () => {
    const line = new BlockGrid([1, 1, 5], [1, 1, 1]);
    const field = {
      measure: 'contrast',
      values: Float64Array.of(9, 1, 4, NaN, 7),
      weights: Float64Array.of(1, 1, 2, 0, 1),
    };
    expect(spatialBlocks(line, field, Uint8Array.of(0, 1, 1, 1, 1), 2)).toEqual([
      { value: 3, weight: 3 },
      { value: 7, weight: 1 },
    ]);
  });
});

describe('matching', () => {
  it('compares corners with corners', () => {
    const grid = new BlockGrid([6, 6, 6], [1, 1, 1]);
    const strata = placeStrata(grid);
    expect(strata[grid.indexOf([0, 0, 0])]).toBe(3);
    expect(strata[grid.indexOf([0, 2, 3])]).toBe(1);
    expect(strata[grid.indexOf([2, 2, 3])]).toBe(0);
    const values = Float64Array.from(strata, (s) => 10 - 2 * s);
    const field = { measure: 'cableDensity', values, weights: values.map(() => 1) };
    const matched = matchStrata(field, strata, new Uint8Array(grid.length).fill(1)).values;
    expect(Math.max(...matched) - Math.min(...matched)).toBeCloseTo(0, 10);
  });
});
