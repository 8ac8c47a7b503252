import { BlockGrid, seededRandom, type CellMeasurement } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { measureSectionCells, type PlacedMaps } from './cell-measures.js';
import { ingestParameters } from './parameters.js';
import { tileMaps } from './tile-patches.js';

const parameters = ingestParameters.parse({});

/** Grey noise about `grey`, of strength 4, at a place. */
function tile(h: number, w: number, yPx: number, xPx: number, grey: number, noise = 4): PlacedMaps {
  const random = seededRandom(`${yPx}/${xPx}`);
  const data = Uint8Array.from({ length: h * w }, () => grey + noise * random.normal());
  return { maps: tileMaps({ data, shape: [h, w] }, parameters), yPx, xPx };
}

/** Two layers of two sections, 64×96 pixels in six cells of 32×32. */
const cells = new BlockGrid([4, 64, 96], [2, 32, 32]);
const of = (rows: readonly CellMeasurement[], measure: string) => rows.filter((r) => r.measure === measure);

describe('measureSectionCells', () => {
  it('brings each tile to the cells below its stage position', () => {
    const rows = measureSectionCells([tile(64, 32, 0, 0, 100), tile(64, 64, 0, 32, 150)], 3, cells);
    const grey = of(rows, 'meanGrey');
    expect(grey.map(({ cell }) => cell)).toEqual([6, 7, 8, 9, 10, 11]);
    for (const { cell, value, weight } of grey) {
      expect(value).toBeCloseTo(cell % 3 === 0 ? 100 : 150, -1);
      expect(weight).toBe(1024);
    }
    for (const { value } of of(rows, 'noise')) expect(value).toBeCloseTo(4, 0);
    expect(of(rows, 'missing').every(({ value }) => value === 0)).toBe(true);
    for (const measure of ['membraneContrast', 'contrast', 'signalToNoise', 'focus', 'saturation'])
      expect(of(rows, measure)).toHaveLength(6);
  });

  it('measures what two tiles show of a cell in both, and covers it once', () => {
    const rows = measureSectionCells([tile(64, 48, 0, 0, 100), tile(64, 64, 0, 32, 150)], 0, cells);
    const shared = of(rows, 'meanGrey').filter(({ cell }) => cell === 1);
    expect(shared.map(({ weight }) => weight)).toEqual([512, 1024]);
    expect(of(rows, 'missing').every(({ value }) => value === 0)).toBe(true);
  });

  it('says what share of a cell has no image', () => {
    const partly = measureSectionCells([tile(64, 80, 0, 0, 100)], 1, cells);
    expect(of(partly, 'missing').map(({ value }) => value)).toEqual([0, 0, 0.5, 0, 0, 0.5]);
    const none = measureSectionCells([], 2, cells);
    expect(none).toHaveLength(6);
    expect(
      none.every(({ measure, value, weight }) => measure === 'missing' && value === 1 && weight === 1024),
    ).toBe(true);
  });

  it('counts an area without data as missing and does not measure it', () => {
    const { maps, yPx, xPx } = tile(64, 96, 0, 0, 100);
    const data = Uint8Array.from(maps.grey);
    for (let y = 0; y < 32; y++) data.fill(0, y * 96, y * 96 + 32);
    const rows = measureSectionCells(
      [{ maps: tileMaps({ data, shape: [64, 96] }, parameters), yPx, xPx }],
      0,
      cells,
    );
    expect(of(rows, 'missing').map(({ value }) => value)).toEqual([1, 0, 0, 0, 0, 0]);
    expect(of(rows, 'meanGrey').map(({ cell }) => cell)).toEqual([1, 2, 3, 4, 5]);
  });

  it('leaves slivers out and takes tiles that reach over the frame', () => {
    const rows = measureSectionCells([tile(64, 97, 0, -1, 100), tile(64, 1, 0, 95, 200)], 0, cells);
    expect(of(rows, 'meanGrey').every(({ value }) => value < 110)).toBe(true);
    expect(() => measureSectionCells([], 4, cells)).toThrow(/Section 4/);
  });
});
