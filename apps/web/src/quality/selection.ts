import type { CellValue } from './slice.js';

/** A box of the plane in voxels, half-open; all z. */
export interface PlaneBox {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** Written as four numbers: x, y to x, y. */
export function planeBoxFrom(text: string | null): PlaneBox | undefined {
  const numbers = (text ?? '').match(/-?\d+(\.\d+)?/g)?.map(Number) ?? [];
  if (numbers.length !== 4) return undefined;
  const [ax, ay, bx, by] = numbers;
  return { x0: Math.min(ax, bx), y0: Math.min(ay, by), x1: Math.max(ax, bx), y1: Math.max(ay, by) };
}

/** A cell belongs to the box that its middle lies in. */
const holds = ({ x0, y0, x1, y1 }: PlaneBox, { box: { begin, end } }: CellValue) => {
  const [x, y] = [(begin.x + end.x) / 2, (begin.y + end.y) / 2];
  return x >= x0 && x < x1 && y >= y0 && y < y1;
};

export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Of the sample. */
  readonly variance: number;
}

function moments(values: readonly number[]): Moments {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count: values.length, mean, variance: squares / (values.length - 1) };
}

export interface Comparison {
  readonly inside: Moments;
  readonly outside: Moments;
  readonly difference: number;
  /** 95 %, as if cells were independent of their neighbours, which they are not quite. */
  readonly interval: readonly [number, number];
}

/** Cells in a box against all others. @returns undefined with fewer than two cells on either side */
export function compare(values: readonly CellValue[], box: PlaneBox): Comparison | undefined {
  const inside = values.filter((cell) => holds(box, cell)).map(({ value }) => value);
  const outside = values.filter((cell) => !holds(box, cell)).map(({ value }) => value);
  if (inside.length < 2 || outside.length < 2) return undefined;
  const [a, b] = [moments(inside), moments(outside)];
  const difference = a.mean - b.mean;
  const margin = 1.96 * Math.sqrt(a.variance / a.count + b.variance / b.count);
  return { inside: a, outside: b, difference, interval: [difference - margin, difference + margin] };
}
