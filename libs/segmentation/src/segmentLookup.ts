import { LabelPairTable } from '@stratome/kernels';
import type { Agglomeration } from './agglomeration.js';

/**
 * Prepares the replacement of supervoxel ids by segment ids.
 *
 * @returns a function that replaces the ids of an array (mutated); ids the agglomeration lacks become 0
 */
export function segmentLookup({
  supervoxel,
  segment,
}: Pick<Agglomeration, 'supervoxel' | 'segment'>): (ids: BigUint64Array) => void {
  // Ids are taken as pairs of 32-bit words (little-endian), many times faster than bigints in a Map.
  const from = new Uint32Array(supervoxel.buffer, supervoxel.byteOffset, 2 * supervoxel.length);
  const to = new Uint32Array(segment.buffer, segment.byteOffset, 2 * segment.length);
  const rows = new LabelPairTable(supervoxel.length + 1);
  for (let row = 0; row < supervoxel.length; row++) rows.entry(from[2 * row], from[2 * row + 1]);
  return (ids) => {
    const words = new Uint32Array(ids.buffer, ids.byteOffset, 2 * ids.length);
    let [low, high, row] = [0, 0, -1];
    for (let i = 0; i < words.length; i += 2) {
      if (words[i] === 0 && words[i + 1] === 0) continue;
      if (words[i] !== low || words[i + 1] !== high) {
        low = words[i];
        high = words[i + 1];
        row = rows.find(low, high);
      }
      words[i] = row < 0 ? 0 : to[2 * row];
      words[i + 1] = row < 0 ? 0 : to[2 * row + 1];
    }
  };
}
