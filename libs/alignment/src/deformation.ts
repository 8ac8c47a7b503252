import type { BlockGrid } from '@stratome/core';
import { alignedOfMontage, type SectionTransform } from './transform.js';

/** Local strain, or drift, of one quality cell; `weight` is the number of points behind it. */
export interface DeformationMeasurement {
  readonly cell: number;
  readonly measure: 'deformation' | 'driftPx';
  readonly value: number;
  readonly weight: number;
}

/** Points along y and x of a cell at which the strain is taken. */
const pointsAlong = 3;

/**
 * The largest relative change of length that a transform brings about at a montage point: the greater of |s − 1|
 * over the two singular values s of its Jacobian.
 */
export function strainAt(transform: SectionTransform, y: number, x: number): number {
  const h = 1;
  const [low, high] = [alignedOfMontage(transform, y - h, x), alignedOfMontage(transform, y + h, x)];
  const [left, right] = [alignedOfMontage(transform, y, x - h), alignedOfMontage(transform, y, x + h)];
  const [a, c] = [0, 1].map((k) => (high[k] - low[k]) / (2 * h));
  const [b, d] = [0, 1].map((k) => (right[k] - left[k]) / (2 * h));
  const sum = Math.hypot(a + d, c - b) / 2;
  const difference = Math.hypot(a - d, c + b) / 2;
  return Math.max(Math.abs(sum + difference - 1), Math.abs(sum - difference - 1));
}

/**
 * Mean local strain of the transforms in each quality cell, and how far they carry it from where the stage put it, the
 * anchor that a solve cannot move.
 *
 * @param transforms by z of the aligned volume; undefined where a section is missing
 * @param cells the quality grid, in voxels of the aligned volume
 * @returns no measurement for a cell without sections
 */
export function measureDeformation(
  transforms: readonly (SectionTransform | undefined)[],
  cells: BlockGrid,
): DeformationMeasurement[] {
  const out: DeformationMeasurement[] = [];
  for (const position of cells.positions()) {
    const { begin, end } = cells.box(position);
    let [sum, drift, n] = [0, 0, 0];
    for (let z = begin[0]; z < end[0]; z++) {
      const transform = transforms[z];
      if (!transform) continue;
      for (let i = 0; i < pointsAlong; i++) {
        for (let j = 0; j < pointsAlong; j++) {
          const [v, u] = [(i + 0.5) / pointsAlong, (j + 0.5) / pointsAlong];
          // Both change slowly, so the aligned point stands for the montage point beside it.
          const at = [begin[1] + v * (end[1] - begin[1]), begin[2] + u * (end[2] - begin[2])] as const;
          const to = alignedOfMontage(transform, ...at);
          sum += strainAt(transform, ...at);
          drift += Math.hypot(to[0] - at[0], to[1] - at[1]);
          n++;
        }
      }
    }
    if (n === 0) continue;
    const cell = cells.indexOf(position);
    out.push({ cell, measure: 'deformation', value: sum / n, weight: n });
    out.push({ cell, measure: 'driftPx', value: drift / n, weight: n });
  }
  return out;
}
