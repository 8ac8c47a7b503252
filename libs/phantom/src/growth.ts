import type { Random } from '@stratome/core';
import { ClearanceField } from './clearance.js';
import type { Kind, Skeleton } from './skeleton.js';

export type Point = [number, number, number];

/** How a branch wants to look at a distance from its start. */
export interface Habit {
  /** Radius and kind aimed at after `s` nm. */
  profile(s: number): { radiusNm: number; kind: Kind };
  /** Thinnest the branch may get before it ends, nm. */
  minRadiusNm: number;
  maxLengthNm: number;
  /** Random turn of the direction at each step, 0 straight to 1. */
  wander: number;
}

interface PathNode {
  point: Point;
  radius: number;
  kind: Kind;
}

export function randomDirection(random: Random): Point {
  const v: Point = [random.normal(), random.normal(), random.normal()];
  return normalised(v);
}

export function normalised([z, y, x]: readonly [number, number, number]): Point {
  const n = Math.sqrt(z * z + y * y + x * x) || 1;
  return [z / n, y / n, x / n];
}

const step = (p: Point, d: Point, by: number): Point => [
  p[0] + d[0] * by,
  p[1] + d[1] * by,
  p[2] + d[2] * by,
];

/** Room that must be left between two surfaces at a point, nm (more where glia is to fit in). */
export type GapAt = (point: Point) => number;

/**
 * Walks through the room that is left: at each step the direction, out of several near the last one, that
 * keeps on straightest while there is room for the radius aimed at. Inside `freeNm` of the start nothing is
 * in the way: the branch is still inside the process it leaves.
 */
export function walk(
  random: Random,
  room: ClearanceField,
  gapAt: GapAt,
  start: Point,
  direction: Point,
  habit: Habit,
  freeNm: number,
): PathNode[] {
  const path: PathNode[] = [];
  let p = start;
  let d = direction;
  let s = 0;
  let last = habit.profile(0).radiusNm;
  while (s < habit.maxLengthNm) {
    const { radiusNm, kind } = habit.profile(s);
    const length = Math.max(28, Math.min(70, radiusNm * 0.6));
    const inside = s + length < freeNm;
    let best = -Infinity;
    let next: Point | undefined;
    let nextDirection = d;
    for (let i = 0; i < 9; i++) {
      const turn = i === 0 ? 0 : habit.wander * (i < 6 ? 1 : 2.2);
      const q = randomDirection(random);
      const c = normalised([d[0] + turn * q[0], d[1] + turn * q[1], d[2] + turn * q[2]]);
      const at = step(p, c, length);
      if (!room.contains(at)) {
        if (i === 0) return path;
        continue;
      }
      const spare = inside ? radiusNm : room.at(at) - gapAt(at);
      const score =
        Math.min(spare, radiusNm * 1.3) / radiusNm + 0.6 * (c[0] * d[0] + c[1] * d[1] + c[2] * d[2]);
      if (spare >= habit.minRadiusNm && score > best) {
        best = score;
        next = at;
        nextDirection = c;
      }
    }
    if (!next) return path;
    const spare = inside ? radiusNm : room.at(next) - gapAt(next);
    const radius = Math.max(habit.minRadiusNm, Math.min(radiusNm, spare, last * 1.45));
    path.push({ point: next, radius, kind });
    last = radius;
    p = next;
    d = nextDirection;
    s += length;
  }
  return path;
}

/** Adds a walked path to the skeleton (mutated) below `parent` and takes its room. Returns its nodes. */
export function commit(
  skeleton: Skeleton,
  room: ClearanceField,
  path: PathNode[],
  body: number,
  parent: number,
): number[] {
  const nodes: number[] = [];
  let above = parent;
  for (const { point, radius, kind } of path) {
    const thick = above < 0 ? radius : skeleton.radius[above];
    const startRadius = above === parent ? Math.min(thick, radius * 1.4) : thick;
    const node = skeleton.add(point, radius, body, kind, above, startRadius);
    room.occupy(above < 0 ? point : skeleton.point(above), point, startRadius, radius, node);
    nodes.push(node);
    above = node;
  }
  return nodes;
}
