import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { createApi, listenTls, neuprintRoutes, ownCertificate } from '@stratome/api';
import {
  deleteDataset,
  exportGraph,
  loadConnectome,
  loadGraph,
  migrate,
  queries,
  readGraphFiles,
  type Graph,
} from '@stratome/connectome';
import type { SynapseRow } from '@stratome/connectome';
import { hashJson } from '@stratome/core';
import {
  beginRun,
  commitTask,
  openDatabase,
  planStage,
  registerDataset,
  removeDataset,
  takeTask,
} from '@stratome/operations';
import { encodeSkeleton, FileObjectStore, volumeMeta } from '@stratome/storage';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientPython, runPython } from './clients/python.js';
import { migrationFolder, openTestGraph } from './graph-tissue.js';
import { isTraced, plantTables, regionOf, type PlantedTables } from './neuprint-tissue.js';

/*
 * The real neuprint-python against two planted datasets that share all ids; its answers are compared with the tables
 * that were loaded.
 */

const token = 'a-token-for-this-test';
const tables: Record<string, PlantedTables> = { npOne: plantTables('npOne'), npTwo: plantTables('npTwo') };
const one = tables.npOne;
const skeletonBody = 7n;
const imported = 'npImported';

let folder: string;
let graph: Graph;
let db: DataSource;
let api: INestApplication;
let tls: { server: Server; url: string };

// The first use of the client downloads it.
beforeAll(() => clientPython(), 900_000);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neuprint-'));
  graph = await openTestGraph();
  await migrate(graph, migrationFolder);
  for (const { dataset, rows } of Object.values(tables)) {
    await deleteDataset(graph, dataset.dataset);
    await loadConnectome(graph, dataset, 1n, rows);
    await graph.run(queries.setHead, {
      dataset: dataset.dataset,
      expectedRevision: 0n,
      expectedEpoch: 0n,
      revision: 1n,
      committedAt: '2026-01-02T00:00:00Z',
    });
  }
  // The same dataset once more, by way of neuPrint's tables.
  await exportGraph(graph, 'npOne', { folder, format: 'csv', minWeight: 0n, sites: true });
  await deleteDataset(graph, imported);
  const target = { dataset: imported, editedAt: '2026-01-02T00:00:00Z', uuid: 'imported', status: 'Traced' };
  await loadGraph(graph, target, await readGraphFiles(folder));
  db = await openDatabase(process.env.POSTGRES_URL!);
  const store = new FileObjectStore(join(folder, 'store'));
  await plantSkeleton(store);
  api = await createApi({ graph, db, store }, undefined, ['another-token', token]);
  await api.init();
  const certificate = await ownCertificate(join(folder, 'tls'), '127.0.0.1');
  tls = await listenTls(api, certificate, 0, '127.0.0.1');
});

afterAll(async () => {
  tls?.server.closeAllConnections();
  tls?.server.close();
  await api?.close();
  for (const name of [...Object.keys(tables), imported]) await deleteDataset(graph, name);
  await removeDataset(db, 'npOne');
  await db?.destroy();
  await graph?.close();
  await rm(folder, { recursive: true, force: true });
});

