import {
  deleteDataset,
  loadConnectome,
  migrate,
  queries,
  readOnly,
  shortestPathsAt,
  type Graph,
  type Query,
} from '@stratome/connectome';
import type { ConnectionRow, SynapseRow } from '@stratome/connectome';
import { hashJson } from '@stratome/core';
import neo4j, { type Plan } from 'neo4j-driver';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  artifact,
  datasetRow,
  migrationFolder,
  modelHash,
  openTestGraph,
  plantConnectome,
  plantHistory,
  runId,
} from './graph-tissue.js';
import { plantTables } from './neuprint-tissue.js';

const dataset = 'graphQueries';
/** A dataset of two revisions, for queries that read what a later one replaced. */
const history = 'graphQueriesHistory';
const tables = plantTables(dataset);
let graph: Graph;

beforeAll(async () => {
  graph = await openTestGraph();
  await migrate(graph, migrationFolder);
  await deleteDataset(graph, dataset);
  await loadConnectome(graph, tables.dataset, 1n, tables.rows);
  await plantDiagnosis();
  await plantFlag();
  await plantHistory(graph, history);
});

const place = { boxBegin: [0, 0, 0], boxEnd: [4, 150, 50] };

async function plantFlag(): Promise<void> {
  const said = { reason: 'dark', severity: 'exclude', layer: 'L1', author: 'ada', diagnosisId: 'planted' };
  await graph.run(queries.upsertFlags, {
    dataset,
    rows: [{ flagId: '1', ...said, createdAt: '2026-01-02T00:00:00Z', fromRevision: 1n, ...place }],
  });
}

afterAll(async () => {
  for (const each of [dataset, history]) await deleteDataset(graph, each);
  await graph.close();
});

/** A walk of one step with one anomaly, for the queries that read walks. */
async function plantDiagnosis(): Promise<void> {
  const where = { boxBegin: [0, 0, 0], boxEnd: [4, 50, 50] };
  const anomaly = {
    anomalyId: 'a',
    layer: 'L4',
    measure: 'synapseConfidence',
    pattern: 'outlier',
    effect: -0.1,
    p: 0.01,
  };
  const shown = { dataset, revision: 1n };
  await graph.run(queries.upsertAnomalies, { ...shown, rows: [{ ...anomaly, ...where, cellKeys: [] }] });
  const verdict = {
    verdict: 'none',
    layer: null,
    cause: null,
    confidence: 0.9,
    doubtJson: null,
    rejectedJson: '[]',
  };
  const unexplained = { explainedShare: null, explainedJson: null, againstBegin: null, againstEnd: null };
  const made = '2026-01-02T00:00:00Z';
  await graph.run(queries.upsertDiagnoses, {
    ...shown,
    rows: [
      {
        diagnosisId: 'd',
        made,
        parametersJson: '{}',
        anomalyIds: ['a'],
        ...verdict,
        ...unexplained,
        ...where,
      },
    ],
  });
  const finding = {
    layer: 'L4',
    verdict: 'normal',
    measure: 'synapseConfidence',
    effect: 0,
    interval: [-1, 1],
  };
  const json = { measuresJson: '[]', lineageJson: '[]', untestedJson: '[]' };
  await graph.run(queries.upsertFindings, {
    ...shown,
    rows: [{ diagnosisId: 'd', findingId: 'f', p: 1, cellKeys: [], ...finding, ...json }],
  });
}

const box = { low: { x: 0, y: 0, z: 0 }, high: { x: 100, y: 100, z: 4 } };
const nearby = {
  ...box,
  centre: { x: 50, y: 50, z: 2 },
  voxelNm: { x: 4, y: 4, z: 40 },
  radiusNm: 200,
};

const [connected] = plantConnectome(dataset).connections as ConnectionRow[];

