import {
  StratomeError,
  allocate,
  badInput,
  boxContains,
  formatBox,
  isEmpty,
  shapeOf,
  voxelsIn,
  type Box,
  type Vec3,
  type VoxelArray,
} from '@stratome/core';
import { mapConcurrently } from '../volumes/concurrency.js';
import type { DenseArray, DenseChunk } from './dense-array.js';

/** Which axis of an array is which; undefined where it has none. Other axes have size 1. */
export interface AxisRoles {
  readonly c?: number;
  readonly z?: number;
  readonly y: number;
  readonly x: number;
}

const orders: Record<number, string[]> = {
  2: ['y', 'x'],
  3: ['z', 'y', 'x'],
  4: ['c', 'z', 'y', 'x'],
  5: ['t', 'c', 'z', 'y', 'x'],
};

/**
 * Finds the axes c, z, y, x of an array.
 *
 * @param names From the metadata; without them the last axes are taken for (c, )(z, )y, x.
 * @throws badInput when they come in another order, or another axis is longer than 1.
 */
export function axisRoles(title: string, shape: readonly number[], names = orders[shape.length]): AxisRoles {
  if (names?.length !== shape.length)
    throw badInput(`${title} has ${shape.length} axes.`, 'Give it z, y, x.');
  const roles: Record<string, number> = {};
  const order: string[] = [];
  for (const [axis, name] of names.entries()) {
    const role = name.toLowerCase();
    if ('czyx'.includes(role) && role.length === 1) {
      roles[role] = axis;
      order.push(role);
    } else if (shape[axis] !== 1) {
      throw badInput(
        `${title} has ${shape[axis]} places along its axis "${name}".`,
        'Cut it to one volume first.',
      );
    }
  }
  if (!/^c?z?yx$/.test(order.join(''))) {
    throw badInput(`${title} has its axes in the order ${names.join(', ')}.`, 'Transpose it to z, y, x.');
  }
  return roles as unknown as AxisRoles;
}

const along = (shape: readonly number[], axis: number | undefined): number =>
  axis === undefined ? 1 : shape[axis];

export const spaceOf = (shape: readonly number[], { z, y, x }: AxisRoles): Vec3 => [
  along(shape, z),
  along(shape, y),
  along(shape, x),
];

/** Copies the voxels of a chunk that lie in `box` into `target` (mutated; C order c, z, y, x). */
function copyChunk(
  chunk: DenseChunk,
  chunkBox: Box,
  channels: [number, number],
  target: Target,
  roles: AxisRoles,
) {
  const { box, data, channelCount } = target;
  const [depth, height, width] = shapeOf(box);
  const strideOf = (axis: number | undefined) => (axis === undefined ? 0 : chunk.stride[axis]);
  const [sc, sz, sy, sx] = [roles.c, roles.z, roles.y, roles.x].map(strideOf);
  const begin = chunkBox.begin.map((b, k) => Math.max(b, box.begin[k]));
  const end = chunkBox.end.map((e, k) => Math.min(e, box.end[k]));
  const source = chunk.data as Uint8Array;
  const into = data as Uint8Array;
  const width0 = end[2] - begin[2];
  for (let c = channels[0]; c < Math.min(channels[1], channelCount); c++) {
    for (let z = begin[0]; z < end[0]; z++) {
      for (let y = begin[1]; y < end[1]; y++) {
        const s =
          (c - channels[0]) * sc +
          (z - chunkBox.begin[0]) * sz +
          (y - chunkBox.begin[1]) * sy +
          (begin[2] - chunkBox.begin[2]) * sx;
        const t =
          ((c * depth + z - box.begin[0]) * height + y - box.begin[1]) * width + begin[2] - box.begin[2];
        if (sx === 1) into.set(source.subarray(s, s + width0), t);
        else for (let i = 0; i < width0; i++) into[t + i] = source[s + i * sx];
      }
    }
  }
}

interface Target {
  readonly box: Box;
  readonly data: VoxelArray;
  readonly channelCount: number;
}

/** Grid positions along one axis that touch [begin, end). */
function span(begin: number, end: number, size: number): number[] {
  const first = Math.floor(begin / size);
  return Array.from({ length: Math.floor((end - 1) / size) - first + 1 }, (_, i) => first + i);
}

function checkLength(array: DenseArray, position: readonly number[], chunk: DenseChunk): void {
  const expected = chunk.shape.reduce((product, n) => product * n, 1);
  const missing = chunk.shape.findIndex(
    (n, k) => n < Math.min(array.chunk[k], array.shape[k] - position[k] * array.chunk[k]),
  );
  if (chunk.data.length === expected && missing < 0) return;
  throw new StratomeError(
    'corrupt',
    `Chunk ${position.join('/')} of ${array.title} holds ${chunk.data.length} voxels; ${expected} were expected.`,
    'Restore it from its source.',
  );
}

/**
 * Reads a box of an array of another's making.
 *
 * @param box Inside the array, voxels, z, y, x.
 * @returns C order (z, y, x), or (c, z, y, x) when the array has channels.
 * @throws badInput for a box outside; StratomeError corrupt for a damaged chunk.
 */
export async function readDense(
  array: DenseArray,
  roles: AxisRoles,
  box: Box,
  chunksAtOnce = 8,
): Promise<VoxelArray> {
  const space = spaceOf(array.shape, roles);
  if (isEmpty(box) || !boxContains({ begin: [0, 0, 0], end: space }, box)) {
    throw badInput(
      `The box ${formatBox(box)} is empty or outside ${array.title} of ${space.join(',')} voxels.`,
    );
  }
  const channelCount = along(array.shape, roles.c);
  const target: Target = { box, data: allocate(array.dtype, voxelsIn(box) * channelCount), channelCount };
  const [cz, cy, cx] = spaceOf(array.chunk, roles);
  const cc = along(array.chunk, roles.c);
  const jobs: number[][] = [];
  for (const c of span(0, channelCount, cc))
    for (const z of span(box.begin[0], box.end[0], cz))
      for (const y of span(box.begin[1], box.end[1], cy))
        for (const x of span(box.begin[2], box.end[2], cx)) jobs.push([c, z, y, x]);
  await mapConcurrently(jobs, chunksAtOnce, async ([c, z, y, x]) => {
    const position = array.shape.map((_, axis) => {
      const role = [roles.c, roles.z, roles.y, roles.x].indexOf(axis);
      return role < 0 ? 0 : [c, z, y, x][role];
    });
    const chunk = await array.readChunk(position);
    if (!chunk) return;
    checkLength(array, position, chunk);
    const begin: Vec3 = [z * cz, y * cy, x * cx];
    const [dz, dy, dx] = spaceOf(chunk.shape, roles);
    const chunkBox: Box = { begin, end: [begin[0] + dz, begin[1] + dy, begin[2] + dx] };
    copyChunk(chunk, chunkBox, [c * cc, c * cc + along(chunk.shape, roles.c)], target, roles);
  });
  return target.data;
}
