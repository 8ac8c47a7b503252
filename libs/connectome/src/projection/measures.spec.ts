import { seededRandom } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { pageRank } from './centrality.js';
import { clustering } from './clustering.js';
import { communities } from './communities.js';
import { richClub, richClubDegrees } from './nullModel.js';
import { pathMeasures } from './paths.js';
import { projectEdges, type Projection } from './projection.js';
import { signedReach } from './signedPaths.js';
import { smallWorld } from './smallWorld.js';

function graphOf(n: number, edges: readonly (readonly number[])[]): Projection {
  return projectEdges(
    BigInt64Array.from({ length: n }, (_, i) => BigInt(i)),
    {
      sources: Int32Array.from(edges, ([a]) => a),
      targets: Int32Array.from(edges, ([, b]) => b),
      weights: Int32Array.from(edges, ([, , w = 1]) => w),
    },
  );
}

const all = { sources: null, seed: '1' };

describe('paths', () => {
  it('of a chain pass through its middle', () => {
    const chain = graphOf(4, [
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
    const found = pathMeasures(chain, all);
    expect([...found.betweenness]).toEqual([0, 2, 2, 0]);
    expect([...found.harmonic]).toEqual([0, 1, 1.5, 1 + 1 / 2 + 1 / 3]);
    expect([found.meanPathLength, found.longestPath, found.reachableShare]).toEqual([10 / 6, 3, 0.5]);
    // The last neuron is reached from all three others, two connections away on average.
    expect(found.closeness[3]).toBeCloseTo(0.5, 12);
  });

  it('of a graph without any are none', () => {
    const found = pathMeasures(graphOf(3, []), all);
    expect([...found.betweenness, ...found.closeness]).toEqual([0, 0, 0, 0, 0, 0]);
    expect([found.meanPathLength, found.reachableShare]).toEqual([Number.NaN, 0]);
  });
});

describe('page rank', () => {
  it('goes where the synapses lead, and sums to one', () => {
    const star = graphOf(4, [
      [0, 3, 5],
      [1, 3, 1],
      [2, 3, 9],
      [3, 0, 8],
      [3, 1, 2],
    ]);
    const rank = pageRank(star, 0.85);
    expect(rank.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 10);
    expect([...rank].sort((a, b) => b - a)).toEqual([rank[3], rank[0], rank[1], rank[2]]);
  });
});

describe('clustering', () => {
  it('is whole where every room is taken', () => {
    const pairs = [0, 1, 2, 3].flatMap((a) => [0, 1, 2, 3].filter((b) => b !== a).map((b) => [a, b]));
    expect([...clustering(graphOf(5, pairs))]).toEqual([1, 1, 1, 1, 0]);
    // One loop of the eight that three one-way pairs could be, of which each corner sees half.
    const loop = clustering(
      graphOf(3, [
        [0, 1],
        [1, 2],
        [2, 0],
      ]),
    );
    expect([...loop]).toEqual([0.5, 0.5, 0.5]);
  });
});

describe('communities', () => {
  it('are cliques, however they are numbered', () => {
    const random = seededRandom('cliques');
    const order = Array.from({ length: 60 }, (_, i) => i).sort(() => random.next() - 0.5);
    const edges = order.flatMap((a, i) => {
      const first = i - (i % 10);
      const clique = order.slice(first, first + 10).filter((b) => b !== a);
      return [...clique.map((b) => [a, b, 5]), ...(i % 10 === 0 ? [[a, order[(i + 10) % 60], 1]] : [])];
    });
    const { membership, count, rounds } = communities(graphOf(60, edges), {
      resolution: 1,
      rounds: 10,
      seed: '1',
    });
    expect(count).toBe(6);
    expect(rounds).toBeGreaterThan(0);
    for (let i = 0; i < 60; i++) expect(membership[order[i]]).toBe(membership[order[i - (i % 10)]]);
  });

  it('of neurons without connections are as many as these', () => {
    expect(communities(graphOf(3, []), { resolution: 1, rounds: 3, seed: '1' }).count).toBe(3);
  });
});

describe('signed reach', () => {
  const signed = (edges: number[][], shares: number[]) => ({
    ...graphOf(4, edges),
    excitatoryShares: Float32Array.from(shares),
  });

  it('inhibits along an odd number of inhibitory connections', () => {
    // 0 inhibits 1, which inhibits 3 with three quarters of its input; 0 excites 2, which excites 3.
    const found = signedReach(
      signed(
        [
          [0, 1],
          [0, 2],
          [1, 3, 3],
          [2, 3, 1],
        ],
        [0, 1, 0.2, 0.5],
      ),
      [0],
      3,
    );
    expect([...found.hops]).toEqual([0, 1, 1, 2]);
    expect([...found.excitatoryPaths]).toEqual([0, 0, 1, 2]);
    expect([...found.inhibitoryPaths]).toEqual([0, 1, 0, 0]);
    expect([...found.excitatoryInfluence]).toEqual([0, 0, 1, 1]);
  });

  it('takes no connection whose sign is not known, and is refused without any', () => {
    const found = signedReach(
      signed(
        [
          [0, 1],
          [1, 2],
        ],
        [1, Number.NaN],
      ),
      [0],
      3,
    );
    expect([...found.hops]).toEqual([0, 1, -1, -1]);
    expect(found.unsigned).toBe(1);
    expect(() => signedReach(graphOf(2, [[0, 1]]), [0], 2)).toThrow(/No connection is known/);
  });
});

describe('beside chance', () => {
  it('a ring lattice with a few short cuts is a small world', () => {
    const random = seededRandom('ring');
    const edges = Array.from({ length: 300 }, (_, i) =>
      [1, 2, 3, 4].map((step) => [i, random.next() < 0.05 ? random.below(300) : (i + step) % 300]),
    ).flat();
    const unique = [...new Map(edges.map(([a, b]) => [300 * a + b, [a, b]])).values()];
    const found = smallWorld(graphOf(300, unique), { draws: 3, sources: null, seed: '1' });
    expect(found.clustering / found.nullClustering).toBeGreaterThan(5);
    expect(found.sigma).toBeGreaterThan(3);
  });

  it('a rich club has a z-score, and its bounds leave ever fewer neurons', () => {
    const random = seededRandom('club');
    const edges = Array.from({ length: 4000 }, () => {
      const skewed = () => Math.floor(200 * random.next() ** 2);
      return [skewed(), skewed()];
    });
    const unique = [...new Map(edges.map(([a, b]) => [200 * a + b, [a, b]])).values()];
    const graph = graphOf(200, unique);
    const bounds = richClubDegrees(graph, 6);
    const club = richClub(graph, bounds, 4, '1');
    expect(club.map(({ neurons }) => neurons)).toEqual(
      club.map(({ neurons }) => neurons).sort((a, b) => b - a),
    );
    expect(club.at(-1)!.neurons).toBeLessThan(15);
    for (const { density, nullDensity, nullDeviation, z } of club)
      if (z !== null) expect(z).toBeCloseTo((density - nullDensity) / nullDeviation, 9);
  });
});
