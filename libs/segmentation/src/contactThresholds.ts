import { blockOfSupervoxel } from '@stratome/core';
import type { EdgeTable } from './edgeTable.js';
import type { AgglomerationParameters } from './parameters.js';

/** The parameters of the agglomeration that are of a contact and not of a segment, so that a region may have its own. */
export type ContactThreshold = Pick<AgglomerationParameters, 'agglomerationThreshold' | 'dustAffinity'>;

/** Thresholds that hold for some contacts instead of the dataset's. */
export interface RegionalThresholds {
  readonly sets: readonly ContactThreshold[];
  /** For each row of the edge table 0 for the dataset's own thresholds, n for those of `sets[n - 1]`. */
  readonly setOf: Uint8Array;
}

const largestSet = 255;

/**
 * Which thresholds hold for the contact of two supervoxels: those of a block when both lie in blocks with the same,
 * the dataset's own otherwise. So a contact across a region's border is judged as everything outside is.
 *
 * @param edges contacts of supervoxels; the block of each is in its id. Not mutated.
 * @param ofBlock thresholds of a block of the supervoxel grid by its linear number; undefined for the dataset's own
 */
export function regionalThresholds(
  edges: EdgeTable,
  own: ContactThreshold,
  ofBlock: (block: number) => ContactThreshold | undefined,
): RegionalThresholds {
  const sets: ContactThreshold[] = [];
  const known = new Map<number, number>();
  const setOfBlock = (block: number): number => {
    let set = known.get(block);
    if (set === undefined) {
      set = numberOf(ofBlock(block), own, sets);
      known.set(block, set);
    }
    return set;
  };
  const setOf = new Uint8Array(edges.a.length);
  for (let e = 0; e < setOf.length; e++) {
    const set = setOfBlock(blockOfSupervoxel(edges.a[e]));
    if (set > 0 && set === setOfBlock(blockOfSupervoxel(edges.b[e]))) setOf[e] = set;
  }
  return { sets, setOf };
}

function numberOf(
  thresholds: ContactThreshold | undefined,
  own: ContactThreshold,
  sets: ContactThreshold[],
): number {
  const equal = (a: ContactThreshold, b: ContactThreshold) =>
    a.agglomerationThreshold === b.agglomerationThreshold && a.dustAffinity === b.dustAffinity;
  if (!thresholds || equal(thresholds, own)) return 0;
  const at = sets.findIndex((set) => equal(set, thresholds));
  if (at >= 0) return at + 1;
  if (sets.length === largestSet) throw new RangeError(`More than ${largestSet} different thresholds.`);
  return sets.push(thresholds);
}

/** Faces of each edge by set of thresholds, sets from 1 on; the rest of `edges.count` is of the dataset's own. */
export const facesBySet = (edges: EdgeTable, { sets, setOf }: RegionalThresholds): Float64Array[] =>
  sets.map((_, n) => edges.count.map((count, e) => (setOf[e] === n + 1 ? count : 0)));
