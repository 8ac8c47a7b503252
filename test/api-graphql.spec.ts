import { readFile } from 'node:fs/promises';
import { schemaText } from '@stratome/api';
import { loadConnectome, type ConnectionRow, type SynapseRow } from '@stratome/connectome';
import { measures, measuresOf } from '@stratome/diagnostics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, supervoxelId, type Data, type TestApi } from './api-server.js';
import { columnsBehindSynapses, datasetRow, plantConnectome, runId, tilesUnder } from './graph-tissue.js';

const dataset = 'apiGraphql';
let api: TestApi;

beforeAll(async () => {
  api = await startTestApi(dataset);
});

afterAll(() => api.stop());

const plantedConnections = () => plantConnectome(dataset).connections as ConnectionRow[];
const plantedSynapses = () => plantConnectome(dataset).synapses as SynapseRow[];

describe('GraphQL', () => {
  it('describes a dataset', async () => {
    const { dataset: found } = await api.answer(
      `query ($name: String!) { dataset(name: $name) { name revision voxelNm { x z } shape { x y z } summary { neurons synapses }
         measures { layer measure cells } volumes { name path } } }`,
      { name: dataset },
    );
    expect(found).toEqual({
      name: dataset,
      revision: '1',
      voxelNm: { x: 4, z: 40 },
      shape: { x: 200, y: 200, z: 4 },
      summary: { neurons: '60', synapses: '600' },
      measures: [{ layer: 'L4', measure: 'synapseConfidence', cells: '4' }],
      volumes: ['segmentation', 'supervoxels'].map((name) => ({
        name,
        path: `/volumes/${dataset}/1/${name}`,
      })),
    });
  });

  it('gives all partners of a neuron, page by page', async () => {
    const query = `query ($d: String!, $after: String) { partners(dataset: $d, bodyId: "1", direction: "downstream", first: 1, after: $after) {
      next items { partnerId weight } } }`;
    const found: { partnerId: string; weight: string }[] = [];
    for (let after: string | null = null; ; ) {
      const { partners }: Data = await api.answer(query, { d: dataset, after });
      found.push(...partners.items);
      after = partners.next;
      if (after === null) break;
    }
    const expected = plantedConnections()
      .filter((c) => c.preBodyId === 1n && c.weight >= 1n)
      .toSorted((a, b) => Number(b.weight - a.weight) || Number(a.postBodyId - b.postBodyId));
    expect(expected.length).toBeGreaterThan(1);
    expect(found).toEqual(
      expected.map((c) => ({ partnerId: String(c.postBodyId), weight: String(c.weight) })),
    );
    const wrong = await api.ask(query, { d: dataset, after: 'yesterday' });
    expect(wrong.errors?.[0].message).toMatch(/no cursor/);
  });

  it('gives all neurons, page by page, with their partners by weight', async () => {
    const query = `query ($dataset: String!, $after: Int64) { neurons(dataset: $dataset, first: 25, after: $after) {
      next items { bodyId downstreamPartners(first: 100) { partnerId weight neuron { instance } } } } }`;
    const seen = new Map<string, { partnerId: string; weight: string; neuron: { instance: string } }[]>();
    let after: string | null = null;
    let pages = 0;
    do {
      const page: Data = (await api.answer(query, { dataset, after })).neurons;
      for (const { bodyId, downstreamPartners } of page.items) seen.set(bodyId, downstreamPartners);
      after = page.next;
      pages += 1;
    } while (after !== null);
    expect([pages, seen.size]).toEqual([3, 60]);
    for (const [bodyId, partners] of seen) {
      const expected = plantedConnections().filter((c) => String(c.preBodyId) === bodyId && c.weight >= 1n);
      const byWeight = partners.map((partner) => Number(partner.weight));
      expect(byWeight).toEqual(byWeight.toSorted((a, b) => b - a));
      expect(new Map(partners.map((p) => [p.partnerId, p.weight]))).toEqual(
        new Map(expected.map((c) => [String(c.postBodyId), String(c.weight)])),
      );
      for (const p of partners) expect(p.neuron.instance).toBe(`body ${p.partnerId} of ${dataset}`);
    }
  });

  it('asks the graph once for the partners of a page of neurons', async () => {
    const asked: string[] = [];
    const { graph } = api;
    const run = graph.run.bind(graph);
    graph.run = ((query: { name: string }, params: never) => {
      asked.push(query.name);
      return run(query as never, params);
    }) as never;
    try {
      await api.answer(
        `query ($d: String!) { neurons(dataset: $d, first: 20) { items { downstreamPartners(first: 3) { neuron { bodyId } } upstreamPartners(first: 3) { weight } } } }`,
        { d: dataset },
      );
    } finally {
      graph.run = run;
    }
    expect(asked.sort()).toEqual(['downstreamPartners', 'neurons', 'neuronsById', 'upstreamPartners']);
  });

  it('pages the synapses in a box and leads from each to exactly its tiles', async () => {
    const query = `query ($d: String!, $after: Int64) { synapsesInBox(dataset: $d, first: 100, after: $after,
      box: { begin: { x: 0, y: 0, z: 0 }, end: { x: 100, y: 100, z: 4 } }) { next items { siteId } } }`;
    const ids: string[] = [];
    for (let after: string | null = null; ids.length === 0 || after !== null; ) {
      const page: Data = (await api.answer(query, { d: dataset, after })).synapsesInBox;
      ids.push(...page.items.map((synapse: { siteId: string }) => synapse.siteId));
      after = page.next;
    }
    const inside = plantedSynapses().filter(({ postLocation: p }) => p.x < 100 && p.y < 100);
    expect(ids).toEqual(inside.map((synapse) => String(synapse.synapseId)));
    const { synapseProvenance } = await api.answer(
      `query ($d: String!, $id: Int64!) { synapseProvenance(dataset: $d, siteId: $id) { tiles { tileId path } runs { stage modelId } } }`,
      { d: dataset, id: ids[0] },
    );
    const tiles = columnsBehindSynapses('0/0').flatMap(tilesUnder).sort();
    expect(synapseProvenance.tiles.map((tile: { tileId: string }) => tile.tileId)).toEqual(tiles);
    expect(synapseProvenance.runs).toContainEqual({ stage: 'synapses', modelId: 'synapse-net' });
  });

  it('finds paths and the quality field', async () => {
    const { shortestPaths, qualityField } = await api.answer(
      `query ($d: String!) { shortestPaths(dataset: $d, from: "1", to: "2", first: 3) { bodyIds weights bottleneck }
         qualityField(dataset: $d, layer: "L4", measure: "synapseConfidence") { unit grid revision values { cellKey value box { end { x y } } } } }`,
      { d: dataset },
    );
    const weights = new Map(
      plantedConnections().map((c) => [`${c.preBodyId}>${c.postBodyId}`, String(c.weight)]),
    );
    for (const path of shortestPaths) {
      expect([path.bodyIds[0], path.bodyIds.at(-1)]).toEqual(['1', '2']);
      const links = path.bodyIds
        .slice(1)
        .map((id: string, i: number) => weights.get(`${path.bodyIds[i]}>${id}`));
      expect(path.weights).toEqual(links);
    }
    expect(qualityField).toMatchObject({ grid: 'cell', unit: '' });
    expect(qualityField.values[3]).toEqual({
      cellKey: 'cell/0/1/1',
      value: 0.8,
      box: { end: { x: 200, y: 200 } },
    });
  });

  it('says what was measured where the synapses of a connection are', async () => {
    const [{ preBodyId, postBodyId }] = plantedConnections();
    const pair = { d: dataset, pre: String(preBodyId), post: String(postBodyId) };
    const query = `query ($d: String!, $pre: Int64!, $post: Int64!) { connectionQuality(dataset: $d, pre: $pre, post: $post)
      { layer measure unit mean low high cells } }`;
    const [found] = (await api.answer(query, pair)).connectionQuality;
    expect(found).toMatchObject({ layer: 'L4', measure: 'synapseConfidence' });
    const cellsOf = plantedSynapses()
      .filter((s) => s.preBodyId === preBodyId && s.postBodyId === postBodyId)
      .map(({ cellKey }) => cellKey);
    expect(Number(found.cells)).toBe(new Set(cellsOf).size);
    expect(found.low).toBeLessThanOrEqual(found.mean);
    expect(found.mean).toBeLessThanOrEqual(found.high);
  });

  it('knows the segment and the supervoxel at a voxel, whatever the resolution of the segmentation', async () => {
    const query = `query ($d: String!, $x: Float!, $y: Float!) { segmentAt(dataset: $d, point: { x: $x, y: $y, z: 3 }) {
      segmentId supervoxelId segment { instance } } }`;
    expect((await api.answer(query, { d: dataset, x: 19, y: 0 })).segmentAt).toEqual({
      segmentId: '7',
      supervoxelId: String(supervoxelId),
      segment: { instance: `body 7 of ${dataset}` },
    });
    const nothing = { segmentId: '0', supervoxelId: '0', segment: null };
    expect((await api.answer(query, { d: dataset, x: 20, y: 0 })).segmentAt).toEqual(nothing);
    expect((await api.answer(query, { d: dataset, x: -1, y: 0 })).segmentAt).toEqual(nothing);
  });

  it.each([
    ['{ dataset(name: "nowhere") { name } }', /no dataset "nowhere"/, 'NOT_FOUND'],
    [
      `{ neuron(dataset: "${dataset}", bodyId: "9223372036854775808") { bodyId } }`,
      /2\^63/,
      'BAD_USER_INPUT',
    ],
    [`{ neuron(dataset: "${dataset}", bodyId: "seven") { bodyId } }`, /not a id/, 'BAD_USER_INPUT'],
    [`{ neuron(dataset: "${dataset}", bodyId: "12345") { bodyId } }`, /no body 12345/, 'NOT_FOUND'],
    [`{ neurons(dataset: "${dataset}", first: 0) { next } }`, /1 to 1000/, 'BAD_USER_INPUT'],
    [`{ neurons(dataset: "nowhere") { next } }`, /no dataset "nowhere"/, 'NOT_FOUND'],
    ['{ datasets { colour } }', /Cannot query field "colour"/, 'GRAPHQL_VALIDATION_FAILED'],
  ])('%s is refused in a sentence', async (query, message, code) => {
    const { errors } = await api.ask(query);
    expect(errors![0].message).toMatch(message);
    expect(errors![0].extensions).toEqual({ code });
  });

  it('says nothing of the inside when something fails there', async () => {
    const { graph } = api;
    const run = graph.run.bind(graph);
    graph.run = () => Promise.reject(new Error('secret of the inside'));
    try {
      const response = await api.ask('{ datasets { name } }');
      expect(JSON.stringify(response)).not.toMatch(/secret|stack|node_modules/);
      expect(response.errors![0]).toMatchObject({ extensions: { code: 'INTERNAL_SERVER_ERROR' } });
    } finally {
      graph.run = run;
    }
  });
});

