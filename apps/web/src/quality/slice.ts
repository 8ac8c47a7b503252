import { colorAt } from './color-scale.js';

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** One cell of a quality field. */
export interface CellValue {
  readonly cellKey: string;
  readonly value: number;
  readonly count: string;
  readonly box: { readonly begin: Place; readonly end: Place };
}

/** The values of a field by column, as GraphQL's `columns` gives them; corners are z, y, x, one cell after the other. */
export interface FieldColumns {
  readonly cellKeys: readonly string[];
  readonly values: readonly number[];
  readonly counts: readonly string[];
  readonly begins: readonly number[];
  readonly ends: readonly number[];
}

/** One object a cell. */
export function cellValuesOf({ cellKeys, values, counts, begins, ends }: FieldColumns): CellValue[] {
  const corner = (list: readonly number[], i: number): Place => ({
    z: list[3 * i],
    y: list[3 * i + 1],
    x: list[3 * i + 2],
  });
  return values.map((value, i) => ({
    cellKey: cellKeys[i],
    value,
    count: counts[i],
    box: { begin: corner(begins, i), end: corner(ends, i) },
  }));
}

/** The cells at one z as a picture of one pixel a cell. */
export interface Slice {
  /** Cells along x and y. */
  readonly width: number;
  readonly height: number;
  /** Where pixel 0, 0 begins, and the size of one, voxels. */
  readonly begin: { readonly x: number; readonly y: number };
  readonly pitch: { readonly x: number; readonly y: number };
  /** RGBA, row by row; alpha 0 where there is no cell. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  /** Row by row; NaN where there is no cell. */
  readonly values: Float64Array;
  readonly cells: number;
}

/** The least and the largest value; [0, 0] of nothing. */
export function rangeOf(values: readonly { readonly value: number }[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { value } of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [0, 0];
}

/** The range that holds the middle 90 % of the values: a map of it is not washed out by single cells. */
export function usualRangeOf(values: readonly { readonly value: number }[]): [number, number] {
  const ordered = values.map(({ value }) => value).toSorted((a, b) => a - b);
  if (ordered.length === 0) return [0, 0];
  const at = (share: number) => ordered[Math.round(share * (ordered.length - 1))];
  return [at(0.05), at(0.95)];
}

/** The distance of neighbouring cells of a grid along one axis; the size of a cell when they stand in one row. */
function pitchOf(cells: readonly CellValue[], axis: 'x' | 'y'): number {
  const begins = [...new Set(cells.map(({ box }) => box.begin[axis]))].toSorted((a, b) => a - b);
  let least = cells.length > 0 ? cells[0].box.end[axis] - cells[0].box.begin[axis] : 1;
  for (let i = 1; i < begins.length; i++)
    least = i === 1 ? begins[1] - begins[0] : Math.min(least, begins[i] - begins[i - 1]);
  return least;
}

/**
 * Paints the cells whose box holds the section z.
 *
 * @param range values at the two ends of the colour scale
 * @returns undefined when no cell reaches z
 */
export function sliceAt(
  values: readonly CellValue[],
  z: number,
  range: readonly [number, number],
): Slice | undefined {
  const cells = values.filter(({ box }) => box.begin.z <= z && z < box.end.z);
  if (cells.length === 0) return undefined;
  const pitch = { x: pitchOf(cells, 'x'), y: pitchOf(cells, 'y') };
  const begin = { x: Number.POSITIVE_INFINITY, y: Number.POSITIVE_INFINITY };
  const last = { x: 0, y: 0 };
  for (const axis of ['x', 'y'] as const) {
    for (const { box } of cells) {
      begin[axis] = Math.min(begin[axis], box.begin[axis]);
      last[axis] = Math.max(last[axis], box.begin[axis]);
    }
  }
  const indexOf = (place: Place, axis: 'x' | 'y') => Math.round((place[axis] - begin[axis]) / pitch[axis]);
  const width = Math.round((last.x - begin.x) / pitch.x) + 1;
  const height = Math.round((last.y - begin.y) / pitch.y) + 1;
  const pixels = new Uint8ClampedArray(4 * width * height);
  const painted = new Float64Array(width * height).fill(Number.NaN);
  const span = range[1] - range[0];
  for (const { box, value } of cells) {
    const at = indexOf(box.begin, 'y') * width + indexOf(box.begin, 'x');
    const [r, g, b] = colorAt(span > 0 ? (value - range[0]) / span : 0.5);
    pixels.set([r, g, b, 255], 4 * at);
    painted[at] = value;
  }
  return { width, height, begin, pitch, pixels, values: painted, cells: cells.length };
}

/** The value at a place of the plane, voxels; NaN where there is no cell. */
export function valueAt({ begin, pitch, width, height, values }: Slice, x: number, y: number): number {
  const [column, row] = [Math.floor((x - begin.x) / pitch.x), Math.floor((y - begin.y) / pitch.y)];
  const inside = column >= 0 && row >= 0 && column < width && row < height;
  return inside ? values[row * width + column] : Number.NaN;
}

/** Mean over the cells of each slab of z, in order of z. */
export function profileAlongZ(values: readonly CellValue[]): { z: number[]; mean: number[] } {
  const slabs = new Map<number, { sum: number; count: number }>();
  for (const { box, value } of values) {
    const middle = (box.begin.z + box.end.z - 1) / 2;
    const slab = slabs.get(middle) ?? { sum: 0, count: 0 };
    slabs.set(middle, { sum: slab.sum + value, count: slab.count + 1 });
  }
  const ordered = [...slabs].toSorted(([a], [b]) => a - b);
  return { z: ordered.map(([z]) => z), mean: ordered.map(([, { sum, count }]) => sum / count) };
}

/** How many values fall into each of `bins` equal parts of their range. */
export function histogram(
  values: readonly { readonly value: number }[],
  bins: number,
): { middle: number[]; count: number[] } {
  const [low, high] = rangeOf(values);
  const width = (high - low) / bins || 1;
  const count = Array.from({ length: bins }, () => 0);
  for (const { value } of values) count[Math.min(bins - 1, Math.floor((value - low) / width))]++;
  return { middle: count.map((_, i) => low + (i + 0.5) * width), count };
}