/** One skeleton and the volume it goes with, committed by a run. */
async function plantSkeleton(store: FileObjectStore): Promise<void> {
  const source = { sourcePath: '/tiles', manifestHash: hashJson('npOne') };
  await registerDataset(db, { name: 'npOne', voxelNm: [40, 4, 4], ...source });
  const { run } = await beginRun(db, { dataset: 'npOne', parameters: {}, inputHash: hashJson('in') });
  const [taskId] = await planStage(db, run, 'skeletons', [{ key: 'all', plan: {} }]);
  const task = await takeTask(db, taskId);
  const meta = volumeMeta({
    dataset: 'npOne',
    name: 'segmentation',
    content: 'segmentation',
    dtype: 'uint64',
    voxelNm: [40, 4, 4],
    chunk: [4, 50, 50],
    mips: [{ shape: [4, 200, 200], factor: [1, 1, 1] }],
  });
  const skeleton = encodeSkeleton({
    verticesNm: Float32Array.of(0, 0, 0, 40, 8, 16, 80, 8, 16),
    edges: Uint32Array.of(0, 1, 1, 2),
    radiiNm: Float32Array.of(4, 8, 12),
  });
  const artifacts = [
    { kind: 'volume', key: 'segmentation', ...(await store.put(Buffer.from(JSON.stringify(meta)))) },
    { kind: 'skeleton', key: String(skeletonBody), ...(await store.put(skeleton)) },
  ].map(({ kind, key, hash, bytes }) => ({ kind, key, hash, bytes }));
  await commitTask(db, {
    taskId,
    fence: task!.fence,
    revision: run.revision,
    inputHash: hashJson('task npOne'),
    inputs: [],
    artifacts,
    waitingMs: 1,
    ioMs: 1,
    computeMs: 1,
    work: 1,
  });
}

// An answer's shape is the client's; the tests say what they expect of it.
// oxlint-disable-next-line typescript/no-explicit-any
type Answer = any;

async function ask(calls: [string, unknown[]][], dataset = 'npOne'): Promise<Answer[]> {
  const certificate = join(folder, 'tls', 'cert.pem');
  return (await runPython('ask_neuprint.py', {
    server: tls.url,
    token,
    dataset,
    certificate,
    calls,
  })) as Answer[];
}

const ids = (rows: Answer[]) => rows.map((row: { bodyId: number }) => BigInt(row.bodyId));
const strong = ({ connections }: PlantedTables, least = 1n) =>
  connections.filter(({ weight }) => weight >= least);
const neuronIds = new Set(one.neurons.filter(({ neuron }) => neuron).map(({ bodyId }) => bodyId));
const pairOfRow = (row: { preBodyId: bigint; postBodyId: bigint }) => `${row.preBodyId}>${row.postBodyId}`;
const pairOf = (row: Answer) => `${row.bodyId_pre}>${row.bodyId_post}`;
/** neuPrint's clients leave out what is below the dataset's threshold. */
const counts = ({ confidence }: SynapseRow) => confidence > one.dataset.thresholds.postHighAccuracy;
const paired = ({ preBodyId, postBodyId }: SynapseRow) => preBodyId !== null && postBodyId !== null;
const rounded = (value: number) => Math.fround(value).toFixed(5);

