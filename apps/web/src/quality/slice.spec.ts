import { describe, expect, it } from 'vitest';
import { colorAt } from './color-scale.js';
import { columnOf, planeBoxFrom } from './selection.js';
import {
  type CellValue,
  histogram,
  profileAlongZ,
  rangeOf,
  sliceAt,
  usualRangeOf,
  valueAt,
} from './slice.js';

/** A grid of nx × ny × nz cells of 10 × 20 × 4 voxels whose value is that of `value`. */
function gridOf(nx: number, ny: number, nz: number, value: (x: number, y: number, z: number) => number) {
  const cells: CellValue[] = [];
  for (let z = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++) {
        const begin = { x: x * 10, y: y * 20, z: z * 4 };
        const end = { x: begin.x + 10, y: begin.y + 20, z: begin.z + 4 };
        cells.push({ cellKey: `${z}/${y}/${x}`, value: value(x, y, z), count: '1', box: { begin, end } });
      }
  return cells;
}

describe('sliceAt', () => {
  const cells = gridOf(3, 2, 2, (x, y, z) => x + 10 * y + 100 * z);

  it('paints a pixel for each cell that holds the section', () => {
    const slice = sliceAt(cells, 5, rangeOf(cells))!;
    expect([slice.width, slice.height, slice.cells]).toEqual([3, 2, 6]);
    expect([slice.begin, slice.pitch]).toEqual([
      { x: 0, y: 0 },
      { x: 10, y: 20 },
    ]);
    const at = (x: number, y: number) => [...slice.pixels.subarray(4 * (y * 3 + x), 4 * (y * 3 + x) + 4)];
    expect(at(2, 1)).toEqual([...colorAt(1), 255]);
    expect(at(0, 0)).toEqual([...colorAt(100 / 112), 255]);
  });

  it('leaves out what was not measured', () => {
    const slice = sliceAt(
      cells.filter(({ cellKey }) => cellKey !== '0/1/1'),
      0,
      [0, 1],
    )!;
    expect(slice.pixels[4 * 4 + 3]).toBe(0);
    expect(slice.pixels[4 * 3 + 3]).toBe(255);
    expect(sliceAt(cells, 8, [0, 1])).toBeUndefined();
  });

  it('takes a cell cut off at the face for one like the others', () => {
    const cut = cells.map((cell) =>
      cell.box.begin.x === 20 ? { ...cell, box: { ...cell.box, end: { ...cell.box.end, x: 23 } } } : cell,
    );
    expect(sliceAt(cut, 0, [0, 1])).toMatchObject({ width: 3, pitch: { x: 10, y: 20 } });
  });
});

it('the profile is the mean of each slab', () => {
  const cells = gridOf(2, 2, 3, (x, _y, z) => x + 10 * z);
  expect(profileAlongZ(cells.toReversed())).toEqual({ z: [1.5, 5.5, 9.5], mean: [0.5, 10.5, 20.5] });
});

it('the histogram counts each value once', () => {
  const { middle, count } = histogram(
    [0, 1, 2, 3, 4, 4].map((value) => ({ value })),
    4,
  );
  expect(count).toEqual([1, 1, 1, 3]);
  expect(middle).toEqual([0.5, 1.5, 2.5, 3.5]);
});

it('a box of the plane is cut to the volume, and is none of three numbers', () => {
  const shape = { x: 100, y: 80, z: 24 };
  expect(columnOf(planeBoxFrom('50.4,-3 to 10,200')!, shape)).toEqual({
    begin: { x: 10, y: 0, z: 0 },
    end: { x: 50, y: 80, z: 24 },
  });
  expect(planeBoxFrom('0,0,10')).toBeUndefined();
});

it('the value of a place is that of its cell', () => {
  const slice = sliceAt(
    gridOf(3, 2, 1, (x, y) => 10 * y + x),
    0,
    [0, 12],
  )!;
  expect(valueAt(slice, 25, 39)).toBe(12);
  expect(valueAt(slice, 0, 0)).toBe(0);
  expect(valueAt(slice, 30, 0)).toBeNaN();
});

it('the usual range leaves out single cells', () => {
  const values = Array.from({ length: 101 }, (_, i) => ({ value: i === 100 ? 1e6 : i }));
  expect(usualRangeOf(values)).toEqual([5, 95]);
  expect(usualRangeOf([])).toEqual([0, 0]);
});

it('colours run from dark to light', () => {
  const light = ([r, g, b]: number[]) => 0.2126 * r + 0.7152 * g + 0.0722 * b;
  const scale = Array.from({ length: 101 }, (_, i) => light(colorAt(i / 100)));
  expect(scale).toEqual(scale.toSorted((a, b) => a - b));
  expect(colorAt(-1)).toEqual(colorAt(0));
});
