import { badInput } from './errors.js';

/** Three numbers in axis order z, y, x. */
export type Vec3 = readonly [number, number, number];

/** A half-open box [begin, end) in voxels, axis order z, y, x. */
export interface Box {
  readonly begin: Vec3;
  readonly end: Vec3;
}

export const boxOfShape = (shape: Vec3): Box => ({ begin: [0, 0, 0], end: shape });

export function shapeOf({ begin, end }: Box): Vec3 {
  return [end[0] - begin[0], end[1] - begin[1], end[2] - begin[2]];
}

/** Voxels in a box; 0 when it is empty or inverted. */
export function voxelsIn(box: Box): number {
  const [z, y, x] = shapeOf(box);
  return z <= 0 || y <= 0 || x <= 0 ? 0 : z * y * x;
}

export const isEmpty = (box: Box): boolean => voxelsIn(box) === 0;

const zipWith = (a: Vec3, b: Vec3, f: (p: number, q: number) => number): Vec3 => [
  f(a[0], b[0]),
  f(a[1], b[1]),
  f(a[2], b[2]),
];

export const addVec = (a: Vec3, b: Vec3): Vec3 => zipWith(a, b, (p, q) => p + q);
export const subVec = (a: Vec3, b: Vec3): Vec3 => zipWith(a, b, (p, q) => p - q);
export const mulVec = (a: Vec3, b: Vec3): Vec3 => zipWith(a, b, (p, q) => p * q);

/** The common part of two boxes; may be empty (see `isEmpty`). */
export function intersectBox(a: Box, b: Box): Box {
  return { begin: zipWith(a.begin, b.begin, Math.max), end: zipWith(a.end, b.end, Math.min) };
}

/** A box grown by `margin` voxels on both sides of each axis. */
export function growBox(box: Box, margin: Vec3): Box {
  return { begin: subVec(box.begin, margin), end: addVec(box.end, margin) };
}

export const shiftBox = (box: Box, by: Vec3): Box => ({
  begin: addVec(box.begin, by),
  end: addVec(box.end, by),
});

export function boxContains(outer: Box, inner: Box): boolean {
  return [0, 1, 2].every((k) => outer.begin[k] <= inner.begin[k] && inner.end[k] <= outer.end[k]);
}

export const formatBox = (box: Box): string => `${box.begin.join(',')}:${box.end.join(',')}`;

/** Reads `z0,y0,x0:z1,y1,x1`. @throws badInput when it is malformed, empty or inverted. */
export function parseBox(text: string): Box {
  const match = /^(-?\d+),(-?\d+),(-?\d+):(-?\d+),(-?\d+),(-?\d+)$/.exec(text.trim());
  if (!match) throw badInput(`"${text}" is not a box.`, 'Write z0,y0,x0:z1,y1,x1 in voxels.');
  const n = match.slice(1).map(Number);
  const box: Box = { begin: [n[0], n[1], n[2]], end: [n[3], n[4], n[5]] };
  if (isEmpty(box))
    throw badInput(`The box ${text} is empty or inverted.`, 'Each end must be above its begin.');
  return box;
}
