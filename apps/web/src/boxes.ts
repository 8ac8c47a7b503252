import type { VoxelRange } from './volumes/precomputed.js';

const corner = ({ x, y, z }: VoxelRange['begin'], separator: string) => [x, y, z].join(separator);

/** A box as people read it: x, y, z to x, y, z. */
export const boxText = ({ begin, end }: VoxelRange): string =>
  `${corner(begin, ', ')} – ${corner(end, ', ')}`;

/** A box as addresses and commands have it. */
export const boxAddress = ({ begin, end }: VoxelRange): string =>
  `${corner(begin, ',')} to ${corner(end, ',')}`;

/** x and y of a box, as the quality page's address has it. */
export const planeAddress = ({ begin, end }: VoxelRange): string =>
  [begin.x, begin.y, end.x, end.y].join(',');

/** As the command line takes boxes: z0,y0,x0:z1,y1,x1. */
export const commandBox = ({ begin, end }: VoxelRange): string =>
  `${begin.z},${begin.y},${begin.x}:${end.z},${end.y},${end.x}`;

export const middleOf = ({ begin, end }: VoxelRange): VoxelRange['begin'] => ({
  x: (begin.x + end.x) / 2,
  y: (begin.y + end.y) / 2,
  z: (begin.z + end.z) / 2,
});

/** Edge lengths in micrometres, x × y × z. */
export function sizeText({ begin, end }: VoxelRange, voxelNm: VoxelRange['begin']): string {
  const um = (axis: 'x' | 'y' | 'z') => (((end[axis] - begin[axis]) * voxelNm[axis]) / 1000).toFixed(2);
  return `${um('x')} × ${um('y')} × ${um('z')} µm`;
}
