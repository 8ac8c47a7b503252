import { StratomeError, badInput } from '@stratome/core';

/** A surface of triangles. */
export interface Mesh {
  /** [n, 3] flattened, each vertex z, y, x, nm. */
  readonly verticesNm: Float32Array;
  /** [m, 3] flattened, vertex numbers; anticlockwise seen from outside in a right-handed x, y, z frame. */
  readonly triangles: Uint32Array;
}

/** Reverses the three coordinates of each point: z, y, x becomes x, y, z, and back. */
export function reverseAxes(points: Float32Array): Float32Array {
  const reversed = new Float32Array(points.length);
  for (let i = 0; i < points.length; i += 3) {
    reversed[i] = points[i + 2];
    reversed[i + 1] = points[i + 1];
    reversed[i + 2] = points[i];
  }
  return reversed;
}

/** Bytes of little-endian numbers as a typed array, copied so that any offset will do. */
export function copyAs<T extends Float32Array | Uint32Array>(
  type: { new (buffer: ArrayBuffer): T },
  bytes: Uint8Array,
): T {
  return new type(new Uint8Array(bytes).buffer as ArrayBuffer);
}

/**
 * A mesh fragment in Neuroglancer's single-resolution ("legacy") format: u32 vertices, f32 [n, 3] x, y, z in nm,
 * u32 [m, 3] vertex numbers, little-endian.
 * Format: neuroglancer, src/datasource/precomputed/meshes.md.
 */
export function encodeMesh({ verticesNm, triangles }: Mesh): Uint8Array {
  if (verticesNm.length % 3 !== 0 || triangles.length % 3 !== 0) {
    throw badInput('A mesh needs three coordinates a vertex and three vertices a triangle.');
  }
  const count = verticesNm.length / 3;
  if (triangles.some((vertex) => vertex >= count)) {
    throw badInput(`A triangle of the mesh names a vertex beyond its ${count}.`);
  }
  const bytes = new Uint8Array(4 + verticesNm.byteLength + triangles.byteLength);
  new DataView(bytes.buffer).setUint32(0, count, true);
  bytes.set(new Uint8Array(reverseAxes(verticesNm).buffer), 4);
  bytes.set(
    new Uint8Array(triangles.buffer, triangles.byteOffset, triangles.byteLength),
    4 + verticesNm.byteLength,
  );
  return bytes;
}

/** Reads what `encodeMesh` wrote. @throws StratomeError corrupt when the lengths do not fit. */
export function decodeMesh(bytes: Uint8Array): Mesh {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = bytes.byteLength >= 4 ? view.getUint32(0, true) : 0;
  const facesBegin = 4 + 12 * count;
  if (bytes.byteLength < facesBegin || (bytes.byteLength - facesBegin) % 12 !== 0) {
    throw new StratomeError('corrupt', `A mesh of ${bytes.byteLength} bytes cannot have ${count} vertices.`);
  }
  return {
    verticesNm: reverseAxes(copyAs(Float32Array, bytes.subarray(4, facesBegin))),
    triangles: copyAs(Uint32Array, bytes.subarray(facesBegin)),
  };
}

export const meshInfo = { '@type': 'neuroglancer_legacy_mesh' };
