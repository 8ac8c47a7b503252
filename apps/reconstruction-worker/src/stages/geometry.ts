import { badInput, BlockGrid, type Box, type Vec3 } from '@stratome/core';
import { chunkGrid, chunkKey, chunkKind, volumeMeta, type VolumeMeta } from '@stratome/storage';
import { stages, type InputReference, type StageName } from '@stratome/pipeline';
import { z } from 'zod';

const axis = (least: number, most: number) => z.number().int().min(least).max(most);
const three = (least: number, most: number) =>
  z.tuple([axis(least, most), axis(least, most), axis(least, most)]);

/** How voxels are stored and cut into tasks; nothing here changes a result. */
export const gridParameters = z.object({
  chunk: three(8, 512)
    .optional()
    .describe(
      'Size of stored chunks; z, y, x, voxels. By default about a cube in nm. Must divide the supervoxel block',
    ),
  taskChunks: axis(1, 4096)
    .default(4)
    .describe('Chunks in a task of the stages that predict or copy voxels, at most'),
});
export type GridParameters = z.infer<typeof gridParameters>;

/** Side of the quality cells, nm. */
const cellNm = 320;

/** The grids of a dataset. All but `chunk` follow from its voxel size alone and never change. */
export interface Geometry {
  /** Aligned volume at full resolution. */
  readonly shape: Vec3;
  readonly voxelNm: Vec3;
  /** Voxels of the aligned volume in one working voxel: L3 and L4 work at the resolution that models were made for. */
  readonly factors: Vec3;
  readonly workingShape: Vec3;
  readonly workingNm: Vec3;
  readonly chunk: Vec3;
  /** Blocks of the supervoxel id grid, working voxels. */
  readonly supervoxelBlock: Vec3;
  /** Blocks in which synapses are looked for, working voxels. */
  readonly synapseBlock: Vec3;
  /** Quality cells, working voxels. */
  readonly cell: Vec3;
}

const vec = (f: (k: number) => number): Vec3 => [f(0), f(1), f(2)];

/** How many times deeper than wide a voxel is, as a power of two. */
const anisotropy = ([depth, , width]: Vec3): number =>
  2 ** Math.max(0, Math.min(4, Math.round(Math.log2(depth / width))));

/** @throws badInput when the chosen chunk does not divide the supervoxel block */
export function geometryOf(shape: Vec3, voxelNm: Vec3, factors: Vec3, { chunk }: GridParameters): Geometry {
  const workingNm = vec((k) => voxelNm[k] * factors[k]);
  const flat = anisotropy(workingNm);
  const depth = Math.max(8, 64 / flat);
  const width = flat >= 4 ? 128 : 64;
  const supervoxelBlock: Vec3 = [depth, 2 * width, 2 * width];
  const chosen = chunk ?? [depth, width, width];
  if (chosen.some((c, k) => supervoxelBlock[k] % c !== 0)) {
    throw badInput(
      `Chunks of ${chosen.join(',')} voxels do not divide the supervoxel block ${supervoxelBlock.join(',')}.`,
      'Set grid.chunk to divisors of it.',
    );
  }
  return {
    shape,
    voxelNm,
    factors,
    workingShape: vec((k) => Math.max(1, Math.floor(shape[k] / factors[k]))),
    workingNm,
    chunk: chosen,
    supervoxelBlock,
    synapseBlock: vec((k) => 2 * supervoxelBlock[k]),
    cell: vec((k) => Math.max(1, Math.round(cellNm / workingNm[k]))),
  };
}

export const cellsOf = (g: Geometry): BlockGrid => new BlockGrid(g.workingShape, g.cell);

/** The same cells in voxels of the aligned volume, which the working grid may not cover to its last voxels. */
export const fullCellsOf = (g: Pick<Geometry, 'workingShape' | 'cell' | 'factors'>): BlockGrid =>
  new BlockGrid(
    vec((k) => g.workingShape[k] * g.factors[k]),
    vec((k) => g.cell[k] * g.factors[k]),
  );

type VolumeName = 'em' | 'affinities' | 'tissue' | 'supervoxels' | 'segmentation' | 'synapsemaps';