/** Parameters that give each reading query something to find; those of its kind that no query has are left unused. */
const asked: Record<string, unknown> = {
  dataset,
  bodyIds: [1n, 2n],
  bodyId: 1n,
  preBodyIds: [1n, 2n, 3n],
  postBodyIds: [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n],
  preBodyId: 1n,
  postBodyId: 1n,
  fromBodyId: 1n,
  toBodyId: 2n,
  minWeight: 0n,
  minSynapses: 0n,
  minConfidence: 0,
  maxHops: 3,
  rois: ['west', 'east'],
  roi: 'west',
  direction: 'downstream',
  statuses: ['Traced'],
  neurons: 100,
  maskedCells: ['cell/0/0/1'],
  withFlags: true,
  properties: [],
  after: -1n,
  upTo: 9999n,
  limit: 5,
  ...nearby,
  rankLow: 0,
  rankHigh: 1,
  side: 'post',
  layer: 'L4',
  measure: 'synapseConfidence',
  revision: 1n,
  siteId: 1n,
  pairs: [{ preBodyId: connected.preBodyId, postBodyId: connected.postBodyId }],
  tileIds: ['0/0/0'],
  sources: [artifact(dataset, 'synapses', '0/0')],
  afterKind: '',
  afterKey: '',
  afterHash: '',
  siteIds: [1n, 3n, 5n, 7n],
  cellKeys: ['cell/0/0/0', 'cell/0/1/1'],
  preSiteIds: [],
  setIds: [],
  severities: ['exclude', 'warn'],
  tileId: '0/0/0',
  modelHash,
  parametersHash: hashJson({ stage: 'synapses' }),
  runId: runId(dataset, 'synapses'),
  runIds: [runId(dataset, 'synapses')],
  otherRunId: runId(dataset, 'segment'),
  otherRevision: 0n,
  stage: 'synapses',
  parameter: 'stage',
  value: '"synapses"',
  codeRevision: 'abcdef0123456789',
  environmentHash: hashJson('environment'),
  volume: 'em',
  mip: 0,
  z: 0,
  y: 0,
  x: 1,
  earlier: 1n,
  later: 2n,
  ...artifact(dataset, 'synapses', '0/0'),
};

const [replaced] = plantConnectome(history, 12, 100).synapses as SynapseRow[];

const ofHistory = Array.from({ length: 12 }, (_, n) => BigInt(n + 1));

const special: Record<string, Record<string, unknown>> = {
  ...Object.fromEntries(
    queries.allQueries
      .filter(({ name }) =>
        /^(changed|revisionCommits)|[^s]At$|(neurons|Partners|synapsesInBox)At$/.test(name),
      )
      .map(({ name }) => [name, { dataset: history, roi: null }]),
  ),
  connectionsBetweenAt: {
    dataset: history,
    preBodyIds: [replaced.preBodyId],
    postBodyIds: [replaced.postBodyId],
  },
  synapsesOfConnectionAt: {
    dataset: history,
    preBodyId: replaced.preBodyId,
    postBodyId: replaced.postBodyId,
  },
  storedConnectionsOf: {
    dataset: history,
    pairs: [{ preBodyId: replaced.preBodyId, postBodyId: replaced.postBodyId }],
  },
  synapseProvenance: { type: 'post' },
  synapseProvenanceAt: { dataset: history, siteId: replaced.synapseId, type: 'post' },
  connectionProvenanceAt: {
    dataset: history,
    preBodyId: replaced.preBodyId,
    postBodyId: replaced.postBodyId,
  },
  partnersPageAt: { dataset: history, bodyId: replaced.preBodyId },
  connectionsOfAt: { dataset: history, bodyIds: [replaced.preBodyId] },
  boundedPathsAt: { dataset: history, fromBodyId: replaced.preBodyId, toBodyId: replaced.postBodyId },
  reciprocalConnectionsAt: { dataset: history },
  autapsesAt: { dataset: history },
  connectedTriplesAt: { dataset: history, bodyIds: ofHistory },
  feedForwardLoopsAt: { dataset: history, bodyIds: ofHistory },
  hubsAt: { dataset: history },
  commonInputsAt: { dataset: history, bodyIds: [replaced.postBodyId] },
  commonOutputsAt: { dataset: history, bodyIds: [replaced.preBodyId] },
  typeConnectionsAt: { dataset: history, type: null },
  excitationInhibitionAt: { dataset: history },
  neuronsByMorphologyAt: { dataset: history },
  synapsesNearAt: { dataset: history },
  partnersByConfidenceAt: { dataset: history, bodyId: replaced.preBodyId },
  neuronCellsAt: { dataset: history },
  synapseCellsAt: { dataset: history, siteIds: [replaced.synapseId] },
  connectionCellsAt: {
    dataset: history,
    pairs: [{ preBodyId: replaced.preBodyId, postBodyId: replaced.postBodyId }],
  },
  cellsOfFlags: { cellKeys: null, boxes: [{ flagId: '1', ...place }] },
  connectionProvenance: { preBodyId: connected.preBodyId, postBodyId: connected.postBodyId },
  connectionQuality: { preBodyId: connected.preBodyId, postBodyId: connected.postBodyId },
  synapsesOfConnection: { preBodyId: connected.preBodyId, postBodyId: connected.postBodyId },
  unknownBodies: { bodyIds: [1n, 5555n] },
  connectedTriples: { bodyIds: tables.neurons.map(({ bodyId }) => bodyId) },
  feedForwardLoops: { bodyIds: tables.neurons.map(({ bodyId }) => bodyId) },
};

