import { shapeOf, type Box, type Vec3 } from '@stratome/core';
import { labelComponents } from '@stratome/kernels';
import type { SynapseParameters } from '../parameters.js';

/** A synaptic cleft: a 26-connected set of voxels above the threshold. */
export interface Cleft {
  /** Voxel numbers in the data box, ascending. */
  readonly voxels: Int32Array;
  /** Of the data set: the voxel of the cleft nearest to its probability-weighted centroid. */
  readonly representative: Vec3;
  readonly areaNm2: number;
  readonly split: boolean;
}

export interface CleftSource {
  /** Cleft probability, 255 = 1, C order, of the data box's shape. */
  readonly probability: Uint8Array;
  readonly box: Box;
  readonly block: Box;
  readonly voxelNm: Vec3;
}

/** 1 where the probability is at or above the threshold. */
export function aboveThreshold(probability: Uint8Array, threshold: number): Uint8Array {
  const least = Math.max(1, Math.ceil(threshold * 255));
  return probability.map((p) => (p >= least ? 1 : 0));
}

/**
 * The clefts that a block owns: those whose representative voxel lies in it. A cleft wider than `maxExtentNm`
 * along an axis is owned in parts, by every block the part inside it; each block that holds some of it sees
 * that it is too wide, because the data reach that far beyond the block.
 */
export function cleftsOfBlock(mask: Uint8Array, source: CleftSource, parameters: SynapseParameters): Cleft[] {
  const shape = shapeOf(source.box);
  const maxExtent = source.voxelNm.map((width) => Math.ceil(parameters.maxExtentNm / width));
  const clefts: Cleft[] = [];
  const inside = new Uint8Array(mask.length);
  let anySplit = false;
  for (const voxels of componentsOf(mask, shape)) {
    const at = Array.from(voxels, (v) => positionIn(v, shape));
    const within = at.map((p) => contains(source, p));
    if (!within.some(Boolean)) continue;
    const extent = [0, 1, 2].map(
      (k) => at.reduce((m, p) => Math.max(m, p[k]), 0) - at.reduce((m, p) => Math.min(m, p[k]), Infinity) + 1,
    );
    if (extent.every((n, k) => n <= maxExtent[k])) {
      const cleft = describeCleft(voxels, source, shape, false);
      if (
        contains(
          source,
          cleft.representative.map((v, k) => v - source.box.begin[k]),
        )
      )
        clefts.push(cleft);
    } else {
      voxels.forEach((v, n) => within[n] && (inside[v] = 1));
      anySplit = true;
    }
  }
  if (anySplit)
    for (const voxels of componentsOf(inside, shape)) clefts.push(describeCleft(voxels, source, shape, true));
  return clefts.filter(isLargeEnough(source.voxelNm, parameters));
}

/** The size filters of clefts. */
export function isLargeEnough(
  voxelNm: Vec3,
  { minCleftUm3, minAreaUm2 }: Pick<SynapseParameters, 'minCleftUm3' | 'minAreaUm2'>,
): (cleft: Cleft) => boolean {
  const voxelUm3 = (voxelNm[0] * voxelNm[1] * voxelNm[2]) / 1e9;
  return ({ voxels, areaNm2 }) => voxels.length * voxelUm3 >= minCleftUm3 && areaNm2 / 1e6 >= minAreaUm2;
}

/** Voxels of each 26-connected component, by first voxel. */
function componentsOf(mask: Uint8Array, shape: Vec3): Int32Array[] {
  const { labels, count } = labelComponents(mask, shape, 26);
  const sizes = new Uint32Array(count + 1);
  for (const label of labels) sizes[label]++;
  const components = Array.from({ length: count }, (_, n) => new Int32Array(sizes[n + 1]));
  const filled = new Uint32Array(count + 1);
  for (let i = 0; i < labels.length; i++) if (labels[i]) components[labels[i] - 1][filled[labels[i]]++] = i;
  return components;
}

export function positionIn(voxel: number, [, ny, nx]: Vec3): [number, number, number] {
  return [Math.floor(voxel / (ny * nx)), Math.floor(voxel / nx) % ny, voxel % nx];
}