const voxels: Record<VolumeName, Pick<VolumeMeta, 'content' | 'dtype' | 'channelNames'>> = {
  em: { content: 'image', dtype: 'uint8' },
  affinities: { content: 'image', dtype: 'uint8', channelNames: ['affinityZ', 'affinityY', 'affinityX'] },
  tissue: { content: 'image', dtype: 'uint8', channelNames: ['glia', 'vessel'] },
  supervoxels: { content: 'segmentation', dtype: 'uint64' },
  segmentation: { content: 'segmentation', dtype: 'uint64' },
  synapsemaps: { content: 'image', dtype: 'uint8', channelNames: ['pre', 'cleft', 'post', 'excitatory'] },
};

/** Volumes that get a pyramid. */
const withPyramid: readonly string[] = ['em', 'segmentation', 'raw'];

/** Halvings of the finest axes until voxels are about cubes, then of all; three levels at most in one pass. */
export function mipsOf(name: string, shape: Vec3, voxelNm: Vec3): VolumeMeta['mips'] {
  const mips = [{ shape, factor: [1, 1, 1] as Vec3 }];
  if (!withPyramid.includes(name)) return mips;
  let factor: Vec3 = [1, 1, 1];
  while (mips.length < 4 && Math.max(...mips.at(-1)!.shape) > 128) {
    const nm = vec((k) => voxelNm[k] * factor[k]);
    const finest = Math.min(...nm);
    factor = vec((k) => (nm[k] < 1.5 * finest ? factor[k] * 2 : factor[k]));
    mips.push({ shape: vec((k) => Math.max(1, Math.ceil(shape[k] / factor[k]))), factor });
  }
  return mips;
}

/** Description of one of the pipeline's volumes. */
export function volumeOf(name: VolumeName, dataset: string, g: Geometry): VolumeMeta {
  const [shape, voxelNm] = name === 'em' ? [g.shape, g.voxelNm] : [g.workingShape, g.workingNm];
  const { channelNames } = voxels[name];
  return volumeMeta({
    dataset,
    name,
    ...voxels[name],
    channels: channelNames?.length ?? 1,
    voxelNm,
    chunk: g.chunk,
    mips: mipsOf(name, shape, voxelNm),
  });
}

export const volumeNames = Object.keys(voxels) as VolumeName[];

/** The chunks of a volume under a box, as an input of a task. */
export function chunksUnder(
  meta: VolumeMeta,
  mip: number,
  box: Box,
  role: InputReference['role'] = 'pixels',
): InputReference {
  const keys = [...chunkGrid(meta, mip).positionsIn(box)].map(chunkKey);
  return { kind: chunkKind(meta, mip), keys, role };
}

/** Every section of a volume as a cell: block z is section z. */
export const sectionsOf = ([depth, height, width]: Vec3): BlockGrid =>
  new BlockGrid([depth, height, width], [1, height, width]);

/** A grid of task boxes, each of whole `unit` blocks and about `chunks` chunks at most. */
export function taskGrid(shape: Vec3, unit: Vec3, chunk: Vec3, chunks: number): BlockGrid {
  const block: [number, number, number] = [...unit];
  const size = () => block.reduce((n, b, k) => n * Math.ceil(Math.min(b, shape[k]) / chunk[k]), 1);
  for (const k of [2, 1, 0]) {
    while (block[k] < shape[k] && size() * 2 <= chunks) block[k] *= 2;
  }
  return new BlockGrid(shape, block);
}

/** The smallest block of whole `chunk`s that holds `wanted`. */
export const wholeChunks = (wanted: Vec3, chunk: Vec3): Vec3 =>
  vec((k) => Math.ceil(wanted[k] / chunk[k]) * chunk[k]);

/** A box of working voxels in voxels of the aligned volume, cut to it. */
export function toFullResolution({ begin, end }: Box, g: Geometry): Box {
  return {
    begin: vec((k) => begin[k] * g.factors[k]),
    end: vec((k) => Math.min(g.shape[k], end[k] * g.factors[k])),
  };
}

/** The voxels of the aligned volume that a task is about; undefined when it is about no box of it. */
export function alignedBoxOf(
  stage: StageName,
  detail: Record<string, unknown> | undefined,
  g: Geometry,
): Box | undefined {
  const box = detail?.box as Box | undefined;
  // The volume before alignment has a frame of its own.
  if (!box || stage === 'rawvolume' || detail?.name === 'raw') return undefined;
  const full = stages[stage].layer === 'L2' || detail?.name === 'em';
  return full ? box : toFullResolution(box, g);
}

export interface BoxDetail {
  readonly box: Box;
}
export const boxOf = (detail: Record<string, unknown>): Box => (detail as unknown as BoxDetail).box;
