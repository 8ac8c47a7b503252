/**
 * Smooths a skeleton's paths (`verticesNm` mutated): in each pass every vertex with exactly two edges moves halfway
 * to the middle of its two neighbours; ends, branch points and `fixed` vertices stay. Paths from voxel to voxel zigzag, which
 * overstates cable length by some 15 %.
 */
export function smoothPaths(
  verticesNm: Float32Array,
  edges: ArrayLike<number>,
  passes: number,
  fixed: ReadonlySet<number> = new Set(),
): void {
  const n = verticesNm.length / 3;
  const degree = new Uint32Array(n);
  const neighbours = new Int32Array(2 * n);
  const note = (v: number, other: number) => {
    if (degree[v] < 2) neighbours[2 * v + degree[v]] = other;
    degree[v]++;
  };
  for (let e = 0; e < edges.length; e += 2) {
    note(edges[e], edges[e + 1]);
    note(edges[e + 1], edges[e]);
  }
  for (let pass = 0; pass < passes; pass++) {
    const before = verticesNm.slice();
    for (let v = 0; v < n; v++) {
      if (degree[v] !== 2 || fixed.has(v)) continue;
      const a = 3 * neighbours[2 * v];
      const b = 3 * neighbours[2 * v + 1];
      for (let k = 0; k < 3; k++)
        verticesNm[3 * v + k] = before[3 * v + k] / 2 + (before[a + k] + before[b + k]) / 4;
    }
  }
}
