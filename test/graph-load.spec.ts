import { deleteDataset, loadConnectome, migrate, queries, readOnly, type Graph } from '@stratome/connectome';
import type { ArtifactRow, PlainValue, SynapseRow } from '@stratome/connectome';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  artifact,
  columns,
  columnsBehindSynapses,
  datasetRow,
  migrationFolder,
  modelHash,
  openTestGraph,
  plantConnectome,
  tilesUnder,
} from './graph-tissue.js';

const limits = { timeoutMs: 60_000, maxRows: 1_000_000 };
const a = 'graphTestA';
const b = 'graphTestB';
let graph: Graph;

async function ask(cypher: string, params = {}): Promise<PlainValue[][]> {
  return (await readOnly(graph, cypher, params, limits)).rows;
}

/** Every node and relationship of a dataset with all it carries, in an order of its own. */
async function contentOf(dataset: string): Promise<string> {
  const rows = await ask(
    `MATCH (n {dataset: $dataset}) OPTIONAL MATCH (n)-[r]->(m)
     RETURN labels(n), properties(n), type(r), properties(r), properties(m)`,
    { dataset },
  );
  const text = (value: unknown) => JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `${v}n` : v));
  return rows.map(text).sort().join('\n');
}

beforeAll(async () => {
  graph = await openTestGraph();
  await migrate(graph, migrationFolder);
  for (const dataset of [a, b]) {
    await deleteDataset(graph, dataset);
    await loadConnectome(graph, datasetRow(dataset), 1n, plantConnectome(dataset));
  }
});

afterAll(async () => {
  for (const dataset of [a, b]) await deleteDataset(graph, dataset);
  await graph.close();
});

describe('loading', () => {
  it('writes every row and counts what it wrote', async () => {
    const rows = plantConnectome(a);
    const counts = await loadConnectome(graph, datasetRow(a), 1n, rows);
    for (const [kind, given] of Object.entries(rows)) {
      expect(counts[kind as keyof typeof counts], kind).toBe([...(given as Iterable<unknown>)].length);
    }
    const summary = await graph.first(queries.graphSummary, { dataset: a });
    expect(summary).toMatchObject({ neurons: 60n, segments: 65n, synapses: 600n, measurements: 4n });
  });

  it('changes nothing when it is replayed', async () => {
    const before = await contentOf(a);
    await loadConnectome(graph, datasetRow(a), 1n, plantConnectome(a));
    expect(await contentOf(a)).toBe(before);
  });

  it('keeps the totals of Meta true', async () => {
    const dataset = (await graph.run(queries.datasets, {})).find((row) => row.dataset === a);
    expect(dataset).toMatchObject({ totalPreCount: 600n, totalPostCount: 600n, voxelSize: [4, 4, 40] });
  });

  it('writes neuPrint labels of the dataset beside the plain ones', async () => {
    const [[plain, own]] = await ask(
      `MATCH (n:Neuron {dataset: $dataset}) WITH count(n) AS plain
       MATCH (n:graphTestA_Neuron:graphTestA_Segment:Segment) RETURN plain, count(n)`,
      { dataset: a },
    );
    expect([plain, own]).toEqual([60n, 60n]);
  });

  it('takes the label Neuron from a segment that is one no longer', async () => {
    const demoted = { ...([...(plantConnectome(b).neurons as Iterable<never>)][0] as object), neuron: false };
    await loadConnectome(graph, datasetRow(b), 1n, { neurons: [demoted as never] });
    expect(await ask('MATCH (n:Segment {dataset: $b, bodyId: 1}) RETURN labels(n)', { b })).toEqual([
      [expect.not.arrayContaining(['Neuron', `${b}_Neuron`])],
    ]);
    await loadConnectome(graph, datasetRow(b), 1n, { neurons: plantConnectome(b).neurons });
  });

  it('refuses a synapse of an unknown segment by name and writes nothing of its batch', async () => {
    const [first] = plantConnectome(a).synapses as Iterable<SynapseRow>;
    const stray = { ...first, synapseId: 900_002n, postBodyId: 777_777n };
    const sound = { ...first, synapseId: 900_001n };
    await expect(loadConnectome(graph, datasetRow(a), 1n, { synapses: [sound, stray] })).rejects.toThrow(
      /900002.*777777/,
    );
    expect(await ask('MATCH (s:Synapse {dataset: $a}) WHERE s.siteId > 900000 RETURN s', { a })).toEqual([]);
  });

  it('refuses an artefact made from one that was never written', async () => {
    const orphan: ArtifactRow = {
      ...artifact(a, 'synapses', '9/9'),
      layer: 'L4',
      pixelsFrom: [artifact(a, 'em', '9/9')],
      parametersFrom: [],
    };
    await expect(loadConnectome(graph, datasetRow(a), 1n, { artifacts: [orphan] })).rejects.toThrow(
      /em 9\/9/,
    );
  });

  it('refuses a dataset name that could not be a label', async () => {
    await expect(loadConnectome(graph, { ...datasetRow(a), dataset: 'a`b' }, 1n, {})).rejects.toThrow(
      /not a dataset name/,
    );
  });
});

