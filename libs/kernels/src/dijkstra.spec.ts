import { seededRandom, type Vec3 } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { VoxelGraph } from './dijkstra.js';
import { BucketQueue, NodeQueue } from './dijkstraQueue.js';

const voxelNm: Vec3 = [40, 10, 10];

function randomMask(shape: Vec3, seed: string, fill: number): Uint8Array {
  const random = seededRandom(seed);
  return new Uint8Array(shape[0] * shape[1] * shape[2]).map(() => (random.next() < fill ? 1 : 0));
}

/** Bellman–Ford over all pairs of neighbouring voxels: slow, and plainly right. */
function bellmanFord(
  graph: VoxelGraph,
  source: number,
  edge: (from: number, to: number) => number,
): Map<number, number> {
  const best = new Map([...graph.voxels].map((v) => [v, v === source ? 0 : Infinity]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const a of graph.voxels) {
      const [z, y, x] = graph.position(a);
      for (const b of graph.voxels) {
        const [c, d, e] = graph.position(b);
        if (a === b || Math.max(Math.abs(z - c), Math.abs(y - d), Math.abs(x - e)) !== 1) continue;
        const through = best.get(a)! + edge(a, b);
        if (through < best.get(b)! - 1e-9) {
          best.set(b, through);
          changed = true;
        }
      }
    }
  }
  return best;
}

describe('NodeQueue', () => {
  it('gives keys in order, ties by node, whatever the order of arrival', () => {
    const random = seededRandom('queue');
    const pairs = Array.from({ length: 3000 }, (_, i): [number, number] => [random.below(50), i]);
    const queue = new NodeQueue();
    for (const [key, node] of [...pairs].sort(() => random.next() - 0.5)) queue.push(key, node);
    const expected = pairs.sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(([, node]) => node);
    expect(expected.map(() => queue.pop())).toEqual(expected);
    expect(queue.pop()).toBe(-1);
  });
});

describe('BucketQueue', () => {
  it('gives every node once, by bucket, also of keys pushed while it is read', () => {
    const random = seededRandom('buckets');
    const queue = new BucketQueue();
    for (const least of [-300, 0]) {
      queue.begin(least, 4);
      const keys = Array.from({ length: 3000 }, () => least + random.below(9000));
      keys.forEach((key, node) => queue.push(key, node));
      const given: number[] = [];
      for (let node = queue.pop(); node >= 0; node = queue.pop()) {
        given.push(node);
        if (keys.length >= 4000) continue;
        keys.push(keys[node] + random.below(50));
        queue.push(keys.at(-1)!, keys.length - 1);
      }
      expect(new Set(given).size).toBe(4000);
      const buckets = given.map((node) => Math.floor((keys[node] - least) / 4));
      expect(buckets).toEqual([...buckets].sort((a, b) => a - b));
    }
    expect(queue.pop()).toBe(-1);
  });

  it('forgets what was left when it begins anew', () => {
    const queue = new BucketQueue();
    queue.begin(0, 1);
    queue.push(5, 7);
    queue.begin(0, 1);
    expect(queue.pop()).toBe(-1);
  });
});

describe('VoxelGraph', () => {
  const shape: Vec3 = [4, 5, 6];
  const graph = new VoxelGraph(randomMask(shape, 'maze', 0.4), shape, voxelNm);
  const edgeNm = (a: number, b: number) => {
    const [p, q] = [graph.position(a), graph.position(b)];
    return Math.hypot(...p.map((v, k) => (v - q[k]) * voxelNm[k]));
  };

  it('numbers its voxels there and back', () => {
    for (const voxel of graph.voxels) expect(graph.inFrame(...graph.position(voxel))).toBe(voxel);
  });

  it('finds the shortest path lengths of a random maze', () => {
    const source = graph.voxels[0];
    const expected = bellmanFord(graph, source, edgeNm);
    const field = graph.distanceField([source]);
    for (const voxel of graph.voxels) {
      if (expected.get(voxel) === Infinity) expect(field[voxel]).toBe(Infinity);
      else expect(field[voxel]).toBeCloseTo(expected.get(voxel)!, 2);
    }
  });

  it('finds a cheapest path: connected, ends on the set, costs what it should', () => {
    const random = seededRandom('cost');
    const cost = new Float32Array(graph.mask.length).map(() => 1 + random.below(100));
    const from = graph.voxels[0];
    const expected = bellmanFord(graph, from, (_, to) => cost[to]);
    const reachable = [...graph.voxels].filter((v) => expected.get(v)! < Infinity && v !== from);
    expect(reachable.length).toBeGreaterThan(10);
    for (const target of reachable) {
      const reached = new Uint8Array(graph.mask.length);
      reached[target] = 1;
      const path = graph.cheapestPath(from, cost, reached);
      expect(path[0]).toBe(from);
      expect(path.at(-1)).toBe(target);
      for (let i = 1; i < path.length; i++)
        expect(edgeNm(path[i - 1], path[i])).toBeLessThanOrEqual(Math.hypot(...voxelNm));
      const paid = path.subarray(1, -1).reduce((sum, v) => sum + cost[v], 0);
      expect(paid).toBeCloseTo(expected.get(target)! - cost[target], 6);
    }
  });

  it('gives an empty path when nothing can be reached', () => {
    expect(
      graph.cheapestPath(
        graph.voxels[0],
        new Float32Array(graph.mask.length),
        new Uint8Array(graph.mask.length),
      ),
    ).toHaveLength(0);
  });

  it('marks balls along the inside of the object, the union of those of all seeds, in any order', () => {
    const solid = new VoxelGraph(randomMask([9, 9, 9], 'balls', 0.5), [9, 9, 9], [10, 10, 10]);
    const seeds = [solid.voxels[10], solid.voxels[150], solid.voxels[200]];
    const radii = [25, 60, 35];
    const inside = new Set<number>();
    seeds.forEach((seed, s) =>
      solid.distanceField([seed]).forEach((d, v) => {
        if (d >= 0 && d <= radii[s]) inside.add(v);
      }),
    );
    const slack = solid.emptyField();
    const entered = new Set<number>();
    for (const s of [2, 0, 1]) solid.relax(slack, [seeds[s]], [-radii[s]], 0, (v) => entered.add(v));
    expect([...entered].sort()).toEqual([...inside].sort());
  });

  it('gives the same paths when the box around the object is larger', () => {
    const mask = randomMask(shape, 'maze', 0.4);
    const larger: Vec3 = [7, 9, 8];
    const padded = new Uint8Array(7 * 9 * 8);
    for (let z = 0; z < 4; z++)
      for (let y = 0; y < 5; y++)
        for (let x = 0; x < 6; x++) padded[((z + 2) * 9 + y + 1) * 8 + x + 2] = mask[(z * 5 + y) * 6 + x];
    const other = new VoxelGraph(padded, larger, voxelNm);
    const walk = (g: VoxelGraph) => {
      const reached = new Uint8Array(g.mask.length);
      const field = g.distanceField([g.voxels[0]]);
      const target = g.voxels.reduce(
        (far, v) => (field[v] < Infinity && field[v] > field[far] ? v : far),
        g.voxels[0],
      );
      reached[target] = 1;
      const first = g.position(g.voxels[0]);
      return [...g.cheapestPath(g.voxels[0], new Float32Array(g.mask.length).fill(1), reached)].map((v) =>
        g.position(v).map((c, k) => c - first[k]),
      );
    };
    expect(walk(other)).toEqual(walk(graph));
  });
});