/** Whether a position in the data box lies in the block. */
const contains = ({ box, block }: CleftSource, at: readonly number[]): boolean =>
  at.every((v, k) => v + box.begin[k] >= block.begin[k] && v + box.begin[k] < block.end[k]);

export function describeCleft(voxels: Int32Array, source: CleftSource, shape: Vec3, split: boolean): Cleft {
  const { voxelNm, box, probability } = source;
  const weights = Array.from(voxels, (v) => probability[v]);
  const nearest = nearestToCentroid(voxels, weights, box, shape, voxelNm);
  return { voxels, representative: nearest, areaNm2: broadSideNm2(voxels, shape, voxelNm), split };
}

/**
 * The voxel (z, y, x in the data set) nearest in nanometres to the weighted centroid of `voxels`; the first of
 * equals. Sums run over whole numbers in the data set's coordinates, so the box does not matter.
 */
export function nearestToCentroid(
  voxels: ArrayLike<number>,
  weights: ArrayLike<number>,
  box: Box,
  shape: Vec3,
  voxelNm: Vec3,
): Vec3 {
  const sum = [0, 0, 0];
  let total = 0;
  for (let i = 0; i < voxels.length; i++) {
    const at = positionIn(voxels[i], shape);
    total += weights[i];
    for (let k = 0; k < 3; k++) sum[k] += weights[i] * (at[k] + box.begin[k]);
  }
  let best: Vec3 = [0, 0, 0];
  let bestNm2 = Infinity;
  for (let i = 0; i < voxels.length; i++) {
    const [z, y, x] = positionIn(voxels[i], shape);
    const at: Vec3 = [z + box.begin[0], y + box.begin[1], x + box.begin[2]];
    let nm2 = 0;
    for (let k = 0; k < 3; k++) nm2 += ((at[k] - sum[k] / total) * voxelNm[k]) ** 2;
    if (nm2 >= bestNm2) continue;
    bestNm2 = nm2;
    best = at;
  }
  return best;
}

/**
 * Area of a plate of voxels: its volume over its thickness, which is that of a uniform slab with the plate's
 * least variance (a slab of thickness t has variance t²/12 across; a voxel's own width counts in). Of a bent
 * plate the thickness is overestimated and the area too small.
 */
export function broadSideNm2(voxels: ArrayLike<number>, shape: Vec3, voxelNm: Vec3): number {
  const n = voxels.length;
  const mean = [0, 0, 0];
  // From the first voxel, so that rounding does not depend on where the box begins.
  const first = positionIn(voxels[0], shape);
  const points = Array.from(voxels, (v) => positionIn(v, shape).map((p, k) => (p - first[k]) * voxelNm[k]));
  for (const p of points) for (let k = 0; k < 3; k++) mean[k] += p[k] / n;
  const c = [0, 0, 0, 0, 0, 0];
  for (const p of points) {
    const [z, y, x] = [p[0] - mean[0], p[1] - mean[1], p[2] - mean[2]];
    [z * z, y * y, x * x, z * y, z * x, y * x].forEach((v, k) => (c[k] += v / n));
  }
  for (let k = 0; k < 3; k++) c[k] += voxelNm[k] ** 2 / 12;
  const thicknessNm = Math.sqrt(12 * smallestEigenvalue(c));
  return (n * voxelNm[0] * voxelNm[1] * voxelNm[2]) / thicknessNm;
}

/** Smallest eigenvalue of a symmetric 3×3 matrix [a00, a11, a22, a01, a02, a12] (Smith 1961). */
function smallestEigenvalue([a, b, c, d, e, f]: readonly number[]): number {
  const mean = (a + b + c) / 3;
  const spread = Math.sqrt(
    ((a - mean) ** 2 + (b - mean) ** 2 + (c - mean) ** 2 + 2 * (d * d + e * e + f * f)) / 6,
  );
  if (spread === 0) return mean;
  const [p, q, r, s, t, u] = [a - mean, b - mean, c - mean, d, e, f].map((v) => v / spread);
  const half = (p * (q * r - u * u) - s * (s * r - u * t) + t * (s * u - q * t)) / 2;
  const angle = Math.acos(Math.min(1, Math.max(-1, half))) / 3;
  return mean + 2 * spread * Math.cos(angle + (2 * Math.PI) / 3);
}
