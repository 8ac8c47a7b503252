import { StratomeError, badInput, type Dtype, type VoxelArray } from '@stratome/core';

/** One chunk of an array of any rank, as its format stores it. */
export interface DenseChunk {
  readonly data: VoxelArray;
  readonly shape: readonly number[];
  /** Elements from one to the next along each axis. */
  readonly stride: readonly number[];
}

/** An array of any rank on a grid of chunks; how its bytes are found and decoded is the format's matter. */
export interface DenseArray {
  /** Names the array in errors. */
  readonly title: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly chunk: readonly number[];
  /** A chunk by its position in the grid; at the end of the array it may be whole or cut. Undefined: all 0. */
  readChunk(position: readonly number[]): Promise<DenseChunk | undefined>;
}

const voxelTypes: Record<string, Dtype> = {
  bool: 'uint8',
  uint8: 'uint8',
  uint16: 'uint16',
  uint32: 'uint32',
  uint64: 'uint64',
  float32: 'float32',
  int8: 'uint8',
  int16: 'uint16',
  int32: 'uint32',
  int64: 'uint64',
};

/** The dtype an array of another's making is read as. @throws badInput when there is none without loss. */
export function voxelTypeOf(dtype: string, title: string): Dtype {
  const found = voxelTypes[dtype];
  if (found) return found;
  const known = 'bool, (u)int8, (u)int16, (u)int32, (u)int64 or float32';
  throw badInput(`${title} has voxels of type ${dtype}.`, `Convert it to ${known}.`);
}

type SignedArray =
  | Int8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>;

const unsignedTwin = (array: SignedArray): VoxelArray => {
  const { buffer, byteOffset, length } = array;
  if (array instanceof Int8Array) return new Uint8Array(buffer, byteOffset, length);
  if (array instanceof Int16Array) return new Uint16Array(buffer, byteOffset, length);
  if (array instanceof Int32Array) return new Uint32Array(buffer, byteOffset, length);
  return new BigUint64Array(buffer, byteOffset, length);
};

const isSigned = (array: unknown): array is SignedArray =>
  array instanceof Int8Array ||
  array instanceof Int16Array ||
  array instanceof Int32Array ||
  array instanceof BigInt64Array;

/** Reads signed voxels as unsigned, flags as 0 and 1. @throws badInput at a negative voxel. */
export function toVoxels(data: unknown, title: string): VoxelArray {
  if (isSigned(data)) {
    for (let i = 0; i < data.length; i++) {
      if (data[i] < 0)
        throw badInput(`${title} holds the negative voxel ${data[i]}.`, 'Voxels must be 0 or more.');
    }
    return unsignedTwin(data);
  }
  if (ArrayBuffer.isView(data)) return data as VoxelArray;
  return Uint8Array.from(data as Iterable<boolean>, Number);
}

/** Strides of a dense C-order array. */
export function cOrderStride(shape: readonly number[]): number[] {
  const stride = shape.map(() => 1);
  for (let k = shape.length - 2; k >= 0; k--) stride[k] = stride[k + 1] * shape[k + 1];
  return stride;
}

/** An error about a chunk that could not be decoded. */
export function damagedChunk(title: string, position: readonly number[], cause: unknown): StratomeError {
  const reasons = [cause, cause instanceof Error ? cause.cause : undefined];
  const messages = reasons
    .filter((reason): reason is Error => reason instanceof Error)
    .map(({ message }) => message);
  return new StratomeError(
    'corrupt',
    `Chunk ${position.join('/')} of ${title} is damaged: ${messages.join(': ')}.`,
    'Restore it from its source.',
    { cause },
  );
}
