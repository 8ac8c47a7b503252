import { describe, expect, it } from 'vitest';
import type { CellValue } from '../quality/slice.js';
import { chunksOf, copyCommon } from '../volumes/precomputed.js';
import { patchRange, scaleBarNm, segmentColor, segmentPixels } from './patch.js';
import { typicalPlaces } from './typical-cells.js';

/** Cells of 10×10×10 voxels over 60×60×20, low in the corner below x 30. */
const cells: CellValue[] = Array.from({ length: 6 * 6 * 2 }, (_, i) => {
  const [x, y, z] = [i % 6, Math.floor(i / 6) % 6, Math.floor(i / 36)];
  const begin = { x: x * 10, y: y * 10, z: z * 10 };
  const end = { x: begin.x + 10, y: begin.y + 10, z: begin.z + 10 };
  return { cellKey: String(i), count: '1', value: (x < 3 ? 1 : 2) + 0.001 * i, box: { begin, end } };
});
const shape = { x: 60, y: 60, z: 20 };
const region = { begin: { x: 0, y: 0, z: 0 }, end: { x: 30, y: 60, z: 20 } };

describe('typicalPlaces', () => {
  it('finds the cells nearest to the means, in the same sections, away from the rim', () => {
    const places = typicalPlaces(cells, region, undefined, shape, 5)!;
    const inside = cells.filter(({ box }) => box.begin.x < 30);
    const mean = inside.reduce((sum, { value }) => sum + value, 0) / inside.length;
    const best = Math.min(...inside.map(({ value }) => Math.abs(value - mean)));
    const chosen = cells.find(
      ({ box }) => box.begin.x + 5 === places.region.x && box.begin.y + 5 === places.region.y,
    )!;
    expect(best).toBeLessThan(0.02);
    expect(chosen.box.begin.x).toBeLessThan(30);
    expect(places.reference.x).toBeGreaterThan(40);
    expect(places.reference.z).toBe(places.region.z);
    expect(typicalPlaces(cells, region, undefined, shape, 5)).toEqual(places);
  });

  it('shows nothing of the other side where there is room', () => {
    // Of three columns of cells on either side only one is 15 voxels from the border between them and from the rim.
    for (const value of [0, 9]) {
      const edged = cells.map((cell) => ({ ...cell, value: cell.box.begin.x === 10 ? value : 5 }));
      const places = typicalPlaces(edged, region, undefined, shape, 15)!;
      expect(places.region.x).toBe(15);
      expect(places.reference.x).toBe(45);
    }
  });

  it('keeps to the reference that was named, and says nothing where there is none', () => {
    const against = { begin: { x: 50, y: 50, z: 0 }, end: { x: 60, y: 60, z: 20 } };
    const places = typicalPlaces(cells, region, against, shape, 5)!;
    expect(places.reference).toMatchObject({ x: 55, y: 55 });
    const everywhere = { begin: { x: 0, y: 0, z: 0 }, end: shape };
    expect(typicalPlaces(cells, everywhere, undefined, shape, 5)).toBeUndefined();
  });
});

it('chunks are cut at the end of the volume, and put together as they were', () => {
  const size = { x: 5, y: 4, z: 3 };
  const volume = { size, chunk: { x: 2, y: 3, z: 2 } };
  const whole = { begin: { x: 0, y: 0, z: 0 }, end: size };
  const asked = { begin: { x: 1, y: 1, z: 1 }, end: { x: 5, y: 4, z: 3 } };
  const source = Uint8Array.from({ length: 60 }, (_, i) => i);
  const out = new Uint8Array(4 * 3 * 2);
  const chunks = chunksOf(volume, asked);
  expect(chunks).toHaveLength(3 * 2 * 2);
  expect(chunks.at(-1)).toEqual({ begin: { x: 4, y: 3, z: 2 }, end: size });
  for (const chunk of chunks) {
    const { begin, end } = chunk;
    const bytes = new Uint8Array((end.x - begin.x) * (end.y - begin.y) * (end.z - begin.z));
    copyCommon(whole, source, chunk, bytes);
    copyCommon(chunk, bytes, asked, out);
  }
  const expected: number[] = [];
  for (let z = 1; z < 3; z++)
    for (let y = 1; y < 4; y++) for (let x = 1; x < 5; x++) expected.push((z * 4 + y) * 5 + x);
  expect([...out]).toEqual(expected);
});

it('a patch keeps its size at the rim, and counts in the voxels of its volume', () => {
  const volume = { voxelNm: { x: 20, y: 20, z: 40 }, size: { x: 100, y: 100, z: 50 } };
  const dataset = { voxelNm: { x: 10, y: 10, z: 40 } };
  const place = { x: 4, y: 100, z: 10 };
  expect(patchRange(volume, dataset, place, 'xy', 400)).toEqual({
    begin: { x: 0, y: 40, z: 10 },
    end: { x: 20, y: 60, z: 11 },
  });
  expect(patchRange(volume, dataset, place, 'xz', 400)).toEqual({
    begin: { x: 0, y: 50, z: 5 },
    end: { x: 20, y: 51, z: 15 },
  });
});

it('segments keep their colour, and only those asked for have one', () => {
  const ids = BigUint64Array.of(0n, 7n, 9n, 7n);
  const pixels = segmentPixels(ids, new Set(['7']));
  expect([0, 1, 2, 3].map((i) => pixels[4 * i + 3])).toEqual([0, 110, 0, 110]);
  expect([...pixels.subarray(4, 7)]).toEqual(segmentColor(7n).map(Math.round));
});

it('scale bars are round', () => {
  expect([1280, 900, 3100].map(scaleBarNm)).toEqual([200, 200, 1000]);
});
