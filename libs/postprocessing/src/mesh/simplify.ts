import { MeshoptSimplifier } from 'meshoptimizer/simplifier';
import type { MeshParameters } from '../parameters.js';
import type { Mesh } from './mesh.js';

/**
 * Simplifies a mesh by quadric edge collapse (Garland & Heckbert 1997, as built in meshoptimizer). Vertices on
 * open borders stay, so that pieces of adjacent blocks still meet without cracks.
 */
export async function simplifyMesh(mesh: Mesh, { reduction, maxErrorNm }: MeshParameters): Promise<Mesh> {
  if (reduction === 1 || mesh.triangles.length === 0) return mesh;
  await MeshoptSimplifier.ready;
  const target = 3 * Math.ceil((mesh.triangles.length / 3) * reduction);
  const flags: ('LockBorder' | 'ErrorAbsolute')[] = ['LockBorder', 'ErrorAbsolute'];
  const [kept] = MeshoptSimplifier.simplify(mesh.triangles, mesh.verticesNm, 3, target, maxErrorNm, flags);
  return dropUnused(mesh.verticesNm, kept);
}

/** Keeps the vertices that triangles use, in their order. */
function dropUnused(verticesNm: Float32Array, triangles: Uint32Array): Mesh {
  const used = new Uint8Array(verticesNm.length / 3);
  for (const v of triangles) used[v] = 1;
  const numbers = new Uint32Array(used.length);
  let count = 0;
  for (let v = 0; v < used.length; v++) {
    numbers[v] = count;
    count += used[v];
  }
  const kept = new Float32Array(3 * count);
  for (let v = 0; v < used.length; v++)
    if (used[v]) kept.set(verticesNm.subarray(3 * v, 3 * v + 3), 3 * numbers[v]);
  return { verticesNm: kept, triangles: triangles.map((v) => numbers[v]) };
}
