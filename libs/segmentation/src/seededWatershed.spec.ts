import { seededRandom, type Vec3 } from '@stratome/core';
import { labelComponents } from '@stratome/kernels';
import { describe, expect, it } from 'vitest';
import { seededBasins, type SeedParameters } from './seededWatershed.js';

const parameters: SeedParameters = {
  insideAffinity: 128,
  seedRadiusVoxels: 2,
  low: 0,
  widths: [1, 1, 1],
  planar: false,
};

/** Affinities of voxels that are low (20) where either voxel is a wall, high (230) elsewhere. */
function walled(shape: Vec3, isWall: (z: number, y: number, x: number) => boolean): Uint8Array {
  const [nz, ny, nx] = shape;
  const n = nz * ny * nx;
  const wall = Array.from({ length: n }, (_, i) =>
    isWall(Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx),
  );
  const affinities = new Uint8Array(3 * n);
  [ny * nx, nx, 1].forEach((stride, c) => {
    for (let i = stride; i < n; i++) affinities[c * n + i] = wall[i] || wall[i - stride] ? 20 : 230;
  });
  return affinities;
}

describe('seededBasins', () => {
  const shape: Vec3 = [7, 7, 15];

  it('does not leak through a hole in a wall, where steepest ascent does', () => {
    // A wall at x = 7 with one open voxel.
    const affinities = walled(shape, (z, y, x) => x === 7 && !(z === 3 && y === 3));
    const { labels, count } = seededBasins(affinities, shape, parameters);
    expect(count).toBe(2);
    const at = (z: number, y: number, x: number) => labels[(z * 7 + y) * 15 + x];
    expect([at(3, 3, 1), at(3, 3, 13)]).toEqual([1, 2]);
    for (let i = 0; i < labels.length; i++) {
      if (i % 15 < 7) expect(labels[i]).toBe(1);
      if (i % 15 > 7) expect(labels[i]).toBe(2);
    }
  });

  it('does not flood across affinities at or below the low threshold', () => {
    const affinities = walled(shape, (_z, _y, x) => x === 7);
    const { labels } = seededBasins(affinities, shape, { ...parameters, low: 20 });
    expect(labels.every((label, i) => (label === 0) === (i % 15 === 7))).toBe(true);
  });

  it('keeps sections apart when planar, whatever the affinities between them', () => {
    const affinities = walled(shape, (_z, _y, x) => x === 7);
    const { labels, count } = seededBasins(affinities, shape, { ...parameters, planar: true });
    expect(count).toBe(14);
    const plane = 7 * 15;
    for (let z = 0; z < 7; z++) {
      expect(new Set(labels.subarray(z * plane, (z + 1) * plane))).toEqual(new Set([2 * z + 1, 2 * z + 2]));
    }
  });

  it('gives connected basins and leaves nothing out, on noise', () => {
    const random = seededRandom('seeded');
    const size: Vec3 = [9, 10, 11];
    const affinities = Uint8Array.from({ length: 3 * 990 }, () => 1 + random.below(255));
    const { labels, count } = seededBasins(affinities, size, parameters);
    expect(count).toBeGreaterThan(3);
    expect(labels.every((label) => label > 0)).toBe(true);
    expect(labelComponents(labels, size).count).toBe(count);
  });
});
