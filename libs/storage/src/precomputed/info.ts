import { chunkGrid, mipVoxelNm, type VolumeMeta } from '../volumes/meta.js';
import type { Box, Vec3 } from '@stratome/core';

/** Neuroglancer's order of axes. */
export const xyz = <T>([z, y, x]: readonly [T, T, T]): [T, T, T] => [x, y, z];

/** The name of a mip's folder: its voxel size x, y, z in nm, e.g. `8_8_40`. */
export const scaleKey = (meta: VolumeMeta, mip: number): string => xyz(mipVoxelNm(meta, mip)).join('_');

/** Which optional folders a precomputed volume has. */
export interface PrecomputedFolders {
  readonly mesh?: boolean;
  readonly skeletons?: boolean;
  readonly segmentProperties?: boolean;
}

/**
 * The `info` document of a volume.
 * Format: neuroglancer, src/datasource/precomputed/volume.md.
 */
export function precomputedInfo(meta: VolumeMeta, folders: PrecomputedFolders = {}) {
  return {
    '@type': 'neuroglancer_multiscale_volume',
    type: meta.content,
    data_type: meta.dtype,
    num_channels: meta.channels,
    scales: meta.mips.map(({ shape }, mip) => ({
      key: scaleKey(meta, mip),
      size: xyz(shape),
      resolution: xyz(mipVoxelNm(meta, mip)),
      voxel_offset: [0, 0, 0],
      chunk_sizes: [xyz(meta.chunk)],
      encoding: 'raw',
    })),
    ...(folders.mesh ? { mesh: 'mesh' } : {}),
    ...(folders.skeletons ? { skeletons: 'skeletons' } : {}),
    ...(folders.segmentProperties ? { segment_properties: 'segment_properties' } : {}),
  };
}

/** The `provenance` document that cloud-volume reads; our own provenance is in the graph. */
export const precomputedProvenance = (meta: VolumeMeta) => ({
  description: `${meta.name} of dataset ${meta.dataset}, by Stratome`,
  owners: [],
  processing: [],
  sources: [],
});

/** The name of a chunk, `x0-x1_y0-y1_z0-z1` in voxels, cut at the volume's end. */
export const chunkName = ({ begin, end }: Box): string =>
  [2, 1, 0].map((k) => `${begin[k]}-${end[k]}`).join('_');

/** The grid position that a chunk's name stands for; undefined when no chunk of the mip has this name. */
export function parseChunkName(meta: VolumeMeta, mip: number, name: string): Vec3 | undefined {
  const match = /^(\d{1,12})-\d+_(\d{1,12})-\d+_(\d{1,12})-\d+$/.exec(name);
  if (!match) return undefined;
  const [x, y, z] = match.slice(1).map(Number);
  const grid = chunkGrid(meta, mip);
  const position: Vec3 = [z / meta.chunk[0], y / meta.chunk[1], x / meta.chunk[2]];
  const inside = position.every((p, k) => Number.isInteger(p) && p < grid.counts[k]);
  return inside && chunkName(grid.box(position)) === name ? position : undefined;
}
