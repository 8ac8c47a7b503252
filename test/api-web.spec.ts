import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { webApp } from '@stratome/api';
import type { ConnectionRow, NeuronRow } from '@stratome/connectome';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type Data, type TestApi } from './api-server.js';
import { plantConnectome } from './graph-tissue.js';

const dataset = 'apiWeb';
let api: TestApi;

beforeAll(async () => {
  api = await startTestApi(dataset);
});

afterAll(() => api.stop());

const planted = () => plantConnectome(dataset).connections as ConnectionRow[];

describe('what the web app asks for', () => {
  it('tells the health of each server', async () => {
    const { health } = await api.answer('{ health { workers services { name ok answeredMs trouble } } }');
    expect(health.workers).toBeNull();
    expect(health.services.map(({ name, ok }: Data) => [name, ok])).toEqual([
      ['Neo4j', true],
      ['PostgreSQL', true],
    ]);
  });

  it('says which server is not well', async () => {
    const { graph } = api;
    const run = graph.run.bind(graph);
    graph.run = () => Promise.reject(new Error('gone'));
    try {
      const { health } = await api.answer('{ health { services { name ok trouble } } }');
      expect(health.services[0]).toMatchObject({ name: 'Neo4j', ok: false });
      expect(health.services[0].trouble).toMatch(/does not answer/);
      expect(health.services[1]).toMatchObject({ name: 'PostgreSQL', ok: true });
    } finally {
      graph.run = run;
    }
  });

  it('lists runs of all datasets, the latest first', async () => {
    const { recentRuns } = await api.answer('{ recentRuns(first: 1000) { id dataset startedAt } }');
    expect(recentRuns).toContainEqual(expect.objectContaining({ id: api.runId, dataset }));
    const times = recentRuns.map(({ startedAt }: Data) => Date.parse(startedAt));
    expect(times).toEqual(times.toSorted((a: number, b: number) => b - a));
  });

  it('finds the connections among some neurons', async () => {
    const bodyIds = ['1', '2', '3', '4', '5', '6', '7', '8'];
    const { connectionsBetween } = await api.answer(
      `query ($dataset: String!, $ids: [Int64!]!) { connectionsBetween(dataset: $dataset, bodyIds: $ids) { preBodyId postBodyId weight } }`,
      { ids: bodyIds },
    );
    const expected = planted().filter(
      (c) =>
        bodyIds.includes(String(c.preBodyId)) && bodyIds.includes(String(c.postBodyId)) && c.weight >= 1n,
    );
    expect(expected.length).toBeGreaterThan(0);
    const key = (c: Data | ConnectionRow) => `${c.preBodyId}>${c.postBodyId}:${c.weight}`;
    expect(connectionsBetween.map(key).toSorted()).toEqual(expected.map(key).toSorted());
  });

  it('counts reciprocal pairs and finds common partners', async () => {
    const { motifs } = await api.answer(
      'query ($dataset: String!) { motifs(dataset: $dataset, first: 1000) { reciprocal { bodyId partnerId weightThere weightBack } } }',
    );
    const weights = new Map(planted().map((c) => [`${c.preBodyId}>${c.postBodyId}`, c.weight]));
    const pairs = planted().filter(
      (c) =>
        c.preBodyId < c.postBodyId &&
        c.weight >= 1n &&
        (weights.get(`${c.postBodyId}>${c.preBodyId}`) ?? 0n) >= 1n,
    );
    expect(motifs.reciprocal.length).toBe(pairs.length);
    const { commonPartners } = await api.answer(
      'query ($dataset: String!) { commonPartners(dataset: $dataset, bodyIds: ["1"], direction: "downstream", first: 1000) { bodyId totalWeight } }',
    );
    const outputs = planted().filter((c) => c.preBodyId === 1n && c.weight >= 1n);
    expect(commonPartners.map(({ bodyId }: Data) => bodyId).toSorted()).toEqual(
      outputs.map((c) => String(c.postBodyId)).toSorted(),
    );
  });

  it('finds neurons whose box meets a box', async () => {
    const neurons = (plantConnectome(dataset).neurons as NeuronRow[]).filter(({ neuron }) => neuron);
    const found = async (begin: number, end: number) => {
      const box = { begin: { x: begin, y: begin, z: 0 }, end: { x: end, y: end, z: 4 } };
      const { neurons: page } = await api.answer(
        'query ($dataset: String!, $box: VoxelBoxInput) { neurons(dataset: $dataset, box: $box, first: 1000) { items { bodyId } } }',
        { box },
      );
      return page.items.map(({ bodyId }: Data) => bodyId);
    };
    const meets = (begin: number, end: number) =>
      neurons
        .filter(({ box: { begin: low, end: high } }) =>
          [1, 2].every((axis) => low[axis] < end && high[axis] > begin),
        )
        .map(({ bodyId }) => String(bodyId));
    expect(meets(99, 120)).toHaveLength(60);
    for (const [begin, end] of [
      [0, 50],
      [99, 120],
      [100, 200],
    ])
      expect(await found(begin, end)).toEqual(meets(begin, end));
  });

  it('knows the stage runs and which read what another made', async () => {
    const { stageRuns } = await api.answer(
      'query ($dataset: String!) { stageRuns(dataset: $dataset) { runId stage parametersJson } }',
    );
    const nameOf = new Map<string, string>(stageRuns.map(({ runId, stage }: Data) => [runId, stage]));
    const { runInputs } = await api.answer(
      'query ($dataset: String!, $ids: [String!]!) { runInputs(dataset: $dataset, runIds: $ids) { runId sourceRunId artifacts kinds } }',
      { ids: [...nameOf.keys()] },
    );
    const edges = runInputs.map(({ runId, sourceRunId }: Data) => [
      nameOf.get(sourceRunId),
      nameOf.get(runId),
    ]);
    expect(edges.map(([, reader]: string[]) => reader)).toContain('synapses');
    for (const [source, reader] of edges) expect(source).not.toBe(reader);
  });
});