/** Numbers as text, to nine digits: means are added up in another order. */
const inText = (_: string, value: unknown) =>
  typeof value === 'bigint' ? String(value) : typeof value === 'number' ? value.toPrecision(9) : value;

const inRows = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row, inText));

const all = queries.allQueries as readonly Query<Record<string, unknown>, object>[];
const reading = all.filter((query) => query.mode === 'read');
const writing = all.filter((query) => query.mode === 'write');

function parametersOf(query: Query<Record<string, unknown>, object>): Record<string, unknown> {
  const given = { ...asked, ...special[query.name] };
  /** Where these are not asked for, null asks for all. */
  const optional =
    /^(class|type|roi|grid|stage|diagnosisId|afterWeight|afterBodyId|lowest|highest|min(Cable|Size|Branches).*|max(Cable|Size|Branches).*)$/;
  return Object.fromEntries(
    Object.keys(query.params).map((name) => [
      name,
      name in given || !optional.test(name) ? given[name] : null,
    ]),
  );
}

interface Scan {
  readonly operator: string;
  readonly of: string;
}

/** Operators that read a whole label, a whole relationship type or everything. */
function scansIn(plan: Plan): Scan[] {
  const scans = plan.children.flatMap(scansIn);
  if (!/(AllNodesScan|LabelScan|TypeScan|AllRelationshipsScan)/.test(plan.operatorType)) return scans;
  const details = String(plan.arguments.Details ?? '');
  return [...scans, { operator: plan.operatorType, of: /:([A-Za-z]\w*)/.exec(details)?.[1] ?? details }];
}

async function explain(query: Query<never, object>, text = query.text): Promise<Plan> {
  const params = Object.fromEntries(Object.keys(query.params).map((name) => [name, null]));
  return graph.inSession(neo4j.session.READ, async (session) => {
    const { summary } = await session.run(`EXPLAIN ${text}`, params);
    return summary.plan as Plan;
  });
}

