import { setTimeout as delay } from 'node:timers/promises';
import { analyseDataset } from '@stratome/api';
import { loadProjection, pageRank, queries, readResultRows, type Graph } from '@stratome/connectome';
import {
  analysisTable,
  listAnalyses,
  reportAnalysis,
  requestAnalysis,
  takeAnalysis,
} from '@stratome/operations';
import { hashJson } from '@stratome/core';
import { FileObjectStore } from '@stratome/storage';
import { tableFromIPC } from 'apache-arrow';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { startTestApi, type Data, type TestApi } from './api-server.js';
import { stratome } from './stratome-command.js';

/* Analyses as jobs: over GraphQL, by command, kept with their revision. */

const dataset = 'analyses';
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi(dataset);
});
afterAll(() => api.stop());

const fields = 'id state revision stale summaryJson parametersJson error tablePath';
const start = (name: string, parameters: object = {}) =>
  api.ask(
    `mutation ($dataset: String!, $name: String!, $parameters: String!) {
       startAnalysis(dataset: $dataset, name: $name, parametersJson: $parameters) { ${fields} } }`,
    { dataset, name, parameters: JSON.stringify(parameters) },
  );

async function finished(id: string): Promise<Data> {
  for (;;) {
    const { analysis } = await api.answer(
      `query ($id: String!) { analysis(id: $id) { ${fields} table(first: 5) { columns rowCount rowsJson } } }`,
      { id },
    );
    if (analysis.state === 'done' || analysis.state === 'failed') return analysis;
    await delay(100);
  }
}

