import { UnionFind } from '@stratome/kernels';

/**
 * Joins the parts of a forest whose nearest vertices are within `gapNm`, nearest pairs first, each join making
 * two parts one (Kruskal 1956), so that no cycle arises. Ties go to the lower vertex numbers.
 *
 * @param verticesNm [n, 3].
 * @param edges pairs of vertex numbers. Not mutated.
 * @returns all edges, the joining ones last.
 */
export function joinParts(verticesNm: Float32Array, edges: readonly number[], gapNm: number): Uint32Array {
  const n = verticesNm.length / 3;
  const parts = new UnionFind(n);
  for (let e = 0; e < edges.length; e += 2) parts.union(edges[e], edges[e + 1]);
  const first = n > 0 ? parts.find(0) : 0;
  let whole = true;
  for (let v = 1; v < n && whole; v++) whole = parts.find(v) === first;
  if (gapNm <= 0 || whole) return Uint32Array.from(edges);
  const joined = [...edges];
  for (const { a, b } of pairsWithin(verticesNm, gapNm, (p, q) => parts.find(p) !== parts.find(q))) {
    if (parts.find(a) === parts.find(b)) continue;
    parts.union(a, b);
    joined.push(a, b);
  }
  return Uint32Array.from(joined);
}

interface Pair {
  readonly a: number;
  readonly b: number;
  readonly distanceNm: number;
}

/** Pairs a < b of points within `reachNm` for which `wanted`, nearest first; found through a grid of cells. */
function pairsWithin(
  pointsNm: Float32Array,
  reachNm: number,
  wanted: (a: number, b: number) => boolean,
): Pair[] {
  const cells = new Map<string, number[]>();
  const cellOf = (v: number) => [0, 1, 2].map((k) => Math.floor(pointsNm[3 * v + k] / reachNm));
  const pairs: Pair[] = [];
  for (let b = 0; 3 * b < pointsNm.length; b++) {
    const [z, y, x] = cellOf(b);
    for (let k = 0; k < 27; k++) {
      const key = `${z - 1 + Math.floor(k / 9)},${y - 1 + (Math.floor(k / 3) % 3)},${x - 1 + (k % 3)}`;
      for (const a of cells.get(key) ?? []) {
        const distanceNm = Math.hypot(
          ...[0, 1, 2].map((axis) => pointsNm[3 * a + axis] - pointsNm[3 * b + axis]),
        );
        if (distanceNm <= reachNm && wanted(a, b)) pairs.push({ a, b, distanceNm });
      }
    }
    const key = `${z},${y},${x}`;
    const cell = cells.get(key);
    if (cell) cell.push(b);
    else cells.set(key, [b]);
  }
  return pairs.sort((p, q) => p.distanceNm - q.distanceNm || p.a - q.a || p.b - q.b);
}
