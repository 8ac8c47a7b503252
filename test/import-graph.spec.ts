import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  deleteDataset,
  loadGraph,
  migrate,
  queries,
  readGraphFiles,
  synapsesOf,
  type Graph,
} from '@stratome/connectome';
import type { ImportedGraph } from '@stratome/connectome';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrationFolder, openTestGraph } from './graph-tissue.js';

const shared = process.env.STRATOME_SHARED || fileURLToPath(new URL('../../shared', import.meta.url));
const graphs = join(shared, 'data/graphs');
const dataset = 'importGraph';
const target = { dataset, editedAt: '2026-01-02T00:00:00Z', uuid: 'test', status: 'Traced' };

const small: ImportedGraph = {
  bodyIds: BigInt64Array.of(3n, 5n, 720575940629970489n),
  neurons: [{ type: 'KC' }, {}, { type: "MBON01(y5B'2a)_R", status: 'Orphan' }],
  edges: {
    sources: Int32Array.of(0, 0, 2),
    targets: Int32Array.of(1, 2, 0),
    weights: Int32Array.of(4, 2, 9),
  },
  unconnected: 0,
};

let graph: Graph;
beforeAll(async () => {
  graph = await openTestGraph();
  await migrate(graph, migrationFolder);
  await deleteDataset(graph, dataset);
});
afterAll(async () => {
  await deleteDataset(graph, dataset);
  await graph.close();
});

describe('an imported graph', () => {
  it('is a dataset at revision 1 with its neurons and connections', async () => {
    expect(await loadGraph(graph, target, small)).toEqual({ neurons: 3, connections: 3, synapses: 15n });
    const found = await graph.run(queries.neurons, { dataset, minSynapses: 0n, after: -1n, limit: 9 });
    expect(found.map(({ bodyId, type, pre, post }) => [bodyId, type, pre, post])).toEqual([
      [3n, 'KC', 6n, 9n],
      [5n, null, 0n, 4n],
      [720575940629970489n, "MBON01(y5B'2a)_R", 9n, 2n],
    ]);
    const partners = await graph.run(queries.downstreamPartners, {
      dataset,
      bodyIds: [3n],
      minWeight: 1n,
      limit: 9,
    });
    expect(partners.map(({ partnerId, weight }) => [partnerId, weight])).toEqual([
      [5n, 4n],
      [720575940629970489n, 2n],
    ]);
    expect(await graph.run(queries.head, { dataset })).toMatchObject([{ revision: 1n }]);
  });

  it('is not written over', async () => {
    await expect(loadGraph(graph, target, small)).rejects.toThrow(/exists/);
  });

  it('leaves nothing behind when the writing fails', async () => {
    await deleteDataset(graph, dataset);
    const broken = {
      ...small,
      edges: { ...small.edges, weights: Int32Array.of(4, 2, 9), targets: Int32Array.of(1, 2, 7) },
    };
    await expect(loadGraph(graph, target, broken)).rejects.toThrow();
    const { records } = await graph.driver.executeQuery(
      'MATCH (n {dataset: $dataset}) RETURN count(n) AS n',
      { dataset },
    );
    expect(records[0].get('n')).toBe(0n);
    expect(await loadGraph(graph, target, small)).toMatchObject({ connections: 3 });
  });
});

describe.skipIf(!existsSync(graphs))('the larval brain', () => {
  it('has the published totals, from the archive and from the edge list', async () => {
    for (const folder of ['larva', 'neuropull/data/maggot_brain']) {
      const larva = await readGraphFiles(join(graphs, folder));
      expect([larva.bodyIds.length, larva.edges.weights.length, synapsesOf(larva)]).toEqual([
        2952,
        110_677,
        352_611n,
      ]);
    }
  });

  it('is the same graph either way', async () => {
    const [archive, list] = await Promise.all(
      ['larva', 'neuropull/data/maggot_brain'].map((folder) => readGraphFiles(join(graphs, folder))),
    );
    expect(archive.bodyIds).toEqual(list.bodyIds);
    for (const column of ['sources', 'targets', 'weights'] as const)
      expect(archive.edges[column]).toEqual(list.edges[column]);
    // The list tells of axons and dendrites besides.
    expect(Object.keys(list.edgePropertyTypes!)).toEqual([
      'aa_weight',
      'ad_weight',
      'da_weight',
      'dd_weight',
    ]);
    expect(list.edges.properties!.length).toBe(110_677);
  });

  it('C. elegans has names for ids', async () => {
    const worm = await readGraphFiles(join(graphs, 'neuropull/data/c_elegans_hermaphrodite'), {
      ids: 'names',
    });
    expect([worm.bodyIds.length, worm.edges.weights.length]).toEqual([473, 6947]);
    expect(worm.neurons[0].instance).toBe('ADAL');
  });
});
