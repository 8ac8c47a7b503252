import { stat } from 'node:fs/promises';
import {
  badInput,
  copyOverlap,
  boxOfShape,
  dtypeOf,
  allocate,
  notFound,
  voxelsIn,
  type Box,
  type Dtype,
  type Vec3,
} from '@stratome/core';
import type { IdArray } from '@stratome/segmentation';
import { openVolume, readRawVolume } from '@stratome/storage';

/** A volume of ids on disk, of anyone's making. */
export interface LabelVolume {
  /** As it was named on the command line. */
  readonly path: string;
  /** z, y, x, voxels. */
  readonly shape: Vec3;
  /** z, y, x, nm, where the volume says it. */
  readonly voxelNm?: Vec3;
  /** The id of what is no object. */
  readonly background: number;
  /** Ids of a box inside the volume, C order. */
  read(box: Box): Promise<IdArray>;
}

/**
 * Opens a zarr or N5 folder, or a raw volume by its `.json` or `.raw.gz`.
 *
 * @throws StratomeError notFound when there is none, badInput when its voxels are not ids
 */
export async function openLabels(path: string): Promise<LabelVolume> {
  const found = await stat(path).catch(() => undefined);
  if (!found)
    throw notFound(`There is no ${path}.`, 'Give a zarr or N5 folder, or NAME.json beside NAME.raw.gz.');
  return found.isDirectory() ? openFolder(path) : openRaw(path);
}

async function openFolder(path: string): Promise<LabelVolume> {
  const volume = await openVolume(path);
  requireIds(path, volume.dtype, volume.channels);
  const { shape, voxelNm } = volume.mips[0];
  return {
    path,
    shape,
    voxelNm,
    background: 0,
    read: async (box) => (await volume.readBox(0, box)) as IdArray,
  };
}

async function openRaw(path: string): Promise<LabelVolume> {
  const { data, shape, voxelNm, background } = await readRawVolume(path.replace(/\.raw(\.gz)?$/, '.json'));
  const dtype = dtypeOf(data);
  requireIds(path, dtype, 1);
  const read = async (box: Box): Promise<IdArray> => {
    const out = allocate(dtype, voxelsIn(box));
    copyOverlap(data, boxOfShape(shape), out, box);
    return out as IdArray;
  };
  return { path, shape, voxelNm, background, read };
}

function requireIds(path: string, dtype: Dtype, channels: number): void {
  if (channels > 1)
    throw badInput(`${path} has ${channels} channels, not one of ids.`, 'Give a segmentation.');
  if (dtype === 'float32') throw badInput(`${path} holds ${dtype} voxels, not ids.`, 'Give a segmentation.');
}
