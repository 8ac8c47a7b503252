import type { Dtype, Vec3 } from '@stratome/core';
import { gzipLevel } from '../objects/gzip.js';
import { mipOf, mipVoxelNm, type VolumeMeta } from '../volumes/meta.js';

const zarrDtypes: Record<Dtype, string> = {
  uint8: '|u1',
  uint16: '<u2',
  uint32: '<u4',
  uint64: '<u8',
  float32: '<f4',
};

/** Puts the channel axis, when the volume has one, before the three axes of space. */
const withChannel = <T>(meta: VolumeMeta, channel: T, space: readonly T[]): T[] =>
  meta.channels > 1 ? [channel, ...space] : [...space];

/** The `.zarray` document of a mip (zarr v2). */
export function zarrayOf(meta: VolumeMeta, mip: number) {
  return {
    zarr_format: 2,
    shape: withChannel(meta, meta.channels, mipOf(meta, mip).shape),
    chunks: withChannel(meta, meta.channels, meta.chunk),
    dtype: zarrDtypes[meta.dtype],
    compressor: { id: 'gzip', level: gzipLevel },
    fill_value: meta.fillValue,
    order: 'C',
    filters: null,
    dimension_separator: '/',
  };
}

/** Where the middle of voxel 0,0,0 of a mip lies, nm from the middle of voxel 0,0,0 of mip 0. */
function translationNm(meta: VolumeMeta, mip: number): number[] {
  return mipOf(meta, mip).factor.map((f, k) => Number((((f - 1) / 2) * meta.voxelNm[k]).toPrecision(12)));
}

/** The OME-Zarr 0.4 attributes of a volume: a multiscale image with lengths in nanometres. */
export function omeAttributes(meta: VolumeMeta) {
  const space = ['z', 'y', 'x'].map((name) => ({ name, type: 'space', unit: 'nanometer' }));
  const axes = withChannel<{ name: string; type: string; unit?: string }>(
    meta,
    { name: 'c', type: 'channel' },
    space,
  );
  const datasets = meta.mips.map((_, mip) => ({
    path: String(mip),
    coordinateTransformations: [
      { type: 'scale', scale: withChannel(meta, 1, mipVoxelNm(meta, mip)) },
      { type: 'translation', translation: withChannel(meta, 0, translationNm(meta, mip)) },
    ],
  }));
  return {
    multiscales: [{ version: '0.4', name: meta.name, axes, datasets }],
    ...(meta.content === 'segmentation' ? { 'image-label': { version: '0.4' } } : {}),
    stratome: {
      dataset: meta.dataset,
      volume: meta.name,
      content: meta.content,
      ...(meta.channelNames ? { channelNames: meta.channelNames } : {}),
    },
  };
}

export const zgroup = { zarr_format: 2 };

/** All metadata documents of a volume by path, the group's own last: a reader needs it to see the rest. */
export function zarrDocuments(meta: VolumeMeta): Map<string, object> {
  const arrays = meta.mips.map((_, mip) => [`${mip}/.zarray`, zarrayOf(meta, mip)] as const);
  const group = [
    ['.zattrs', omeAttributes(meta)],
    ['.zgroup', zgroup],
  ] as const;
  const all = Object.fromEntries([...arrays, ...group]);
  const consolidated = { zarr_consolidated_format: 1, metadata: all };
  return new Map<string, object>([...arrays, ['.zmetadata', consolidated], ...group]);
}

/** The path of a chunk below the volume's root. */
export const zarrChunkPath = (meta: VolumeMeta, mip: number, position: Vec3): string =>
  [mip, ...withChannel(meta, 0, position)].join('/');