describe('every query', () => {
  it.each(all.map((query) => [query.name, query] as const))(
    '%s reads no more than it declares',
    async (_, query) => {
      const scans = scansIn(await explain(query as never));
      expect(scans.filter((scan) => !query.scans.includes(scan.of))).toEqual([]);
      if (query.unmasked === undefined) return;
      const unmasked = scansIn(await explain(query as never, query.unmasked));
      expect(unmasked.filter((scan) => !query.scans.includes(scan.of))).toEqual([]);
    },
  );

  it('is caught when it scans a label without an index', async () => {
    const careless = { ...queries.head, text: "MATCH (n:Segment) WHERE n.status STARTS WITH 'x' RETURN n" };
    expect(scansIn(await explain(careless as never))).toEqual([
      { operator: 'NodeByLabelScan@neo4j', of: 'Segment' },
    ]);
  });

  it.each(reading.map((query) => [query.name, query] as const))(
    '%s runs and returns what it declares',
    async (_, query) => {
      const rows = await graph.run(query, parametersOf(query));
      expect(rows.length).toBeGreaterThan(query.name.startsWith('autapses') ? -1 : 0);
      const columns = await graph.inSession(neo4j.session.READ, (session) =>
        session.run(
          `EXPLAIN ${query.text}`,
          Object.fromEntries(Object.keys(query.params).map((p) => [p, null])),
        ),
      );
      expect(columns.records).toEqual([]);
      expect(Object.keys(rows[0] ?? query.returns)).toEqual(Object.keys(query.returns));
    },
  );

  it.each(reading.flatMap((query) => (query.unmasked === undefined ? [] : [[query.name, query] as const])))(
    '%s answers without a mask as under one that leaves all',
    async (_, query) => {
      const asked = { ...parametersOf(query), limit: 9999, minWeight: 1n, withFlags: false };
      const none = { maskedCells: [], minConfidence: null };
      // A cell that is nowhere: the statement that recounts.
      const all = { maskedCells: ['nowhere'], minConfidence: null };
      const [stored, recounted] = [
        await graph.run(query, { ...asked, ...none }),
        await graph.run(query, { ...asked, ...all }),
      ];
      if (/^(neurons(At)?|exported\w+|roiMatrix|roiCompleteness)$/.test(query.name))
        return expect(recounted.length).toBe(stored.length);
      expect(inRows(recounted)).toEqual(inRows(stored));
    },
  );

  it('that writes takes an empty batch', async () => {
    for (const query of writing.filter((w) => 'rows' in w.params)) {
      const params = {
        dataset,
        revision: 1n,
        type: 'post',
        labels: ['graphQueries_X'],
        neuron: false,
        kind: 'segment',
        rows: [],
      };
      const given = Object.fromEntries(
        Object.keys(query.params).map((name) => [name, params[name as keyof typeof params]]),
      );
      expect(await graph.run(query, given), query.name).toEqual([{ written: 0n }]);
    }
  });
});

