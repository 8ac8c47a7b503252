import { connects, neighbourLists, type Projection } from './projection.js';

/** The 16 kinds of triad by their usual names: mutual, asymmetric and null pairs, then direction. */
// prettier-ignore
export const triadNames = [
  '003', '012', '102', '021D', '021U', '021C', '111D', '111U', '030T', '030C', '201', '120D', '120U', '120C', '210',
  '300',
] as const;

export type TriadName = (typeof triadNames)[number];

/** Kind of triad, by the six possible connections as bits: v→u 1, u→v 2, v→w 4, w→v 8, u→w 16, w→u 32. */
// prettier-ignore
const kindOfCode = [
  1, 2, 2, 3, 2, 4, 6, 8, 2, 6, 5, 7, 3, 8, 7, 11, 2, 6, 4, 8, 5, 9, 9, 13, 6, 10, 9, 14, 7, 14, 12, 15,
  2, 5, 6, 7, 6, 9, 10, 14, 4, 9, 9, 12, 8, 13, 14, 15, 3, 7, 8, 11, 7, 12, 14, 15, 8, 14, 13, 15, 11, 15, 15, 16,
];

/**
 * Counts the triads of a graph by kind, in time in proportion to its connected pairs times their degree.
 * Batagelj and Mrvar, "A subquadratic triad census algorithm for large sparse networks with small maximum degree",
 * Social Networks 23 (2001).
 *
 * @returns [16] in the order of `triadNames`; counts are exact up to 2^53
 */
export function triadCensus(projection: Projection): Float64Array {
  const n = projection.bodyIds.length;
  const { outputs } = projection;
  const { offsets, neighbours: all } = neighbourLists(projection);
  const neighbours = Array.from({ length: n }, (_, v) => all.subarray(offsets[v], offsets[v + 1]));
  const census = new Float64Array(16);
  const bit = (a: number, b: number, value: number) => (connects(outputs, a, b) ? value : 0);
  // Marks of the current v and u, so that the union of neighbours needs no set.
  const seen = new Int32Array(n).fill(-1);
  let stamp = 0;
  for (let v = 0; v < n; v++) {
    for (const u of neighbours[v]) {
      if (u <= v) continue;
      stamp++;
      const pair = bit(v, u, 1) + bit(u, v, 2);
      let union = 0;
      for (const list of [neighbours[v], neighbours[u]]) {
        const ofU = list === neighbours[u];
        for (const w of list) {
          if (w === u || w === v || seen[w] === stamp) continue;
          seen[w] = stamp;
          union++;
          // Each triad is counted at its first connected pair alone.
          const first = u < w || (v < w && w < u && (ofU ? !touches(neighbours[v], w) : false));
          if (!first) continue;
          census[kindOfCode[pair + bit(v, w, 4) + bit(w, v, 8) + bit(u, w, 16) + bit(w, u, 32)] - 1]++;
        }
      }
      census[pair === 3 ? 2 : 1] += n - union - 2;
    }
  }
  census[0] = (n * (n - 1) * (n - 2)) / 6 - census.reduce((sum, count) => sum + count, 0);
  return census;
}

function touches(sorted: Int32Array, value: number): boolean {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === value;
}
