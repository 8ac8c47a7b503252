import type { Skeleton } from './skeleton.js';

/**
 * The skeleton as SWC (Cannon et al. 1998): one line a vertex, `number type x y z radius parent`, in
 * nanometres, axis order x, y, z as the format has it. Each connected part is rooted at its lowest vertex
 * (parent −1). Type is 0, undefined.
 */
export function toSwc(skeleton: Skeleton, heading: string[] = []): string {
  const lines = [...heading.map((line) => `# ${line}`), '# units nm, axes x y z'];
  const parents = parentOf(skeleton);
  const numberOf = new Uint32Array(parents.parent.length);
  const value = (v: number) => String(Math.round(v * 1000) / 1000);
  parents.order.forEach((v, n) => {
    numberOf[v] = n + 1;
    const [z, y, x] = skeleton.verticesNm.subarray(3 * v, 3 * v + 3);
    const parent = parents.parent[v] < 0 ? -1 : numberOf[parents.parent[v]];
    lines.push([n + 1, 0, value(x), value(y), value(z), value(skeleton.radiiNm[v]), parent].join(' '));
  });
  return `${lines.join('\n')}\n`;
}

/** Vertices depth first, each after its parent. */
function parentOf({ edges, radiiNm }: Skeleton): { order: number[]; parent: Int32Array } {
  const neighbours: number[][] = Array.from({ length: radiiNm.length }, () => []);
  for (let e = 0; e < edges.length; e += 2) {
    neighbours[edges[e]].push(edges[e + 1]);
    neighbours[edges[e + 1]].push(edges[e]);
  }
  const parent = new Int32Array(radiiNm.length).fill(-2);
  const order: number[] = [];
  for (let root = 0; root < parent.length; root++) {
    if (parent[root] !== -2) continue;
    parent[root] = -1;
    const stack = [root];
    while (stack.length > 0) {
      const v = stack.pop()!;
      order.push(v);
      for (const next of neighbours[v]) {
        if (parent[next] !== -2) continue;
        parent[next] = v;
        stack.push(next);
      }
    }
  }
  return { order, parent };
}

/**
 * The skeleton in Neuroglancer's precomputed format, little-endian: u32 vertices, u32 edges, f32 [n, 3] in
 * nanometres and axis order x, y, z, u32 [m, 2], then the vertex attribute `radius`, f32 [n]. `info` must
 * declare that attribute: `{"id": "radius", "data_type": "float32", "num_components": 1}`.
 */
export function toPrecomputedSkeleton({ verticesNm, edges, radiiNm }: Skeleton): Uint8Array {
  const n = radiiNm.length;
  const bytes = new Uint8Array(8 + 16 * n + 4 * edges.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, n, true);
  view.setUint32(4, edges.length / 2, true);
  let at = 8;
  for (let v = 0; v < n; v++)
    for (let axis = 2; axis >= 0; axis--, at += 4) view.setFloat32(at, verticesNm[3 * v + axis], true);
  for (const vertex of edges) {
    view.setUint32(at, vertex, true);
    at += 4;
  }
  for (const radius of radiiNm) {
    view.setFloat32(at, radius, true);
    at += 4;
  }
  return bytes;
}
