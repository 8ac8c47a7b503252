import { readFile, readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { join } from 'node:path';
import { StratomeError, badInput, notFound, type Dtype, type Vec3 } from '@stratome/core';
import { z } from 'zod';
import { errorCode, storageError } from '../objects/storage-error.js';
import { bytesDecoder } from './codecs.js';
import { cOrderStride, damagedChunk, toVoxels, voxelTypeOf, type DenseArray } from './dense-array.js';
import { openedVolume, type OpenedMip, type OpenedVolume } from './opened-volume.js';
import { axisRoles } from './read-dense.js';
import { toNm } from './units.js';

const numbers = z.array(z.number());
const attributesSchema = z.looseObject({
  dimensions: numbers.optional(),
  blockSize: numbers.optional(),
  dataType: z.string().optional(),
  compression: z.looseObject({ type: z.string(), useZlib: z.boolean().optional() }).optional(),
  downsamplingFactors: numbers.optional(),
  axes: z.array(z.string()).optional(),
  units: z.array(z.string()).optional(),
  resolution: numbers.optional(),
  pixelResolution: z
    .union([numbers, z.looseObject({ unit: z.string().optional(), dimensions: numbers })])
    .optional(),
});
type Attributes = z.infer<typeof attributesSchema>;

async function readAttributes(folder: string): Promise<Attributes | undefined> {
  const path = join(folder, 'attributes.json');
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw storageError(error, `Reading ${path}`);
  });
  if (text === undefined) return undefined;
  try {
    return attributesSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new StratomeError('corrupt', `${path} is not the metadata of an N5 volume.`, '', { cause });
  }
}

type Decoder = (bytes: Uint8Array) => Promise<Uint8Array>;

async function blockDecoder({ compression }: Attributes, folder: string): Promise<Decoder> {
  const { type, useZlib } = compression ?? { type: 'raw' };
  if (type === 'raw') return async (bytes) => bytes;
  if (type === 'gzip') return promisify<Uint8Array, Uint8Array>(useZlib ? inflate : gunzip);
  // N5's lz4 has a frame of its own, so numcodecs' does not read it.
  const decoder = type === 'blosc' || type === 'zstd' ? await bytesDecoder(type) : undefined;
  if (decoder) return decoder;
  throw badInput(`${folder} is compressed with "${type}".`, 'Write it with raw, gzip, zstd or blosc.');
}

const signedTypes = { int8: Int8Array, int16: Int16Array, int32: Int32Array, int64: BigInt64Array };
const plainTypes: Record<Dtype, { new (buffer: ArrayBuffer): ArrayBufferView; BYTES_PER_ELEMENT: number }> = {
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  float32: Float32Array,
};

/** Voxels of an N5 block: big-endian on disk, copied. */
function fromBigEndian(dataType: string, bytes: Uint8Array): ArrayBufferView {
  const type = { ...plainTypes, ...signedTypes }[dataType as Dtype];
  const copy = Buffer.from(bytes);
  if (type.BYTES_PER_ELEMENT === 2) copy.swap16();
  if (type.BYTES_PER_ELEMENT === 4) copy.swap32();
  if (type.BYTES_PER_ELEMENT === 8) copy.swap64();
  return new type(new Uint8Array(copy).buffer as ArrayBuffer);
}

/** The block's own size, fastest axis first, and where its voxels begin. */
function blockHeader(bytes: Uint8Array, rank: number): { size: number[]; begin: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const mode = view.getUint16(0);
  if (mode > 1 || view.getUint16(2) !== rank) throw new Error('its header is not that of an N5 block');
  const size = Array.from({ length: rank }, (_, k) => view.getUint32(4 + 4 * k));
  return { size, begin: 4 + 4 * rank + (mode === 1 ? 4 : 0) };
}

async function openArray(folder: string, attributes: Attributes): Promise<DenseArray> {
  const { dimensions, blockSize, dataType } = attributes;
  if (!dimensions || !blockSize || !dataType) throw notFound(`${folder} is not an N5 array.`);
  const decode = await blockDecoder(attributes, folder);
  const readChunk = async (position: readonly number[]) => {
    const path = join(folder, ...position.toReversed().map(String));
    const bytes = await readFile(path).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw storageError(error, `Reading ${path}`);
    });
    if (!bytes) return undefined;
    try {
      const { size, begin } = blockHeader(bytes, dimensions.length);
      const decoded = fromBigEndian(dataType, await decode(bytes.subarray(begin)));
      const shape = size.toReversed();
      return { data: toVoxels(decoded, folder), shape, stride: cOrderStride(shape) };
    } catch (cause) {
      if (cause instanceof StratomeError) throw cause;
      throw damagedChunk(folder, position, cause);
    }
  };
  return {
    title: folder,
    dtype: voxelTypeOf(dataType, folder),
    shape: dimensions.toReversed(),
    chunk: blockSize.toReversed(),
    readChunk,
  };
}

/** Voxel size z, y, x in nm, from an array's attributes or its group's. */
function voxelNmOf(own: Attributes, group: Attributes | undefined): Vec3 | undefined {
  const from = [own, group].find((attributes) => attributes?.pixelResolution ?? attributes?.resolution);
  if (!from) return undefined;
  const { pixelResolution: pixel, resolution, units } = from;
  const sizes = (Array.isArray(pixel) ? pixel : pixel?.dimensions) ?? resolution!;
  const unit = pixel && !Array.isArray(pixel) ? pixel.unit : undefined;
  const factors = from === own && group ? [] : (own.downsamplingFactors ?? []);
  const sizesNm = sizes.map((size, k) => toNm(size * (factors[k] ?? 1), unit ?? units?.[k] ?? 'nm'));
  const [width, height, depth] = sizesNm;
  return sizesNm.length === 3 && width && height && depth ? [depth, height, width] : undefined;
}

async function openMip(folder: string, own: Attributes, group?: Attributes): Promise<OpenedMip> {
  const array = await openArray(folder, own);
  const names = (own.axes ?? group?.axes)?.toReversed();
  return { array, roles: axisRoles(folder, array.shape, names), voxelNm: voxelNmOf(own, group) };
}

/**
 * Opens an N5 volume: an array, or a group of mips `s0`, `s1`, … as N5 viewers lay them out. N5 counts axes
 * x, y, z with x fastest, which is C order z, y, x; lengths without a unit are taken for nm.
 *
 * @throws StratomeError notFound when there is no N5; badInput for a type or compression that cannot be read;
 *   corrupt for unreadable metadata.
 */
export async function openN5(folder: string): Promise<OpenedVolume> {
  const attributes = await readAttributes(folder);
  if (attributes?.dimensions) return openedVolume('n5', [await openMip(folder, attributes)]);
  const names = (await readdir(folder).catch(() => [] as string[])).filter((name) => /^s\d+$/.test(name));
  if (names.length === 0) throw notFound(`There is no N5 volume at ${folder}.`);
  const ordered = names.sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
  const mips = await Promise.all(
    ordered.map(async (name) => {
      const path = join(folder, name);
      return openMip(path, (await readAttributes(path)) ?? {}, attributes ?? {});
    }),
  );
  return openedVolume('n5', mips);
}