describe('neuprint-python finds', () => {
  it('every neuron with its counts, also by regions', async () => {
    const [all, named, few] = await ask([
      ['neurons', [{}]],
      ['neurons', [{ type: "MBON01(y5B'2a)_R", regex: false }]],
      ['neurons', [{ status: 'Traced', inputRois: ['west'], outputRois: ['east'], roi_req: 'all' }]],
    ]);
    const neurons = one.neurons.filter(({ neuron }) => neuron);
    expect(
      all.neurons.map((n: Answer) => [n.bodyId, n.pre, n.post, n.size, n.status, n.type, n.instance]),
    ).toEqual(
      neurons.map((n) => [
        Number(n.bodyId),
        Number(n.pre),
        Number(n.post),
        Number(n.sizeVoxels),
        n.status,
        n.type,
        n.instance,
      ]),
    );
    expect(all.neurons[0].somaLocation).toEqual([10, 20, 1]);
    const west = neurons.filter((n) => n.rois?.west);
    expect(
      all.rois.filter((row: Answer) => row.roi === 'west').map((row: Answer) => [row.bodyId, row.pre]),
    ).toEqual(west.map((n) => [Number(n.bodyId), n.rois!.west.pre]));
    expect(ids(named.neurons)).toEqual([1n]);
    expect(ids(few.neurons)).toEqual(
      neurons
        .filter((n) => n.status === 'Traced' && n.rois?.west?.post && n.rois?.east?.pre)
        .map(({ bodyId }) => bodyId),
    );
  });

  it('the connections, by pair and by region', async () => {
    const sources = [1, 2, 3, 4, 5];
    const [simple, adjacent, totals, everything] = await ask([
      ['simple_connections', [sources, null, 2]],
      ['adjacencies', [sources, null, {}]],
      ['adjacencies', [sources, null, { omit_rois: true }]],
      ['adjacencies', [{}, {}, { omit_rois: true, batch_size: 7 }]],
    ]);
    const ofSources = strong(one).filter(({ preBodyId }) => preBodyId <= 5n);
    const pairs = (rows: readonly { preBodyId: bigint; postBodyId: bigint; weight: bigint }[]) =>
      rows.map((c) => `${c.preBodyId}>${c.postBodyId} ${c.weight}`).sort();
    const found = (rows: Answer[]) => rows.map((row) => `${pairOf(row)} ${row.weight}`).sort();
    expect(found(simple)).toEqual(pairs(ofSources.filter(({ weight }) => weight >= 2n)));
    expect(found(totals.weights)).toEqual(pairs(ofSources));
    expect(found(everything.weights)).toEqual(pairs(strong(one)));
    expect(adjacent.weights.map((row: Answer) => `${pairOf(row)} ${row.roi} ${row.weight}`).sort()).toEqual(
      ofSources
        .flatMap((c) =>
          Object.entries(c.rois ?? {}).map(
            ([roi, { post }]) => `${c.preBodyId}>${c.postBodyId} ${roi} ${post}`,
          ),
        )
        .sort(),
    );
    expect(adjacent.weights.length).toBeGreaterThan(10);
  });

  it('what neurons have in common', async () => {
    const inputs = (target: bigint) =>
      strong(one)
        .filter(({ postBodyId }) => postBodyId === target)
        .map(({ preBodyId }) => preBodyId);
    const pair = [...neuronIds]
      .flatMap((a) => [...neuronIds].filter((b) => b > a).map((b) => [a, b] as const))
      .find(([a, b]) => inputs(a).some((id) => inputs(b).includes(id)))!;
    const [common] = await ask([['common_connectivity', [pair.map(Number), 'upstream']]]);
    const expected = inputs(pair[0]).filter((id) => inputs(pair[1]).includes(id));
    expect(new Set(common.map((row: Answer) => BigInt(row.bodyId_pre)))).toEqual(new Set(expected));
    expect(expected.length).toBeGreaterThan(0);
  });

  it('every synapse of some neurons, and what they release', async () => {
    const bodies = [1n, 2n, 3n];
    const [pre, post, released, mean] = await ask([
      ['synapses', [bodies.map(Number), 'pre']],
      ['synapses', [bodies.map(Number), 'post']],
      ['nt', [[1]]],
      ['mean_synapses', [[1]]],
    ]);
    const sites = (side: 'pre' | 'post', wanted: (s: SynapseRow) => boolean = () => true) =>
      one.synapses
        .filter((s) => counts(s) && wanted(s))
        .flatMap((s) => {
          const body = side === 'pre' ? s.preBodyId : s.postBodyId;
          const { x, y, z } = side === 'pre' ? s.preLocation : s.postLocation;
          return body !== null && bodies.includes(body)
            ? [`${body} ${Math.trunc(x)},${y},${z} ${regionOf(s)} ${rounded(s.confidence)}`]
            : [];
        });
    const seen = (rows: Answer[]) =>
      rows
        .map((row) => `${row.bodyId} ${row.x},${row.y},${row.z} ${row.roi} ${rounded(row.confidence)}`)
        .sort();
    expect(seen(post)).toEqual(sites('post').sort());
    // A presynaptic site whose partner was not found lies in no set.
    expect(seen(pre)).toEqual(sites('pre', paired).sort());
    expect(new Set(released.map((row: Answer) => row.nt))).toEqual(new Set(['excitatory', 'inhibitory']));
    const west = one.synapses.filter((s) => counts(s) && s.postBodyId === 1n && regionOf(s) === 'west');
    expect(mean.find((row: Answer) => row.type === 'post' && row.roi === 'west').count).toBe(west.length);
  });

  it('both ends of every synapse between neurons', async () => {
    const [found] = await ask([['synapse_connections', [[1, 2, 3, 4], null]]]);
    const expected = one.synapses
      .filter((s) => counts(s) && paired(s) && s.preBodyId! <= 4n)
      .map((s) => `${s.preBodyId}>${s.postBodyId} ${s.preLocation.x},${s.preLocation.y},${s.preLocation.z}`);
    expect(
      found.map((row: Answer) => `${pairOf(row)} ${row.x_pre},${row.y_pre},${row.z_pre}`).sort(),
    ).toEqual(expected.sort());
    expect(expected.length).toBeGreaterThan(20);
  });

  it('paths: the shortest through proofread neurons, those of a length, and those up to one', async () => {
    const next = new Map<bigint, bigint[]>();
    for (const { preBodyId, postBodyId } of strong(one))
      next.set(preBodyId, [...(next.get(preBodyId) ?? []), postBodyId]);
    const walks = (length: number, through: (id: bigint) => boolean): string[] => {
      let frontier: bigint[][] = [[1n]];
      for (let step = 1; step <= length; step++) {
        frontier = frontier.flatMap((path) =>
          (next.get(path.at(-1)!) ?? [])
            .filter((id) => (step === length ? id === 2n : through(id)))
            // A relationship is taken once in a path.
            .filter((id) => !path.some((node, i) => node === path.at(-1) && path[i + 1] === id))
            .map((id) => [...path, id]),
        );
      }
      return frontier.map(String);
    };
    const grouped = (rows: Answer[]) => {
      const paths: number[][] = [];
      for (const { path, bodyId } of rows) (paths[path] ??= []).push(bodyId);
      return paths.map(String).sort();
    };
    const [shortest, exact, upTo] = await ask([
      ['shortest_paths', [1, 2]],
      ['paths', [1, 2, { path_length: 3 }]],
      ['paths', [1, 2, { max_path_length: 3 }]],
    ]);
    const traced = (id: bigint) => isTraced(id) || id === 1n || id === 2n;
    const lengths = [1, 2, 3, 4, 5].map((length) => walks(length, traced));
    expect(grouped(shortest)).toEqual(lengths.find((paths) => paths.length > 0)!.sort());
    expect(grouped(exact)).toEqual(walks(3, () => true).sort());
    expect(grouped(upTo)).toEqual([1, 2, 3].flatMap((length) => walks(length, () => true)).sort());
  });

  it('what describes a dataset', async () => {
    const [hierarchy, meta, datasets, about] = await ask([
      ['roi_hierarchy', []],
      ['meta', []],
      ['datasets', []],
      ['profile', []],
    ]);
    expect(hierarchy).toEqual({ npOne: { 'east*': {}, 'west*': {} } });
    expect(meta).toMatchObject({
      dataset: 'npOne',
      voxelSize: [4, 4, 40],
      voxelUnits: 'nanometers',
      primaryRois: ['west', 'east'],
      postHighAccuracyThreshold: 0.5,
      totalPreCount: 600,
      totalPostCount: 600,
      roiInfo: { west: { isPrimary: true } },
      lastDatabaseEdit: '2026-01-02T03:04:05Z',
    });
    expect(Object.keys(datasets)).toEqual(expect.arrayContaining(['npOne', 'npTwo']));
    expect(datasets.npOne).toMatchObject({
      superLevelROIs: ['west', 'east'],
      revision: '1',
      uncalibrated: false,
    });
    expect(about).toEqual([
      '1.9.2',
      false,
      expect.stringMatching(/^5\./),
      token,
      'readonly',
      neuprintRoutes.length,
      true,
    ]);
  });

  it('skeletons in voxels', async () => {
    const [skeleton] = await ask([['skeleton', [Number(skeletonBody)]]]);
    expect(skeleton.map((row: Answer) => [row.rowId, row.x, row.y, row.z, row.radius, row.link])).toEqual([
      [1, 0, 0, 0, 1, -1],
      [2, 4, 2, 1, 2, 1],
      [3, 4, 2, 2, 3, 2],
    ]);
  });

  it('how complete regions are and how they feed each other', async () => {
    const [complete, matrix, outputs] = await ask([
      ['roi_completeness', []],
      ['roi_connectivity', []],
      ['output_completeness', [[1, 2]]],
    ]);
    const neurons = one.neurons.filter(({ neuron }) => neuron);
    const sum = (roi: string, key: 'pre' | 'post', rows = neurons) =>
      rows.reduce((total, n) => total + (n.rois?.[roi]?.[key] ?? 0), 0);
    const traced = neurons.filter((n) => n.status === 'Traced');
    expect(complete).toEqual(
      ['east', 'west'].map((roi) => ({
        roi,
        roipre: sum(roi, 'pre', traced),
        roipost: sum(roi, 'post', traced),
        totalpre: sum(roi, 'pre'),
        totalpost: sum(roi, 'post'),
      })),
    );
    const weight = (from: string, to: string) =>
      neurons.reduce((total, n) => {
        const inputs = (n.rois?.west?.post ?? 0) + (n.rois?.east?.post ?? 0);
        return inputs === 0
          ? total
          : total + ((n.rois?.[to]?.pre ?? 0) * (n.rois?.[from]?.post ?? 0)) / inputs;
      }, 0);
    for (const row of matrix) expect(row.weight).toBeCloseTo(weight(row.from_roi, row.to_roi), 6);
    expect(matrix).toHaveLength(4);
    expect(outputs.map((row: Answer) => row.total_weight)).toEqual(
      [1n, 2n].map((id) =>
        Number(
          strong(one)
            .filter((c) => c.preBodyId === id)
            .reduce((total, c) => total + c.weight, 0n),
        ),
      ),
    );
  });
});

