import type { BlockGrid } from '@stratome/core';
import type { QualityField } from '../field.js';
import { adjustFalseDiscovery } from './falseDiscovery.js';
import { faceNeighbours } from './faces.js';
import { robustScores, twoSidedP } from './robustScores.js';

export interface SignificantCells {
  /** Signed robust score by cell. */
  readonly scores: Float64Array;
  /** p by cell after control of the false discovery rate. */
  readonly adjustedP: Float64Array;
  /** 1 where `adjustedP` ≤ q. */
  readonly significant: Uint8Array;
}

/** Cells of one field that stand out, by robust score and false discovery rate `q`. */
export function significantCells(field: QualityField, leastSigma: number, q: number): SignificantCells {
  const { scores } = robustScores(field.values, leastSigma);
  const p = scores.map((z) => (Number.isNaN(z) ? NaN : twoSidedP(z)));
  const adjustedP = adjustFalseDiscovery(p);
  return { scores, adjustedP, significant: Uint8Array.from(adjustedP, (v) => (v <= q ? 1 : 0)) };
}

/**
 * Cells of a mask in groups that hang together by faces.
 *
 * @returns cells of each group in rising order, groups by size and then first cell
 */
export function connectedCells(grid: BlockGrid, mask: Uint8Array): Int32Array[] {
  const neighbours = faceNeighbours(
    grid,
    Float64Array.from(mask, (inside) => (inside ? 1 : NaN)),
  );
  const seen = new Uint8Array(mask.length);
  const groups: Int32Array[] = [];
  for (let start = 0; start < mask.length; start++) {
    if (!mask[start] || seen[start]) continue;
    const group = [start];
    seen[start] = 1;
    for (let k = 0; k < group.length; k++) {
      for (const next of neighbours[group[k]]) {
        if (seen[next]) continue;
        seen[next] = 1;
        group.push(next);
      }
    }
    groups.push(Int32Array.from(group).sort());
  }
  return groups.sort((a, b) => b.length - a.length || a[0] - b[0]);
}
