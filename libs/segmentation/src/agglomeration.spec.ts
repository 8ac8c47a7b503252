import { seededRandom } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { agglomerate, compareMeans, type Agglomeration } from './agglomeration.js';
import { regionalThresholds, type ContactThreshold } from './contactThresholds.js';
import { mergeEdgeTables, sortEdges, type EdgeTable } from './edgeTable.js';
import { segmentationParameters } from './parameters.js';
import type { SupervoxelTable } from './supervoxelTable.js';

type Row = [a: number, b: number, sum: number, count: number];

const edgeTable = (rows: Row[]): EdgeTable =>
  sortEdges({
    a: BigUint64Array.from(rows, (r) => BigInt(r[0])),
    b: BigUint64Array.from(rows, (r) => BigInt(r[1])),
    sum: Float64Array.from(rows, (r) => r[2]),
    count: Float64Array.from(rows, (r) => r[3]),
    max: Uint8Array.from(rows, () => 255),
  });

/** Supervoxels 1 … n; `glia` in 0 … 1. */
const supervoxels = (voxels: number[], glia: number[] = []): SupervoxelTable => ({
  id: BigUint64Array.from(voxels, (_, i) => BigInt(i + 1)),
  voxels: Float64Array.from(voxels),
  first: new Uint32Array(3 * voxels.length),
  box: new Uint32Array(6 * voxels.length),
  coordinateSum: new Float64Array(3 * voxels.length),
  gliaSum: Float64Array.from(voxels, (n, i) => Math.round(255 * n * (glia[i] ?? 0))),
  vesselSum: new Float64Array(voxels.length),
});

const parametersOf = (over: object) =>
  segmentationParameters.parse({
    agglomerationThreshold: 0.5,
    dustVoxels: 0,
    dustAffinity: 0.2,
    classVoxels: 0,
    ...over,
  });

const segmentsOf = (a: Agglomeration) => [...a.segment].map(Number);

/**
 * The definition: look at every pair of segments, merge the best, start again.
 *
 * @param thresholdOf of the contact of two supervoxels, in 64ths so that sums of it are exact
 */
function bruteForce(rows: Row[], n: number, thresholdOf: (a: number, b: number) => number): number[] {
  const segment = Array.from({ length: n + 1 }, (_, i) => i);
  for (;;) {
    type Contact = { u: number; v: number; sum: number; count: number; needed: number; rank: number };
    const contacts = new Map<string, Contact>();
    [...rows]
      .sort((r, s) => r[0] - s[0] || r[1] - s[1])
      .forEach(([a, b, sum, count], rank) => {
        const [u, v] = [segment[a], segment[b]].sort((p, q) => p - q);
        if (u === v) return;
        const c = contacts.get(`${u},${v}`) ?? { u, v, sum: 0, count: 0, needed: 0, rank };
        const needed = c.needed + 255 * thresholdOf(a, b) * count;
        contacts.set(`${u},${v}`, { ...c, sum: c.sum + sum, count: c.count + count, needed });
      });
    const [best] = [...contacts.values()]
      .filter((c) => c.sum >= c.needed)
      .sort((c, d) => compareMeans(d.sum, d.count, c.sum, c.count) || c.rank - d.rank);
    if (!best) return segment.slice(1);
    segment.forEach((s, i) => {
      if (s === best.v) segment[i] = best.u;
    });
  }
}

/** Random rows between distinct nodes, each pair at most once, with many equal means. */
function randomRows(seed: string, n: number, edges: number): Row[] {
  const random = seededRandom(seed);
  const rows = new Map<string, Row>();
  while (rows.size < edges) {
    const [a, b] = [1 + random.below(n), 1 + random.below(n)];
    const count = 1 + random.below(3);
    if (a < b) rows.set(`${a},${b}`, [a, b, count * 51 * random.below(6), count]);
  }
  return [...rows.values()];
}

