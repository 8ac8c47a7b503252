import { seededRandom, type Vec3 } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { labelComponents } from './labelComponents.js';

/** The definition, voxel by voxel. */
function floodFill(image: Uint8Array | Uint32Array, [nz, ny, nx]: Vec3, connectivity: 6 | 26) {
  const labels = new Uint32Array(image.length);
  const offsets: Vec3[] = [];
  for (let z = -1; z <= 1; z++)
    for (let y = -1; y <= 1; y++)
      for (let x = -1; x <= 1; x++)
        if (connectivity === 26 || Math.abs(z) + Math.abs(y) + Math.abs(x) === 1) offsets.push([z, y, x]);
  let count = 0;
  for (let start = 0; start < image.length; start++) {
    if (image[start] === 0 || labels[start] !== 0) continue;
    labels[start] = ++count;
    const stack = [start];
    while (stack.length > 0) {
      const at = stack.pop()!;
      const [z, y, x] = [Math.floor(at / (ny * nx)), Math.floor(at / nx) % ny, at % nx];
      for (const [dz, dy, dx] of offsets) {
        const [a, b, c] = [z + dz, y + dy, x + dx];
        if (a < 0 || b < 0 || c < 0 || a >= nz || b >= ny || c >= nx) continue;
        const next = (a * ny + b) * nx + c;
        if (image[next] !== image[start] || labels[next] !== 0) continue;
        labels[next] = count;
        stack.push(next);
      }
    }
  }
  return { labels, count };
}

describe('labelComponents', () => {
  for (const connectivity of [6, 26] as const) {
    it(`agrees with flood fill on random volumes (${connectivity}-connected)`, () => {
      const random = seededRandom(`components/${connectivity}`);
      for (let trial = 0; trial < 60; trial++) {
        const shape: Vec3 = [1 + random.below(6), 1 + random.below(8), 1 + random.below(9)];
        const kinds = 2 + random.below(4);
        const image = Uint8Array.from({ length: shape[0] * shape[1] * shape[2] }, () => random.below(kinds));
        expect(labelComponents(image, shape, connectivity)).toEqual(floodFill(image, shape, connectivity));
      }
    });
  }

  it('keeps apart equal labels that meet at the end of one row and the start of the next', () => {
    const { labels } = labelComponents(Uint32Array.of(0, 0, 7, 7, 0, 0), [1, 2, 3]);
    expect([...labels]).toEqual([0, 0, 1, 2, 0, 0]);
  });

  it('refuses an array that does not fit its shape', () => {
    expect(() => labelComponents(new Uint8Array(5), [1, 2, 3])).toThrow(/5 voxels/);
  });
});
