import { BlockGrid, copyOverlap, seededRandom, voxelsIn, type Vec3 } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { refinementParameters } from '../parameters.js';
import { flagObjects, type ObjectClass } from './flagObjects.js';
import { centroid, combineObjects, objectTable, type ObjectRow } from './objectTable.js';

const shape: Vec3 = [7, 9, 11];

function randomVolume(): BigUint64Array {
  const random = seededRandom('objects');
  const ids = [0n, 1n, 5n, 5n + (1n << 40n), 1n << 40n];
  return new BigUint64Array(7 * 9 * 11).map(() => ids[random.below(ids.length)]);
}

describe('objectTable', () => {
  it('counts, bounds and sums by the plain definition', () => {
    const volume = randomVolume();
    const rows = objectTable(volume, { begin: [0, 0, 0], end: shape }, shape);
    expect(rows.map(({ id }) => id)).toEqual([1n, 5n, 1n << 40n, 5n + (1n << 40n)]);
    for (const row of rows) {
      const at: number[][] = [];
      volume.forEach(
        (id, i) => id === row.id && at.push([Math.floor(i / 99), Math.floor(i / 11) % 9, i % 11]),
      );
      expect(row.voxels).toBe(at.length);
      expect(row.firstVoxel).toEqual(at[0]);
      for (let k = 0; k < 3; k++) {
        const along = at.map((p) => p[k]);
        expect(row.sum[k]).toBe(along.reduce((a, b) => a + b));
        expect([row.box.begin[k], row.box.end[k]]).toEqual([Math.min(...along), Math.max(...along) + 1]);
        expect(centroid(row)[k]).toBeCloseTo(along.reduce((a, b) => a + b) / at.length, 12);
      }
    }
  });

  it('is the same table from blocks, in any order', () => {
    const volume = randomVolume();
    const reference = objectTable(volume, { begin: [0, 0, 0], end: shape }, shape);
    const grid = new BlockGrid(shape, [3, 4, 5]);
    const tables = [...grid.positions()].map((position) => {
      const box = grid.box(position);
      const block = new BigUint64Array(voxelsIn(box));
      copyOverlap(volume, { begin: [0, 0, 0], end: shape }, block, box);
      return objectTable(block, box, shape);
    });
    expect(combineObjects(tables)).toEqual(reference);
    expect(combineObjects(tables.toReversed())).toEqual(reference);
  });

  it('says which faces of the data set an object touches', () => {
    const volume = new BigUint64Array(27);
    volume[13] = 1n;
    volume[0] = 2n;
    volume[26] = 3n;
    const rows = objectTable(volume, { begin: [0, 0, 0], end: [3, 3, 3] }, [3, 3, 9]);
    expect(rows.map(({ faces }) => faces)).toEqual([0, 1 | 2 | 4, 8 | 16]);
  });

  it('refuses a block that does not fill its box', () => {
    expect(() => objectTable(new BigUint64Array(3), { begin: [0, 0, 0], end: [1, 1, 2] }, shape)).toThrow(
      /does not fill/,
    );
  });
});

describe('flagObjects', () => {
  const row = (id: bigint, voxels: number, faces = 1): ObjectRow => ({
    id,
    voxels,
    faces,
    box: { begin: [0, 0, 0], end: [1, 1, 1] },
    sum: [0, 0, 0],
    firstVoxel: [0, 0, 0],
  });
  const parameters = refinementParameters.parse({
    minVolumeUm3: 0.001,
    orphanVolumeUm3: 0.01,
    largeMad: 4,
    largeShare: 0.5,
  });
  const flag = (rows: ObjectRow[], classOf: (id: bigint) => ObjectClass = () => 'neurite') =>
    flagObjects(rows, [1000, 1000, 1000], [10, 10, 10], classOf, parameters);
  const ordinary = [1n, 2n, 3n, 4n, 5n, 6n, 7n].map((id) => row(id, 20_000 + 3000 * Number(id)));

  it('flags dust, orphans and what touches a face', () => {
    const flags = flag([
      ...ordinary,
      row(10n, 999, 0),
      row(11n, 5000, 0),
      row(12n, 5000, 8),
      row(13n, 50_000, 0),
    ]);
    const byId = new Map(flags.map((f) => [f.id, f]));
    expect(byId.get(10n)).toMatchObject({ dust: true, orphan: false });
    expect(byId.get(11n)).toMatchObject({ dust: false, orphan: true, touchesFace: false, volumeUm3: 0.005 });
    expect(byId.get(12n)).toMatchObject({ orphan: false, touchesFace: true });
    expect(byId.get(13n)).toMatchObject({ orphan: false });
  });

  it('flags a merger among neurites by robust size, and leaves large glia alone', () => {
    const merged = flag([...ordinary, row(10n, 2_000_000), row(11n, 2_000_000)], (id) =>
      id === 11n ? 'glia' : 'neurite',
    );
    expect(merged.filter((f) => f.large).map((f) => f.id)).toEqual([10n]);
    expect(merged.find((f) => f.id === 10n)!.sizeScore).toBeGreaterThan(4);
  });

  it('flags an object by its share of the volume when there is nothing to compare it with', () => {
    expect(flag([row(1n, 600_000_000)])[0]).toMatchObject({ large: true, sizeScore: 0, share: 0.6 });
  });
});
