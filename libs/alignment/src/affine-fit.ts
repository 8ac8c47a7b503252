import { seededRandom } from '@stratome/core';
import { median } from '@stratome/kernels';
import type { Point } from './transform.js';

/** Two points that show the same tissue. */
export interface PointPair {
  readonly aPx: Point;
  readonly bPx: Point;
}

/** Rows (yy, yx, y0), (xy, xx, x0): b = A·(a, 1). */
export type Affine = readonly [number, number, number, number, number, number];

export const applyAffine = (m: Affine, [y, x]: Point): [number, number] => [
  m[0] * y + m[1] * x + m[2],
  m[3] * y + m[4] * x + m[5],
];

/** Least-squares affine map of weighted pairs; a pure shift below three pairs or when they are in line. */
export function fitAffine(pairs: readonly PointPair[], weights?: readonly number[]): Affine {
  let total = 0;
  const mean = [0, 0, 0, 0];
  pairs.forEach(({ aPx, bPx }, i) => {
    const w = weights?.[i] ?? 1;
    total += w;
    [...aPx, ...bPx].forEach((v, k) => (mean[k] += w * v));
  });
  for (let k = 0; k < 4; k++) mean[k] /= total || 1;
  let [yy, yx, xx] = [0, 0, 0];
  const cross = [0, 0, 0, 0];
  pairs.forEach(({ aPx, bPx }, i) => {
    const w = weights?.[i] ?? 1;
    const [ay, ax, by, bx] = [aPx[0] - mean[0], aPx[1] - mean[1], bPx[0] - mean[2], bPx[1] - mean[3]];
    yy += w * ay * ay;
    yx += w * ay * ax;
    xx += w * ax * ax;
    [by * ay, by * ax, bx * ay, bx * ax].forEach((v, k) => (cross[k] += w * v));
  });
  const determinant = yy * xx - yx * yx;
  const flat = pairs.length < 3 || determinant <= 1e-6 * (yy + xx) ** 2;
  const solve = (p: number, q: number): [number, number] => [
    (p * xx - q * yx) / determinant,
    (q * yy - p * yx) / determinant,
  ];
  const [a, b] = flat ? [1, 0] : solve(cross[0], cross[1]);
  const [c, d] = flat ? [0, 1] : solve(cross[2], cross[3]);
  return [a, b, mean[2] - a * mean[0] - b * mean[1], c, d, mean[3] - c * mean[0] - d * mean[1]];
}

const samples = 200;

/**
 * The affine map that most pairs agree with (M. Fischler & R. Bolles, Random sample consensus, CACM 24(6),
 * 1981), refitted to those within `tolerancePx`. Its random numbers are seeded alike for every call.
 *
 * @returns the map and for each pair whether it agrees; all false when fewer than three pairs are given
 */
export function consensusAffine(
  pairs: readonly PointPair[],
  tolerancePx: number,
): { affine: Affine; agrees: boolean[] } {
  const random = seededRandom('affine consensus');
  let best: Affine = fitAffine([]);
  let bestCost = Infinity;
  for (let s = 0; s < samples && pairs.length >= 3; s++) {
    const three = [0, 1, 2].map(() => pairs[random.below(pairs.length)]);
    const affine = fitAffine(three);
    if (Math.abs(affine[0] * affine[4] - affine[1] * affine[3] - 1) > 0.3) continue;
    let cost = 0;
    for (const pair of pairs) cost += Math.min(tolerancePx, distancePx(affine, pair)) ** 2;
    if (cost < bestCost) [best, bestCost] = [affine, cost];
  }
  let agrees = pairs.map((pair) => bestCost < Infinity && distancePx(best, pair) < tolerancePx);
  for (let round = 0; round < 3 && agrees.some(Boolean); round++) {
    best = fitAffine(pairs.filter((_, i) => agrees[i]));
    const refitted = best;
    agrees = pairs.map((pair) => distancePx(refitted, pair) < tolerancePx);
  }
  return { affine: best, agrees };
}

export function distancePx(affine: Affine, { aPx, bPx }: PointPair): number {
  const [y, x] = applyAffine(affine, aPx);
  return Math.hypot(bPx[0] - y, bPx[1] - x);
}

/**
 * What the neighbours of a point say it is displaced by, beyond the affine map: the median over the `count`
 * nearest pairs; undefined when none is within `radiusPx`. The pair at the point itself has no say.
 */
export function neighbourDisplacement(
  at: Point,
  pairs: readonly PointPair[],
  affine: Affine,
  radiusPx: number,
  count: number,
): [number, number] | undefined {
  const near: { pair: PointPair; d: number }[] = [];
  for (const pair of pairs) {
    const d = Math.hypot(pair.aPx[0] - at[0], pair.aPx[1] - at[1]);
    if (d > 0 && d <= radiusPx) near.push({ pair, d });
  }
  if (near.length === 0) return undefined;
  near.sort((p, q) => p.d - q.d);
  const ys: number[] = [];
  const xs: number[] = [];
  for (const { pair } of near.slice(0, count)) {
    const [y, x] = applyAffine(affine, pair.aPx);
    ys.push(pair.bPx[0] - y);
    xs.push(pair.bPx[1] - x);
  }
  return [median(ys), median(xs)];
}