describe('an analysis over GraphQL', () => {
  it('runs off the event loop and is kept; an equal request gives the same', async () => {
    const { data } = await start('centrality', { minWeight: 1 });
    const done = await finished(data.startAnalysis.id);
    expect(done).toMatchObject({ state: 'done', revision: 1, stale: false, error: null });
    const graph = await loadProjection(api.graph, dataset, { minWeight: 1n });
    expect(JSON.parse(done.summaryJson)).toMatchObject({
      neurons: graph.bodyIds.length,
      connections: graph.outputs.targets.length,
    });
    const bytes = await (await fetch(`${api.address}${done.tablePath}`)).arrayBuffer();
    const table = tableFromIPC(new Uint8Array(bytes));
    const rank = pageRank(graph, 0.85);
    const ranks = new Map(Array.from(graph.bodyIds, (id, i) => [id, rank[i]]));
    expect(table.numRows).toBe(graph.bodyIds.length);
    for (const row of table) expect(row!.pageRank).toBeCloseTo(ranks.get(row!.bodyId)!, 12);
    const [first] = JSON.parse(done.table.rowsJson);
    expect(first[done.table.columns.indexOf('pageRank')]).toBe(Math.max(...rank));

    const again = await start('centrality', { seed: '1', damping: 0.85 });
    expect(again.data.startAnalysis).toMatchObject({ id: done.id, state: 'done' });
    const other = await start('centrality', { damping: 0.5 });
    expect(other.data.startAnalysis.id).not.toBe(done.id);
    await finished(other.data.startAnalysis.id);
  });

  it('says how far it is until it ends', async () => {
    const { data } = await start('motifs', { draws: 20 });
    const client = createClient({
      url: `${api.address.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
    });
    const states: string[] = [];
    const query = `subscription ($id: String!) { analysisProgress(id: $id) { state progress { phase done total } } }`;
    for await (const { data: seen } of client.iterate({ query, variables: { id: data.startAnalysis.id } }))
      states.push((seen as Data).analysisProgress.state);
    await client.dispose();
    expect(states.at(-1)).toBe('done');
  });

  it('counts under a minimum confidence and a quality mask', async () => {
    const parameters = {
      minConfidence: 0.4,
      maskLayer: 'L4',
      maskMeasure: 'synapseConfidence',
      maskLowest: 0.65,
    };
    const { data } = await start('communities', parameters);
    const done = await finished(data.startAnalysis.id);
    const graph = await loadProjection(api.graph, dataset, {
      minWeight: 1n,
      minConfidence: 0.4,
      maskedCells: ['cell/0/0/0', 'cell/0/0/1'],
    });
    expect(JSON.parse(done.summaryJson).connections).toBe(graph.outputs.targets.length);
    expect(JSON.parse(done.parametersJson)).toMatchObject({ ...parameters, minWeight: 1, seed: '1' });
  });

  it.each([
    ['gossip', {}, /There is no analysis "gossip"/],
    ['motifs', { draws: 1 }, /draws of motifs/],
    ['motifs', { drawz: 5 }, /Parameters: minWeight/],
    ['signedPaths', { from: '9223372036854775808' }, /2\^63/],
    ['signedPaths', { from: [2 ** 53] }, /not exact/],
    ['centrality', { maskMeasure: 'synapseConfidence' }, /without maskLayer/],
  ])('refuses %s %j before anything is computed', async (name, parameters, reason) => {
    const { errors } = await start(name, parameters);
    expect(errors?.[0].message).toMatch(reason);
    expect(errors?.[0].extensions.code).toBe('BAD_USER_INPUT');
  });

  it('keeps why it failed, and is run again when it is asked for again', async () => {
    for (let attempt = 0; attempt < 2; attempt++) {
      const { data } = await start('signedPaths', { from: '424242' });
      const failed = await finished(data.startAnalysis.id);
      expect(failed).toMatchObject({ state: 'failed', summaryJson: null, table: null });
      expect(failed.error).toMatch(/424242/);
    }
    const missing = await api.ask(`{ analysis(id: "nonsense") { id } }`);
    expect(missing.errors?.[0].message).toMatch(/no analysis "nonsense"/);
    expect((await fetch(`${api.address}/api/analyses/nonsense/table`)).status).toBe(404);
  });
});

describe('the command', () => {
  it('gives what a server has kept, and computes what it has not', async () => {
    const kept = await stratome('analyse', 'centrality', dataset, '--limit', '3');
    expect(kept.json).toMatchObject({ reused: true, rowCount: 60, name: 'centrality' });
    const fresh = await stratome('analyse', 'smallWorld', dataset, '--param', 'draws=3');
    expect(fresh.code).toBe(0);
    expect(fresh.json).toMatchObject({ reused: false, rowCount: 2, parameters: { draws: 3, seed: '1' } });
    expect((await stratome('analyse', 'richClub', 'nowhere')).code).toBe(3);
    const { json } = await stratome('analyse');
    expect((json as Data).analyses.map(({ name }: Data) => name)).toContain('nblast');
  });
});

describe('NBLAST', () => {
  it('compares the skeletons of a revision', async () => {
    const { data } = await start('nblast', { bodyIds: '1,2,3', spacingUm: 0.5, sigmaUm: 3 });
    const done = await finished(data.startAnalysis.id);
    expect(done).toMatchObject({ state: 'done', error: null });
    const bytes = await analysisTable(api.db, done.id);
    const scores = new Map(
      readResultRows(bytes, 0, 9).rows.map(([query, target, score]) => [`${query} ${target}`, Number(score)]),
    );
    expect([scores.get('1 2'), scores.get('2 1')]).toEqual([1, 1]);
    // All of the half lies on the whole, half of the whole off the half.
    expect(scores.get('3 1')).toBe(1);
    expect(scores.get('1 3')).toBeGreaterThan(0.6);
    expect(scores.get('1 3')).toBeLessThan(0.85);
    const without = await start('nblast', { bodyIds: '1,2', score: 'matrix' });
    expect((await finished(without.data.startAnalysis.id)).error).toMatch(/STRATOME_NBLAST_MATRIX/);
    const unknown = await start('nblast', { bodyIds: '1,77' });
    expect((await finished(unknown.data.startAnalysis.id)).error).toMatch(/no skeleton of body 77/);
  });
});

describe('an analysis that is held', () => {
  const request = {
    dataset,
    revision: 1,
    name: 'motifs',
    parameters: { draws: 7 },
    requestHash: hashJson('held'),
  };

  it('is given to one alone, and to another only when its holder falls silent', async () => {
    const { id } = await requestAnalysis(api.db, request);
    const first = await takeAnalysis(api.db, id);
    expect(first?.fence).toBe(1);
    expect(await takeAnalysis(api.db, id)).toBeNull();
    await api.db.query(`UPDATE analysis SET heartbeat_at = now() - interval '1 hour' WHERE id = $1`, [id]);
    const second = await takeAnalysis(api.db, id);
    expect(second?.fence).toBe(2);
    const progress = { phase: 'computing', done: 1, total: 2 };
    expect(await reportAnalysis(api.db, first!, progress)).toBe(false);
    expect(await reportAnalysis(api.db, second!, progress)).toBe(true);
    await api.db.query('DELETE FROM analysis WHERE id = $1', [id]);
  });

  it('of an earlier revision is not the answer of the next', async () => {
    const [{ revision, epoch }] = await api.graph.run(queries.head, { dataset });
    await api.graph.run(queries.setHead, {
      dataset,
      expectedRevision: revision,
      expectedEpoch: epoch,
      revision: 2n,
      committedAt: '2026-01-03T00:00:00Z',
    });
    const connections = { graph: api.graph as Graph, db: api.db, store: new FileObjectStore('.') };
    const asked = { dataset, name: 'centrality', parameters: {} };
    const { analysis, reused } = await analyseDataset(connections, asked, () => {});
    expect([analysis.revision, reused]).toEqual([2, false]);
    const earlier = (await listAnalyses(api.db, dataset)).find((a) => a.revision === 1 && a.state === 'done');
    const { analysis: seen } = await api.answer(`query ($id: String!) { analysis(id: $id) { stale } }`, {
      id: earlier!.id,
    });
    expect(seen.stale).toBe(true);
    expect(readResultRows(await analysisTable(api.db, analysis.id), 0, 1).rowCount).toBe(60);
  });
});