describe('Cypher of a reader’s own', () => {
  const ask = (statement: string, parametersJson = '{}', rowLimit = 5) =>
    api.ask(
      'query ($s: String!, $p: String!, $n: Int!) { cypher(statement: $s, parametersJson: $p, rowLimit: $n) { columns rowsJson truncated } }',
      { s: statement, p: parametersJson, n: rowLimit },
    );

  it('is answered in rows, cut at the limit', async () => {
    const statement =
      'MATCH (n:Neuron {dataset: $dataset}) WHERE n.bodyId < $below RETURN n.bodyId AS id ORDER BY id';
    const { data } = await ask(statement, JSON.stringify({ dataset, below: 4 }));
    expect(data.cypher).toEqual({ columns: ['id'], rowsJson: '[[1],[2],[3]]', truncated: false });
    const cut = await ask(statement, JSON.stringify({ dataset, below: 100 }), 2);
    expect(cut.data.cypher).toMatchObject({ rowsJson: '[[1],[2]]', truncated: true });
  });

  it('keeps whole numbers that JSON cannot hold', async () => {
    const { data } = await ask('RETURN 9007199254740993 AS big, 7 AS small');
    expect(data.cypher.rowsJson).toBe('[["9007199254740993",7]]');
  });

  it.each([
    ['CREATE (n:Sneaked) RETURN n', '{}'],
    ["LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line", '{}'],
    ['MATCH (n RETURN n', '{}'],
    ['RETURN 1', 'no json'],
    ['RETURN 1', '[1]'],
  ])('%s with %s is refused', async (statement, parameters) => {
    const { errors } = await ask(statement, parameters);
    expect(errors![0].extensions).toEqual({ code: 'BAD_USER_INPUT' });
  });

  it('shows the statements behind the API', async () => {
    const { cypherStatements } = await api.answer(
      '{ cypherStatements(names: ["neurons"]) { name text parameters } }',
    );
    expect(cypherStatements).toHaveLength(1);
    expect(cypherStatements[0].text).toMatch(/^MATCH \(n:Neuron/);
    expect(cypherStatements[0].parameters).toContain('minSynapses');
    const all = (await api.answer('{ cypherStatements { name } }')).cypherStatements;
    expect(all.map(({ name }: Data) => name)).not.toContain('deleteDatasetBatch');
  });
});

describe('the files of the web app', () => {
  let folder: string;
  let server: Server;
  let address: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'web-'));
    await mkdir(join(folder, 'app/assets'), { recursive: true });
    await mkdir(join(folder, 'viewer'), { recursive: true });
    await writeFile(join(folder, 'app/index.html'), 'the app');
    await writeFile(join(folder, 'viewer/index.html'), 'the viewer');
    await writeFile(join(folder, 'app/assets/index-abcdefgh.js'), 'plain');
    await writeFile(join(folder, 'app/assets/index-abcdefgh.js.br'), 'packed');
    const handle = webApp(join(folder));
    server = createServer((request, response) =>
      handle(request, response, () => response.writeHead(404).end()),
    );
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    await new Promise((done) => server.close(done));
    await rm(folder, { recursive: true });
  });

  const get = async (path: string, encoding = 'identity') => {
    const response = await fetch(address + path, { headers: { 'accept-encoding': encoding } });
    return { status: response.status, text: await response.text(), headers: response.headers };
  };

  it.each(['/', '/d/phantom/circuits/partners?id=7', '/d/phantom/quality'])('%s is the app', async (path) => {
    const { text, headers } = await get(path);
    expect(text).toBe('the app');
    expect(headers.get('cache-control')).toBe('no-cache');
  });

  it('keeps what has a hash in its name, and prefers the packed form', async () => {
    const { text, headers } = await get('/assets/index-abcdefgh.js');
    expect([text, headers.get('cache-control')]).toEqual(['plain', 'public, max-age=31536000, immutable']);
    const response = await fetch(`${address}/assets/index-abcdefgh.js`, {
      headers: { 'accept-encoding': 'br' },
      method: 'HEAD',
    });
    expect(response.headers.get('content-encoding')).toBe('br');
    expect(response.headers.get('content-length')).toBe(String('packed'.length));
  });

  it('serves the viewer, and leaves the rest to the API', async () => {
    expect((await get('/viewer/')).text).toBe('the viewer');
    for (const path of [
      '/graphql',
      '/token',
      '/api/version',
      '/volumes/a/head/em',
      '/assets/none.js',
      '/..%2f..%2fetc/passwd.txt',
    ])
      expect((await get(path)).status).toBe(404);
  });

  it('is a page of the API too', async () => {
    const response = await fetch(`${api.address}/`);
    expect([200, 503]).toContain(response.status);
    expect(await response.text()).toMatch(response.status === 200 ? /<div id="app">/ : /npm run build/);
  });
});
