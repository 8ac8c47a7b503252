import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  finishOfflineImport,
  isNewDatabase,
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
  neurons: [{ type: 'KC' }, { instance: 'says "so", twice' }, { type: "MBON01(y5B'2a)_R", status: 'Orphan' }],
  edges: {
    sources: Int32Array.of(0, 0, 2),
    targets: Int32Array.of(1, 2, 0),
    weights: Int32Array.of(4, 2, 9),
  },
  unconnected: 0,
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
    } finally {
      await graph.close();
    }
  } finally {
    await resetServices({ home, env });
    await rm(home, { recursive: true, force: true });
  }
});
