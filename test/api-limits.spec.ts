import { finishRun } from '@stratome/operations';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startTestApi, type GraphqlAnswer, type TestApi } from './api-server.js';

const dataset = 'apiLimits';
let api: TestApi;

beforeAll(async () => {
  api = await startTestApi(dataset);
});

afterAll(() => api.stop());
/** All that comes over a WebSocket for one operation: its results, and its errors where it ends in them. */
async function overWebSocket(
  query: string,
  variables: object = {},
  onResult: (result: GraphqlAnswer) => void = () => {},
) {
  const client = createClient({
    url: `${api.address.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  const results: unknown[] = [];
  await new Promise<void>((resolve) =>
    client.subscribe(
      { query, variables: variables as Record<string, unknown> },
      {
        next: (result) => {
          results.push(result);
          onResult(result);
        },
        error: (error) => {
          results.push(error);
          resolve();
        },
        complete: resolve,
      },
    ),
  );
  await client.dispose();
  return results;
}

const partner = (levels: number): string =>
  levels === 0 ? 'bodyId' : `downstreamPartners { neuron { ${partner(levels - 1)} } }`;
const tooDeep = `{ neuron(dataset: "${dataset}", bodyId: "1") { ${partner(6)} } }`;
const tooDear = `query ($n: Int!) { neurons(dataset: "${dataset}", first: $n) { items { downstreamPartners(first: $n) { weight } } } }`;

describe('limits', () => {
  it('of depth hold over HTTP, through fragments too', async () => {
    expect((await api.ask(tooDeep)).errors![0].message).toMatch(/levels deep/);
    const fragments = `{ neuron(dataset: "${dataset}", bodyId: "1") { ...F } }
      fragment F on Neuron { ${partner(5).replace('bodyId', '...G')} } fragment G on Neuron { ${partner(1)} }`;
    expect((await api.ask(fragments)).errors![0].message).toMatch(/levels deep/);
  });

  it('of cost hold over HTTP, with the values of variables', async () => {
    expect((await api.ask(tooDear, { n: 1000 })).errors![0].message).toMatch(/costs/);
    expect((await api.ask(tooDear, { n: 10 })).errors).toBeUndefined();
  });

  it('hold over WebSocket, where errors are just as bare', async () => {
    const refusals = [
      [tooDeep, {}, /levels deep/],
      [tooDear, { n: 1000 }, /costs/],
      ['subscription { runProgress(id: "none") { run { id } } }', {}, /There is no run/],
      ['{ datasets { colour } }', {}, /Cannot query field/],
    ] as const;
    for (const [query, variables, message] of refusals) {
      const result = await overWebSocket(query, variables);
      expect(JSON.stringify(result)).toMatch(message);
      expect(JSON.stringify(result)).not.toMatch(/stack|node_modules/);
    }
  });
});

describe('a subscription to progress', () => {
  it('follows a run until it ends', async () => {
    const query = `subscription ($id: String!) { runProgress(id: $id) { run { state revision } stages { stage layer done total workUnit } } }`;
    const stages = [{ stage: 'segment', layer: 'L3', done: 1, total: 1, workUnit: 'voxels' }];
    const results = await overWebSocket(query, { id: api.runId }, ({ data }) => {
      if (data.runProgress.run.state === 'running') void finishRun(api.db, api.runId);
    });
    expect(results).toEqual([
      { data: { runProgress: { run: { state: 'running', revision: 1 }, stages } } },
      { data: { runProgress: { run: { state: 'done', revision: 1 }, stages } } },
    ]);
  });
});
