import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadProjection, queries, type SynapseRow } from '@stratome/connectome';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type Data, type TestApi } from './api-server.js';
import { plantConnectome } from './graph-tissue.js';
import { stratome } from './stratome-command.js';

/* Masks by flags and by confidence, in every kind of answer, against counts of the planted synapses. */

const dataset = 'masks';
const flagged = ['cell/0/0/0', 'cell/0/1/0'];
const planted = plantConnectome(dataset).synapses as SynapseRow[];
let api: TestApi;

beforeAll(async () => {
  api = await startTestApi(dataset);
  const place = { boxBegin: [0, 0, 0], boxEnd: [4, 150, 50] };
  const said = { reason: 'dark', author: 'ada', createdAt: '2026-01-02T00:00:00Z', fromRevision: 1n };
  const rest = { layer: null, diagnosisId: null };
  await api.graph.run(queries.upsertFlags, {
    dataset,
    rows: [
      { flagId: '1', severity: 'exclude', ...said, ...rest, ...place },
      { flagId: '2', severity: 'warn', ...said, ...rest, boxBegin: [0, 0, 150], boxEnd: [4, 50, 160] },
    ],
  });
});
afterAll(() => api.stop());

type Left = (synapse: SynapseRow) => boolean;
const unflagged: Left = ({ confidence, cellKey }) => confidence >= 0.5 && !flagged.includes(cellKey!);
const confident: Left = ({ confidence, cellKey }) => confidence >= 0.3 && !flagged.includes(cellKey!);