describe('custom Cypher', () => {
  const bigQuery = `MATCH (n:Neuron {bodyId: 1}) RETURN 9007199254740993 AS big, n.type AS type, n.somaLocation AS soma,
    [n.bodyId, n.type] AS mixed, [1, 2] AS list, true AS yes, null AS none, 1.5 AS half, n AS node`;

  it('answers in JSON and in Arrow alike, with all digits of ids', async () => {
    const [json, arrow, empty] = await ask([
      ['custom', [bigQuery]],
      ['arrow', [bigQuery]],
      ['arrow', ['MATCH (n:Neuron {bodyId: -5}) RETURN n.bodyId AS bodyId, n.type AS type']],
    ]);
    const [values] = json.data;
    expect(json.columns.slice(0, 3)).toEqual(['big', 'type', 'soma']);
    expect(values.slice(1, 8)).toEqual([
      "MBON01(y5B'2a)_R",
      { coordinates: [10, 20, 1] },
      [1, "MBON01(y5B'2a)_R"],
      [1, 2],
      true,
      null,
      1.5,
    ]);
    expect(values[8]).toMatchObject({ bodyId: 1, dataset: 'npOne', revision: 1 });
    expect(json.stratome).toEqual({ dataset: 'npOne', revision: 1, epoch: 1, uncalibrated: false });
    expect(arrow.types).toMatchObject({ big: 'int64', half: 'float64', yes: 'bool' });
    expect(arrow.rows[0]).toMatchObject({ soma: { coordinates: [10, 20, 1] }, list: [1, 2], half: 1.5 });
    expect(arrow.rows[0].mixed).toEqual(['1', "MBON01(y5B'2a)_R"]);
    expect(empty.rows).toEqual([]);
    expect(Object.keys(empty.types)).toEqual(['bodyId', 'type']);
  });

  it('keeps large ids exact on the wire', async () => {
    const response = await send({ cypher: 'RETURN 9223372036854775807 AS id', dataset: 'npOne' });
    expect(await response.text()).toContain('"data":[[9223372036854775807]]');
    expect(response.headers.get('x-stratome-revision')).toBe('1');
  });

  it('sees one dataset alone, whatever it asks', async () => {
    const questions: [string, unknown[]][] = [
      ['custom', ['MATCH (n) RETURN collect(DISTINCT n.dataset) AS d']],
      ['custom', ['MATCH (n:npOne_Neuron) RETURN count(n) AS c']],
      [
        'custom',
        [
          'MATCH ()-[c:ConnectsTo]->() WHERE c.weight > 0 RETURN collect(DISTINCT c.dataset) AS d, count(*) AS n',
        ],
      ],
      ['custom', ['MATCH (m:Meta) RETURN m.dataset AS d']],
      [
        'custom',
        [
          'CALL apoc.cypher.runTimeboxed("MATCH (m:Meta) RETURN m.dataset", {}, 5000) YIELD value RETURN value.`m.dataset` AS d',
        ],
      ],
      ['neurons', [[1, 2, 3]]],
      ['simple_connections', [[1, 2, 3], null, 1]],
    ];
    for (const name of Object.keys(tables)) {
      const [all, labelled, edges, meta, boxed, bodies, connections] = await ask(questions, name);
      const own = strong(tables[name]);
      expect(all.data).toEqual([[[name]]]);
      expect(labelled.data).toEqual([[name === 'npOne' ? 60 : 0]]);
      expect(edges.data).toEqual([[[name], own.length]]);
      expect(meta.data).toEqual([[name]]);
      expect(boxed.data).toEqual([[name]]);
      expect(bodies.neurons.map((n: Answer) => n.instance)).toEqual(
        [1, 2, 3].map((id) => `body ${id} of ${name}`),
      );
      expect(new Set(connections.map(pairOf))).toEqual(
        new Set(own.filter(({ preBodyId }) => preBodyId <= 3n).map((c) => `${c.preBodyId}>${c.postBodyId}`)),
      );
    }
    expect(strong(tables.npOne).map(pairOfRow)).not.toEqual(strong(tables.npTwo).map(pairOfRow));
  });

  it('answers a box of time that runs out with nothing', async () => {
    const endless = 'UNWIND range(1, 1000000000) AS i WITH i WHERE sin(i) > 2 RETURN count(i) AS c';
    const [boxed] = await ask([
      [
        'custom',
        [`CALL apoc.cypher.runTimeboxed("${endless}", {}, 300) YIELD value RETURN value.c AS count`],
      ],
    ]);
    expect(boxed).toMatchObject({ columns: ['count'], data: [] });
  });

  it.each([
    ['CREATE (n:Intruder) RETURN n', /writes/],
    ['MATCH (n:Neuron) SET n.type = "x"', /writes/],
    [
      'CALL apoc.cypher.runTimeboxed("CREATE (n:Intruder) RETURN 1 AS x", {}, 5000) YIELD value RETURN value',
      /writes/,
    ],
    ["LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line", /LOAD CSV/],
    ['CALL dbms.listConfig() YIELD name RETURN name', /may not be called/],
    ['CALL db.index.fulltext.queryNodes("neuron_words", "body") YIELD node RETURN node', /may not be called/],
    ['SHOW USERS', /administrators/],
    ['ALTER CURRENT USER SET PASSWORD FROM "a" TO "b"', /administrators/],
    ['MATCH (n:Neuron RETURN n', /Line 1, column/],
    ['UNWIND range(1, 10000000) AS i RETURN i', /more than 500000 rows/],
    ['UNWIND range(1, 2000) AS i RETURN range(1, 20000) AS list', /more than 128 MiB/],
  ])('%s is refused, in a sentence', async (cypher, reason) => {
    const response = await send({ cypher, dataset: 'npOne' });
    expect(response.status).toBe(400);
    expect((await response.json()) as object).toEqual({ error: expect.stringMatching(reason) as string });
    const { records } = await graph.driver.executeQuery('MATCH (n:Intruder) RETURN count(n) AS n');
    expect(records[0].get('n')).toBe(0n);
  });

  it('of unknown data, or of none, is answered as such', async () => {
    expect((await send({ cypher: 'RETURN 1 AS a', dataset: 'npNone' })).status).toBe(404);
    expect((await send({ cypher: 'RETURN 1 AS a' })).status).toBe(400);
    expect((await send({ dataset: 'npOne' })).status).toBe(400);
    expect((await send({ cypher: 'RETURN 1 AS a', dataset: 'npOne:v1' })).status).toBe(200);
    expect((await get('/api/skeletons/skeleton/npOne/9223372036854775808?format=swc')).status).toBe(400);
    expect((await get('/api/skeletons/skeleton/npOne/12?format=swc')).status).toBe(404);
    expect((await get('/api/roimeshes/mesh/npOne/west')).status).toBe(404);
  });
});