describe('answers at a revision', () => {
  const past = 'graphQueriesPast';
  const then = 'graphQueriesThen';
  beforeAll(async () => {
    await plantHistory(graph, past, 40);
    await deleteDataset(graph, then);
    await loadConnectome(graph, datasetRow(then), 1n, plantConnectome(past, 12, 100));
  });
  afterAll(async () => {
    for (const each of [past, then]) await deleteDataset(graph, each);
  });

  const pairs = ofHistory.flatMap((fromBodyId) =>
    ofHistory.map((toBodyId) => ({ fromBodyId, toBodyId, minWeight: 1n, limit: 500 })),
  );
  const both = async (name: string, params: Record<string, unknown>) => {
    const find = (wanted: string) => all.find((query) => query.name === wanted)!;
    const asked = { maskedCells: [], minConfidence: null, ...params };
    const head = await graph.run(find(name), { ...asked, dataset: then });
    return { head, at: await graph.run(find(`${name}At`), { ...asked, dataset: past, revision: 1n }) };
  };

  it('of paths are what they were when it was the head', async () => {
    let found = 0;
    for (const pair of pairs) {
      const bounded = await both('boundedPaths', { ...pair, maxHops: 4 });
      expect(bounded.at, `${pair.fromBodyId} ${pair.toBodyId}`).toEqual(bounded.head);
      const head = await graph.run(queries.shortestPaths, {
        ...pair,
        dataset: then,
        maskedCells: [],
        minConfidence: null,
      });
      expect(await shortestPathsAt(graph, { ...pair, dataset: past, revision: 1n })).toEqual(head);
      found += head.length;
    }
    expect(found).toBeGreaterThan(150);
  });

  const questions: [string, Record<string, unknown>][] = [
    ['partnersPage', { bodyId: 3n, direction: 'upstream', afterWeight: null, afterBodyId: null }],
    ['partnersPage', { bodyId: 3n, direction: 'downstream', afterWeight: 2n, afterBodyId: 4n }],
    ['upstreamPartners', { bodyIds: ofHistory }],
    ['downstreamPartners', { bodyIds: ofHistory }],
    ['connectionsBetween', { preBodyIds: ofHistory, postBodyIds: ofHistory }],
    ['strongestConnections', {}],
    ['reciprocalConnections', {}],
    ['autapses', {}],
    ['connectedTriples', { bodyIds: ofHistory }],
    ['feedForwardLoops', { bodyIds: ofHistory }],
    ['hubs', {}],
    ['commonInputs', { bodyIds: [3n] }],
    ['commonOutputs', { bodyIds: [1n, 2n] }],
    ['typeConnections', { type: null }],
    ['neurons', { type: null, roi: null, class: null, low: null, high: null, after: -1n, minSynapses: 0n }],
    ['excitationInhibition', { bodyIds: ofHistory }],
    ['synapsesInBox', { ...box, after: -1n }],
    ['synapsesNear', { ...nearby }],
  ];

  it.each(questions)('of %s are what they were', async (name, params) => {
    const { head, at } = await both(name, { minWeight: 1n, limit: 500, ...params });
    expect(at).toEqual(head);
    expect(at.length).toBeGreaterThan(name === 'autapses' ? -1 : 0);
    const shown = {
      minWeight: 1n,
      limit: 500,
      ...params,
      dataset: past,
      maskedCells: [],
      minConfidence: null,
    };
    const now = await graph.run(all.find((query) => query.name === name)!, shown);
    if (/Triples|Loops|reciprocal/.test(name)) expect(now).not.toEqual(head);
  });

  const masks: [string, Record<string, unknown>][] = [
    ['cells left out', { maskedCells: ['cell/0/0/0', 'cell/0/1/0'], minConfidence: null }],
    ['a minimum confidence', { maskedCells: [], minConfidence: 0.3 }],
    ['both', { maskedCells: ['cell/0/0/0'], minConfidence: 0.85 }],
  ];
  describe.each(masks)('under a mask of %s', (_, mask) => {
    it.each(questions)('of %s are what they were', async (name, params) => {
      const asked = { minWeight: 1n, limit: 500, ...params };
      const { head, at } = await both(name, { ...asked, ...mask });
      expect(inRows(at)).toEqual(inRows(head));
      const { at: unmasked } = await both(name, asked);
      if (unmasked.length > 0) expect(inRows(at)).not.toEqual(inRows(unmasked));
    });

    it('of paths are what they were', async () => {
      let found = 0;
      for (const pair of pairs.filter(({ fromBodyId }) => fromBodyId < 3n)) {
        const bounded = await both('boundedPaths', { ...pair, maxHops: 4, ...mask });
        expect(bounded.at, `${pair.fromBodyId} ${pair.toBodyId}`).toEqual(bounded.head);
        const head = await graph.run(queries.shortestPaths, { ...pair, dataset: then, ...mask });
        expect(await shortestPathsAt(graph, { ...pair, dataset: past, revision: 1n, ...mask })).toEqual(head);
        found += head.length;
      }
      expect(found).toBeGreaterThan(0);
    });
  });

  it('of shapes and under masks of a measure are what they were', async () => {
    const open = { minCableUm: 1, maxCableUm: null, minSizeVoxels: 1002n, maxSizeVoxels: 1008n };
    const shapes = await both('neuronsByMorphology', {
      ...open,
      minBranches: null,
      maxBranches: null,
      limit: 50,
    });
    expect(shapes.at).toEqual(shapes.head);
    expect(shapes.at.length).toBe(7);
    const bounds = { layer: 'L4', measure: 'synapseConfidence', lowest: 0.55, highest: null };
    let masked = 0;
    for (const bodyId of ofHistory) {
      const asked = { bodyId, minConfidence: 0.2, minWeight: 1n, limit: 50, revision: 1n };
      const { head, at } = await both('partnersByConfidence', { ...asked, ...bounds });
      expect(at).toEqual(head);
      masked += (at as { masked: bigint }[]).filter((row) => row.masked > 0n).length;
    }
    expect(masked).toBeGreaterThan(0);
  });

  it('of provenance and of cells are what they were, where the head has nothing any more', async () => {
    const gone = (plantConnectome(past, 12, 100).synapses as SynapseRow[])[0];
    const own = ({ tiles, artifacts }: queries.SynapseProvenanceRow) => ({
      tiles: tiles.map(({ tileId }) => tileId),
      artifacts: artifacts.map(({ kind, key }) => `${kind} ${key}`),
    });
    const site = { siteId: gone.synapseId, type: 'post' };
    expect(await graph.run(queries.synapseProvenance, { ...site, dataset: past })).toEqual([]);
    const ends = { preBodyId: gone.preBodyId!, postBodyId: gone.postBodyId! };
    const asked: [string, Record<string, unknown>][] = [
      ['synapseProvenance', site],
      ['neuronProvenance', { bodyId: 1n }],
      ['connectionProvenance', ends],
    ];
    for (const [name, params] of asked) {
      const { head, at } = await both(name, params);
      expect(
        at.map((row) => own(row as never)),
        name,
      ).toEqual(head.map((row) => own(row as never)));
      expect(head.length).toBe(1);
    }
    for (const [name, params] of [
      ['neuronCells', { bodyIds: ofHistory }],
      ['connectionCells', { pairs: [ends] }],
      ['synapseCells', { siteIds: [gone.synapseId] }],
    ] as const) {
      const { head, at } = await both(name, params);
      expect(at, name).toEqual(head);
    }
    const { head, at } = await both('neuronQuality', { bodyId: gone.postBodyId, revision: 1n });
    const [before, after] = [head[0], at[0]] as { mean: number }[];
    expect(after).toEqual({ ...before, mean: expect.closeTo(before.mean, 12) });
  });
});