describe('agglomerate', () => {
  it('merges by the mean over all faces, not by the best edge', () => {
    // 1–2 merge first; then 3 touches them with 200 over 1 face and 20 over 9 faces: mean 38.
    const rows: Row[] = [
      [1, 2, 250, 1],
      [1, 3, 200, 1],
      [2, 3, 180, 9],
    ];
    const result = agglomerate(edgeTable(rows), supervoxels([10, 10, 10]), parametersOf({}));
    expect(segmentsOf(result)).toEqual([1, 1, 3]);
    expect([...result.merges.segment]).toEqual([1n]);
    expect([...result.merges.absorbed]).toEqual([2n]);
    expect(result.merges.score[0]).toBeCloseTo(250 / 255, 12);
    expect([...result.joined]).toEqual([1, 0, 0]);
    expect(result.decisiveScore[1]).toBeCloseTo(38 / 255, 12);
    expect(result.decisiveScore[2]).toBe(result.decisiveScore[1]);
  });

  it('agrees with the definition on random graphs full of ties', () => {
    for (let trial = 0; trial < 60; trial++) {
      const rows = randomRows(`agglomerate/${trial}`, 30, 25 + trial);
      const result = agglomerate(
        edgeTable(rows),
        supervoxels(Array.from({ length: 30 }, () => 100)),
        parametersOf({}),
      );
      expect(segmentsOf(result)).toEqual(bruteForce(rows, 30, () => 0.5));
    }
  });

  it('gives the same partition when contacts come from many tables in any order', () => {
    const random = seededRandom('split tables');
    const rows = randomRows('chunks', 60, 200);
    const whole = agglomerate(
      edgeTable(rows),
      supervoxels(Array.from({ length: 60 }, () => 100)),
      parametersOf({}),
    );
    const parts: Row[][] = [[], [], [], []];
    for (const [a, b, sum, count] of rows) {
      // Every contact is spread over the tasks that saw some of its faces.
      parts[random.below(4)].push([a, b, sum, count - 1]);
      parts[random.below(4)].push([a, b, 0, 1]);
    }
    const tables = parts.map(edgeTable).toReversed();
    const merged = mergeEdgeTables(tables);
    expect(merged.sum).toEqual(edgeTable(rows).sum);
    expect(agglomerate(merged, supervoxels(Array.from({ length: 60 }, () => 100)), parametersOf({}))).toEqual(
      whole,
    );
  });

  it('compares means exactly where doubles cannot', () => {
    const big = 2 ** 40;
    expect(compareMeans(255 * big, big + 1, 255 * big - 255, big)).toBeGreaterThan(0);
    expect(compareMeans(3 * big, 7 * big, 3, 7)).toBe(0);
    expect(compareMeans(1, 3, 1, 2)).toBeLessThan(0);
  });

  it('never merges what is surely glia with what is surely neurite', () => {
    const rows: Row[] = [
      [1, 2, 250, 1],
      [2, 3, 240, 1],
    ];
    const table = supervoxels([1000, 1000, 1000], [0.9, 0.05, 0.4]);
    const result = agglomerate(edgeTable(rows), table, parametersOf({}));
    // 3 is sure of nothing and may go with 2.
    expect(segmentsOf(result)).toEqual([1, 2, 2]);
    expect([...result.segments.tissueClass]).toEqual([2, 1]);
  });

  it('says which contacts the classes kept apart, also where they have changed since', () => {
    const rows: Row[] = [
      [1, 2, 250, 1],
      [1, 3, 240, 1],
    ];
    // 1 is glia until it has grown by 3, which is unsure and larger.
    const table = supervoxels([1000, 1000, 3000], [0.9, 0.05, 0.4]);
    const result = agglomerate(edgeTable(rows), table, parametersOf({}));
    expect(segmentsOf(result)).toEqual([1, 2, 1]);
    expect([...result.betweenClasses]).toEqual([1, 0]);
  });

  it('leaves no contact above its threshold apart but between classes', () => {
    let between = 0;
    for (let seed = 0; seed < 60; seed++) {
      const random = seededRandom(`classes/${seed}`);
      const sizes = Array.from({ length: 30 }, () => 1 + random.below(400));
      const glia = sizes.map(() => [0.05, 0.3, 0.5, 0.7, 0.95][random.below(5)]);
      const parameters = parametersOf({ dustVoxels: 60, classVoxels: 200 });
      const edges = edgeTable(randomRows(`classes/${seed}`, 30, 80));
      const result = agglomerate(edges, supervoxels(sizes, glia), parameters);
      for (let e = 0; e < edges.a.length; e++) {
        const above = result.decisiveScore[e] >= parameters.agglomerationThreshold;
        if (result.joined[e] || above) expect(result.betweenClasses[e]).toBe(1 - result.joined[e]);
        between += result.betweenClasses[e];
      }
    }
    expect(between).toBeGreaterThan(20);
  });

  it('merges dust into its best neighbour and nothing larger', () => {
    const rows: Row[] = [
      [1, 2, 100, 1],
      [2, 3, 110, 1],
      [3, 4, 120, 1],
      [4, 5, 30, 1],
    ];
    const table = supervoxels([1000, 5, 1000, 1000, 5]);
    const result = agglomerate(edgeTable(rows), table, parametersOf({ dustVoxels: 50 }));
    expect(segmentsOf(result)).toEqual([1, 2, 2, 4, 5]);
    expect([...result.segments.id]).toEqual([1n, 2n, 4n, 5n]);
    expect([...result.segments.voxels]).toEqual([1000, 1005, 1000, 5]);
  });

  describe('with thresholds of a region', () => {
    /** Supervoxels of block 1 have ids 1001, 1002 … here; the region is that block. */
    const idOf = (n: number) => (n > 15 ? (1n << 24n) | BigInt(n) : BigInt(n));
    const inBlocks = (rows: Row[]): EdgeTable =>
      sortEdges({
        ...edgeTable(rows),
        a: edgeTable(rows).a.map((id) => idOf(Number(id))),
        b: edgeTable(rows).b.map((id) => idOf(Number(id))),
      });
    const tableOf = (n: number) => {
      const table = supervoxels(Array.from({ length: n }, () => 100));
      return { ...table, id: table.id.map((id) => idOf(Number(id))) };
    };
    const localOf = (a: Agglomeration) => [...a.segment].map((id) => Number(id & 0xffffffn));
    const within = (over: Partial<ContactThreshold>) => (block: number) =>
      block === 1 ? { agglomerationThreshold: 0.5, dustAffinity: 0.2, ...over } : undefined;

    it('judges a contact by the region when both supervoxels lie in it, by the dataset otherwise', () => {
      const rows: Row[] = [
        [14, 15, 100, 1],
        [15, 16, 100, 1],
        [16, 17, 100, 1],
      ];
      const edges = inBlocks(rows);
      const { setOf, sets } = regionalThresholds(
        edges,
        parametersOf({}),
        within({ agglomerationThreshold: 0.25 }),
      );
      expect([...setOf]).toEqual([0, 0, 1]);
      expect(sets).toHaveLength(1);
      const result = agglomerate(edges, tableOf(17), parametersOf({}), { setOf, sets });
      expect(localOf(result).slice(13)).toEqual([14, 15, 16, 16]);
      expect([...result.decisiveThreshold]).toEqual([0.5, 0.5, 0.25]);
    });

    it('asks of a contact of segments what its faces ask, each for itself', () => {
      // 14 and 16 merge; then 17 touches them with 3 faces outside (0.5) and 1 inside (0.25): it needs 0.4375.
      const rows = (inside: number): Row[] => [
        [14, 16, 255, 1],
        [14, 17, 300, 3],
        [16, 17, inside, 1],
      ];
      const regional = (edges: EdgeTable) =>
        regionalThresholds(edges, parametersOf({}), within({ agglomerationThreshold: 0.25 }));
      // The mean needed is 0.4375 · 255 = 111.5625 over 4 faces: 446.25.
      for (const [inside, segment] of [
        [146, 17],
        [147, 14],
      ]) {
        const edges = inBlocks(rows(inside));
        const result = agglomerate(edges, tableOf(17), parametersOf({}), regional(edges));
        expect(result.merges.score[0]).toBe(1);
        expect(localOf(result)[16]).toBe(segment);
      }
    });

    it('agrees with the definition on random graphs full of ties', () => {
      for (let trial = 0; trial < 60; trial++) {
        const rows = randomRows(`regional/${trial}`, 30, 25 + trial);
        const edges = inBlocks(rows);
        const regional = regionalThresholds(
          edges,
          parametersOf({}),
          within({ agglomerationThreshold: 0.25 }),
        );
        const result = agglomerate(edges, tableOf(30), parametersOf({}), regional);
        expect(localOf(result)).toEqual(bruteForce(rows, 30, (a) => (a > 15 ? 0.25 : 0.5)));
      }
    });

    it('is the agglomeration with other parameters when everything lies in the region', () => {
      const rows = randomRows('all', 60, 200);
      const [edges, table] = [edgeTable(rows), supervoxels(Array.from({ length: 60 }, () => 100))];
      const regional = parametersOf({ agglomerationThreshold: 0.37, dustVoxels: 150, dustAffinity: 0.11 });
      const own = parametersOf({ dustVoxels: 150 });
      const everywhere = regionalThresholds(edges, own, () => regional);
      expect(agglomerate(edges, table, own, everywhere).segment).toEqual(
        agglomerate(edges, table, regional).segment,
      );
      const same = regionalThresholds(edges, own, () => own);
      expect(same.sets).toEqual([]);
      expect(agglomerate(edges, table, own, same)).toEqual(agglomerate(edges, table, own));
    });
  });

  it('refuses an edge of an unknown supervoxel', () => {
    expect(() => agglomerate(edgeTable([[1, 9, 1, 1]]), supervoxels([1, 1]), parametersOf({}))).toThrow(
      /supervoxel 9/,
    );
  });
});
