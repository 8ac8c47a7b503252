import {
  StratomeError,
  addVec,
  allocate,
  badInput,
  boxContains,
  boxOfShape,
  bytesOf,
  bytesPerVoxel,
  copyOverlap,
  dtypeOf,
  formatBox,
  isEmpty,
  isStratomeError,
  mulVec,
  viewBytes,
  voxelsIn,
  type ArrayOf,
  type Box,
  type Dtype,
  type Vec3,
  type VoxelArray,
} from '@stratome/core';
import type { ObjectStore } from '../objects/types.js';
import { mapConcurrently } from './concurrency.js';
import { chunkGrid, chunkKey, chunkKind, mipOf, type VolumeMeta } from './meta.js';

/**
 * Says which object an artefact is in the revision being read: the content hash, `emptyChunkHash` for a chunk
 * known to be all fill value, undefined for one that was never written. Calls for one block are made together,
 * so a resolver may batch them (a DataLoader does).
 */
export type Resolver = (kind: string, key: string) => string | undefined | Promise<string | undefined>;

/**
 * Stands for the hash of a chunk that is all fill value. Such a chunk has no object; the row with this mark
 * tells "computed, and empty" from "not computed", and lets a later revision empty a chunk.
 */
export const emptyChunkHash = '0'.repeat(64);

export interface ChunkWrite {
  /** Artefact kind, `<volume>/<mip>`. */
  readonly kind: string;
  /** Artefact key, `z/y/x` in chunks. */
  readonly key: string;
  /** Content hash, or `emptyChunkHash`. */
  readonly hash: string;
  /** Decoded bytes of the chunk; 0 when it is empty. */
  readonly bytes: number;
  /** Bytes on disk; 0 when it is empty. */
  readonly storedBytes: number;
  /** True when nothing new was stored: the chunk is empty or the store held it. */
  readonly existed: boolean;
}

const chunksAtOnce = 8;

/** Voxels a stored chunk holds, padding and channels included. */
export const chunkLength = ({ chunk, channels }: VolumeMeta): number =>
  chunk[0] * chunk[1] * chunk[2] * channels;

const zeros = new Uint8Array(1 << 16);

/** Whether every byte is zero. */
export function isAllZero(bytes: Uint8Array): boolean {
  for (let begin = 0; begin < bytes.byteLength; begin += zeros.byteLength) {
    const part = bytes.subarray(begin, begin + zeros.byteLength);
    if (Buffer.compare(part, zeros.subarray(0, part.byteLength)) !== 0) return false;
  }
  return true;
}

/** Where a chunk lies when it is not cut at the volume's end. */
export function wholeChunkBox(meta: VolumeMeta, position: Vec3): Box {
  const begin = mulVec(position, meta.chunk);
  return { begin, end: addVec(begin, meta.chunk) };
}

/**
 * The voxels of one whole chunk, taken out of a block.
 *
 * @param array C order (c, z, y, x), the voxels of `box`.
 * @returns C order (c, z, y, x) of the chunk's full size, 0 where `box` has no voxels; `array` itself when it
 *   is exactly this chunk.
 */
export function cutChunk(meta: VolumeMeta, position: Vec3, box: Box, array: VoxelArray): VoxelArray {
  const whole = wholeChunkBox(meta, position);
  if (formatBox(whole) === formatBox(box)) return array;
  const chunk = allocate(meta.dtype, chunkLength(meta));
  copyOverlap(array, box, chunk, whole, meta.channels);
  return chunk;
}

/** The decoded bytes of a chunk as voxels. @throws StratomeError corrupt when there are too few or many. */
export function decodeChunk(meta: VolumeMeta, bytes: Uint8Array, what: string): VoxelArray {
  const expected = chunkLength(meta) * bytesPerVoxel(meta.dtype);
  if (bytes.byteLength !== expected) {
    throw new StratomeError(
      'corrupt',
      `${what} has ${bytes.byteLength} bytes instead of ${expected}.`,
      'Run the stage that wrote it again.',
    );
  }
  return viewBytes(meta.dtype, bytes);
}

/**
 * Refuses a block that does not consist of whole chunks, except at the volume's end, or whose array does not fit.
 * @throws badInput
 */