/** Weights of the connections that are left, by `pre>post`. */
function weights(left: Left): Map<string, number> {
  const counts = new Map<string, number>();
  for (const synapse of planted) {
    if (synapse.postBodyId === null || !left(synapse)) continue;
    const pair = `${synapse.preBodyId}>${synapse.postBodyId}`;
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  return counts;
}
const stored = weights(({ confidence }) => confidence >= 0.5);
const left = weights(unflagged);
const pairsOf = (rows: Data[], pre: string, post: string, weight = 'weight') =>
  new Map(rows.map((row) => [`${row[pre]}>${row[post]}`, Number(row[weight])]));

const ask = async (field: string): Promise<Data> => (await api.answer(`{ answer: ${field} }`)).answer;
const head = `dataset: "${dataset}"`;
const masked = `${head}, maskFlagged: exclude, first: 1000, minWeight: 1`;
const every = `[${Array.from({ length: 60 }, (_, n) => `"${n + 1}"`)}]`;

describe('queries under a mask', () => {
  it('list the strongest connections, with all that is told of them', async () => {
    const found = await stratome('query', 'strongestConnections', '--mask-flagged', 'exclude', '--param', `dataset=${dataset}`, '--param', 'minWeight=1', '--param', 'limit=9999'); // prettier-ignore
    const { rows } = found.json as Data;
    expect(pairsOf(rows, 'preBodyId', 'postBodyId')).toEqual(left);
    expect(left.size).toBeLessThan(stored.size);
    for (const row of rows) {
      const own = planted.filter(
        (s) => `${s.preBodyId}>${s.postBodyId}` === `${row.preBodyId}>${row.postBodyId}` && !flagged.includes(s.cellKey!),
      ); // prettier-ignore
      expect(Number(row.weightHP)).toBe(own.filter(({ confidence }) => confidence >= 0.8).length);
      expect(row.meanConfidence).toBeCloseTo(own.reduce((sum, s) => sum + s.confidence, 0) / own.length, 9);
    }
    const table = await fetch(
      `${api.address}/api/queries/strongestConnections/table?dataset=${dataset}&minWeight=1&limit=9999&maskFlagged=exclude`,
    );
    expect(tableFromIPC(new Uint8Array(await table.arrayBuffer())).numRows).toBe(left.size);
    const unknown = await stratome(
      'query',
      'hubs',
      '--mask-flagged',
      'some',
      '--param',
      `dataset=${dataset}`,
    );
    expect(unknown.code).toBe(2);
    const without = await stratome('query', 'datasets', '--mask-flagged', 'all');
    expect(without.json.error?.message).toMatch(/datasets knows no mask/);
  });

  it('take a minimum confidence too, below the threshold of the dataset as well', async () => {
    const rows = await ask(`connectionsBetween(${head}, bodyIds: ${every}, minWeight: 1, maskFlagged: exclude, minConfidence: 0.3) {
      preBodyId postBodyId weight }`); // prettier-ignore
    expect(pairsOf(rows, 'preBodyId', 'postBodyId')).toEqual(weights(confident));
    const { errors } = await api.ask(`{ hubs(${head}, minConfidence: 2) { bodyId } }`);
    expect(errors?.[0].message).toMatch(/minConfidence is 2/);
  });

  it('page partners by the weights that are left', async () => {
    const found: Data[] = [];
    for (let after = ''; ; ) {
      const page =
        await ask(`partners(${head}, maskFlagged: exclude, minWeight: 1, first: 3, bodyId: "3", direction: "downstream"
        ${after}) { items { partnerId weight } next }`);
      found.push(...page.items);
      if (page.next === null) break;
      after = `, after: "${page.next}"`;
    }
    expect(new Map(found.map((row) => [`3>${row.partnerId}`, Number(row.weight)]))).toEqual(
      new Map([...left].filter(([pair]) => pair.startsWith('3>'))),
    );
    expect(found.map(({ weight }) => Number(weight))).toEqual(
      found.map(({ weight }) => Number(weight)).sort((a, b) => b - a),
    );
  });

  it('find motifs, hubs and common partners among them', async () => {
    const motifs = await ask(`motifs(${masked}) { reciprocal { bodyId partnerId weightThere weightBack } autapses { bodyId weight } }`); // prettier-ignore
    const both = [...left].filter(([pair]) => {
      const [pre, post] = pair.split('>');
      return BigInt(pre) < BigInt(post) && left.has(`${post}>${pre}`);
    });
    expect(pairsOf(motifs.reciprocal, 'bodyId', 'partnerId', 'weightThere')).toEqual(new Map(both));
    const own = [...left].filter(([pair]) => pair.split('>')[0] === pair.split('>')[1]);
    expect(pairsOf(motifs.autapses, 'bodyId', 'bodyId')).toEqual(new Map(own));
    const hubs = await ask(`hubs(${masked}) { bodyId outputs }`);
    for (const { bodyId, outputs } of hubs)
      expect(Number(outputs)).toBe([...left.keys()].filter((pair) => pair.startsWith(`${bodyId}>`)).length);
    const common = await ask(`commonPartners(${masked}, bodyIds: ["3"], direction: "downstream") { bodyId totalWeight }`); // prettier-ignore
    expect(new Map(common.map((row: Data) => [`3>${row.bodyId}`, Number(row.totalWeight)]))).toEqual(
      new Map([...left].filter(([pair]) => pair.startsWith('3>'))),
    );
    const loops = await ask(`feedForwardLoops(${masked}, bodyIds: ${every}) { firstId middleId lastId directWeight }`); // prettier-ignore
    for (const { firstId, middleId, lastId, directWeight } of loops) {
      expect(left.has(`${firstId}>${middleId}`) && left.has(`${middleId}>${lastId}`)).toBe(true);
      expect(left.get(`${firstId}>${lastId}`)).toBe(Number(directWeight));
    }
    const types = await ask(`typeConnections(${masked}) { synapses }`);
    const sum = types.reduce((n: number, { synapses }: Data) => n + Number(synapses), 0);
    expect(sum).toBe([...left.values()].reduce((a, b) => a + b, 0));
    const triads = await ask(`triads(${head}, bodyIds: ${every}, maskFlagged: exclude) { triad triples }`);
    const all = await ask(`triads(${head}, bodyIds: ${every}) { triad triples }`);
    const triples = (rows: Data[]) => rows.reduce((n, row) => n + Number(row.triples), 0);
    expect(triples(triads)).toBeGreaterThan(0);
    expect(triples(triads)).toBeLessThan(triples(all));
  });

  it('walk paths of connections that are left alone', async () => {
    const next = (from: string) =>
      [...left.keys()].filter((pair) => pair.startsWith(`${from}>`)).map((pair) => pair.split('>')[1]);
    const two = new Set(next('3').flatMap(next));
    const far = [...two].find((id) => id !== '3' && !next('3').includes(id))!;
    const shortest = await ask(`shortestPaths(${masked}, from: "3", to: "${far}") { bodyIds weights }`);
    const middles = next('3').filter((id) => left.has(`${id}>${far}`));
    expect(shortest.map(({ bodyIds }: Data) => bodyIds[1]).sort()).toEqual(middles.sort());
    const bounded = await ask(`paths(${masked}, from: "3", to: "${far}", maxHops: 2) { bodyIds weights }`);
    expect(bounded.map(({ bodyIds }: Data) => bodyIds[1]).sort()).toEqual(middles.sort());
    for (const { bodyIds, weights: along } of [...shortest, ...bounded])
      expect(along.map(Number)).toEqual([0, 1].map((i) => left.get(`${bodyIds[i]}>${bodyIds[i + 1]}`)));
  });

  it('count the sites of listed neurons that lie outside of flags', async () => {
    const { items } = await ask(`neurons(${head}, maskFlagged: exclude, first: 100, minSynapses: 1) { items { bodyId pre post upstream downstream } }`); // prettier-ignore
    const kept = planted.filter((s) => s.postBodyId !== null && !flagged.includes(s.cellKey!));
    for (const { bodyId, upstream, downstream, pre, post } of items) {
      const [into, out] = ['postBodyId', 'preBodyId'].map(
        (side) => kept.filter((s) => String(s[side as 'preBodyId']) === bodyId).length,
      );
      expect([pre, post, upstream, downstream].map(Number)).toEqual([out, into, into, out]);
    }
    expect(items.length).toBeGreaterThan(50);
  });
});

describe('what a dataset lists under a mask', () => {
  const ofDataset = async (field: string): Promise<Data> =>
    (await api.answer(`{ dataset(name: "${dataset}") { answer: ${field} } }`)).dataset.answer;

  it.each([
    ['maskFlagged: exclude', unflagged],
    ['maskFlagged: all', (s: SynapseRow) => unflagged(s) && s.cellKey !== 'cell/0/0/1'],
    ['minConfidence: 0.7', ({ confidence }: SynapseRow) => confidence >= 0.7],
    ['maskFlagged: exclude, minConfidence: 0.3', confident],
  ] as const)('its connections are those left by %s', async (mask, isLeft) => {
    const rows = await ofDataset(`connections(first: 1000, ${mask}) { preBodyId postBodyId weight }`);
    expect(pairsOf(rows, 'preBodyId', 'postBodyId')).toEqual(weights(isLeft));
    const found = rows.map(({ weight }: Data) => Number(weight));
    expect(found).toEqual(found.toSorted((a: number, b: number) => b - a));
    const first = await ofDataset(`connections(first: 5, minWeight: 2, ${mask}) { weight }`);
    expect(first.map(({ weight }: Data) => Number(weight))).toEqual(
      found.filter((n: number) => n >= 2).slice(0, 5),
    );
  });

  it.each([
    ['maskFlagged: exclude', (s: SynapseRow) => !flagged.includes(s.cellKey!)],
    ['maskFlagged: all', (s: SynapseRow) => ![...flagged, 'cell/0/0/1'].includes(s.cellKey!)],
    ['minConfidence: 0.7', ({ confidence }: SynapseRow) => confidence >= 0.7],
    ['maskFlagged: exclude, minConfidence: 0.3', confident],
  ] as const)('its neurons have the sites left by %s, page after page', async (mask, isLeft) => {
    const found: Data[] = [];
    for (let after = ''; ; ) {
      const fields = 'items { bodyId pre post upstream downstream } next';
      const page = await ofDataset(`neurons(first: 17, minSynapses: 8, ${mask} ${after}) { ${fields} }`);
      found.push(...page.items);
      if (page.next === null) break;
      after = `, after: "${page.next}"`;
    }
    const kept = planted.filter((s) => s.postBodyId !== null && isLeft(s));
    const countOf = (side: 'preBodyId' | 'postBodyId', id: string) =>
      kept.filter((s) => String(s[side]) === id).length;
    const expected = Array.from({ length: 60 }, (_, n) => String(n + 1))
      .map((id) => ({ id, out: countOf('preBodyId', id), into: countOf('postBodyId', id) }))
      .filter(({ out, into }) => out + into >= 8);
    expect(
      found.map(({ bodyId, pre, post, upstream, downstream }) => [
        bodyId,
        ...[pre, post, upstream, downstream].map(Number),
      ]),
    ).toEqual(expected.map(({ id, out, into }) => [id, out, into, into, out]));
    // The mask decides which of them are listed.
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThan(60);
  });
});

describe('an analysis under a mask of flags', () => {
  it('reads the connections that are left', async () => {
    const projection = await loadProjection(api.graph, dataset, { minWeight: 1n, maskedCells: flagged });
    const autapses = [...left.keys()].filter((pair) => pair.split('>')[0] === pair.split('>')[1]).length;
    expect(projection.outputs.targets.length + autapses).toBe(left.size);
    const ran = await stratome('analyse', 'communities', dataset, '--param', 'maskFlagged=exclude');
    expect(ran.json).toMatchObject({ parameters: { maskFlagged: 'exclude' } });
    expect((ran.json as Data).summary.connections).toBe(projection.outputs.targets.length);
  });
});

describe('an export', () => {
  const folders: string[] = [];
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));
  async function exported(...options: string[]) {
    const folder = await mkdtemp(join(tmpdir(), 'masked-export-'));
    folders.push(folder);
    const ran = await stratome('export-graph', dataset, '--out', folder, ...options);
    expect(ran.code).toBe(0);
    const text = await readFile(join(folder, `${dataset}_Neuron_Connections.csv`), 'utf8');
    const [header, ...lines] = text.trim().split('\n');
    const at = header.split(',').indexOf('qualityFlags:string');
    return lines.map((line) => line.split(',')).map((row) => ({ pair: `${row[0]}>${row[1]}`, weight: Number(row[2]), flags: row[at].replaceAll('"', '') })); // prettier-ignore
  }

  it('carries the flags of the cells that synapses lie in', async () => {
    const rows = await exported();
    expect(new Map(rows.map(({ pair, weight }) => [pair, weight]))).toEqual(stored);
    for (const { pair, flags } of rows) {
      const cells = new Set(planted.filter((s) => `${s.preBodyId}>${s.postBodyId}` === pair).map((s) => s.cellKey!)); // prettier-ignore
      const under = [flagged.some((key) => cells.has(key)) && '1', cells.has('cell/0/0/1') && '2'];
      expect(flags).toBe(under.filter(Boolean).join(';'));
    }
  });

  it('leaves out what is flagged when asked to', async () => {
    const rows = await exported('--mask-flagged', 'exclude');
    expect(new Map(rows.map(({ pair, weight }) => [pair, weight]))).toEqual(left);
    expect(rows.some(({ flags }) => flags.includes('1'))).toBe(false);
    const confidentRows = await exported('--mask-flagged', 'exclude', '--min-confidence', '0.3');
    expect(new Map(confidentRows.map(({ pair, weight }) => [pair, weight]))).toEqual(weights(confident));
  });
});
