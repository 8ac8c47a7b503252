import { intersectBox, isEmpty, shapeOf, subVec, type Box, type Vec3 } from './box.js';

export const dtypes = {
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  float32: Float32Array,
} as const;

export type Dtype = keyof typeof dtypes;
export type ArrayOf<D extends Dtype> = InstanceType<(typeof dtypes)[D]>;
/** Voxels of any dtype, over any kind of buffer. */
export type VoxelArray = Uint8Array | Uint16Array | Uint32Array | BigUint64Array | Float32Array;

export const bytesPerVoxel = (dtype: Dtype): number => dtypes[dtype].BYTES_PER_ELEMENT;

export function dtypeOf(array: VoxelArray): Dtype {
  for (const [name, type] of Object.entries(dtypes)) if (array instanceof type) return name as Dtype;
  throw new TypeError('not a voxel array');
}

export function allocate<D extends Dtype>(dtype: D, length: number): ArrayOf<D> {
  return new dtypes[dtype](length) as ArrayOf<D>;
}

/** Looks at bytes as voxels (little-endian); copies only when the bytes are not aligned. */
export function viewBytes<D extends Dtype>(dtype: D, bytes: Uint8Array): ArrayOf<D> {
  const type = dtypes[dtype];
  // Not bytes.slice(): for a Buffer that is another view of the same memory.
  const aligned = bytes.byteOffset % type.BYTES_PER_ELEMENT === 0 ? bytes : new Uint8Array(bytes);
  return new type(
    aligned.buffer as ArrayBuffer,
    aligned.byteOffset,
    aligned.byteLength / type.BYTES_PER_ELEMENT,
  ) as ArrayOf<D>;
}

export const bytesOf = (array: VoxelArray): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/**
 * A dense block of voxels, C order. `shape` is z, y, x; with `channels` > 1 the channel is the slowest axis
 * (c, z, y, x).
 */
export interface Volume<A extends VoxelArray = VoxelArray> {
  readonly data: A;
  readonly shape: Vec3;
  readonly channels?: number;
}

/**
 * Copies the common part of two blocks of one volume from `source` into `target` (mutated), where
 * `sourceBox` and `targetBox` say which voxels of the volume each holds. Works for any number of channels,
 * which must agree. Does nothing where the boxes are apart.
 */
export function copyOverlap(
  source: VoxelArray,
  sourceBox: Box,
  target: VoxelArray,
  targetBox: Box,
  channels = 1,
): void {
  const overlap = intersectBox(sourceBox, targetBox);
  if (isEmpty(overlap)) return;
  const from = shapeOf(sourceBox);
  const to = shapeOf(targetBox);
  const extent = shapeOf(overlap);
  const s0 = subVec(overlap.begin, sourceBox.begin);
  const t0 = subVec(overlap.begin, targetBox.begin);
  const into = target as Uint8Array;
  for (let c = 0; c < channels; c++) {
    for (let z = 0; z < extent[0]; z++) {
      for (let y = 0; y < extent[1]; y++) {
        const s = ((c * from[0] + s0[0] + z) * from[1] + s0[1] + y) * from[2] + s0[2];
        const t = ((c * to[0] + t0[0] + z) * to[1] + t0[1] + y) * to[2] + t0[2];
        into.set((source as Uint8Array).subarray(s, s + extent[2]), t);
      }
    }
  }
}
