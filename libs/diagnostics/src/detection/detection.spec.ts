import { BlockGrid, seededRandom } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { changePoints } from './changePoints.js';
import { discriminantWeights } from './discriminant.js';
import { adjustFalseDiscovery } from './falseDiscovery.js';
import { globalMoran, localMoran } from './moransI.js';
import { scanRegions } from './regionScan.js';
import { robustScores, twoSidedP } from './robustScores.js';
import { connectedCells, significantCells } from './significantCells.js';
import reference from './reference.fixture.json' with { type: 'json' };

const grid = (counts: readonly [number, number, number]) => new BlockGrid(counts, [1, 1, 1]);

describe('robustScores', () => {
  it('takes median and MAD and passes over what was not measured', () => {
    const { centre, sigma, scores } = robustScores(Float64Array.of(1, 2, 3, 4, 100, NaN), 0);
    expect(centre).toBe(3);
    expect(sigma).toBeCloseTo(1.4826, 10);
    expect(scores[4]).toBeCloseTo(97 / 1.4826, 8);
    expect(scores[5]).toBeNaN();
  });

  it('does not divide by the spread of a constant field', () => {
    const { scores } = robustScores(Float64Array.of(0, 0, 0, 0, 0.5), 0.1);
    expect([...scores]).toEqual([0, 0, 0, 0, 5]);
  });

  it('gives the normal tail', () => {
    for (const [z, p] of reference.twoSidedP) expect(twoSidedP(z) / p).toBeCloseTo(1, 6);
  });
});

describe('discriminantWeights', () => {
  const varianceOf = (weights: Float64Array, covariance: number[][]) =>
    covariance.reduce((sum, row, i) => sum + row.reduce((s, v, j) => s + weights[i] * v * weights[j], 0), 0);
  const rowsOf = (covariance: number[][]) => covariance.map((row) => Float64Array.from(row));

  it('take out of a measure what another tells of the tissue', () => {
    // Tissue moves both measures by 2, each has 0.3 of its own; a fault moves the first alone.
    const covariance = [
      [4.09, 4],
      [4, 4.09],
    ];
    const weights = discriminantWeights(rowsOf(covariance), [-1, 0]);
    expect(weights[0]).toBeLessThan(0);
    expect(weights[1]).toBeCloseTo(-weights[0] * (4 / 4.39), 10);
    const alone = 1 / Math.sqrt(4.09);
    expect(-weights[0] / Math.sqrt(varianceOf(weights, covariance))).toBeGreaterThan(4 * alone);
  });

  it('keep a measure that does not vary from counting without bound', () => {
    const weights = discriminantWeights(
      rowsOf([
        [1, 0],
        [0, 0],
      ]),
      [-1, 1],
    );
    expect(weights[0]).toBeLessThan(0);
    expect(weights[1] / -weights[0]).toBeCloseTo(1.3 / 0.3, 10);
    expect(
      varianceOf(weights, [
        [1.3, 0],
        [0, 0.3],
      ]),
    ).toBeCloseTo(1, 10);
  });
});

describe('adjustFalseDiscovery', () => {
  it('agrees with scipy.stats.false_discovery_control', () => {
    const { p, adjusted } = reference.falseDiscovery;
    adjustFalseDiscovery(p).forEach((v, i) => expect(v).toBeCloseTo(adjusted[i], 12));
  });

  it('leaves out what is no test', () => {
    expect([...adjustFalseDiscovery([0.01, NaN, 0.04])]).toEqual([0.02, NaN, 0.04]);
  });
});

