import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  clustering,
  communities,
  degrees,
  meanPathLength,
  pageRank,
  pathMeasures,
  projectEdges,
  readGraphFiles,
  richClub,
  richClubDegrees,
  signedReach,
  undirected,
  modularity,
  type Projection,
} from '@stratome/connectome';
import { seededRandom } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { runPython } from './clients/python.js';

/* Measures of whole graphs beside those of igraph, NetworkX and NumPy. */

const shared = process.env.STRATOME_SHARED || fileURLToPath(new URL('../../shared', import.meta.url));
const larva = join(shared, 'data/graphs/neuropull/data/maggot_brain');

/** Neurons in three groups that prefer their own; some have no inputs, some no outputs. */
function grouped(): Projection {
  const random = seededRandom('grouped');
  const n = 240;
  const [sources, targets, weights]: number[][] = [[], [], []];
  for (let a = 0; a < n; a++)
    for (let b = 0; b < n; b++) {
      if (a === b || a % 40 === 7 || b % 40 === 9) continue;
      if (random.next() >= (a % 3 === b % 3 ? 0.06 : 0.008)) continue;
      sources.push(a);
      targets.push(b);
      weights.push(1 + random.below(20));
    }
  const bodyIds = BigInt64Array.from({ length: n }, (_, i) => BigInt(5 * i + 1));
  const columns = [sources, targets, weights].map((column) => Int32Array.from(column));
  return projectEdges(bodyIds, { sources: columns[0], targets: columns[1], weights: columns[2] });
}

async function larvalBrain(): Promise<Projection> {
  const { bodyIds, edges } = await readGraphFiles(larva);
  return projectEdges(bodyIds, edges);
}

function sourcesOf({ bodyIds, outputs }: Projection): number[] {
  return Array.from(bodyIds).flatMap((_, i) =>
    Array.from({ length: outputs.offsets[i + 1] - outputs.offsets[i] }, () => i),
  );
}

function expectClose(ours: ArrayLike<number>, theirs: readonly number[], relative: number) {
  expect(ours.length).toBe(theirs.length);
  const largest = Math.max(...theirs.map(Math.abs));
  const worst = theirs.reduce((most, value, i) => Math.max(most, Math.abs(value - ours[i])), 0);
  expect(worst / largest).toBeLessThan(relative);
}

describe.each([
  ['a graph of groups', grouped],
  ...(existsSync(larva) ? ([['the larval brain', larvalBrain]] as const) : []),
] as const)('measures of %s', (_, open) => {
  it('are those of igraph, NetworkX and NumPy', async () => {
    const plain = await open();
    const random = seededRandom('signs');
    const signs = Array.from(plain.outputs.targets, () => (random.next() < 0.7 ? 1 : -1));
    const graph = { ...plain, excitatoryShares: Float32Array.from(signs, (sign) => (sign > 0 ? 0.9 : 0.1)) };
    const found = communities(graph, { resolution: 1, rounds: 10, seed: '1' });
    const again = communities(graph, { resolution: 1, rounds: 10, seed: '1' });
    expect(again).toEqual(found);
    const from = [3, 11];
    const club = richClubDegrees(graph, 4)[2];
    const theirs = await runPython('measure_circuit.py', {
      neurons: graph.bodyIds.length,
      sources: sourcesOf(graph),
      targets: [...graph.outputs.targets],
      weights: [...graph.outputs.weights],
      membership: [...found.membership],
      resolution: 1,
      signs,
      from,
      hops: 4,
      club,
    });

    const { inDegree, outStrength } = degrees(graph);
    expect([...inDegree]).toEqual(theirs.inDegree);
    expect([...outStrength]).toEqual(theirs.outStrength);
    expectClose(pageRank(graph, 0.85), theirs.pageRank, 1e-6);

    const paths = pathMeasures(graph, { sources: null, seed: '1' });
    expectClose(paths.betweenness, theirs.betweenness, 1e-9);
    expectClose(paths.harmonic, theirs.harmonic, 1e-9);
    if (theirs.closeness) {
      expectClose(paths.closeness, theirs.closeness, 1e-9);
      expectClose(clustering(graph), theirs.clustering, 1e-9);
    }
    expect(paths.meanPathLength).toBeCloseTo(theirs.meanPathLength, 9);
    expect(paths.longestPath).toBe(theirs.longestPath);
    expect(meanPathLength(graph, { sources: null, seed: '1' }).length).toBeCloseTo(theirs.meanPathLength, 9);

    expect(found.modularity).toBeCloseTo(theirs.modularity, 9);
    expect(modularity(undirected(graph), found.membership, 1)).toBeCloseTo(found.modularity, 12);
    expect(found.modularity).toBeGreaterThan(0.99 * theirs.leiden);
    expect(theirs.connectedCommunities).toBe(true);
    expect(richClub(graph, [club], 2, '1')[0].density).toBeCloseTo(theirs.clubDensity, 12);

    const reach = signedReach(graph, from, 4);
    const ours = [
      reach.excitatoryPaths,
      reach.inhibitoryPaths,
      reach.excitatoryInfluence,
      reach.inhibitoryInfluence,
    ];
    for (const [i, values] of ours.entries()) expectClose(values, theirs.signed[i], 1e-9);
  });
});

describe('paths', () => {
  it('from a sample of sources come near to the exact ones', async () => {
    const graph = grouped();
    const exact = pathMeasures(graph, { sources: null, seed: '1' });
    const sources = Math.round(graph.bodyIds.length / 4);
    const sampled = pathMeasures(graph, { sources, seed: '2' });
    expect(sampled.sources).toBe(sources);
    expect(Math.abs(sampled.meanPathLength / exact.meanPathLength - 1)).toBeLessThan(0.03);
    const order = (values: Float64Array) =>
      Array.from(values, (_, i) => i).sort((a, b) => values[b] - values[a]);
    const top = order(exact.betweenness).slice(0, 20);
    const found = new Set(order(sampled.betweenness).slice(0, 30));
    expect(top.filter((i) => found.has(i)).length).toBeGreaterThanOrEqual(14);
    expect(pathMeasures(graph, { sources, seed: '2' })).toEqual(sampled);
  });
});
