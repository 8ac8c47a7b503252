import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  deleteDataset,
  loadConnectome,
  queries,
  readGraphFiles,
  type SynapseRow,
} from '@stratome/connectome';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type Data, type TestApi } from './api-server.js';
import { isTraced, plantTables, regionOf } from './neuprint-tissue.js';
import { stratome } from './stratome-command.js';

/* Questions about regions, and paths, under masks of flags and of confidence, against counts of the planted synapses. */

const dataset = 'regionMasks';
const planted = plantTables(dataset);
const flagged = ['cell/0/0/0', 'cell/0/0/1'];
const regions = ['west', 'east'] as const;
let api: TestApi;

beforeAll(async () => {
  api = await startTestApi(dataset);
  await deleteDataset(api.graph, dataset);
  await loadConnectome(api.graph, planted.dataset, 1n, planted.rows);
  const seen = { expectedRevision: 0n, expectedEpoch: 0n, committedAt: '2026-01-02T00:00:00Z' };
  await api.graph.run(queries.setHead, { dataset, ...seen, revision: 1n });
  // Half of either region lies under it.
  const said = { severity: 'exclude', reason: 'dark', author: 'ada', createdAt: '2026-01-02T00:00:00Z' };
  const place = { boxBegin: [0, 0, 0], boxEnd: [4, 50, 150], layer: null, diagnosisId: null };
  await api.graph.run(queries.upsertFlags, {
    dataset,
    rows: [{ flagId: '1', fromRevision: 1n, ...said, ...place }],
  });
});
afterAll(() => api.stop());

const masks = [
  ['maskFlagged: exclude', flagged, undefined],
  ['minConfidence: 0.6', [], 0.6],
  ['maskFlagged: exclude, minConfidence: 0.2', flagged, 0.2],
] as const;

type Sites = Record<string, { pre: number; post: number }>;
const left = (cells: readonly string[], least: number) =>
  planted.synapses.filter((s) => s.confidence >= least && !cells.includes(s.cellKey!));
const paired = (rows: readonly SynapseRow[]) => rows.filter(({ postBodyId }) => postBodyId !== null);

/** Sites with a partner that are left of each neuron in each region. */
function sitesOf(rows: readonly SynapseRow[]): Map<bigint, Sites> {
  const found = new Map<bigint, Sites>();
  for (const synapse of paired(rows))
    for (const [body, side] of [
      [synapse.preBodyId!, 'pre'],
      [synapse.postBodyId!, 'post'],
    ] as const) {
      if (!found.has(body)) found.set(body, {});
      const counts = (found.get(body)![regionOf(synapse)] ??= { pre: 0, post: 0 });
      counts[side] += 1;
    }
  return found;
}

const ask = async (field: string): Promise<Data[]> => (await api.answer(`{ answer: ${field} }`)).answer;
const head = `dataset: "${dataset}"`;
const rois = 'rois: ["west", "east"]';
const every = `[${Array.from({ length: 60 }, (_, n) => `"${n + 1}"`)}]`;

