import {
  badInput,
  boxContains,
  boxOfShape,
  formatBox,
  isEmpty,
  type Box,
  type Random,
  type Vec3,
} from '@stratome/core';

/** What is planted where: everything else follows from it. */
export interface FaultPlace<Kind extends string = string> {
  readonly kind: Kind;
  /** All sections, z, y, x, voxels. */
  readonly shape: Vec3;
  /** Where the fault is, z, y, x, voxels. */
  readonly box: Box;
  /** 0 (hardly visible) to 1. */
  readonly strength: number;
  /** Of all random numbers. */
  readonly seed: string | number;
}

/** @throws badInput for a box that is empty or leaves the volume, and for a strength outside 0 to 1 */
export function requirePlace({ box, shape, strength }: FaultPlace): void {
  if (isEmpty(box) || !boxContains(boxOfShape(shape), box))
    throw badInput(
      `The box ${formatBox(box)} is not inside the volume of ${shape.join('×')} voxels.`,
      'Name a box inside the volume.',
    );
  if (!(strength >= 0 && strength <= 1))
    throw badInput(`The strength ${strength} is not from 0 to 1.`, 'Use a number from 0 to 1.');
}

/**
 * How much of a fault acts at a voxel: 1 well inside the box, 0 outside, linear over `rim` voxels (or a third of the
 * box, where that is less) within it. A side of the box that lies on the volume's face does not fade.
 */
export function fading({ box, shape }: FaultPlace, rim: number): (z: number, y: number, x: number) => number {
  const axes = [0, 1, 2].map((k) => {
    const [low, high] = [box.begin[k], box.end[k]];
    const wide = Math.max(1, Math.min(rim, (high - low) / 3));
    return (p: number): number => {
      if (p < low || p >= high) return 0;
      const before = low === 0 ? 1 : (p - low + 1) / wide;
      const after = high === shape[k] ? 1 : (high - p) / wide;
      return Math.min(1, before, after);
    };
  });
  return (z, y, x) => Math.min(axes[0](z), axes[1](y), axes[2](x));
}

/**
 * A box at a random place whose sides are between the fractions `low` and `high` of the volume's; in `wholeSections`
 * it spans them, and only its depth is random. It leaves the first and the last section alone where it is of whole sections.
 */
export function randomBox(
  random: Random,
  shape: Vec3,
  [low, high]: readonly [number, number],
  wholeSections = false,
): Box {
  const begin: number[] = [];
  const end: number[] = [];
  for (const [k, n] of shape.entries()) {
    const whole = wholeSections && k > 0;
    const rim = wholeSections && k === 0 && n > 2 ? 1 : 0;
    const side = whole ? n : Math.max(1, Math.min(n - 2 * rim, Math.round(n * random.uniform(low, high))));
    begin.push(whole ? 0 : rim + random.below(n - 2 * rim - side + 1));
    end.push(begin[k] + side);
  }
  return { begin: begin as unknown as Vec3, end: end as unknown as Vec3 };
}
