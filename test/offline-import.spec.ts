import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  exportGraph,
  finishOfflineImport,
  isNewDatabase,
  loadGraph,
  migrate,
  openGraph,
  queries,
  writeOfflineTables,
  type ImportedGraph,
} from '@stratome/connectome';
import { importOffline, resetServices, startServices } from '@stratome/services';
import { expect, it } from 'vitest';
import { migrationFolder } from './graph-tissue.js';

const imported: ImportedGraph = {
  bodyIds: BigInt64Array.of(3n, 5n, 9223372036854775807n),
  neurons: [
    {
      type: 'KC',
      rois: { 'LH(R)': { pre: 1, post: 0, upstream: 0, downstream: 3, synweight: 3 } },
      properties: { hemilineage: '09A', 'LH(R)': true, inputs: [3n, 4n], tosoma: { x: 1, y: 2, z: 3 } },
    },
    { instance: 'says "so", twice' },
    { type: "MBON01(y5B'2a)_R", status: 'Orphan' },
  ],
  edges: {
    sources: Int32Array.of(0, 0, 2),
    targets: Int32Array.of(1, 2, 0),
    weights: Int32Array.of(4, 2, 9),
    weightsHR: Int32Array.of(4, 3, 9),
    meanConfidences: Float64Array.of(0.5, Number.NaN, 0.25),
    properties: [{ share: 0.5 }, undefined, { note: 'a "b", c' }],
  },
  unconnected: 0,
  neuronPropertyTypes: { hemilineage: 'string', 'LH(R)': 'boolean', inputs: 'long[]', tosoma: 'point' },
  edgePropertyTypes: { share: 'double', note: 'string' },
  meta: {
    thresholds: { postHighAccuracy: 0.5, postHP: 0.7, preHP: 0.1 },
    voxelSize: [4, 4, 40],
    primaryRois: ['LH(R)'],
  },
  sites: {
    sites: [
      {
        siteId: 11n,
        side: 'pre',
        location: { x: 1, y: 2, z: 3 },
        confidence: 0.9,
        neuron: 0,
        properties: { 'LH(R)': true, ntAcetylcholineProb: 0.8 },
      },
      {
        siteId: 12n,
        side: 'post',
        location: { x: 4, y: 2, z: 3.5 },
        confidence: 0.6,
        neuron: 1,
        properties: { kind: 'excitatory', ntExcitatoryProb: 0.75, ntInhibitoryProb: 0.25 },
      },
      {
        siteId: 13n,
        side: 'post',
        location: { x: 5, y: 2, z: 3 },
        confidence: 0.3,
        neuron: 2,
        properties: { 'LH(R)': true },
      },
      {
        siteId: 9223372036854775807n,
        side: 'post',
        location: { x: 6, y: 2, z: 3 },
        confidence: 0.3,
        neuron: -1,
        properties: {},
      },
    ],
    contacts: { pre: Int32Array.of(0, 0, 0), post: Int32Array.of(1, 2, 3) },
    propertyTypes: {
      'LH(R)': 'boolean',
      ntAcetylcholineProb: 'double',
      kind: 'string',
      ntExcitatoryProb: 'double',
      ntInhibitoryProb: 'double',
    },
  },
};

it('a new local database is written while it is stopped, and is then like any other', async () => {
  const home = await mkdtemp(join(tmpdir(), 'stratome-offline-'));
  // Servers of its own: the store is written anew.
  const env = { ...process.env, NEO4J_URI: '', POSTGRES_URL: '', REDIS_URL: '' };
  const target = { dataset: 'offline', editedAt: '2026-01-02T00:00:00Z', uuid: 'u', status: 'Traced' };
  const open = async () => {
    const { neo4j } = await startServices({ home, env });
    const graph = await openGraph({ uri: neo4j.uri, user: neo4j.user, password: neo4j.password });
    await migrate(graph, migrationFolder);
    return graph;
  };
  try {
    const before = await open();
    expect(await isNewDatabase(before)).toBe(true);
    await before.close();
    await importOffline(await writeOfflineTables(home, target, imported), { home, env });
    const graph = await open();
    try {
      expect(await finishOfflineImport(graph, target, imported)).toEqual({
        neurons: 3,
        connections: 3,
        synapses: 15n,
      });
      expect(await isNewDatabase(graph)).toBe(false);
      const page = { dataset: 'offline', minSynapses: 0n, after: -1n, limit: 9 };
      const found = await graph.run(queries.neurons, page);
      expect(
        found.map(({ bodyId, type, instance, status, pre }) => [bodyId, type, instance, status, pre]),
      ).toEqual([
        [3n, 'KC', null, 'Traced', 6n],
        [5n, null, 'says "so", twice', 'Traced', 0n],
        [9223372036854775807n, "MBON01(y5B'2a)_R", null, 'Orphan', 9n],
      ]);
      const between = {
        dataset: 'offline',
        preBodyIds: [3n, 9223372036854775807n],
        postBodyIds: [3n, 5n],
        minWeight: 1n,
      };
      const rows = await graph.run(queries.connectionsBetween, between);
      expect(rows.map(({ preBodyId, postBodyId, weight }) => [preBodyId, postBodyId, weight]).sort()).toEqual(
        [
          [3n, 5n, 4n],
          [9223372036854775807n, 3n, 9n],
        ],
      );
      expect(await graph.run(queries.head, { dataset: 'offline' })).toMatchObject([{ revision: 1n }]);
      // What was written offline is what batches write.
      await loadGraph(graph, { ...target, dataset: 'batched' }, imported);
      const [offline, batched] = await Promise.all(
        ['offline', 'batched'].map(async (name) => {
          const folder = join(home, name);
          await mkdir(folder);
          const { files } = await exportGraph(graph, name, {
            format: 'csv',
            folder,
            minWeight: 0n,
            sites: true,
          });
          return Promise.all(files.map((file) => readFile(file, 'utf8')));
        }),
      );
      expect(offline).toEqual(batched.map((text) => text.replace('""batched""', '""offline""')));
      const contact = { dataset: 'offline', preBodyId: 3n, postBodyId: 5n, limit: 9 };
      const contacts = await graph.run(queries.synapsesOfConnection, contact);
      expect(contacts).toMatchObject([{ siteId: 12n, preSiteId: 11n, kind: 'excitatory' }]);
    } finally {
      await graph.close();
    }
  } finally {
    await resetServices({ home, env });
    await rm(home, { recursive: true, force: true });
  }
});
