import { BlockGrid, badInput, dtypes, type Dtype, type Vec3 } from '@stratome/core';
import { z } from 'zod';

const counts = z.tuple([z.int().min(1), z.int().min(1), z.int().min(1)]).readonly();
const lengths = z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]).readonly();
const dtypeNames = Object.keys(dtypes) as [Dtype, ...Dtype[]];

const mipSchema = z.object({
  shape: counts.describe('size along z, y, x, voxels of this mip'),
  factor: counts.describe('voxels of mip 0 along z, y, x in one voxel of this mip'),
});

/** What is fixed about a volume; which chunks it has, and their contents, is the resolver's to say. */
export const volumeMetaSchema = z
  .object({
    dataset: z.string().min(1),
    name: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/)
      .describe('name within the dataset, without "/"'),
    content: z.enum(['image', 'segmentation']).describe('segmentation: voxels are ids, and 0 is background'),
    dtype: z.enum(dtypeNames),
    channels: z.int().min(1).default(1).describe('above 1 the arrays are c, z, y, x'),
    channelNames: z.array(z.string()).optional(),
    voxelNm: lengths.describe('size of a voxel of mip 0 along z, y, x, nm'),
    chunk: counts.describe('size of a chunk along z, y, x, voxels; a chunk holds all channels'),
    mips: z.array(mipSchema).min(1),
    fillValue: z.literal(0).default(0),
  })
  .superRefine((meta, context) => {
    const complain = (message: string, ...path: (string | number)[]) =>
      context.addIssue({ code: 'custom', message, path });
    if (meta.channelNames && meta.channelNames.length !== meta.channels) {
      complain(`${meta.channelNames.length} names for ${meta.channels} channels`, 'channelNames');
    }
    if (meta.content === 'segmentation' && (meta.dtype === 'float32' || meta.channels > 1)) {
      complain('a segmentation has whole-number voxels and one channel', 'content');
    }
    if (meta.mips[0].factor.some((f) => f !== 1)) complain('mip 0 has the factor 1,1,1', 'mips', 0, 'factor');
    for (const [mip, { shape, factor }] of meta.mips.entries()) {
      const covered = shape.every(
        (n, k) =>
          n >= Math.floor(meta.mips[0].shape[k] / factor[k]) && (n - 1) * factor[k] < meta.mips[0].shape[k],
      );
      if (!covered) complain(`the shape does not follow from mip 0 and the factor`, 'mips', mip, 'shape');
    }
  });

export type VolumeMeta = z.infer<typeof volumeMetaSchema>;

/** Checks and completes a volume's description. @throws badInput that names each field that is wrong. */
export function volumeMeta(input: z.input<typeof volumeMetaSchema>): VolumeMeta {
  const result = volumeMetaSchema.safeParse(input);
  if (result.success) return result.data;
  const wrong = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  throw badInput(`The description of the volume "${input.name}" is wrong (${wrong}).`);
}

/** The artefact kind of a mip's chunks, e.g. `em/0`. */
export const chunkKind = (meta: Pick<VolumeMeta, 'name'>, mip: number): string => `${meta.name}/${mip}`;

/** The artefact key of the chunk at a grid position z, y, x. */
export const chunkKey = (position: Vec3): string => position.join('/');

/** Reads a key written by `chunkKey`. @throws badInput when it is not one. */
export function parseChunkKey(key: string): Vec3 {
  const match = /^(\d{1,9})\/(\d{1,9})\/(\d{1,9})$/.exec(key);
  if (!match) throw badInput(`"${key}" is not the key of a chunk.`, 'Keys are z/y/x, counted in chunks.');
  return [Number(match[1]), Number(match[2]), Number(match[3])];
}

/** @throws badInput when the volume has no such mip. */
export function mipOf(meta: VolumeMeta, mip: number): VolumeMeta['mips'][number] {
  const found = meta.mips[mip];
  if (!found)
    throw badInput(`The volume "${meta.name}" has no mip ${mip}.`, `It has 0 to ${meta.mips.length - 1}.`);
  return found;
}

/** The grid of a mip's chunks. */
export const chunkGrid = (meta: VolumeMeta, mip: number): BlockGrid =>
  new BlockGrid(mipOf(meta, mip).shape, meta.chunk);

/** Size of a voxel of this mip along z, y, x, nm, without the dust of binary fractions (4.6 · 3 is 13.8). */
export function mipVoxelNm(meta: VolumeMeta, mip: number): Vec3 {
  const { factor } = mipOf(meta, mip);
  const size = (k: number) => Number((meta.voxelNm[k] * factor[k]).toPrecision(12));
  return [size(0), size(1), size(2)];
}

/**
 * The mips of a pyramid: each halves the axes whose voxels are finest, so that voxels become isotropic before
 * all axes shrink together, until the whole volume fits one chunk.
 *
 * @param shape Size of mip 0 along z, y, x, voxels. Sizes of mips are rounded up.
 * @param voxelNm Voxel size of mip 0 along z, y, x, nm.
 */
export function pyramidMips(shape: Vec3, voxelNm: Vec3, chunk: Vec3): VolumeMeta['mips'] {
  const mips: VolumeMeta['mips'] = [{ shape, factor: [1, 1, 1] }];
  for (;;) {
    const last = mips[mips.length - 1];
    if (last.shape.every((n, k) => n <= chunk[k])) return mips;
    const sizeNm = voxelNm.map((v, k) => v * last.factor[k]);
    const finest = Math.min(...sizeNm.filter((_, k) => last.shape[k] > 1));
    const factor = last.factor.map((f, k) =>
      last.shape[k] > 1 && sizeNm[k] < finest * Math.SQRT2 ? 2 * f : f,
    );
    mips.push({
      shape: shape.map((n, k) => Math.ceil(n / factor[k])) as unknown as Vec3,
      factor: factor as unknown as Vec3,
    });
  }
}
