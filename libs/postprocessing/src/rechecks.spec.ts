import { BlockGrid, boxOfShape, voxelsIn, type Box, type Vec3 } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { measureClefts, measureDirections } from './rechecks.js';
import type { SynapseRecord } from './synapse/record.js';

const voxelNm: Vec3 = [10, 10, 10];
const shape: Vec3 = [20, 20, 40];
const box = boxOfShape(shape);
const n = voxelsIn(box);
const cells = new BlockGrid(shape, [20, 20, 20]);
const at = (z: number, y: number, x: number) => (z * shape[1] + y) * shape[2] + x;

const synapse = (cleftPoint: Vec3, prePoint = cleftPoint, postPoint = cleftPoint, unassigned = 'none') =>
  ({ cleftPoint, prePoint, postPoint, unassigned }) as unknown as SynapseRecord;
const value = (rows: { cell: number; measure: string }[], cell: number, name: string) =>
  rows.find((row) => row.cell === cell && row.measure === name);

describe('measureClefts', () => {
  const cleft = new Uint8Array(n);
  for (let z = 5; z < 10; z++) cleft[at(z, 3, 7)] = 153;
  cleft[at(0, 0, 0)] = 152;
  const image = new Uint8Array(n).fill(100);
  image.fill(0, 0, 20 * 40);
  const found = [synapse([7, 3, 7]), synapse([7, 3, 8])];
  const rows = measureClefts(cleft, image, box, found, cells, voxelNm, 0.6);

  it('takes the share of voxels with image, and the synapses made of it', () => {
    expect(value(rows, 0, 'cleftFraction')).toMatchObject({ value: 5 / (19 * 400), weight: 19 * 400 });
    expect(value(rows, 0, 'synapsesPerCleft')).toMatchObject({ weight: 5 });
    expect(value(rows, 0, 'synapsesPerCleft')).toHaveProperty('value', expect.closeTo(2 / 5e-6, 3));
    expect(value(rows, 1, 'cleftFraction')).toMatchObject({ value: 0 });
    expect(value(rows, 1, 'synapsesPerCleft')).toBeUndefined();
  });

  it('counts a synapse in the block of its cleft alone, so that blocks add up', () => {
    const half: Box = { begin: [0, 0, 0], end: [7, 20, 40] };
    const lower = measureClefts(
      cleft.subarray(0, 7 * 800),
      image.subarray(0, 7 * 800),
      half,
      found,
      cells,
      voxelNm,
      0.6,
    );
    expect(value(lower, 0, 'synapsesPerCleft')).toMatchObject({ value: 0, weight: 2 });
  });
});

describe('measureDirections', () => {
  const channels = new Uint8Array(4 * n);
  const paint = (c: number, [z, y, x]: Vec3) => {
    for (let a = z - 4; a <= z + 4; a++)
      for (let b = y - 4; b <= y + 4; b++)
        channels.fill(255, c * n + at(a, b, x - 4), c * n + at(a, b, x + 5));
  };
  const [pre, post]: Vec3[] = [
    [10, 10, 5],
    [10, 10, 14],
  ];
  paint(0, pre);
  paint(2, post);
  const measure = (list: SynapseRecord[], block = box) =>
    measureDirections({ channels, box }, block, list, cells, voxelNm);
  const cleft: Vec3 = [10, 10, 10];

  it('is 2 where the maps bear the partners out, and −2 where they are exchanged', () => {
    expect(measure([synapse(cleft, pre, post)])).toEqual([
      { cell: 0, measure: 'directionSupport', value: 2, weight: 1 },
    ]);
    expect(measure([synapse(cleft, post, pre)])[0].value).toBe(-2);
    expect(measure([synapse(cleft, pre, post), synapse(cleft, post, pre)])[0]).toMatchObject({
      value: 0,
      weight: 2,
    });
  });

  it('passes over what lacks a partner or lies in another block', () => {
    expect(measure([synapse(cleft, pre, post, 'post')])).toEqual([]);
    expect(measure([synapse(cleft, pre, post)], { begin: [0, 0, 20], end: shape })).toEqual([]);
  });
});