export function checkBlock(meta: VolumeMeta, mip: number, box: Box, array: VoxelArray): void {
  const { shape } = mipOf(meta, mip);
  const what = `The block ${formatBox(box)} of the volume "${meta.name}", mip ${mip},`;
  if (isEmpty(box) || !boxContains(boxOfShape(shape), box)) {
    throw badInput(`${what} is empty or reaches outside the volume of ${shape.join(',')} voxels.`);
  }
  const aligned = [0, 1, 2].every(
    (k) =>
      box.begin[k] % meta.chunk[k] === 0 && (box.end[k] % meta.chunk[k] === 0 || box.end[k] === shape[k]),
  );
  if (!aligned) {
    throw badInput(`${what} cuts chunks of ${meta.chunk.join(',')} voxels.`, 'Write whole chunks.');
  }
  if (dtypeOf(array) !== meta.dtype) {
    throw badInput(`${what} is ${dtypeOf(array)}, and the volume is ${meta.dtype}.`);
  }
  if (array.length !== voxelsIn(box) * meta.channels) {
    throw badInput(`${what} needs ${voxelsIn(box) * meta.channels} voxels and got ${array.length}.`);
  }
}

/**
 * Stores a block of a volume as chunk objects. Chunks at the volume's end are padded with 0 to full size, as
 * zarr has it; chunks that are all 0 are not stored.
 *
 * @param box Whole chunks of the mip's grid (cut only by the volume's end), voxels of that mip, z, y, x.
 * @param array C order (z, y, x) or (c, z, y, x), of the volume's dtype; not mutated.
 * @returns One entry for each chunk, x fastest, for the caller to record.
 * @throws badInput for a block that cuts chunks; StratomeError unavailable when the store's disk refuses.
 */
export async function writeBlock(
  store: ObjectStore,
  meta: VolumeMeta,
  mip: number,
  box: Box,
  array: VoxelArray,
): Promise<ChunkWrite[]> {
  checkBlock(meta, mip, box, array);
  const kind = chunkKind(meta, mip);
  return mapConcurrently([...chunkGrid(meta, mip).positionsIn(box)], chunksAtOnce, async (position) => {
    const key = chunkKey(position);
    const bytes = bytesOf(cutChunk(meta, position, box, array));
    if (isAllZero(bytes)) return { kind, key, hash: emptyChunkHash, bytes: 0, storedBytes: 0, existed: true };
    const { hash, storedBytes, existed } = await store.put(bytes);
    return { kind, key, hash, bytes: bytes.byteLength, storedBytes, existed };
  });
}

/** The object of a chunk, or undefined where the volume has just fill value. */
export async function resolveChunk(
  resolve: Resolver,
  meta: VolumeMeta,
  mip: number,
  position: Vec3,
): Promise<string | undefined> {
  const hash = await resolve(chunkKind(meta, mip), chunkKey(position));
  return hash === emptyChunkHash ? undefined : hash;
}

/**
 * Waits for an object that a row names; that it is not in the store is damage, not absence.
 * @throws StratomeError corrupt in place of notFound.
 */
export async function recorded<T>(object: Promise<T>, what: string): Promise<T> {
  return object.catch((cause: unknown) => {
    if (!isStratomeError(cause) || cause.kind !== 'notFound') throw cause;
    throw new StratomeError(
      'corrupt',
      `${what} is recorded, but its object is gone: ${cause.message}`,
      'Run the stage that wrote it again, or restore the object from a backup.',
      { cause },
    );
  });
}

export interface ReadOptions {
  /** Hash every chunk as it is read; default false. */
  readonly verify?: boolean;
  /** Chunks read at once; default 8. */
  readonly concurrency?: number;
}

/**
 * Reads a box of a volume.
 *
 * @param resolve Pins the revision; see `Resolver`.
 * @param box Any box, voxels of the mip, z, y, x. Where it reaches outside the volume, and where chunks are
 *   absent, the result is 0.
 * @returns C order (z, y, x) or (c, z, y, x).
 * @throws StratomeError corrupt when a recorded chunk is missing or damaged; unavailable when the disk refuses.
 */
export async function readBox<D extends Dtype = Dtype>(
  store: ObjectStore,
  resolve: Resolver,
  meta: VolumeMeta & { dtype: D },
  mip: number,
  box: Box,
  { verify = false, concurrency = chunksAtOnce }: ReadOptions = {},
): Promise<ArrayOf<D>> {
  if (isEmpty(box)) throw badInput(`The box ${formatBox(box)} is empty or inverted.`);
  const result = allocate(meta.dtype, voxelsIn(box) * meta.channels);
  const positions = [...chunkGrid(meta, mip).positionsIn(box)];
  const hashes = await Promise.all(positions.map((position) => resolveChunk(resolve, meta, mip, position)));
  await mapConcurrently(positions, concurrency, async (position, index) => {
    const hash = hashes[index];
    if (hash === undefined) return;
    const what = `Chunk ${chunkKey(position)} of ${chunkKind(meta, mip)}`;
    const bytes = await recorded(store.get(hash, { verify }), what);
    const chunk = decodeChunk(meta, bytes, what);
    copyOverlap(chunk, wholeChunkBox(meta, position), result, box, meta.channels);
  });
  return result;
}
