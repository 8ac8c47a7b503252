import { badInput } from '@stratome/core';
import { LabelPairTable } from '@stratome/kernels';
import { numberSegments } from '../segments.js';

/** Voxels that a segment and a body have in common. */
export interface Overlap {
  readonly segment: bigint;
  readonly body: bigint;
  readonly voxels: number;
}

/** Counts common voxels of a segmentation and of true bodies; background of either is left out. */
export function countOverlaps(segmentation: BigUint64Array, bodies: BigUint64Array): Overlap[] {
  if (segmentation.length !== bodies.length) {
    throw badInput(
      `A segmentation of ${segmentation.length} voxels cannot be compared with bodies of ${bodies.length}.`,
      'Crop both to the same box.',
    );
  }
  const a = numberSegments(segmentation);
  const b = numberSegments(bodies);
  const table = new LabelPairTable();
  for (let i = 0; i < a.local.length; i++)
    if (a.local[i] && b.local[i]) table.addCount(a.local[i], b.local[i], 1);
  return Array.from({ length: table.size }, (_, n) => ({
    segment: a.ids[table.first[n] - 1],
    body: b.ids[table.second[n] - 1],
    voxels: table.count[n],
  }));
}

/**
 * Gives segments to bodies one to one: the largest overlap first, ties by smaller segment and body. Of a body in
 * pieces only the largest piece stands for it, and of a merger only one body, so that split and merge errors
 * both count against the edges.
 */
export function matchBodies(overlaps: readonly Overlap[]): Map<bigint, bigint> {
  const compare = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0);
  const sorted = [...overlaps].sort(
    (p, q) => q.voxels - p.voxels || compare(p.segment, q.segment) || compare(p.body, q.body),
  );
  const bodyOf = new Map<bigint, bigint>();
  const taken = new Set<bigint>();
  for (const { segment, body } of sorted) {
    if (bodyOf.has(segment) || taken.has(body)) continue;
    bodyOf.set(segment, body);
    taken.add(body);
  }
  return bodyOf;
}

export interface DirectedEdge {
  readonly pre: bigint;
  readonly post: bigint;
}

export interface EdgeScore {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly found: number;
  readonly true: number;
  readonly common: number;
}

/**
 * Scores distinct directed connections: a found one is right when the bodies its two segments stand for are
 * connected that way in truth. A found edge with a segment that stands for no body is wrong. Weights play no part.
 */
export function evaluateEdges(
  found: readonly DirectedEdge[],
  truth: readonly DirectedEdge[],
  bodyOf: ReadonlyMap<bigint, bigint>,
): EdgeScore {
  const key = ({ pre, post }: DirectedEdge) => `${pre},${post}`;
  const distinct = new Set(found.map(key));
  const right = new Set(truth.map(key));
  const common = new Set<string>();
  for (const { pre, post } of found) {
    const mapped = `${bodyOf.get(pre)},${bodyOf.get(post)}`;
    if (right.has(mapped)) common.add(mapped);
  }
  const precision = distinct.size === 0 ? 1 : common.size / distinct.size;
  const recall = right.size === 0 ? 1 : common.size / right.size;
  return {
    precision,
    recall,
    f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall),
    found: distinct.size,
    true: right.size,
    common: common.size,
  };
}
