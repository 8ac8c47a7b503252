import { readFile } from 'node:fs/promises';
import {
  StratomeError,
  badInput,
  bytesPerVoxel,
  notFound,
  viewBytes,
  type Dtype,
  type Vec3,
  type Volume,
} from '@stratome/core';
import { z } from 'zod';
import { decompress } from '../objects/gzip.js';
import { errorCode, storageError } from '../objects/storage-error.js';

const numpyTypes: Record<string, Dtype> = {
  '|u1': 'uint8',
  '<u1': 'uint8',
  '<u2': 'uint16',
  '<u4': 'uint32',
  '<u8': 'uint64',
  '<f4': 'float32',
};

const positive3 = z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]);
const descriptionSchema = z.looseObject({
  shape: z.tuple([z.int().min(1), z.int().min(1), z.int().min(1)]),
  axes: z.string().regex(/^zyx/, 'must be zyx'),
  dtype: z.enum(Object.keys(numpyTypes) as [string, ...string[]]),
  order: z.literal('C'),
  compression: z.enum(['gzip', 'none']).nullish(),
  voxelNm: positive3.nullish(),
  background: z.number().nullish(),
});

export interface RawVolume extends Volume {
  /** z, y, x, nm; undefined when the description does not say. */
  readonly voxelNm?: Vec3;
  /** The label of what is no object. */
  readonly background: number;
}

async function read(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') throw notFound(`There is no file ${path}.`);
    throw storageError(error, `Reading ${path}`);
  });
}

/**
 * Reads a volume kept as `NAME.json` (`{shape, axes, dtype, order, compression, voxelNm}`) beside `NAME.raw.gz`
 * or `NAME.raw`, as ground truth often is.
 *
 * @returns C order z, y, x.
 * @throws StratomeError notFound when either file is absent, badInput for a description that cannot be used,
 *   corrupt when the voxels are damaged or are not as many as described.
 */
export async function readRawVolume(jsonPath: string): Promise<RawVolume> {
  const text = Buffer.from(await read(jsonPath)).toString('utf8');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new StratomeError('corrupt', `${jsonPath} is not JSON.`, '', { cause });
  }
  const parsed = descriptionSchema.safeParse(json);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    throw badInput(`${jsonPath} does not describe a raw volume (${wrong}).`);
  }
  const { shape, dtype: numpyType, compression, voxelNm, background } = parsed.data;
  const dtype = numpyTypes[numpyType];
  const path = jsonPath.replace(/(\.json)?$/, compression === 'gzip' ? '.raw.gz' : '.raw');
  const stored = await read(path);
  const bytes = compression === 'gzip' ? await decompress(stored, path) : stored;
  const expected = shape[0] * shape[1] * shape[2] * bytesPerVoxel(dtype);
  if (bytes.byteLength !== expected) {
    throw new StratomeError('corrupt', `${path} holds ${bytes.byteLength} bytes instead of ${expected}.`);
  }
  return { data: viewBytes(dtype, bytes), shape, voxelNm: voxelNm ?? undefined, background: background ?? 0 };
}
