import { hashBytes } from '@stratome/core';
import { numberSegments } from '../segments.js';

/**
 * A hash of the voxels of every segment in a block, so that a segment whose shape stays the same is known without
 * looking at its voxels again, whatever becomes of the others around it.
 *
 * @param segmentation C order z, y, x; 0 is background. Not mutated.
 * @returns by id, SHA-256 over the runs of the segment: begin and end, as indices into the block
 */
export function maskHashes(segmentation: BigUint64Array): Map<bigint, string> {
  const { local, ids } = numberSegments(segmentation);
  const runs = new Uint32Array(ids.length + 2);
  eachRun(local, (label) => runs[label + 1]++);
  for (let n = 1; n < runs.length; n++) runs[n] += runs[n - 1];
  const bounds = new Uint32Array(2 * runs[ids.length + 1]);
  const next = runs.slice();
  eachRun(local, (label, from, to) => {
    const at = 2 * next[label]++;
    bounds[at] = from;
    bounds[at + 1] = to;
  });
  return new Map(
    Array.from(ids, (id, n) => {
      const own = bounds.subarray(2 * runs[n + 1], 2 * runs[n + 2]);
      return [id, hashBytes(new Uint8Array(own.buffer, own.byteOffset, own.byteLength))] as const;
    }),
  );
}

/** Tells of every run of equal labels but 0, in raster order; a run may go on into the next row. */
function eachRun(labels: Uint32Array, tell: (label: number, from: number, to: number) => void): void {
  for (let i = 0; i < labels.length; ) {
    const [label, from] = [labels[i], i];
    while (i < labels.length && labels[i] === label) i++;
    if (label !== 0) tell(label, from, i);
  }
}
