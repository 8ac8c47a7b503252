import { seededRandom } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { richClub, rewired, triadScores } from './nullModel.js';
import { connects, projectEdges, type Projection } from './projection.js';
import { triadCensus, triadNames } from './triads.js';

/** A random graph of n neurons with a share of all pairs; some autapses. */
function random(n: number, share: number, seed: string): Projection {
  const draw = seededRandom(seed);
  const edges: number[][] = [];
  for (let a = n - 1; a >= 0; a--)
    for (let b = 0; b < n; b++) if (draw.next() < share) edges.push([a, b, 1 + draw.below(9)]);
  return projectEdges(
    BigInt64Array.from({ length: n }, (_, i) => BigInt(i * 7)),
    {
      sources: Int32Array.from(edges, ([a]) => a),
      targets: Int32Array.from(edges, ([, b]) => b),
      weights: Int32Array.from(edges, ([, , w]) => w),
    },
  );
}

const degreesOf = ({ outputs, inputs, bodyIds }: Projection) =>
  Array.from(bodyIds, (_, i) =>
    [outputs, inputs].map(({ offsets }) => offsets[i + 1] - offsets[i]).join('/'),
  );

/** Every triad by its definition: pairs by kind, then which of the forms with those pairs it is. */
function slowCensus(graph: Projection): Record<string, number> {
  const n = graph.bodyIds.length;
  const edge = (a: number, b: number) => (connects(graph.outputs, a, b) ? 1 : 0);
  const counts: Record<string, number> = Object.fromEntries(triadNames.map((name) => [name, 0]));
  for (let a = 0; a < n; a++)
    for (let b = a + 1; b < n; b++)
      for (let c = b + 1; c < n; c++) {
        const links = [edge(a, b) + edge(b, a), edge(a, c) + edge(c, a), edge(b, c) + edge(c, b)];
        const pairs = [2, 1, 0].map((kind) => links.filter((l) => l === kind).length).join('');
        const outs = [edge(a, b) + edge(a, c), edge(b, a) + edge(b, c), edge(c, a) + edge(c, b)]
          .sort()
          .join('');
        const ins = [edge(b, a) + edge(c, a), edge(a, b) + edge(c, b), edge(a, c) + edge(b, c)]
          .sort()
          .join('');
        const form: Record<string, string> = {
          '021/002': 'D',
          '021/011': ins === '002' ? 'U' : 'C',
          '111/112': 'U',
          '111/012': ins === '111' ? 'U' : 'D',
          '111/111': 'D',
          '030/012': 'T',
          '030/111': 'C',
          '120/022': 'U',
          '120/112': ins === '022' ? 'D' : 'C',
        };
        counts[pairs + (form[`${pairs}/${outs}`] ?? '')]++;
      }
  return counts;
}

describe('a projection', () => {
  it('has rows in order, both ways, without autapses', () => {
    const graph = random(40, 0.1, 'rows');
    for (const { offsets, targets } of [graph.outputs, graph.inputs])
      for (let i = 0; i < 40; i++) {
        const row = [...targets.subarray(offsets[i], offsets[i + 1])];
        expect(row).toEqual(row.toSorted((a, b) => a - b));
        expect(row).not.toContain(i);
      }
    expect(graph.autapses).toBeGreaterThan(0);
    for (let a = 0; a < 40; a++)
      for (let b = 0; b < 40; b++) expect(connects(graph.outputs, a, b)).toBe(connects(graph.inputs, b, a));
  });
});

describe('a census of triads', () => {
  it.each([0.03, 0.15, 0.5])('is that of a search through all triples, density %s', (share) => {
    const graph = random(30, share, `census ${share}`);
    const census = triadCensus(graph);
    expect(Object.fromEntries(triadNames.map((name, i) => [name, census[i]]))).toEqual(slowCensus(graph));
  });
});

describe('the null model', () => {
  const graph = random(60, 0.08, 'null');

  it('keeps every degree, makes no autapse, and differs', () => {
    const drawn = rewired(graph, 'a');
    expect(degreesOf(drawn)).toEqual(degreesOf(graph));
    expect(drawn.autapses).toBe(0);
    expect(drawn.outputs.targets).not.toEqual(graph.outputs.targets);
    expect(rewired(graph, 'a')).toEqual(drawn);
    expect(rewired(graph, 'b').outputs.targets).not.toEqual(drawn.outputs.targets);
  });

  it('tells planted loops from chance', () => {
    const draw = seededRandom('loops');
    const edges = Array.from({ length: 40 }, () => {
      const [a, b, c] = [draw.below(60), draw.below(60), draw.below(60)];
      return [
        [a, b],
        [b, c],
        [a, c],
      ].filter(([x, y]) => x !== y);
    }).flat();
    const unique = [...new Map(edges.map((edge) => [edge.join(), edge])).values()];
    const planted = projectEdges(graph.bodyIds, {
      sources: Int32Array.from(unique, ([a]) => a),
      targets: Int32Array.from(unique, ([, b]) => b),
      weights: new Int32Array(unique.length).fill(1),
    });
    const score = (g: Projection) => triadScores(g, 12, 's').find(({ triad }) => triad === '030T')!;
    expect(score(planted).z).toBeGreaterThan(5);
    expect(Math.abs(score(rewired(planted, 'other')).z!)).toBeLessThan(4);
  });

  it('finds a planted rich club', () => {
    const sources: number[] = [];
    const targets: number[] = [];
    const link = (a: number, b: number) => {
      sources.push(a);
      targets.push(b);
    };
    for (let a = 0; a < 8; a++) for (let b = 0; b < 8; b++) if (a !== b) link(a, b);
    for (let leaf = 8; leaf < 60; leaf++) {
      link(leaf, leaf % 8);
      link(leaf, leaf === 59 ? 8 : leaf + 1);
    }
    const unique = [...new Set(sources.map((s, i) => s * 60 + targets[i]))];
    const club = projectEdges(graph.bodyIds, {
      sources: Int32Array.from(unique, (key) => Math.floor(key / 60)),
      targets: Int32Array.from(unique, (key) => key % 60),
      weights: new Int32Array(unique.length).fill(1),
    });
    const [of] = richClub(club, [12], 5, 'club');
    expect([of.neurons, of.density]).toEqual([8, 1]);
    expect(of.coefficient).toBeGreaterThan(1.05);
  });
});