describe('two datasets that share ids', () => {
  it('have no relationship from one into the other', async () => {
    const mixed = await ask(
      'MATCH (n)-[r]->(m) WHERE n.dataset <> m.dataset RETURN n.dataset, type(r), m.dataset LIMIT 5',
    );
    expect(mixed).toEqual([]);
  });

  it('answer each for itself', async () => {
    for (const dataset of [a, b]) {
      const [neuron] = await graph.run(queries.neuronsById, { dataset, bodyIds: [1n] });
      expect(neuron.instance).toBe(`body 1 of ${dataset}`);
      const planted = plantConnectome(dataset).connections as {
        preBodyId: bigint;
        postBodyId: bigint;
        weight: bigint;
      }[];
      const expected = planted.filter((c) => c.preBodyId === 1n && c.weight >= 1n);
      const partners = await graph.run(queries.downstreamPartners, {
        dataset,
        bodyIds: [1n],
        minWeight: 1n,
        limit: 500,
      });
      expect(new Map(partners.map((p) => [p.partnerId, p.weight]))).toEqual(
        new Map(expected.map((c) => [c.postBodyId, c.weight])),
      );
      const box = {
        low: { x: 0, y: 0, z: 0 },
        high: { x: 50, y: 50, z: 4 },
        minConfidence: 0,
        after: -1n,
        limit: 5000,
      };
      const inside = await graph.run(queries.synapsesInBox, { dataset, ...box });
      const synapses = plantConnectome(dataset).synapses as SynapseRow[];
      expect(inside.map((s) => s.siteId)).toEqual(
        synapses.filter(({ postLocation: p }) => p.x < 50 && p.y < 50).map((s) => s.synapseId),
      );
    }
  });
});

describe('provenance', () => {
  const tilesBehind = (column: string) => columnsBehindSynapses(column).flatMap(tilesUnder).sort();

  it.each(columns)(
    'goes from a synapse of column %s to exactly the tiles under its pixels',
    async (column) => {
      const siteId = BigInt(columns.indexOf(column) + 1);
      for (const type of ['pre', 'post']) {
        const found = await graph.first(queries.synapseProvenance, { dataset: a, siteId, type });
        expect(found!.tiles.map((tile) => tile.tileId)).toEqual(tilesBehind(column));
        expect(found!.runs.map((run) => run.stage)).toEqual(['render', 'segment', 'synapses']);
      }
    },
  );

  it('names the model, parameters, code and environment of each run on the way', async () => {
    const found = await graph.first(queries.synapseProvenance, { dataset: a, siteId: 1n, type: 'post' });
    expect(found!.runs.at(-1)).toMatchObject({
      modelId: 'synapse-net',
      modelHash,
      parametersJson: '{"stage":"synapses"}',
      codeRevision: 'abcdef0123456789',
      executionProvider: 'cpu',
    });
    expect(found!.parameterSources.map((source) => source.kind)).toContain('agglomeration');
  });

  it('goes from a neuron through its fragments, and from a connection through its synapses', async () => {
    const neuron = await graph.first(queries.neuronProvenance, { dataset: a, bodyId: 1n });
    expect(neuron!.tiles.map((tile) => tile.tileId)).toEqual(tilesUnder(columns[0]));
    const synapses = (plantConnectome(a).synapses as SynapseRow[]).filter((s) => s.postBodyId !== null);
    const { preBodyId, postBodyId } = synapses[0];
    const behind = synapses.filter((s) => s.preBodyId === preBodyId && s.postBodyId === postBodyId);
    const tiles = new Set(behind.flatMap((s) => tilesBehind(s.derivedFrom!.key)));
    const connection = await graph.first(queries.connectionProvenance, {
      dataset: a,
      preBodyId: preBodyId!,
      postBodyId: postBodyId!,
    });
    expect(connection!.tiles.map((tile) => tile.tileId)).toEqual([...tiles].sort());
  });

  it('goes from a tile and from a model down to what they touched, in one dataset', async () => {
    const tile = await graph.first(queries.tileImpact, { dataset: a, tileId: '2/0/0', limit: 10 });
    const synapses = plantConnectome(a).synapses as SynapseRow[];
    const rests = synapses.filter((s) => columnsBehindSynapses(s.derivedFrom!.key).includes('0/0'));
    expect(tile).toMatchObject({ synapses: BigInt(rests.length), segments: 1n, bodyIds: [1n] });
    const model = await graph.first(queries.modelImpact, { dataset: a, modelHash, limit: 3 });
    expect(model).toMatchObject({
      synapses: 600n,
      siteIds: [1n, 2n, 3n],
      artifacts: [{ kind: 'synapses', count: 4n }],
    });
  });
});

describe('Head', () => {
  it('moves once for one expectation', async () => {
    const move = {
      dataset: a,
      expectedRevision: 0n,
      expectedEpoch: 0n,
      revision: 1n,
      committedAt: '2026-01-02T00:00:00Z',
    };
    const results = await Promise.all([1, 2, 3].map(() => graph.run(queries.setHead, move)));
    expect(results.flat()).toEqual([{ revision: 1n, epoch: 1n }]);
    expect(await graph.run(queries.head, { dataset: a })).toEqual([{ revision: 1n, epoch: 1n }]);
    expect(await graph.run(queries.head, { dataset: b })).toEqual([{ revision: 0n, epoch: 0n }]);
  });
});

it('deletes a dataset whole and nothing else', async () => {
  const other = await contentOf(b);
  await deleteDataset(graph, a, 500);
  expect(await ask('MATCH (n {dataset: $a}) RETURN count(n)', { a })).toEqual([[0n]]);
  expect(await contentOf(b)).toBe(other);
});