it.each(['L1', 'L2', 'L3', 'L4', 'L5'] as const)('gives every measure of %s as a field', async (layer) => {
  const names = measuresOf(layer).filter((measure) => measure !== 'synapseConfidence');
  const cells = ['cell/0/0/0', 'cell/0/0/1'];
  const planted = names.flatMap((measure, n) =>
    cells.map((cellKey, c) => ({
      cellKey,
      layer,
      measure,
      value: n + c / 2,
      unit: measures[measure].unit,
      count: 5n,
      runId: runId(dataset, 'synapses'),
    })),
  );
  await loadConnectome(api.graph, datasetRow(dataset), 1n, { measurements: planted });
  for (const [n, measure] of names.entries()) {
    const query = `query ($d: String!, $l: String!, $m: String!) { qualityField(dataset: $d, layer: $l, measure: $m) {
      unit values { cellKey value count } } }`;
    const { data, errors } = await api.ask(query, { d: dataset, l: layer, m: measure });
    expect(errors).toBeUndefined();
    expect(data.qualityField).toEqual({
      unit: measures[measure].unit,
      values: cells.map((cellKey, c) => ({ cellKey, value: n + c / 2, count: '5' })),
    });
  }
});

it('the emitted schema is that of the code', async () => {
  expect(await readFile(new URL('../apps/api/schema.graphql', import.meta.url), 'utf8')).toBe(
    await schemaText(),
  );
});
