import {
  badInput,
  formatBox,
  intersectBox,
  mulVec,
  shapeOf,
  voxelsIn,
  type Box,
  type Vec3,
} from '@stratome/core';
import type { SkeletonParameters } from '../parameters.js';

/** One object's voxels in a box of the data set. */
export interface ObjectCrop {
  /** Non-zero in the object, C order z, y, x, of the box's shape. */
  readonly mask: Uint8Array;
  /** In voxels of `voxelNm`. */
  readonly box: Box;
  readonly voxelNm: Vec3;
  /** The whole data set in the same voxels: where the box touches its faces, the object may go on beyond. */
  readonly volumeShape: Vec3;
}

/**
 * By how much each axis is pooled before a skeleton is traced: powers of two up to `resolutionNm`, then all
 * axes further by two until the box fits `maxCropVoxels`. Depends on the object's box alone, so that every
 * run picks the same. A crop that has been pooled by it is pooled no further.
 */
export function skeletonFactor(
  box: Box,
  voxelNm: Vec3,
  { resolutionNm, maxCropVoxels }: Pick<SkeletonParameters, 'resolutionNm' | 'maxCropVoxels'>,
): Vec3 {
  const factor = voxelNm.map((width) => {
    let k = 1;
    while (2 * k * width <= resolutionNm) k *= 2;
    return k;
  });
  const pooled = () => shapeOf(box).reduce((voxels, n, k) => voxels * Math.ceil(n / factor[k] + 1), 1);
  while (pooled() > maxCropVoxels) factor.forEach((k, axis) => (factor[axis] = 2 * k));
  return [factor[0], factor[1], factor[2]];
}

/** The voxels of segment `id`: 1 in it, 0 elsewhere. */
export function maskOf(segmentation: BigUint64Array, id: bigint): Uint8Array {
  const words = new Uint32Array(segmentation.buffer, segmentation.byteOffset, 2 * segmentation.length);
  const low = Number(id & 0xffffffffn);
  const high = Number(id >> 32n);
  const mask = new Uint8Array(segmentation.length);
  for (let i = 0; i < mask.length; i++) if (words[2 * i] === low && words[2 * i + 1] === high) mask[i] = 1;
  return mask;
}

/**
 * An empty crop for an object that is pooled by `factor`, on a grid anchored at the data set's voxel 0,0,0.
 * Filled by `poolInto`, block by block, an object never has to be held at full resolution.
 *
 * @param box the object's, in voxels of `voxelNm`.
 */
export function pooledCrop(box: Box, voxelNm: Vec3, volumeShape: Vec3, factor: Vec3): ObjectCrop {
  const scale = (v: Vec3, round: (n: number) => number): Vec3 => [
    round(v[0] / factor[0]),
    round(v[1] / factor[1]),
    round(v[2] / factor[2]),
  ];
  const coarseShape = scale(volumeShape, Math.ceil);
  const coarse = intersectBox(
    { begin: scale(box.begin, Math.floor), end: scale(box.end, Math.ceil) },
    { begin: [0, 0, 0], end: coarseShape },
  );
  return {
    mask: new Uint8Array(voxelsIn(coarse)),
    box: coarse,
    voxelNm: mulVec(voxelNm, factor),
    volumeShape: coarseShape,
  };
}

/**
 * Adds the object's voxels in a block to a pooled crop (its mask is mutated): a coarse voxel is in the object when
 * any of its voxels is, so that thin neurites stay whole. Voxels outside the crop are left out.
 *
 * @param mask non-zero in the object, C order z, y, x, of the shape of `box`.
 * @throws badInput when the mask does not fill its box.
 */
export function poolInto(target: ObjectCrop, factor: Vec3, mask: Uint8Array, box: Box): void {
  if (mask.length !== voxelsIn(box)) {
    throw badInput(`A mask of ${mask.length} voxels does not fill ${formatBox(box)}.`, 'Pass its true box.');
  }
  const [, ny, nx] = shapeOf(box);
  const [, my, mx] = shapeOf(target.box);
  const held = intersectBox(box, {
    begin: mulVec(target.box.begin, factor),
    end: mulVec(target.box.end, factor),
  });
  const coarse = (v: number, k: number) => Math.floor(v / factor[k]) - target.box.begin[k];
  for (let z = held.begin[0]; z < held.end[0]; z++) {
    for (let y = held.begin[1]; y < held.end[1]; y++) {
      const from = ((z - box.begin[0]) * ny + y - box.begin[1]) * nx - box.begin[2];
      const to = (coarse(z, 0) * my + coarse(y, 1)) * mx;
      for (let x = held.begin[2]; x < held.end[2]; x++)
        if (mask[from + x]) target.mask[to + coarse(x, 2)] = 1;
    }
  }
}

/** Pools an object that is held whole; see `poolInto`. The crop itself where nothing is to be pooled. */
export function poolObject(crop: ObjectCrop, factor: Vec3): ObjectCrop {
  if (factor.every((k) => k === 1) && crop.mask.length === voxelsIn(crop.box)) return crop;
  const pooled = pooledCrop(crop.box, crop.voxelNm, crop.volumeShape, factor);
  poolInto(pooled, factor, crop.mask, crop.box);
  return pooled;
}