describe.each(masks)('regions under %s', (mask, cells, least) => {
  const sites = sitesOf(left(cells, least ?? 0));

  it('hold the partners that are left there', async () => {
    const found = await ask(
      `partnersInRoi(${head}, bodyIds: ${every}, roi: "west", direction: "downstream", first: 1000, ${mask}) {
        bodyId partnerId weight wholeWeight }`,
    );
    const [inside, whole] = [new Map<string, number>(), new Map<string, number>()];
    const add = (to: Map<string, number>, key: string) => to.set(key, (to.get(key) ?? 0) + 1);
    for (const synapse of paired(left(cells, least ?? 0.5))) {
      const pair = `${synapse.preBodyId}>${synapse.postBodyId}`;
      add(whole, pair);
      if (regionOf(synapse) === 'west') add(inside, pair);
    }
    const pairOf = (row: Data) => `${row.bodyId}>${row.partnerId}`;
    expect(new Map(found.map((row) => [pairOf(row), Number(row.weight)]))).toEqual(inside);
    for (const row of found) expect(Number(row.wholeWeight)).toBe(whole.get(pairOf(row)));
    expect(inside.size).toBeGreaterThan(10);
  });

  it('feed each other as the sites that are left say', async () => {
    const expected = new Map<string, number>();
    for (const { bodyId, neuron } of planted.neurons) {
      const own = sites.get(bodyId);
      if (!neuron || !own) continue;
      const inputs = regions.reduce((sum, roi) => sum + (own[roi]?.post ?? 0), 0);
      for (const from of regions)
        for (const to of regions) {
          if (!own[from]?.post || !own[to]?.pre) continue;
          const key = `${from}>${to}`;
          expected.set(key, (expected.get(key) ?? 0) + (own[to].pre * own[from].post) / inputs);
        }
    }
    const found = await ask(`roiMatrix(${head}, ${rois}, ${mask}) { fromRoi toRoi weight }`);
    const stored = await ask(`roiMatrix(${head}, ${rois}) { fromRoi toRoi weight }`);
    expect(found.length).toBe(expected.size);
    for (const { fromRoi, toRoi, weight } of found)
      expect(weight).toBeCloseTo(expected.get(`${fromRoi}>${toRoi}`)!, 9);
    expect(found).not.toEqual(stored);
  });

  it('are as complete as the sites that are left are on traced neurons', async () => {
    const found = await ask(`roiCompleteness(${head}, ${rois}, ${mask}) { roi pre post totalPre totalPost }`);
    const sum = (roi: string, side: 'pre' | 'post', traced: boolean) =>
      planted.neurons
        .filter(({ bodyId, neuron }) => !traced || (neuron && isTraced(bodyId)))
        .reduce((n, { bodyId }) => n + (sites.get(bodyId)?.[roi]?.[side] ?? 0), 0);
    expect(found.map(({ roi }) => roi)).toEqual(['east', 'west']);
    for (const { roi, ...counts } of found)
      expect(Object.values(counts).map(Number)).toEqual([
        sum(roi, 'pre', true),
        sum(roi, 'post', true),
        sum(roi, 'pre', false),
        sum(roi, 'post', false),
      ]);
  });

  it('and neurons are excited by the synapses that are left', async () => {
    const excites = (s: SynapseRow) => s.excitatoryProbability >= s.inhibitoryProbability;
    const rows = left(cells, least ?? 0);
    const found = await ask(
      `excitationInhibitionByRoi(${head}, ${rois}, ${mask}) { roi excitatory inhibitory }`,
    );
    for (const { roi, excitatory, inhibitory } of found) {
      const there = rows.filter((s) => regionOf(s) === roi);
      const exciting = there.filter(excites).length;
      expect([excitatory, inhibitory].map(Number)).toEqual([exciting, there.length - exciting]);
    }
    const [one] = await ask(
      `excitationInhibition(${head}, bodyIds: ["3"], ${mask}) { excitatoryIn inhibitoryOut }`,
    );
    const own = paired(rows);
    expect([one.excitatoryIn, one.inhibitoryOut].map(Number)).toEqual([
      own.filter((s) => s.postBodyId === 3n && excites(s)).length,
      own.filter((s) => s.preBodyId === 3n && !excites(s)).length,
    ]);
  });
});

describe('synaptic sites', () => {
  it('in a box and around a point leave out those in flagged cells', async () => {
    const box = 'box: { begin: { x: 0, y: 0, z: 0 }, end: { x: 200, y: 200, z: 4 } }';
    const [{ items }, near] = (await api
      .answer(
        `{
        box: synapsesInBox(${head}, ${box}, first: 1000, minConfidence: 0.2, maskFlagged: exclude) { items { siteId } }
        near: synapsesNear(${head}, point: { x: 100, y: 100, z: 2 }, radiusNm: 100000, first: 1000, maskFlagged: exclude) { siteId }
      }`,
      )
      .then(({ box: inBox, near: around }) => [inBox, around])) as [{ items: Data[] }, Data[]];
    const idsOf = (rows: Data[]) => rows.map(({ siteId }) => String(siteId)).sort();
    const expected = (least: number) =>
      left(flagged, least)
        .map(({ synapseId }) => String(synapseId))
        .sort();
    expect(idsOf(items)).toEqual(expected(0.2));
    expect(idsOf(near)).toEqual(expected(0));
    expect(near.length).toBeGreaterThan(100);
  });
});

