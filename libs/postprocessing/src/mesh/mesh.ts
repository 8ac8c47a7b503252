/** A triangle mesh. */
export interface Mesh {
  /** [n, 3] in axis order z, y, x, nanometres from the corner of voxel 0,0,0. */
  readonly verticesNm: Float32Array;
  /** [m, 3] vertex numbers, counter-clockwise seen from outside in a right-handed x, y, z frame. */
  readonly triangles: Uint32Array;
}

/**
 * Volume inside a closed mesh by the divergence theorem, µm³. Of an open mesh (a piece of an object in one
 * block) the value has no meaning.
 */
export function meshVolumeUm3({ verticesNm, triangles }: Mesh): number {
  let sixfold = 0;
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [3 * triangles[t], 3 * triangles[t + 1], 3 * triangles[t + 2]];
    const [az, ay, ax] = [verticesNm[a], verticesNm[a + 1], verticesNm[a + 2]];
    const [bz, by, bx] = [verticesNm[b], verticesNm[b + 1], verticesNm[b + 2]];
    const [cz, cy, cx] = [verticesNm[c], verticesNm[c + 1], verticesNm[c + 2]];
    sixfold += ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx);
  }
  return sixfold / 6e9;
}

/** Area of a mesh, µm². */
export function meshAreaUm2({ verticesNm, triangles }: Mesh): number {
  let twice = 0;
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [0, 1, 2].map((k) =>
      verticesNm.subarray(3 * triangles[t + k], 3 * triangles[t + k] + 3),
    );
    const [p, q, r] = [0, 1, 2].map((k) => b[k] - a[k]);
    const [u, v, w] = [0, 1, 2].map((k) => c[k] - a[k]);
    twice += Math.hypot(q * w - r * v, r * u - p * w, p * v - q * u);
  }
  return twice / 2e6;
}

/**
 * Puts the pieces of one object from several blocks together: vertices at exactly the same place become one, so
 * that pieces which meet form one surface. Vertices keep the order in which they first come.
 */
export function joinMeshes(pieces: readonly Mesh[]): Mesh {
  const numbers = new Map<string, number>();
  const vertices: number[] = [];
  const triangles: number[] = [];
  for (const { verticesNm, triangles: own } of pieces) {
    const renumbered = new Uint32Array(verticesNm.length / 3);
    for (let v = 0; v < renumbered.length; v++) {
      const at = verticesNm.subarray(3 * v, 3 * v + 3);
      const key = at.join(',');
      const known = numbers.get(key);
      renumbered[v] = known ?? vertices.length / 3;
      if (known !== undefined) continue;
      numbers.set(key, renumbered[v]);
      vertices.push(at[0], at[1], at[2]);
    }
    for (const v of own) triangles.push(renumbered[v]);
  }
  return { verticesNm: Float32Array.from(vertices), triangles: Uint32Array.from(triangles) };
}

/**
 * A mesh as a fragment of Neuroglancer's legacy precomputed format, little-endian: u32 vertices, f32 [n, 3] in
 * nanometres and axis order x, y, z, u32 [m, 3].
 */
export function toPrecomputedMesh({ verticesNm, triangles }: Mesh): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * verticesNm.length + 4 * triangles.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, verticesNm.length / 3, true);
  let at = 4;
  for (let v = 0; v < verticesNm.length; v += 3)
    for (let axis = 2; axis >= 0; axis--, at += 4) view.setFloat32(at, verticesNm[v + axis], true);
  for (const vertex of triangles) {
    view.setUint32(at, vertex, true);
    at += 4;
  }
  return bytes;
}

/** The manifest that names an object's fragments: the content of `mesh/<id>:0`. */
export const precomputedMeshManifest = (fragments: readonly string[]): string =>
  JSON.stringify({ fragments });
