import { BlockGrid, boxOfShape, intersectBox, shapeOf, voxelsIn, type Box, type Vec3 } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { compositionSource, measureComposition } from './composition.js';

const voxelNm: Vec3 = [10, 10, 10];
const shape: Vec3 = [40, 40, 80];
const volume = boxOfShape(shape);
/** Two cells along x. */
const cells = new BlockGrid(shape, [40, 40, 40]);
const depth = { somaDepthNm: 100 };

/** A ball of 160 nm about (20, 20, 20), a vessel from x = 60 on, and slabs of 80 nm that are large elsewhere. */
function idAt(z: number, y: number, x: number): bigint {
  if ((z - 20) ** 2 + (y - 20) ** 2 + (x - 20) ** 2 < 256) return 7n;
  if (x >= 60) return 8n;
  return x >= 40 ? 0n : BigInt(10 + Math.floor(z / 8));
}

function cut(box: Box): BigUint64Array {
  const out = new BigUint64Array(voxelsIn(box));
  let i = 0;
  for (let z = box.begin[0]; z < box.end[0]; z++)
    for (let y = box.begin[1]; y < box.end[1]; y++)
      for (let x = box.begin[2]; x < box.end[2]; x++) out[i++] = idAt(z, y, x);
  return out;
}

const natureOf = (id: bigint) => ({ large: id === 10n, vessel: id === 8n });
const measure = (box: Box, block: Box) =>
  measureComposition(cut(box), box, block, cells, voxelNm, natureOf, depth);
const value = (rows: ReturnType<typeof measure>, cell: number, name: string) =>
  rows.find((row) => row.cell === cell && row.measure === name)?.value;

describe('measureComposition', () => {
  const whole = measure(volume, volume);

  it('gives the shares of segmented voxels by what they belong to', () => {
    const [ball, slab] = [7n, 10n].map((wanted) => cut(volume).filter((id) => id === wanted).length);
    expect(value(whole, 0, 'largeObjectFlags')).toBe(slab / 64000);
    expect(value(whole, 0, 'vesselFraction')).toBe(0);
    expect(value(whole, 1, 'vesselFraction')).toBe(1);
    // The ball opened by a smaller ball is the ball, less what voxels round off.
    const soma = value(whole, 0, 'somaFraction')! * 64000;
    expect(soma).toBeLessThanOrEqual(ball);
    expect(soma).toBeGreaterThan(0.85 * ball);
    // A vessel is no soma however wide.
    expect(value(whole, 1, 'somaFraction')).toBe(0);
  });

  it('is the same put together from blocks', () => {
    const blocks = new BlockGrid(shape, [24, 24, 24]);
    const parts = [...blocks.positions()].flatMap((position) => {
      const block = blocks.box(position);
      return measure(compositionSource(block, shape, voxelNm, depth), block);
    });
    for (const { cell, measure: name, value: expected, weight } of whole) {
      const own = parts.filter((p) => p.cell === cell && p.measure === name);
      expect(own.reduce((sum, p) => sum + p.weight, 0)).toBe(weight);
      expect(own.reduce((sum, p) => sum + p.value * p.weight, 0)).toBeCloseTo(expected * weight, 6);
    }
  });

  it('needs no more around a block than what a ball reaches', () => {
    const source = compositionSource({ begin: [0, 24, 24], end: [24, 40, 48] }, shape, voxelNm, depth);
    expect(source).toEqual({ begin: [0, 4, 4], end: [40, 40, 68] });
    expect(shapeOf(intersectBox(source, volume))).toEqual(shapeOf(source));
  });

  it('says nothing of cells without a segment', () => {
    const empty = new BigUint64Array(voxelsIn(volume));
    expect(measureComposition(empty, volume, volume, cells, voxelNm, natureOf, depth)).toEqual([]);
  });
});