describe('by command', () => {
  it('a region is asked about under a mask of flags', async () => {
    const ran = await stratome('query', 'roiCompleteness', '--mask-flagged', 'exclude', '--param', `dataset=${dataset}`, '--param', 'rois=west', '--param', 'statuses=Traced'); // prettier-ignore
    const [{ totalPre }] = (ran.json as Data).rows;
    const expected = paired(left(flagged, 0)).filter((s) => regionOf(s) === 'west').length;
    expect(Number(totalPre)).toBe(expected);
  });

  it('an export under a mask tells what the regions of neurons hold without it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'masked-regions-'));
    try {
      const ran = await stratome('export-graph', dataset, '--out', folder, '--mask-flagged', 'exclude');
      expect(ran.code).toBe(0);
      const { bodyIds, neurons } = await readGraphFiles(folder);
      const sites = sitesOf(left(flagged, 0));
      bodyIds.forEach((bodyId, i) => {
        const rois = Object.entries(neurons[i].rois ?? {}).map(([roi, { pre, post }]) => [
          roi,
          { pre, post },
        ]);
        expect(Object.fromEntries(rois), String(bodyId)).toEqual(sites.get(bodyId) ?? {});
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('bounded paths', () => {
  /** Every path of up to `hops` connections that does not pass its ends, none taken twice. */
  function paths(weights: ReadonlyMap<string, number>, from: string, to: string, hops: number): string[] {
    const found: string[] = [];
    const walk = (nodes: string[], used: ReadonlySet<string>) => {
      for (const pair of weights.keys()) {
        const [pre, post] = pair.split('>');
        if (pre !== nodes.at(-1) || used.has(pair)) continue;
        if (post === to) found.push([...nodes, post].join('>'));
        else if (post !== from && nodes.length < hops) walk([...nodes, post], new Set([...used, pair]));
      }
    };
    walk([from], new Set());
    return found.sort();
  }

  it.each([
    ['', 0.5, []],
    ['minConfidence: 0.3', 0.3, []],
    ['maskFlagged: exclude', 0.5, flagged],
  ] as const)('are all there are: %s', async (mask, least, cells) => {
    const weights = new Map<string, number>();
    for (const { preBodyId, postBodyId } of paired(left(cells, least)))
      weights.set(`${preBodyId}>${postBodyId}`, (weights.get(`${preBodyId}>${postBodyId}`) ?? 0) + 1);
    const autapse = [...weights.keys()].find((pair) => pair.split('>')[0] === pair.split('>')[1])!;
    const self = autapse.split('>')[0];
    const pairs = [['3', '7'], ['5', '5'], [self, self], ['3', self]]; // prettier-ignore
    for (const [from, to] of pairs)
      for (const hops of [1, 2, 3, 4]) {
        const expected = paths(weights, from, to, hops);
        const found = await ask(`paths(${head}, from: "${from}", to: "${to}", maxHops: ${hops}, minWeight: 1, first: 1000${
          mask && `, ${mask}`
        }) { bodyIds weights bottleneck }`); // prettier-ignore
        expect(found.map(({ bodyIds }) => bodyIds.join('>')).sort()).toEqual(expected);
        for (const { bodyIds, weights: along, bottleneck } of found) {
          const own = along.map((_: string, i: number) => weights.get(`${bodyIds[i]}>${bodyIds[i + 1]}`));
          expect(along.map(Number)).toEqual(own);
          expect(Number(bottleneck)).toBe(Math.min(...own));
        }
      }
  });
});
