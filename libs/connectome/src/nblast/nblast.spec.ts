import { readFileSync } from 'node:fs';
import { seededRandom } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { dotprops } from './dotprops.js';
import { KdTree } from './kdTree.js';
import { meanScores, nblast } from './nblast.js';
import { resample } from './resample.js';
import { kohlScore, matrixScore } from './scoring.js';

const reference = JSON.parse(
  readFileSync(new URL('reference/reference.fixture.json', import.meta.url), 'utf8'),
) as {
  readonly points: number[][][];
  readonly directions: number[][];
  readonly matrix: string;
  readonly byMatrix: number[][];
  readonly byKohl: number[][];
  readonly byFcwb: number[][];
};
const neurons = reference.points.map((cloud) => dotprops(Float64Array.from(cloud.flat()), 20));

function expectScores(ours: Float64Array, theirs: number[][]) {
  theirs.flat().forEach((value, k) => expect(Math.abs(ours[k] - value)).toBeLessThan(1e-6));
}

describe('nearest points', () => {
  it('are those of a search through all', () => {
    const random = seededRandom('tree');
    const points = Float64Array.from({ length: 900 }, () => Math.round(10 * random.next()));
    const tree = new KdTree(points);
    for (let trial = 0; trial < 50; trial++) {
      const place = [0, 1, 2].map(() => 10 * random.next());
      const square = (i: number) => place.reduce((sum, v, axis) => sum + (points[3 * i + axis] - v) ** 2, 0);
      const all = Array.from({ length: 300 }, (_, i) => i).sort((a, b) => square(a) - square(b) || a - b);
      const found = tree.nearest(place[0], place[1], place[2], 7);
      expect(found.numbers).toEqual(all.slice(0, 7));
    }
  });
});

describe('directions', () => {
  it('are those of navis', () => {
    reference.directions.forEach((direction, i) => {
      const ours = neurons[0].directions.subarray(3 * i, 3 * i + 3);
      const cosine = direction.reduce((sum, value, axis) => sum + value * ours[axis], 0);
      expect(Math.abs(Math.abs(cosine) - 1)).toBeLessThan(1e-6);
    });
  });

  it('need enough points', () => {
    expect(() => dotprops(Float64Array.of(1, 2, 3, 4, 5, 6), 20)).toThrow(/2 points is too short/);
  });
});

describe('NBLAST', () => {
  it('has the scores of navis, by formula and by matrix', () => {
    expectScores(nblast(neurons, kohlScore()), reference.byKohl);
    expectScores(nblast(neurons, matrixScore(reference.matrix)), reference.byMatrix);
  });

  it.skipIf(!process.env.STRATOME_NBLAST_MATRIX)('has them with the published matrix', () => {
    const score = matrixScore(readFileSync(process.env.STRATOME_NBLAST_MATRIX!, 'utf8'));
    expectScores(nblast(neurons, score), reference.byFcwb);
  });

  it('is the same both ways when meant', () => {
    const mean = meanScores(nblast(neurons, kohlScore()));
    expect(mean[1]).toBeCloseTo((reference.byKohl[0][1] + reference.byKohl[1][0]) / 2, 6);
    expect(mean[4]).toBe(mean[1]);
  });

  it.each([
    ['x', /no ascending intervals of cosine/],
    ['"","(0,1]"\n"(2,3]",1\n"(0,1]",2', /no ascending intervals of distance/],
    ['"","(0,1]"\n"(0,1]",1,2', /a row that does not fit/],
    ['"","(0,1]"\n"(0,1]",NA', /a row that does not fit/],
  ])('refuses the matrix %j', (csv, reason) => {
    expect(() => matrixScore(csv)).toThrow(reason);
  });
});

describe('resampling', () => {
  it('keeps ends and branch points, and places points at equal steps', () => {
    // A trunk of 10 µm along x that forks into 4 µm along y and 3 µm along z, given in uneven pieces.
    const points = Float64Array.from([0, 0, 0, 3, 0, 0, 10, 0, 0, 10, 4, 0, 10, 0, 3]);
    const edges = Uint32Array.from([0, 1, 1, 2, 2, 3, 2, 4]);
    const made = resample({ points, edges }, 1);
    const places = Array.from({ length: made.length / 3 }, (_, i) =>
      [...made.subarray(3 * i, 3 * i + 3)].map((v) => Number(v.toFixed(9))).join(),
    );
    expect(places.length).toBe(1 + 10 + 4 + 3);
    expect(new Set(places)).toEqual(
      new Set([
        ...Array.from({ length: 11 }, (_, x) => `${x},0,0`),
        ...[1, 2, 3, 4].map((y) => `10,${y},0`),
        ...[1, 2, 3].map((z) => `10,0,${z}`),
      ]),
    );
  });

  it('follows rings', () => {
    const points = Float64Array.from([0, 0, 0, 2, 0, 0, 2, 2, 0, 0, 2, 0]);
    const made = resample({ points, edges: Uint32Array.from([0, 1, 1, 2, 2, 3, 3, 0]) }, 1);
    expect(made.length / 3).toBe(8);
  });
});
