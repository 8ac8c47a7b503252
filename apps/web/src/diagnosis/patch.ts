import type { Place } from '../quality/slice.js';
import type { Axes, PrecomputedVolume, VoxelRange, Voxels } from '../volumes/precomputed.js';

/** Which way a patch is cut: seen along z, or along y so that shifts between sections show. */
export type Plane = 'xy' | 'xz';

/** A patch is this wide and high, voxels of the image volume along x. */
export const patchVoxels = 128;

interface Resolution {
  readonly voxelNm: Axes;
}

/**
 * The voxels of one volume that a patch shows.
 *
 * @param place middle of the patch, voxels of the dataset
 * @param sideNm width and height of the patch
 */
export function patchRange(
  { voxelNm, size }: Pick<PrecomputedVolume, 'voxelNm' | 'size'>,
  dataset: Resolution,
  place: Place,
  plane: Plane,
  sideNm: number,
): VoxelRange {
  const middle = (axis: keyof Axes) =>
    Math.min(size[axis] - 1, Math.max(0, Math.floor((place[axis] * dataset.voxelNm[axis]) / voxelNm[axis])));
  const along = (axis: keyof Axes): [number, number] => {
    const half = Math.max(1, Math.round(sideNm / voxelNm[axis] / 2));
    const begin = Math.max(0, Math.min(size[axis] - 2 * half, middle(axis) - half));
    return [begin, Math.min(size[axis], begin + 2 * half)];
  };
  const flat = (axis: keyof Axes): [number, number] => [middle(axis), middle(axis) + 1];
  const [x, y, z] =
    plane === 'xy' ? [along('x'), along('y'), flat('z')] : [along('x'), flat('y'), along('z')];
  return { begin: { x: x[0], y: y[0], z: z[0] }, end: { x: x[1], y: y[1], z: z[1] } };
}

/** Width and height of a patch's picture, voxels. */
export const pictureSize = ({ begin, end }: VoxelRange, plane: Plane) => ({
  width: end.x - begin.x,
  height: plane === 'xy' ? end.y - begin.y : end.z - begin.z,
});

/** Grey levels as they are, 0 to 255: region and reference must not be stretched each its own way. */
export function greyPixels(voxels: Voxels, most: number): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * voxels.length);
  for (let i = 0; i < voxels.length; i++) {
    const grey = (255 * Number(voxels[i])) / most;
    pixels[4 * i] = pixels[4 * i + 1] = pixels[4 * i + 2] = grey;
    pixels[4 * i + 3] = 255;
  }
  return pixels;
}

/** A colour for a segment that stays the same wherever it is seen; red, green, blue, 0 to 255. */
export function segmentColor(id: bigint): [number, number, number] {
  const hue = Number((id * 2_654_435_761n) % 360n) / 60;
  const rising = (1 - Math.abs((hue % 2) - 1)) * 200;
  const sector = Math.floor(hue);
  const wheel = [
    [200, rising, 0],
    [rising, 200, 0],
    [0, 200, rising],
    [0, rising, 200],
    [rising, 0, 200],
    [200, 0, rising],
  ][sector];
  return [wheel[0] + 55, wheel[1] + 55, wheel[2] + 55];
}

/** Segments as half-transparent colours; background, and segments that are not asked for, are left clear. */
export function segmentPixels(
  ids: Voxels,
  shown: ReadonlySet<string> | undefined,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * ids.length);
  const colors = new Map<bigint, readonly [number, number, number] | undefined>();
  for (let i = 0; i < ids.length; i++) {
    const id = BigInt(ids[i]);
    if (id === 0n) continue;
    if (!colors.has(id)) colors.set(id, !shown || shown.has(String(id)) ? segmentColor(id) : undefined);
    const color = colors.get(id);
    if (!color) continue;
    pixels.set(color, 4 * i);
    pixels[4 * i + 3] = 110;
  }
  return pixels;
}

/** A round length that fills about a third of a width, for a scale bar. */
export function scaleBarNm(widthNm: number): number {
  const most = widthNm / 3;
  const power = 10 ** Math.floor(Math.log10(most));
  return [5, 2, 1].map((step) => step * power).find((nm) => nm <= most) ?? power;
}
