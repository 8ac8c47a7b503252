import { describe, expect, it } from 'vitest';
import { serveAnnotations, type AnnotationSource } from '../serving/annotations-view.js';
import { encodeLine, encodeLines, spatialLevels, type LineAnnotation } from './annotations.js';

const properties = [
  { id: 'confidence', description: '', type: 'float32' },
  { id: 'kind', description: '', type: 'uint8', labels: ['a', 'b'] },
] as const;

const line = (id: bigint, x: number): LineAnnotation => ({
  id,
  from: [1, 2, x],
  to: [4, 5, x + 1],
  values: [0.5, 1],
  related: [[7n], [9007199254740993n]],
});

it('lines are coordinates x, y, z, then properties filled up to four bytes, then ids', () => {
  const view = new DataView(encodeLines(properties, [line(11n, 3), line(12n, 8)]).buffer);
  expect(view.byteLength).toBe(8 + 2 * (24 + 4 + 4) + 2 * 8);
  expect(view.getBigUint64(0, true)).toBe(2n);
  const floats = [0, 1, 2, 3, 4, 5, 6].map((i) => view.getFloat32(8 + 4 * i, true));
  expect(floats).toEqual([3, 2, 1, 4, 5, 4, 0.5]);
  expect(view.getUint8(8 + 28)).toBe(1);
  expect(view.getFloat32(8 + 32, true)).toBe(8);
  expect([view.getBigUint64(72, true), view.getBigUint64(80, true)]).toEqual([11n, 12n]);
});

it('a line alone ends with the segments of each relationship', () => {
  const view = new DataView(encodeLine(properties, line(11n, 3)).buffer);
  expect(view.byteLength).toBe(32 + 2 * (4 + 8));
  expect([view.getUint32(32, true), view.getBigUint64(36, true)]).toEqual([1, 7n]);
  expect(view.getBigUint64(48, true)).toBe(9007199254740993n);
});

describe('levels', () => {
  it('are one where a cell holds all, and share the rest out without gap or overlap', () => {
    expect(spatialLevels([10, 20, 30], 100, 1000)).toMatchObject({
      levels: [{ counts: [1, 1, 1], cell: [10, 20, 30] }],
      ranks: [[0, 1]],
    });
    const { levels, ranks } = spatialLevels([10, 20, 30], 30_000, 1000);
    expect(levels.map(({ counts }) => counts)).toEqual([
      [1, 1, 1],
      [2, 2, 2],
      [4, 4, 4],
    ]);
    expect(ranks[0][0]).toBe(0);
    expect(ranks.at(-1)![1]).toBe(1);
    for (let i = 1; i < ranks.length; i++) expect(ranks[i][0]).toBe(ranks[i - 1][1]);
  });
});

it('cells, bodies and ids are found by their addresses, and what is not there is 404', async () => {
  const { levels } = spatialLevels([10, 20, 30], 30_000, 1000);
  const boxes: unknown[] = [];
  const source: AnnotationSource = {
    layout: {
      voxelNm: [40, 4, 4],
      shape: [10, 20, 30],
      properties,
      relationships: ['presynaptic'],
      levels,
    },
    async inCell(level, box) {
      boxes.push([level, box]);
      return [line(1n, 0)];
    },
    ofSegment: async (_, segment) => [line(segment, 0)],
    byId: async (id) => (id === 5n ? line(5n, 0) : undefined),
  };
  const get = (path: string) => serveAnnotations({ method: 'GET', path, headers: {} }, source);
  const info = JSON.parse(Buffer.from((await get('/precomputed/info')).body!).toString()) as object;
  expect(info).toMatchObject({
    annotation_type: 'LINE',
    upper_bound: [30, 20, 10],
    dimensions: { x: [4e-9, 'm'], z: [4e-8, 'm'] },
    spatial: [{ grid_shape: [1, 1, 1] }, {}, { key: 'spatial2', chunk_size: [7.5, 5, 2.5] }],
  });
  expect((await get('/precomputed/spatial1/1_0_1')).status).toBe(200);
  expect(boxes).toEqual([[1, { begin: [5, 0, 15], end: [10, 10, 30] }]]);
  expect((await get('/precomputed/presynaptic/77')).body!.byteLength).toBe(8 + 32 + 8);
  expect((await get('/precomputed/by_id/5')).status).toBe(200);
  for (const path of ['by_id/6', 'spatial1/2_0_0', 'spatial9/0_0_0', 'other/1', 'by_id/x', '../info'])
    expect((await get(`/precomputed/${path}`)).status, path).toBe(404);
});
