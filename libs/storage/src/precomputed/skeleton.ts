import { StratomeError, badInput } from '@stratome/core';
import { copyAs, reverseAxes } from './mesh.js';

/** A number for each vertex of every skeleton of a volume. */
export interface SkeletonAttribute {
  /** Neuroglancer and cloud-volume know `radius`, in nm. */
  readonly id: string;
  readonly components: number;
}

export interface Skeleton {
  /** [n, 3] flattened, each vertex z, y, x, nm. */
  readonly positionsNm: Float32Array;
  /** [m, 2] flattened, vertex numbers. */
  readonly edges: Uint32Array;
  /** [n, components] flattened, by attribute id. */
  readonly attributes: Readonly<Record<string, Float32Array>>;
}

/** The attributes our skeletons have unless a caller says otherwise. */
export const defaultSkeletonAttributes: readonly SkeletonAttribute[] = [{ id: 'radius', components: 1 }];

/**
 * A skeleton in Neuroglancer's format: u32 vertices, u32 edges, f32 [n, 3] x, y, z in nm, u32 [m, 2], then each
 * attribute f32 in the order of `attributes`, little-endian.
 * Format: neuroglancer, src/datasource/precomputed/skeletons.md.
 */
export function encodeSkeleton(
  skeleton: Skeleton,
  attributes: readonly SkeletonAttribute[] = defaultSkeletonAttributes,
): Uint8Array {
  const { positionsNm, edges } = skeleton;
  const vertices = positionsNm.length / 3;
  if (!Number.isInteger(vertices) || edges.length % 2 !== 0 || edges.some((vertex) => vertex >= vertices)) {
    throw badInput(
      `An edge of the skeleton names a vertex beyond its ${vertices}, or half of it is missing.`,
    );
  }
  const columns = attributes.map(({ id, components }) => {
    const column = skeleton.attributes[id];
    if (column?.length !== vertices * components) {
      throw badInput(
        `The skeleton needs ${vertices * components} numbers "${id}" and has ${column?.length ?? 0}.`,
      );
    }
    return column;
  });
  const head = new Uint32Array([vertices, edges.length / 2]);
  const parts = [head, reverseAxes(positionsNm), edges, ...columns];
  return Buffer.concat(parts.map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength)));
}

/** Reads what `encodeSkeleton` wrote. @throws StratomeError corrupt when the lengths do not fit. */
export function decodeSkeleton(
  bytes: Uint8Array,
  attributes: readonly SkeletonAttribute[] = defaultSkeletonAttributes,
): Skeleton {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [vertices, edgeCount] =
    bytes.byteLength >= 8 ? [view.getUint32(0, true), view.getUint32(4, true)] : [0, 0];
  const perVertex = attributes.reduce((sum, { components }) => sum + components, 3);
  if (bytes.byteLength !== 8 + 4 * vertices * perVertex + 8 * edgeCount) {
    throw new StratomeError(
      'corrupt',
      `A skeleton of ${bytes.byteLength} bytes cannot have ${vertices} vertices and ${edgeCount} edges.`,
    );
  }
  let at = 8;
  const take = (count: number) => bytes.subarray(at, (at += 4 * count));
  const positionsNm = reverseAxes(copyAs(Float32Array, take(3 * vertices)));
  const edges = copyAs(Uint32Array, take(2 * edgeCount));
  const columns = attributes.map(({ id, components }) => [
    id,
    copyAs(Float32Array, take(vertices * components)),
  ]);
  return { positionsNm, edges, attributes: Object.fromEntries(columns) };
}

export function skeletonInfo(attributes: readonly SkeletonAttribute[] = defaultSkeletonAttributes) {
  return {
    '@type': 'neuroglancer_skeletons',
    transform: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0],
    vertex_attributes: attributes.map(({ id, components }) => ({
      id,
      data_type: 'float32',
      num_components: components,
    })),
  };
}