describe("Moran's I", () => {
  const { counts, values, i, local } = reference.moran;
  const cells = grid(counts as [number, number, number]);

  it('agrees with matrix algebra on face neighbours', () => {
    const result = globalMoran(cells, Float64Array.from(values), 99, 'a');
    expect(result.i).toBeCloseTo(i, 10);
    expect(result.expected).toBeCloseTo(-1 / (values.length - 1), 12);
    localMoran(cells, Float64Array.from(values), 9, 'a').i.forEach((v, c) =>
      expect(v).toBeCloseTo(local[c], 10),
    );
  });

  it('finds a gradient, and none in noise', () => {
    const random = seededRandom('moran');
    const noise = Float64Array.from({ length: 4 * 8 * 8 }, () => random.normal());
    const box = grid([4, 8, 8]);
    const slope = noise.map((v, c) => v + 0.5 * box.position(c)[2]);
    expect(globalMoran(box, slope, 199, 'b').p).toBe(1 / 200);
    expect(globalMoran(box, noise, 199, 'b').p).toBeGreaterThan(0.05);
    const hot = noise.map((v, c) => (box.position(c).every((p) => p < 3) ? v + 4 : v));
    const { p } = localMoran(box, hot, 199, 'c');
    expect(p[box.indexOf([1, 1, 1])]).toBeLessThan(0.05);
  });

  it('gives the same bytes for the same seed', () => {
    const field = Float64Array.from(values);
    expect(localMoran(cells, field, 49, 's')).toEqual(localMoran(cells, field, 49, 's'));
  });
});

describe('changePoints', () => {
  const { series, starts } = reference.changePoints;

  it('finds the change points of ruptures’ PELT', () => {
    const found = changePoints(Float64Array.from(series), reference.changePoints.penalty, 2, 99, 'x');
    expect(found.map(({ section }) => section)).toEqual(starts);
    for (const { p } of found) expect(p).toBeLessThanOrEqual(0.05);
  });

  it('finds none in noise, and passes over missing sections', () => {
    const random = seededRandom('series');
    const noise = Float64Array.from({ length: 100 }, () => random.normal());
    expect(changePoints(noise, 4 * Math.log(100), 3, 19, 'x')).toEqual([]);
    const gap = noise.map((v, z) => (z === 40 ? NaN : z > 40 ? v + 6 : v));
    expect(changePoints(gap, 4 * Math.log(100), 3, 99, 'x').map(({ section }) => section)).toEqual([41]);
  });
});

describe('significant cells', () => {
  it('are those that were raised, in one group', () => {
    const random = seededRandom('cells');
    const box = grid([4, 6, 6]);
    const raised = (c: number) => box.position(c).every((p, k) => p >= 1 && p < (k === 0 ? 3 : 4));
    const values = Float64Array.from({ length: box.length }, (_, c) => random.normal() + (raised(c) ? 9 : 0));
    const weights = values.map(() => 1);
    const { significant } = significantCells({ measure: 'focus', values, weights }, 0, 0.05);
    const [group] = connectedCells(box, significant);
    expect([...group]).toEqual([...values.keys()].filter(raised));
  });
});

describe('scanRegions', () => {
  const box = grid([4, 8, 8]);
  const noise = (seed: string) => {
    const random = seededRandom(seed);
    return Float64Array.from({ length: box.length }, () => random.normal());
  };
  const fieldOf = (values: Float64Array) => [
    { field: { measure: 'contrast', values, weights: values.map(() => 1) }, tissueScore: 1 },
  ];

  it('finds the planted box', () => {
    const inside = (c: number) => {
      const [z, y, x] = box.position(c);
      return z >= 1 && y >= 2 && y < 6 && x < 4;
    };
    const values = noise('scan').map((v, c) => (inside(c) ? v + 2 : v));
    const [found] = scanRegions(box, fieldOf(values), 1, 99, 's');
    expect(found.p).toBe(0.01);
    expect(found.score).toBeGreaterThan(5);
    const hits = found.mask.filter((m, c) => m === 1 && inside(c)).length;
    const either = found.mask.filter((m, c) => m === 1 || inside(c)).length;
    expect(hits / either).toBeGreaterThan(0.7);
  });

  it('gives p-values that are fair where nothing is planted', () => {
    const ps = Array.from(
      { length: 12 },
      (_, n) => scanRegions(box, fieldOf(noise(`n${n}`)), 1, 19, 's')[0].p,
    );
    const low = ps.filter((p) => p <= 0.25).length;
    expect(low).toBeGreaterThan(0);
    expect(low).toBeLessThan(9);
  });
});
