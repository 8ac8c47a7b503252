// npm run bench:graph -- [--neurons n] [--connections n | --stress] [--seed n] [--json]
//
// Generates a connectome, loads it into a Neo4j of its own through the offline import, asks its questions, and asks
// the same of pandas, igraph and (up to a million connections) NetworkX on the same tables. FlyWire's statistics come
// from STRATOME_SHARED (or ../shared); the peers' Python is STRATOME_BENCH_PYTHON, and without it they are left out.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { finishOfflineImport, migrate, openGraph, queries, writeOfflineTables } from '@stratome/connectome';
import { seededRandom } from '@stratome/core';
import { importOffline, resetServices, servicesStatus, startServices } from '@stratome/services';
import { generate, regions } from './generate.mjs';
import { peakMiB } from './memory.mjs';
import { askStratome } from './questions.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values: options } = parseArgs({
  options: {
    neurons: { type: 'string', default: '139000' },
    connections: { type: 'string' },
    stress: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    samples: { type: 'string', default: '200' },
    json: { type: 'boolean', default: false },
  },
});
const connections = Number(options.connections ?? (options.stress ? 15_000_000 : 4_400_000));
const [neurons, samples] = [options.neurons, options.samples].map(Number);
const shared = process.env.STRATOME_SHARED || join(root, '../shared');
const folder = join(shared, 'data/graphs/flywire-types/data');
const say = (line) => process.stderr.write(`${line}\n`);

/** Bodies at random, the top 1 % by partners, and pairs at random. */
async function drawSample(graph, imported) {
  const random = seededRandom(`sample ${options.seed}`);
  const any = () => imported.bodyIds[random.below(imported.bodyIds.length)];
  const top = Math.ceil(neurons / 100);
  const hubs = await graph.run(queries.hubs, { dataset: 'bench', minWeight: 1n, limit: top });
  return {
    bodies: Array.from({ length: samples }, any),
    hubs: Array.from({ length: Math.ceil(samples / 10) }, () => hubs[random.below(hubs.length)].bodyId),
    pairs: Array.from({ length: samples }, () => [any(), any()]),
  };
}

function askPeers(tables, sample) {
  const python = process.env.STRATOME_BENCH_PYTHON;
  if (!python) return undefined;
  const asked = {
    nodes: tables.nodes[0],
    connections: tables.relationships[0],
    ...sample,
    regions,
    census: true,
    networkx: connections <= 1_000_000,
  };
  const input = JSON.stringify(asked, (_, value) => (typeof value === 'bigint' ? String(value) : value));
  const script = fileURLToPath(new URL('peers.py', import.meta.url));
  const { status, stdout, stderr } = spawnSync(python, [script], {
    input,
    maxBuffer: 2 ** 28,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** An analysis of all connections, in a process of its own. */
function analyse(address) {
  const script = fileURLToPath(new URL('analysis.mjs', import.meta.url));
  const input = JSON.stringify(address);
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { input, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** Peak memory of the server of a state folder since it was started, MiB. */
async function serverPeakMiB(settings, name) {
  const { pid } = (await servicesStatus(settings)).find((status) => status.name === name) ?? {};
  return pid === undefined ? Number.NaN : peakMiB(pid);
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

function sideBySide(ours, theirs) {
  const rows = {};
  for (const [question, { answers, ...times }] of Object.entries(ours)) {
    const peer = theirs?.[question];
    const ms = (one) => one.p50Ms ?? one.ms;
    const { answers: peerAnswers, ...peerTimes } = peer ?? {};
    rows[question] = {
      stratome: times,
      ...(peer
        ? {
            peer: peerTimes,
            equal: same(answers, peerAnswers),
            ratio: Number((ms(peer) / ms(times)).toFixed(3)),
          }
        : {}),
    };
  }
  const networkX = theirs?.motifCensusNetworkX;
  if (networkX) {
    const { answers, ...times } = networkX;
    rows.motifCensus.networkX = { ...times, equal: same(ours.motifCensus.answers, answers) };
  }
  return rows;
}

async function bench(home, work) {
  if (!existsSync(folder)) throw new Error(`${folder} does not exist; set STRATOME_SHARED.`);
  const env = { ...process.env, NEO4J_URI: '', POSTGRES_URL: '', REDIS_URL: '' };
  const settings = { home, env, onProgress: say };
  say('Generating');
  const imported = generate({ folder, neurons, connections, seed: options.seed });
  await startServices(settings);
  const begin = performance.now();
  const target = { dataset: 'bench', editedAt: '2026-01-01T00:00:00Z', uuid: options.seed, status: 'Traced' };
  const tables = await writeOfflineTables(work, target, imported);
  await importOffline(tables, settings);
  const { neo4j } = await startServices(settings);
  const graph = await openGraph({ uri: neo4j.uri, user: neo4j.user, password: neo4j.password });
  try {
    await migrate(graph, join(root, 'cypher/migrations'));
    const counts = await finishOfflineImport(graph, target, imported);
    const loadMs = performance.now() - begin;
    say('Asking Stratome');
    const sample = await drawSample(graph, imported);
    const ours = await askStratome(graph, sample, regions, true);
    const apiPeakMiB = await peakMiB(process.pid);
    say('Analysing');
    const { peakMiB: analysisPeakMiB, ...analysis } = analyse(graph.address);
    const memory = { apiPeakMiB, analysisPeakMiB, neo4jPeakMiB: await serverPeakMiB(settings, 'neo4j') };
    say('Asking peers');
    const theirs = askPeers(tables, sample);
    return {
      neurons: counts.neurons,
      connections: counts.connections,
      synapses: Number(counts.synapses),
      seed: options.seed,
      loadMs,
      memory: { ...memory, ...(theirs ? { peerPeakMiB: theirs.peakMiB } : {}) },
      peerLoadMs: theirs?.load.ms,
      analysis,
      questions: sideBySide(ours, theirs),
    };
  } finally {
    await graph.close();
  }
}

const home = await mkdtemp(join(tmpdir(), 'stratome-bench-'));
const work = await mkdtemp(join(tmpdir(), 'stratome-bench-tables-'));
try {
  const figures = await bench(home, work);
  console.log(JSON.stringify(figures, null, options.json ? undefined : 2));
} finally {
  await resetServices({ home });
  await rm(home, { recursive: true, force: true });
  await rm(work, { recursive: true, force: true });
}