describe('answers', () => {
  it('of paths are those of a search over the planted connections', async () => {
    const next = new Map<bigint, bigint[]>();
    for (const c of plantConnectome(dataset).connections as {
      preBodyId: bigint;
      postBodyId: bigint;
      weight: bigint;
    }[]) {
      if (c.weight >= 1n) next.set(c.preBodyId, [...(next.get(c.preBodyId) ?? []), c.postBodyId]);
    }
    const shortest = (from: bigint, to: bigint): bigint[][] => {
      let frontier = [[from]];
      for (let hops = 0; hops < 10; hops++) {
        frontier = frontier.flatMap((path) => (next.get(path.at(-1)!) ?? []).map((id) => [...path, id]));
        const arrived = frontier.filter((path) => path.at(-1) === to);
        if (arrived.length > 0) return arrived;
      }
      return [];
    };
    const paths = await graph.run(queries.shortestPaths, {
      dataset,
      fromBodyId: 1n,
      toBodyId: 2n,
      minWeight: 1n,
      limit: 999,
    });
    const expected = shortest(1n, 2n).map(String).sort();
    expect(paths.map((path) => String(path.bodyIds)).sort()).toEqual(expected);
    expect(expected.length).toBeGreaterThan(0);
  });

  it('of a distance are in nanometres, not voxels', async () => {
    const ball = {
      ...box,
      high: { x: 200, y: 200, z: 4 },
      centre: { x: 50, y: 50, z: 2 },
      voxelNm: { x: 4, y: 4, z: 40 },
    };
    const near = await graph.run(queries.synapsesNear, {
      dataset,
      ...ball,
      radiusNm: 100,
      minConfidence: 0,
      limit: 999,
    });
    const distance = ({ x, y, z }: { x: number; y: number; z: number }) =>
      Math.hypot((x - 50) * 4, (y - 50) * 4, (z - 2) * 40);
    const planted = plantConnectome(dataset).synapses as { synapseId: bigint; postLocation: never }[];
    expect(new Set(near.map((s) => s.siteId))).toEqual(
      new Set(planted.filter((s) => distance(s.postLocation) <= 100).map((s) => s.synapseId)),
    );
    expect(near.map((s) => s.distanceNm)).toEqual(near.map((s) => s.distanceNm).toSorted((p, q) => p - q));
  });

  it('of a quality field are those of the revision asked for', async () => {
    const field = { dataset, layer: 'L4', measure: 'synapseConfidence', grid: null };
    const [first] = [...(plantConnectome(dataset).measurements as Iterable<never>)];
    await loadConnectome(graph, datasetRow(dataset), 2n, {
      measurements: [{ ...(first as object), value: 0.25 } as never],
    });
    const at = async (revision: bigint) =>
      (await graph.run(queries.qualityField, { ...field, revision })).map((row) => row.value);
    expect(await at(1n)).toEqual([0.5, 0.6, 0.7, 0.8]);
    expect(await at(2n)).toEqual([0.25, 0.6, 0.7, 0.8]);
    expect(await at(0n)).toEqual([]);
  });
});

