/**
 * Touching pairs of supervoxels with what was accumulated over the voxel faces between them. Rows are sorted
 * by (a, b), a < b, each pair once. All sums are whole numbers, so tables merge exactly in any order.
 */
export interface EdgeTable {
  readonly a: BigUint64Array;
  readonly b: BigUint64Array;
  /** Sum of the stored affinities (0 … 255) of the voxel faces between a and b; whole, below 2^53. */
  readonly sum: Float64Array;
  /** Voxel faces between a and b; whole, below 2^53. */
  readonly count: Float64Array;
  /** The largest of the affinities, 0 … 255. */
  readonly max: Uint8Array;
}

export const emptyEdgeTable = (rows = 0): EdgeTable => ({
  a: new BigUint64Array(rows),
  b: new BigUint64Array(rows),
  sum: new Float64Array(rows),
  count: new Float64Array(rows),
  max: new Uint8Array(rows),
});

/** Row numbers in the order of (a, b). */
function orderOfPairs(a: BigUint64Array, b: BigUint64Array): Uint32Array {
  const order = Uint32Array.from({ length: a.length }, (_, i) => i);
  const compare = <T extends BigUint64Array | Float64Array>(p: T, q: T) =>
    order.sort((i, j) => (p[i] < p[j] ? -1 : p[i] > p[j] ? 1 : q[i] < q[j] ? -1 : q[i] > q[j] ? 1 : 0));
  const [p, q] = [Float64Array.from(a, Number), Float64Array.from(b, Number)];
  // Doubles hold ids below 2^53 exactly and compare many times faster than bigints.
  const exact = q.every((v) => v < 2 ** 53) && p.every((v) => v < 2 ** 53);
  return exact ? compare(p, q) : compare(a, b);
}

/** Sorts rows by (a, b) and adds up the rows of equal pairs. */
export function sortEdges(table: EdgeTable): EdgeTable {
  const { a, b } = table;
  const order = orderOfPairs(a, b);
  const out = emptyEdgeTable(a.length);
  let n = 0;
  for (const i of order) {
    if (n === 0 || out.a[n - 1] !== a[i] || out.b[n - 1] !== b[i]) {
      out.a[n] = a[i];
      out.b[n++] = b[i];
    }
    out.sum[n - 1] += table.sum[i];
    out.count[n - 1] += table.count[i];
    out.max[n - 1] = Math.max(out.max[n - 1], table.max[i]);
  }
  return {
    a: out.a.slice(0, n),
    b: out.b.slice(0, n),
    sum: out.sum.slice(0, n),
    count: out.count.slice(0, n),
    max: out.max.slice(0, n),
  };
}

/** One table from those of many blocks: rows of equal pairs are added up. Exact; the order of tables is free. */
export function mergeEdgeTables(tables: readonly EdgeTable[]): EdgeTable {
  const all = emptyEdgeTable(tables.reduce((rows, t) => rows + t.a.length, 0));
  let at = 0;
  for (const table of tables) {
    all.a.set(table.a, at);
    all.b.set(table.b, at);
    all.sum.set(table.sum, at);
    all.count.set(table.count, at);
    all.max.set(table.max, at);
    at += table.a.length;
  }
  return sortEdges(all);
}
