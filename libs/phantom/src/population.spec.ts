import { seededRandom } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { resolvePhantomParameters } from './parameters.js';
import { growPopulation } from './population.js';
import { Kind } from './skeleton.js';

describe('growPopulation', () => {
  const parameters = resolvePhantomParameters();
  const { skeleton, cells } = growPopulation(seededRandom('test'), parameters);

  it('grows at least 30 neurons with a soma or an arbour of 1 µm or more inside the default volume', () => {
    const extent = parameters.shape.map((n, k) => n * parameters.voxelNm[k]);
    const lengthNm = new Map<number, number>();
    const withSoma = new Set<number>();
    for (let node = 0; node < skeleton.length; node++) {
      const p = skeleton.point(node);
      if (p.some((v, k) => v < 0 || v > extent[k])) continue;
      if (skeleton.kind[node] === Kind.soma) withSoma.add(skeleton.body[node]);
      if (skeleton.parent[node] < 0) continue;
      const q = skeleton.point(skeleton.parent[node]);
      const step = Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
      lengthNm.set(skeleton.body[node], (lengthNm.get(skeleton.body[node]) ?? 0) + step);
    }
    const neurons = cells.filter((c) => c.cellClass === 'neuron');
    const large = neurons.filter((c) => withSoma.has(c.id) || (lengthNm.get(c.id) ?? 0) >= 1000);
    expect(large.length).toBeGreaterThanOrEqual(30);
    expect(withSoma.size).toBeGreaterThanOrEqual(2);
    expect(neurons.every((c) => c.transmitter !== undefined)).toBe(true);
  });

  it('keeps every process connected: a parent comes before its child and belongs to the same cell', () => {
    for (let node = 0; node < skeleton.length; node++) {
      const parent = skeleton.parent[node];
      expect(parent).toBeLessThan(node);
      if (parent >= 0) expect(skeleton.body[parent]).toBe(skeleton.body[node]);
    }
  });
});
