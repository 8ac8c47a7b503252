// npm run bench:revisions -- [--neurons n] [--connections n] [--changed n] [--json]
//
// Writes a synthetic dataset, then a revision that changes, adds and removes connections, and a rollback, while readers
// of the head ask for partners without a pause. Prints how long each transaction took and how long readers waited.
// NEO4J_URI, NEO4J_USER and NEO4J_PASSWORD name a server; without them one is started and deleted afterwards.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  commitDelta,
  deleteDataset,
  differenceBetween,
  inverseOf,
  loadConnectome,
  migrate,
  openGraph,
  queries,
} from '@stratome/connectome';
import { hashJson, seededRandom } from '@stratome/core';
import { resetServices, startServices } from '@stratome/services';

const { values: options } = parseArgs({
  options: {
    neurons: { type: 'string', default: '5000' },
    connections: { type: 'string', default: '40000' },
    changed: { type: 'string', default: '15000' },
    json: { type: 'boolean', default: false },
  },
});
const [neurons, connections, changed] = [options.neurons, options.connections, options.changed].map(Number);
const dataset = 'revisionBench';
const say = (line) => process.stderr.write(`${line}\n`);

const neuronRow = (bodyId) => ({
  bodyId,
  neuron: true,
  class: 'neurite',
  sizeVoxels: 1000n,
  box: { begin: [0, 0, 0], end: [1, 1, 1] },
  pre: 0n,
  post: 0n,
  upstream: 0n,
  downstream: 0n,
});

/** Distinct pairs, so that there are exactly as many as were asked for. */
function pairs(count, seed) {
  const random = seededRandom(seed);
  const seen = new Set();
  while (seen.size < count) seen.add(random.below(neurons) * neurons + random.below(neurons));
  return [...seen].map((pair) => [BigInt(Math.floor(pair / neurons) + 1), BigInt((pair % neurons) + 1)]);
}

const connectionRow = ([preBodyId, postBodyId], weight) => ({
  preBodyId,
  postBodyId,
  weight,
  weightHP: 0n,
  weightHR: weight,
  excitatoryShare: 1,
  meanConfidence: 0.5,
});

const percentile = (sorted, p) => sorted[Math.min(sorted.length - 1, Math.floor((p / 100) * sorted.length))];

/** Does `work` while readers ask for partners; what each waited, ms. */
async function beside(graph, work) {
  let going = true;
  const waits = [];
  const random = seededRandom('readers');
  const reader = async () => {
    while (going) {
      const bodyIds = [BigInt(1 + random.below(neurons))];
      const started = performance.now();
      await graph.run(queries.downstreamPartners, { dataset, bodyIds, minWeight: 1n, limit: 50 });
      waits.push(performance.now() - started);
    }
  };
  const readers = [reader(), reader()];
  const started = performance.now();
  await work();
  const ms = performance.now() - started;
  going = false;
  await Promise.all(readers);
  waits.sort((a, b) => a - b);
  return {
    transactionMs: Math.round(ms),
    reads: waits.length,
    readP50Ms: Math.round(percentile(waits, 50)),
    readP95Ms: Math.round(percentile(waits, 95)),
    readMaxMs: Math.round(waits.at(-1) ?? 0),
  };
}

const home = process.env.NEO4J_URI ? undefined : await mkdtemp(join(tmpdir(), 'stratome-revisions-'));
const address = home
  ? (await startServices({ home, onProgress: say })).neo4j
  : {
      uri: process.env.NEO4J_URI,
      user: process.env.NEO4J_USER ?? 'neo4j',
      password: process.env.NEO4J_PASSWORD,
    };
const graph = await openGraph(address);
const commit = (id) => ({
  id: hashJson(id),
  kind: 'run',
  author: 'bench',
  committedAt: new Date().toISOString(),
  editedAt: new Date().toISOString(),
});

try {
  await migrate(graph, fileURLToPath(new URL('../../cypher/migrations', import.meta.url)));
  await deleteDataset(graph, dataset);
  say(`${neurons} neurons, ${connections} connections`);
  const all = pairs(connections + changed, 'pairs');
  const third = Math.floor(changed / 3);
  const rows = all.slice(0, connections).map((pair) => connectionRow(pair, 1n));
  const about = {
    dataset,
    voxelNm: [10, 10, 10],
    shape: [1, 1, 1],
    editedAt: commit('').editedAt,
    uuid: hashJson(dataset),
  };
  const thresholds = { postHighAccuracy: 0.5, postHP: 0.7, preHP: 0.5 };
  await loadConnectome(graph, { ...about, thresholds, uncalibrated: false }, 1n, {
    neurons: Array.from({ length: neurons }, (_, n) => neuronRow(BigInt(n + 1))),
    connections: rows,
  });
  const first = {
    expectedRevision: 0n,
    expectedEpoch: 0n,
    revision: 1n,
    committedAt: commit('').committedAt,
  };
  await graph.run(queries.setHead, { dataset, ...first });
  const idle = await beside(graph, () => new Promise((done) => setTimeout(done, 2000)));
  const delta = {
    connections: {
      changed: rows.slice(0, third).map((row) => ({ ...row, weight: 7n, weightHR: 7n })),
      removed: rows.slice(third, 2 * third).map(({ preBodyId, postBodyId }) => ({ preBodyId, postBodyId })),
      added: all.slice(connections, connections + changed - 2 * third).map((pair) => connectionRow(pair, 2n)),
    },
  };
  const forth = { dataset, from: { revision: 1n, epoch: 1n }, revision: 2n, commit: commit('forth'), delta };
  const applied = await beside(graph, () => commitDelta(graph, forth));
  const asked = performance.now();
  const back = inverseOf(await differenceBetween(graph, dataset, 1, 2));
  const differenceMs = Math.round(performance.now() - asked);
  const rollback = await beside(graph, () =>
    commitDelta(graph, {
      dataset,
      from: { revision: 2n, epoch: 2n },
      revision: 3n,
      commit: { ...commit('back'), kind: 'rollback', restores: 1 },
      delta: back,
    }),
  );
  const summary = { neurons, connections, changed, idle, applied, differenceMs, rollback };
  process.stdout.write(`${JSON.stringify(summary, null, options.json ? 0 : 1)}\n`);
} finally {
  await deleteDataset(graph, dataset);
  await graph.close();
  if (home) {
    await resetServices({ home });
    await rm(home, { recursive: true, force: true });
  }
}
