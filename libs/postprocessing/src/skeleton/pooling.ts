import { badInput, intersectBox, shapeOf, type Box, type Vec3 } from '@stratome/core';
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
 * run picks the same; a store may serve the mip of that factor instead of the full resolution.
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
 * Pools a mask by `factor`: a coarse voxel is in the object when any of its voxels is, so that thin neurites
 * stay whole. The coarse grid is anchored at the data set's voxel 0,0,0, not at the box.
 */
export function poolObject(crop: ObjectCrop, factor: Vec3): ObjectCrop {
  const [nz, ny, nx] = shapeOf(crop.box);
  if (crop.mask.length !== nz * ny * nx) {
    throw badInput(
      `A mask of ${crop.mask.length} voxels does not fill its box.`,
      `Pass ${nz}×${ny}×${nx} voxels.`,
    );
  }
  if (factor.every((k) => k === 1)) return crop;
  const scale = (v: Vec3, round: (n: number) => number): Vec3 => [
    round(v[0] / factor[0]),
    round(v[1] / factor[1]),
    round(v[2] / factor[2]),
  ];
  const volumeShape = scale(crop.volumeShape, Math.ceil);
  const box = intersectBox(
    { begin: scale(crop.box.begin, Math.floor), end: scale(crop.box.end, Math.ceil) },
    { begin: [0, 0, 0], end: volumeShape },
  );
  const [, my, mx] = shapeOf(box);
  const mask = new Uint8Array(shapeOf(box).reduce((a, b) => a * b));
  const column = Uint32Array.from(
    { length: nx },
    (_, x) => Math.floor((x + crop.box.begin[2]) / factor[2]) - box.begin[2],
  );
  for (let z = 0, i = 0; z < nz; z++) {
    const plane = Math.floor((z + crop.box.begin[0]) / factor[0]) - box.begin[0];
    for (let y = 0; y < ny; y++) {
      const row = (plane * my + Math.floor((y + crop.box.begin[1]) / factor[1]) - box.begin[1]) * mx;
      for (let x = 0; x < nx; x++, i++) if (crop.mask[i]) mask[row + column[x]] = 1;
    }
  }
  const voxelNm: Vec3 = [
    crop.voxelNm[0] * factor[0],
    crop.voxelNm[1] * factor[1],
    crop.voxelNm[2] * factor[2],
  ];
  return { mask, box, voxelNm, volumeShape };
}
