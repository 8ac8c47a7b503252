import { badInput, BlockGrid, type Vec3 } from '@stratome/core';

/** Side of a quality cell, nm, unless a dataset says otherwise. */
export const defaultCellNm = 320;

/**
 * The grid of quality cells of a volume: about cubes of side `cellNm`, whole voxels, at least one voxel.
 *
 * @param voxelNm voxel size z, y, x, nm
 * @param shape volume z, y, x, voxels
 * @throws badInput when a voxel size or the cell is not positive
 */
export function cellGrid(voxelNm: Vec3, shape: Vec3, cellNm = defaultCellNm): BlockGrid {
  if (!(cellNm > 0) || voxelNm.some((nm) => !(nm > 0)))
    throw badInput(
      `Cells of ${cellNm} nm cannot be cut from voxels of ${voxelNm.join('×')} nm.`,
      'Give positive sizes.',
    );
  const side = (k: number) => Math.max(1, Math.round(cellNm / voxelNm[k]));
  return new BlockGrid(shape, [side(0), side(1), side(2)]);
}
