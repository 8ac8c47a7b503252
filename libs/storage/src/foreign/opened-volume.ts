import { badInput, type Box, type Dtype, type Vec3, type VoxelArray } from '@stratome/core';
import type { DenseArray } from './dense-array.js';
import { readDense, spaceOf, type AxisRoles } from './read-dense.js';

/** A volume on disk, of anyone's making. */
export interface OpenedVolume {
  readonly format: 'zarr' | 'n5';
  readonly dtype: Dtype;
  /** Above 1, boxes are read as (c, z, y, x). */
  readonly channels: number;
  /** Size along z, y, x in voxels, and voxel size in nm where the file says it; finest first. */
  readonly mips: readonly { readonly shape: Vec3; readonly voxelNm?: Vec3 }[];
  /** Voxels of a box of one mip, C order; see `readDense` for what it throws. */
  readBox(mip: number, box: Box): Promise<VoxelArray>;
}

export interface OpenedMip {
  readonly array: DenseArray;
  readonly roles: AxisRoles;
  readonly voxelNm?: Vec3;
}

export function openedVolume(format: OpenedVolume['format'], mips: readonly OpenedMip[]): OpenedVolume {
  const { array, roles } = mips[0];
  return {
    format,
    dtype: array.dtype,
    channels: roles.c === undefined ? 1 : array.shape[roles.c],
    mips: mips.map((mip) => ({ shape: spaceOf(mip.array.shape, mip.roles), voxelNm: mip.voxelNm })),
    readBox: async (mip, box) => {
      const found = mips[mip];
      if (!found) throw badInput(`${array.title} has no mip ${mip}.`, `It has 0 to ${mips.length - 1}.`);
      return readDense(found.array, found.roles, box);
    },
  };
}