describe('parameters', () => {
  it('of the wrong type are refused before the server sees them', async () => {
    const wrong = { dataset, bodyIds: [1] as never };
    await expect(graph.run(queries.neuronsById, wrong)).rejects.toThrow(
      /bodyIds\[0\] is number 1, not Int64/,
    );
    await expect(graph.run(queries.neuronsById, { dataset, bodyIds: [2n ** 63n] })).rejects.toThrow(/Int64/);
    await expect(graph.run(queries.head, {} as never)).rejects.toThrow(/dataset is missing/);
  });

  it('may hold any text', async () => {
    const type = "MBON01(y5B'2a)_R";
    const page = { dataset, minSynapses: 0n, after: -1n, limit: 10 };
    const found = await graph.run(queries.neurons, { ...page, type });
    expect(found.map((neuron) => neuron.bodyId)).toEqual([1n]);
    expect(await graph.run(queries.neurons, { ...page, type: "' OR 1=1 //" })).toEqual([]);
  });
});

describe("a user's own Cypher", () => {
  const limits = { timeoutMs: 20_000, maxRows: 3 };

  it('is answered up to its row limit', async () => {
    const result = await readOnly(
      graph,
      'UNWIND range(1, 10) AS i RETURN i, point({x: i, y: 2, z: 3, srid: 9157}) AS p',
      {},
      limits,
    );
    expect(result).toMatchObject({ columns: ['i', 'p'], truncated: true });
    expect(result.rows[2]).toEqual([3n, { srid: 9157, x: 3, y: 2, z: 3 }]);
  });

  it.each([
    ['CREATE (n:Intruder) RETURN n', /writes/],
    ["MATCH (n:Segment) SET n.status = 'x'", /writes/],
    ['CREATE INDEX intruder FOR (n:Intruder) ON (n.x)', /writes|refused/],
    ["LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line", /LOAD CSV/],
    ['MATCH (n RETURN n', /refused the query/],
    ['RETURN $missing', /missing/],
  ])('%s is refused', async (cypher, reason) => {
    await expect(readOnly(graph, cypher, {}, limits)).rejects.toThrow(reason);
    expect((await readOnly(graph, 'MATCH (n:Intruder) RETURN count(n)', {}, limits)).rows).toEqual([[0n]]);
  });

  it('is stopped by the server when it takes too long', async () => {
    const endless = 'UNWIND range(1, 1000000000) AS i WITH i WHERE sin(i) > 2 RETURN count(i)';
    await expect(readOnly(graph, endless, {}, { ...limits, timeoutMs: 500 })).rejects.toThrow(
      /longer than it may/,
    );
  });
});
