import { seededRandom, type Vec3 } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { mergeSmallBasins } from './basinMerging.js';
import { watershedBasins } from './watershed.js';

/** Affinities of one row of voxels: `links[i]` joins voxel i with i + 1. */
function row(links: number[]): { affinities: Uint8Array; shape: Vec3 } {
  const n = links.length + 1;
  const affinities = new Uint8Array(3 * n);
  links.forEach((a, i) => (affinities[2 * n + i + 1] = a));
  return { affinities, shape: [1, 1, n] };
}

const basinsOfRow = (links: number[], low = 10, high = 250) => {
  const { affinities, shape } = row(links);
  return [...watershedBasins(affinities, shape, low, high).labels];
};

describe('watershedBasins', () => {
  it('cuts at the weakest link between two strong ones', () => {
    expect(basinsOfRow([200, 100, 30, 90, 200])).toEqual([1, 1, 1, 2, 2, 2]);
  });

  it('leaves voxels without any affinity above the low threshold as background', () => {
    expect(basinsOfRow([200, 10, 10, 10, 200])).toEqual([1, 1, 0, 0, 2, 2]);
  });

  it('always joins over links at or above the high threshold', () => {
    expect(basinsOfRow([255, 250, 255])).toEqual([1, 1, 1, 1]);
    expect(basinsOfRow([255, 249, 255])).toEqual([1, 1, 2, 2]);
  });

  it('shares a plateau between its two exits by distance', () => {
    // Voxels 1 to 6 are a plateau of 100; the exits lead up to 200 at both ends.
    expect(basinsOfRow([200, 100, 100, 100, 100, 100, 200])).toEqual([1, 1, 1, 1, 2, 2, 2, 2]);
  });

  it('makes one basin of a plateau without exit', () => {
    expect(basinsOfRow([100, 100, 100])).toEqual([1, 1, 1, 1]);
  });

  it('joins every voxel with a neighbour of its largest affinity, on random volumes', () => {
    const random = seededRandom('basins');
    const shape: Vec3 = [5, 6, 7];
    const n = 210;
    const steps = [42, 7, 1];
    for (let trial = 0; trial < 20; trial++) {
      // Few distinct values, so that plateaus are common.
      const affinities = Uint8Array.from({ length: 3 * n }, () => 40 * random.below(7));
      const { labels, count } = watershedBasins(affinities, shape, 30, 240);
      const seen = new Set<number>();
      for (let i = 0; i < n; i++) {
        const at = [Math.floor(i / 42), Math.floor(i / 7) % 6, i % 7];
        const links = [0, 1, 2].flatMap((k) => [
          ...(at[k] > 0 ? [{ a: affinities[k * n + i], j: i - steps[k] }] : []),
          ...(at[k] + 1 < shape[k] ? [{ a: affinities[k * n + i + steps[k]], j: i + steps[k] }] : []),
        ]);
        const best = Math.max(...links.map(({ a }) => a));
        if (best <= 30) expect(labels[i]).toBe(0);
        else expect(links.some(({ a, j }) => a === best && labels[j] === labels[i])).toBe(true);
        for (const { a, j } of links) if (a >= 240) expect(labels[j]).toBe(labels[i]);
        if (labels[i] !== 0) seen.add(labels[i]);
      }
      expect([...seen]).toEqual(Array.from({ length: count }, (_, k) => k + 1));
    }
  });
});

describe('mergeSmallBasins', () => {
  const labels = () => Uint32Array.of(1, 1, 1, 2, 3, 3, 3);
  const { affinities, shape } = row([255, 255, 120, 90, 255, 255]);

  it('joins a small basin to the neighbour of highest affinity', () => {
    const out = labels();
    mergeSmallBasins(out, 3, affinities, shape, 2, 80);
    expect([...out]).toEqual([1, 1, 1, 1, 3, 3, 3]);
  });

  it('leaves large basins and weak links alone', () => {
    const weak = labels();
    mergeSmallBasins(weak, 3, affinities, shape, 2, 121);
    expect([...weak]).toEqual([...labels()]);
    const large = labels();
    mergeSmallBasins(large, 3, affinities, shape, 1, 0);
    expect([...large]).toEqual([...labels()]);
  });
});
