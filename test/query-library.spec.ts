import { deleteDataset, loadConnectome, queries, type ConnectionRow } from '@stratome/connectome';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type Data, type TestApi } from './api-server.js';
import { plantTables } from './neuprint-tissue.js';

/* Circuit queries over GraphQL and as Arrow tables, against the planted tables. */

const dataset = 'queryLibrary';
const { rows, connections, neurons, dataset: description } = plantTables(dataset);
const linked = connections.filter(({ weight }) => weight >= 1n);
let api: TestApi;

beforeAll(async () => {
  api = await startTestApi(dataset);
  await deleteDataset(api.graph, dataset);
  await loadConnectome(api.graph, description, 1n, rows);
  const seen = { expectedRevision: 0n, expectedEpoch: 0n };
  await api.graph.run(queries.setHead, {
    dataset,
    ...seen,
    revision: 1n,
    committedAt: '2026-01-02T00:00:00Z',
  });
});
afterAll(() => api.stop());

describe('circuit queries', () => {
  it('come in pages that together are the whole', async () => {
    const query = `query ($dataset: String!, $offset: Int!) {
      typeConnections(dataset: $dataset, first: 7, offset: $offset) { preType postType synapses } }`;
    const all: Data[] = [];
    for (let offset = 0; ; offset += 7) {
      const { typeConnections } = await api.answer(query, { offset });
      all.push(...typeConnections);
      if (typeConnections.length < 7) break;
    }
    const typeOf = new Map(neurons.map(({ bodyId, type }) => [bodyId, type]));
    const sums = new Map<string, bigint>();
    for (const { preBodyId, postBodyId, weight } of linked) {
      const pair = `${typeOf.get(preBodyId)}>${typeOf.get(postBodyId)}`;
      sums.set(pair, (sums.get(pair) ?? 0n) + weight);
    }
    expect(new Map(all.map((row) => [`${row.preType}>${row.postType}`, BigInt(row.synapses)]))).toEqual(sums);
    expect(all.length).toBe(sums.size);
  });

  it('answer each of the others with rows', async () => {
    const data = await api.answer(`query ($dataset: String!) {
      hubs(dataset: $dataset, first: 3) { bodyId partners }
      partnersInRoi(dataset: $dataset, bodyIds: ["1", "2"], roi: "west", direction: "upstream") { partnerId weight wholeWeight }
      partnersByConfidence(dataset: $dataset, bodyId: "1", minConfidence: 0.3, layer: "L4", measure: "synapseConfidence", lowest: 0.65) {
        partnerId weight masked storedWeight }
      roiMatrix(dataset: $dataset, rois: ["west", "east"]) { fromRoi toRoi weight }
      roiCompleteness(dataset: $dataset, rois: ["west", "east"]) { roi pre totalPre }
      excitationInhibition(dataset: $dataset, bodyIds: ["1", "2"]) { bodyId excitatoryIn inhibitoryOut }
      excitationInhibitionByRoi(dataset: $dataset, rois: ["west"], minConfidence: 0.5) { roi excitatoryShare }
      neuronsByMorphology(dataset: $dataset, minCableUm: 1, first: 5) { bodyId cableLengthUm }
      triads(dataset: $dataset, bodyIds: ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]) { triad triples }
      feedForwardLoops(dataset: $dataset, bodyIds: ["1", "2", "3", "4", "5"]) { firstId middleId lastId }
    }`);
    for (const [field, found] of Object.entries<Data[]>(data)) expect(found.length, field).toBeGreaterThan(0);
    expect(data.roiMatrix.length).toBe(4);
    const west = data.roiCompleteness.find(({ roi }: Data) => roi === 'west');
    expect(Number(west.pre)).toBeLessThan(Number(west.totalPre));
  });

  it.each([
    ['hubs(dataset: $dataset, first: 5000) { bodyId }', /first is 5000/],
    ['hubs(dataset: $dataset, offset: -1) { bodyId }', /offset is -1/],
    ['triads(dataset: $dataset, bodyIds: []) { triad }', /0 ids are given/],
    ['roiMatrix(dataset: $dataset, rois: []) { weight }', /0 regions are given/],
    ['excitationInhibition(dataset: $dataset, bodyIds: ["9223372036854775808"]) { bodyId }', /2\^63/],
    ['hubs(dataset: "nowhere") { bodyId } head: dataset(name: $dataset) { name }', /no dataset "nowhere"/],
    [
      'partnersInRoi(dataset: $dataset, bodyIds: ["1"], roi: "west", direction: "up") { weight }',
      /no direction/,
    ],
  ])('refuse %s', async (field, reason) => {
    const { errors } = await api.ask(`query ($dataset: String!) { ${field} }`, { dataset });
    expect(errors?.[0].message).toMatch(reason);
  });
});

describe('queries as Arrow tables', () => {
  const ask = (name: string, parameters: Record<string, string>) =>
    fetch(`${api.address}/api/queries/${name}/table?${new URLSearchParams(parameters)}`);

  it('are typed and whole, and say of which revision', async () => {
    const response = await ask('strongestConnections', { dataset, minWeight: '1', limit: '100000' });
    expect(response.headers.get('x-stratome-revision')).toBe('1');
    const table = tableFromIPC(new Uint8Array(await response.arrayBuffer()));
    expect(table.numRows).toBe(linked.length);
    expect(String(table.schema.fields[0].type)).toBe('Int64');
    const weights = new Map(linked.map((c: ConnectionRow) => [`${c.preBodyId} ${c.postBodyId}`, c.weight]));
    for (const row of table) expect(row!.weight).toBe(weights.get(`${row!.preBodyId} ${row!.postBodyId}`));
  });

  it.each([
    ['nonsense', {}, 404, /no query "nonsense"/],
    ['setHead', {}, 404, /no query "setHead"/],
    ['hubs', { dataset }, 400, /hubs needs minWeight, limit/],
    ['hubs', { dataset, minWeight: 'x', limit: '5' }, 400, /minWeight/],
    ['hubs', { dataset: 'nowhere', minWeight: '1', limit: '5' }, 404, /no dataset/],
  ])('refuse %s %j', async (name, parameters, status, reason) => {
    const response = await ask(name, parameters as Record<string, string>);
    expect(response.status).toBe(status);
    expect(((await response.json()) as Data).error).toMatch(reason);
  });
});
