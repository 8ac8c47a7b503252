import { StratomeError, badInput } from '@stratome/core';
import { copyAs, reverseAxes } from './mesh.js';

/** A tree, or several, of vertices with radii. */
export interface Skeleton {
  /** [n, 3] flattened, each vertex z, y, x, nm. */
  readonly verticesNm: Float32Array;
  /** [m, 2] flattened, vertex numbers. */
  readonly edges: Uint32Array;
  /** [n], nm. */
  readonly radiiNm: Float32Array;
}

/**
 * A skeleton in Neuroglancer's format: u32 vertices, u32 edges, f32 [n, 3] x, y, z in nm, u32 [m, 2], then the
 * attribute `radius`, f32 [n], little-endian.
 * Format: neuroglancer, src/datasource/precomputed/skeletons.md.
 */
export function encodeSkeleton({ verticesNm, edges, radiiNm }: Skeleton): Uint8Array {
  const count = radiiNm.length;
  if (verticesNm.length !== 3 * count) {
    throw badInput(`The skeleton has ${count} radii and ${verticesNm.length} coordinates.`);
  }
  if (edges.length % 2 !== 0 || edges.some((vertex) => vertex >= count)) {
    throw badInput(`An edge of the skeleton names a vertex beyond its ${count}, or half of it is missing.`);
  }
  const head = new Uint32Array([count, edges.length / 2]);
  const parts = [head, reverseAxes(verticesNm), edges, radiiNm];
  return Buffer.concat(parts.map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength)));
}

/** Reads what `encodeSkeleton` wrote. @throws StratomeError corrupt when the lengths do not fit. */
export function decodeSkeleton(bytes: Uint8Array): Skeleton {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [count, edgeCount] =
    bytes.byteLength >= 8 ? [view.getUint32(0, true), view.getUint32(4, true)] : [0, 0];
  if (bytes.byteLength !== 8 + 16 * count + 8 * edgeCount) {
    throw new StratomeError(
      'corrupt',
      `A skeleton of ${bytes.byteLength} bytes cannot have ${count} vertices and ${edgeCount} edges.`,
    );
  }
  const edgesBegin = 8 + 12 * count;
  const radiiBegin = edgesBegin + 8 * edgeCount;
  return {
    verticesNm: reverseAxes(copyAs(Float32Array, bytes.subarray(8, edgesBegin))),
    edges: copyAs(Uint32Array, bytes.subarray(edgesBegin, radiiBegin)),
    radiiNm: copyAs(Float32Array, bytes.subarray(radiiBegin)),
  };
}

/** The `skeletons/info` document: vertices in nm, and the attribute `radius`. */
export const skeletonInfo = {
  '@type': 'neuroglancer_skeletons',
  transform: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0],
  vertex_attributes: [{ id: 'radius', data_type: 'float32', num_components: 1 }],
};