async function get(path: string, shown: string | undefined = token): Promise<Response> {
  return fetch(`${await plain()}${path}`, { headers: shown ? { authorization: `Bearer ${shown}` } : {} });
}

async function send(
  body: object,
  path = '/api/custom/custom',
  shown: string | undefined = token,
): Promise<Response> {
  return fetch(`${await plain()}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(shown ? { authorization: `Bearer ${shown}` } : {}) },
    body: JSON.stringify(body),
  });
}

/** The same routes without TLS: Node's fetch does not trust a certificate of a test's own. */
async function plain(): Promise<string> {
  const server = api.getHttpServer() as Server;
  if (!server.listening) await api.listen(0, '127.0.0.1');
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

describe('a dataset that was imported from its tables', () => {
  it('gives clients the same synapses, connections and neurons', async () => {
    const all = [...neuronIds].map(Number);
    const calls: [string, unknown[]][] = [
      ['synapses', [all, 'pre']],
      ['synapses', [all, 'post']],
      ['nt', [all]],
      ['mean_synapses', [all]],
      ['synapse_connections', [all, all]],
    ];
    const [planted, again] = [await ask(calls), await ask(calls, imported)];
    // Means are added up in another order.
    const inText = (key: string, value: unknown) =>
      key.startsWith('dataset') ? undefined : typeof value === 'number' ? value.toPrecision(12) : value;
    const order = (rows: Answer[]) => rows.map((row) => JSON.stringify(row, inText)).sort();
    for (const [i, [name]] of calls.entries()) {
      expect(planted[i].length, name).toBeGreaterThan(30);
      expect(order(again[i]), name).toEqual(order(planted[i]));
    }
  });
});

describe('tokens', () => {
  it('are asked for by every route that tells of data', async () => {
    const open = ['/api/version', '/api/serverinfo', '/api/available', '/api/help/swagger.yaml'];
    const statuses = await Promise.all(
      neuprintRoutes.map(async ({ method, path }) => {
        const address = path.replace('{dataset}', 'npOne').replace('{body}', '7').replace('{roi}', 'west');
        const without = method === 'GET' ? await get(address, '') : await send({}, address, '');
        const wrong =
          method === 'GET' ? await get(address, 'guessed-token') : await send({}, address, 'guessed-token');
        return [path, without.status, wrong.status];
      }),
    );
    expect(statuses).toEqual(
      neuprintRoutes.map(({ path }) => (open.includes(path) ? [path, 200, 200] : [path, 401, 401])),
    );
  });

  it('open every route', async () => {
    for (const { method, path } of neuprintRoutes) {
      const address = path.replace('{dataset}', 'npOne').replace('{body}', '7').replace('{roi}', 'west');
      const body = { cypher: 'RETURN 1 AS a', dataset: 'npOne' };
      const query = path.includes('cached') ? '?dataset=npOne' : '';
      const { status } = method === 'GET' ? await get(address + query) : await send(body, address);
      expect([path, status]).toEqual([path, path.includes('roimeshes') ? 404 : 200]);
    }
  });
});
