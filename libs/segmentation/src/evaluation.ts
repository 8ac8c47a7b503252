import type { Vec3 } from '@stratome/core';
import type { ContingencyTable, IdArray } from './contingency.js';

/** Variation of information in bits; `split` + `merge` is the whole. */
export interface VariationOfInformation {
  /** H(segmentation | truth): how much truth bodies are broken up. */
  readonly split: number;
  /** H(truth | segmentation): how much segments hold of several bodies. */
  readonly merge: number;
}

/** Rand scores in the foreground-restricted form of SNEMI3D. */
export interface RandScores {
  /** Of pairs of voxels in one segment, the fraction in one body. */
  readonly precision: number;
  /** Of pairs of voxels in one body, the fraction in one segment. */
  readonly recall: number;
  /** Harmonic mean of the two: Rand F. */
  readonly f: number;
  /** 1 − f: the adapted Rand error. */
  readonly error: number;
}

/** The values added from the smallest to the largest, so that the sum does not depend on their order. */
function orderedSum(values: Float64Array): number {
  return values.sort().reduce((sum, v) => sum + v, 0);
}

/** Σ p log2 p over sizes that add up to `total`. */
function negativeEntropy(sizes: ArrayLike<number>, total: number): number {
  return orderedSum(Float64Array.from(sizes, (n) => (n === 0 ? 0 : (n / total) * Math.log2(n / total))));
}

const squares = (sizes: ArrayLike<number>): number => orderedSum(Float64Array.from(sizes, (n) => n * n));

/** Variation of information (Meilă 2003), conditional entropies in bits. 0 and 0 for an empty table. */
export function variationOfInformation(table: ContingencyTable): VariationOfInformation {
  const total = table.voxels;
  if (total === 0) return { split: 0, merge: 0 };
  const joint = negativeEntropy(table.pairs.count.subarray(0, table.pairs.size), total);
  return {
    split: Math.max(0, negativeEntropy(table.bodySizes(), total) - joint),
    merge: Math.max(0, negativeEntropy(table.segmentSizes(), total) - joint),
  };
}

/** Rand scores (Arganda-Carreras et al. 2015). All 1 (error 0) for an empty table. */
export function randScores(table: ContingencyTable): RandScores {
  if (table.voxels === 0) return { precision: 1, recall: 1, f: 1, error: 0 };
  const joint = squares(table.pairs.count.subarray(0, table.pairs.size));
  const inBodies = squares(table.bodySizes());
  const inSegments = squares(table.segmentSizes());
  const f = (2 * joint) / (inBodies + inSegments);
  return { precision: joint / inSegments, recall: joint / inBodies, f, error: 1 - f };
}

/**
 * Truth with the voxels near a boundary between two bodies set to 0, so that they are not scored.
 *
 * @param truth C order z, y, x. Not mutated.
 * @param distanceVoxels a voxel is dropped when another body lies within this distance along z, y, x in turn
 *   (a box); per axis, so that anisotropic data can leave z alone
 */
export function ignoreBoundaries<A extends IdArray>(truth: A, shape: Vec3, distanceVoxels: Vec3): A {
  const [nz, ny, nx] = shape;
  const near = new Uint8Array(truth.length);
  const steps = [ny * nx, nx, 1];
  for (let axis = 0; axis < 3; axis++) {
    if (distanceVoxels[axis] === 0) continue;
    for (let i = 0; i < truth.length; i++) {
      const at = Math.floor(i / steps[axis]) % shape[axis];
      if (at > 0 && truth[i] !== truth[i - steps[axis]]) near[i] = near[i - steps[axis]] = 1;
    }
  }
  for (let axis = 0; axis < 3; axis++)
    dilate(near, [nz, ny, nx][axis], steps[axis], distanceVoxels[axis] - 1);
  const out = truth.slice() as A;
  for (let i = 0; i < out.length; i++) if (near[i] !== 0) out.fill(0 as never, i, i + 1);
  return out;
}

/** Grows the ones of a mask by `reach` voxels along one axis. Mutates it. */
function dilate(mask: Uint8Array, length: number, step: number, reach: number): void {
  if (reach <= 0) return;
  const before = mask.slice();
  for (let i = 0; i < mask.length; i++) {
    if (before[i] === 0) continue;
    const at = Math.floor(i / step) % length;
    const from = Math.max(-reach, -at);
    const to = Math.min(reach, length - 1 - at);
    for (let d = from; d <= to; d++) mask[i + d * step] = 1;
  }
}
