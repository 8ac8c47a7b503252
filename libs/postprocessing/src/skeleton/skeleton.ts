/** A tree or forest along an object's centre lines. */
export interface Skeleton {
  /** [n, 3] in axis order z, y, x, nanometres from the corner of voxel 0,0,0 (a voxel's centre is at +½). */
  readonly verticesNm: Float32Array;
  /** [m, 2] vertex numbers. */
  readonly edges: Uint32Array;
  /** Distance from each vertex to the object's boundary, centre to centre of voxels, nanometres. */
  readonly radiiNm: Float32Array;
  /** Summed length of the edges, nanometres. */
  readonly cableNm: number;
  /** Vertices with three edges or more. */
  readonly branchPoints: Uint32Array;
  /** Vertices with one edge. */
  readonly deadEnds: Uint32Array;
}

/** Length of edge `e` in nanometres. */
export function edgeLengthNm(
  { verticesNm, edges }: Pick<Skeleton, 'verticesNm' | 'edges'>,
  e: number,
): number {
  const a = 3 * edges[2 * e];
  const b = 3 * edges[2 * e + 1];
  return Math.hypot(
    verticesNm[a] - verticesNm[b],
    verticesNm[a + 1] - verticesNm[b + 1],
    verticesNm[a + 2] - verticesNm[b + 2],
  );
}

/** Completes a skeleton: cable length, branch points and dead ends follow from vertices and edges. */
export function makeSkeleton(verticesNm: Float32Array, edges: Uint32Array, radiiNm: Float32Array): Skeleton {
  const degree = new Uint32Array(radiiNm.length);
  let cableNm = 0;
  for (let e = 0; 2 * e < edges.length; e++) {
    degree[edges[2 * e]]++;
    degree[edges[2 * e + 1]]++;
    cableNm += edgeLengthNm({ verticesNm, edges }, e);
  }
  const where = (test: (degree: number) => boolean) => {
    const found: number[] = [];
    degree.forEach((d, vertex) => test(d) && found.push(vertex));
    return Uint32Array.from(found);
  };
  return {
    verticesNm,
    edges,
    radiiNm,
    cableNm,
    branchPoints: where((d) => d >= 3),
    deadEnds: where((d) => d === 1),
  };
}
