import { badInput } from '@stratome/core';
import { KdTree } from './kdTree.js';

/** A neuron as points along it with the direction of its cable at each. */
export interface Dotprops {
  /** [n, 3] flattened, µm. */
  readonly points: Float64Array;
  /** [n, 3] flattened, of length 1; the sign means nothing. */
  readonly directions: Float64Array;
  readonly tree: KdTree;
}

/** Products of coordinates about their mean: xx, xy, xz, yy, yz, zz. */
function scatter(points: Float64Array, numbers: readonly number[]): number[] {
  const mean = [0, 1, 2].map(
    (axis) => numbers.reduce((sum, i) => sum + points[3 * i + axis], 0) / numbers.length,
  );
  const sums = [0, 0, 0, 0, 0, 0];
  for (const i of numbers) {
    const [x, y, z] = mean.map((value, axis) => points[3 * i + axis] - value);
    [x * x, x * y, x * z, y * y, y * z, z * z].forEach((product, k) => (sums[k] += product));
  }
  return sums;
}

/** Rotations of Jacobi's method; three variables need some four of each pair. */
const sweeps = 12;

/** The direction of largest variance: the eigenvector of a symmetric 3×3 matrix to its largest eigenvalue (Jacobi). */
function principalDirection([xx, xy, xz, yy, yz, zz]: readonly number[]): number[] {
  const a = [
    [xx, xy, xz],
    [xy, yy, yz],
    [xz, yz, zz],
  ];
  const vectors = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  for (let sweep = 0; sweep < sweeps; sweep++)
    for (const [p, q] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ]) {
      if (a[p][q] === 0) continue;
      const theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
      const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
      const c = 1 / Math.sqrt(t * t + 1);
      const s = t * c;
      for (let k = 0; k < 3; k++) {
        const [kp, kq] = [a[k][p], a[k][q]];
        [a[k][p], a[k][q]] = [c * kp - s * kq, s * kp + c * kq];
      }
      for (let k = 0; k < 3; k++) {
        const [pk, qk] = [a[p][k], a[q][k]];
        [a[p][k], a[q][k]] = [c * pk - s * qk, s * pk + c * qk];
        const [vp, vq] = [vectors[k][p], vectors[k][q]];
        [vectors[k][p], vectors[k][q]] = [c * vp - s * vq, s * vp + c * vq];
      }
    }
  const largest = [0, 1, 2].reduce((best, i) => (a[i][i] > a[best][best] ? i : best), 0);
  return vectors.map((row) => row[largest]);
}

/**
 * The direction of cable at each point, from the spread of the points nearest to it.
 *
 * @param points [n, 3] flattened, µm; kept, not copied
 * @param neighbours points, the point itself among them, that a direction is of; 20 is usual
 * @throws StratomeError badInput for fewer points than that
 */
export function dotprops(points: Float64Array, neighbours: number): Dotprops {
  const count = points.length / 3;
  if (count < neighbours) {
    throw badInput(
      `A skeleton of ${count} points is too short for directions from ${neighbours}.`,
      'Give longer neurons, resample them more finely, or ask for fewer neighbours.',
    );
  }
  const tree = new KdTree(points);
  const directions = new Float64Array(points.length);
  for (let i = 0; i < count; i++) {
    const { numbers } = tree.nearest(points[3 * i], points[3 * i + 1], points[3 * i + 2], neighbours);
    directions.set(principalDirection(scatter(points, numbers)), 3 * i);
  }
  return { points, directions, tree };
}
