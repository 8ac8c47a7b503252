/**
 * The cases of marching cubes, derived instead of copied.
 *
 * A cell has eight corners, numbered 4·dz + 2·dy + dx, and twelve edges. Lorensen & Cline 1987 list surfaces for
 * the 256 patterns of corners inside; their list leaves holes where two cells that share an ambiguous face (two
 * inside corners across its diagonal) cut it differently. Here the lines on a face follow from the face
 * alone: diagonal inside corners are joined (as the face tests of Nielson & Hamann 1991 would for 18-connected
 * objects). Two cells therefore always agree, and each edge of a surface has exactly two triangles.
 */
export interface CellEdge {
  /** The axis along which the edge runs: 0, 1, 2 for z, y, x. */
  readonly axis: number;
  /** The corner at its lower end; the other is `corner + (4 >> axis)`. */
  readonly corner: number;
}

export const cellEdges: readonly CellEdge[] = [0, 1, 2].flatMap((axis) =>
  [0, 1, 2, 3, 4, 5, 6, 7]
    .filter((corner) => (corner & (4 >> axis)) === 0)
    .map((corner) => ({ axis, corner })),
);

function edgeBetween(a: number, b: number): number {
  return cellEdges.findIndex(({ axis, corner }) => corner === Math.min(a, b) && (a ^ b) === 4 >> axis);
}

/** Corners of the six faces, counter-clockwise seen from outside in a right-handed x, y, z frame. */
const cellFaces: readonly (readonly number[])[] = [0, 1, 2].flatMap((axis) => {
  const bit = 4 >> axis;
  // For the axes z, y, x the next two in the cyclic order x, y, z.
  const [u, v] = [
    [1, 2],
    [4, 1],
    [2, 4],
  ][axis];
  const high = [bit, bit | u, bit | u | v, bit | v];
  const low = [0, v, u | v, u];
  return [low, high];
});

/** For each cell edge that the surface crosses, the next one around its polygon; −1 elsewhere. */
function nextCrossing(pattern: number): number[] {
  const inside = (corner: number) => ((pattern >> corner) & 1) === 1;
  const next = Array.from({ length: 12 }, () => -1);
  for (const face of cellFaces) {
    for (let k = 0; k < 4; k++) {
      if (!inside(face[k]) || inside(face[(k + 1) % 4])) continue;
      // The line leaves where the boundary of the face leaves the object and ends where it next enters it.
      let m = k + 1;
      while (inside(face[m % 4]) || !inside(face[(m + 1) % 4])) m++;
      const from = edgeBetween(face[k], face[(k + 1) % 4]);
      next[edgeBetween(face[m % 4], face[(m + 1) % 4])] = from;
    }
  }
  return next;
}

const shareFace = (a: number, b: number): boolean =>
  cellFaces.some((face) =>
    [a, b].every(
      (e) =>
        face.includes(cellEdges[e].corner) && face.includes(cellEdges[e].corner + (4 >> cellEdges[e].axis)),
    ),
  );

/**
 * Cuts a polygon of cell edges into triangles such that no cut lies in a face of the cell, where the cell on the
 * other side could make the same cut; undefined when there is no such way.
 */
function triangulate(polygon: readonly number[]): number[] | undefined {
  if (polygon.length === 3) return [...polygon];
  const n = polygon.length;
  for (let k = 0; k < n; k++) {
    const [before, tip, after] = [polygon[(k + n - 1) % n], polygon[k], polygon[(k + 1) % n]];
    if (shareFace(before, after)) continue;
    const rest = triangulate(polygon.filter((e) => e !== tip));
    if (rest) return [before, tip, after, ...rest];
  }
  return undefined;
}

/** Triangles of one pattern as triples of cell edges, counter-clockwise seen from outside the object. */
function trianglesOf(pattern: number): number[] {
  const next = nextCrossing(pattern);
  const triangles: number[] = [];
  const done = new Set<number>();
  for (let start = 0; start < 12; start++) {
    if (next[start] < 0 || done.has(start)) continue;
    const polygon: number[] = [];
    for (let e = start; !done.has(e); e = next[e]) {
      polygon.push(e);
      done.add(e);
    }
    const cut = triangulate(polygon);
    if (!cut) throw new Error(`no triangulation of marching cubes pattern ${pattern}`);
    triangles.push(...cut);
  }
  return triangles;
}

/** Bit k of a pattern says whether corner k is inside; each entry is a list of triples of cell edges. */
export const cellTriangles: readonly Uint8Array[] = Array.from({ length: 256 }, (_, pattern) =>
  Uint8Array.from(trianglesOf(pattern)),
);
