import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrate, openGraph, type Graph } from '@stratome/connectome';
import neo4j from 'neo4j-driver';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrationFolder, openTestGraph } from './graph-tissue.js';

let graph: Graph;
let folder: string;
const series = 'test of the ledger';

const statement = (cypher: string) =>
  graph.inSession(neo4j.session.WRITE, (session) => session.run(cypher, { series }));

beforeAll(async () => {
  graph = await openTestGraph();
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'migrations-'));
  writeFileSync(
    join(folder, '0001-first.cypher'),
    '// One\nMERGE (n:LedgerTest {id: 1}) SET n.text = "a; b";\n\n// Two\nMERGE (n:LedgerTest {id: 2});\n',
  );
  return async () => {
    rmSync(folder, { recursive: true });
    await statement('MATCH (n:Migration {series: $series}) DELETE n');
    await statement('MATCH (n:LedgerTest) DELETE n');
  };
});

afterAll(() => graph.close());

describe('migrations', () => {
  it('run once, each statement of a file, and are recorded with their checksum', async () => {
    expect(await migrate(graph, folder, series)).toEqual(['0001-first']);
    expect(await migrate(graph, folder, series)).toEqual([]);
    const { records } = await statement('MATCH (n:LedgerTest) RETURN count(n) AS count');
    expect(records[0].get('count')).toBe(2n);
    const ledger = await statement('MATCH (m:Migration {series: $series}) RETURN m.checksum AS checksum');
    expect(ledger.records.map((record) => record.get('checksum'))).toEqual([
      expect.stringMatching(/^[0-9a-f]{64}$/),
    ]);
  });

  it('refuse a file that was changed after it was applied', async () => {
    await migrate(graph, folder, series);
    appendFileSync(join(folder, '0001-first.cypher'), '// harmless\n');
    await expect(migrate(graph, folder, series)).rejects.toThrow('Migration 0001-first was changed');
  });

  it('refuse a file that went missing and one that comes too late', async () => {
    writeFileSync(join(folder, '0003-third.cypher'), 'RETURN 1;\n');
    await migrate(graph, folder, series);
    writeFileSync(join(folder, '0002-second.cypher'), 'RETURN 1;\n');
    await expect(migrate(graph, folder, series)).rejects.toThrow('0002-second comes before 0003-third');
    rmSync(join(folder, '0001-first.cypher'));
    await expect(migrate(graph, folder, series)).rejects.toThrow('has migration 0001-first');
  });

  it('are all applied to the test graph, and leave every index online', async () => {
    await migrate(graph, migrationFolder);
    const { records } = await statement('SHOW INDEXES YIELD name, state, type RETURN name, state, type');
    const indexes = records.map((record) => record.toObject());
    expect(indexes.filter((index) => index.state !== 'ONLINE')).toEqual([]);
    expect(indexes.map((index) => index.name)).toEqual(
      expect.arrayContaining(['segment_body', 'synapse_location', 'connects_to_weight', 'artifact_identity']),
    );
  });

  it('keep a second body of the same id out of a dataset', async () => {
    const twice = "UNWIND [1, 2] AS i CREATE (:Segment {dataset: 'ledgerTest', bodyId: 1})";
    await expect(statement(twice)).rejects.toThrow(/already exists/);
  });
});

describe('opening the graph', () => {
  it('names a server that does not answer', async () => {
    const nowhere = { uri: 'bolt://127.0.0.1:1', user: 'neo4j', password: 'x' };
    await expect(openGraph(nowhere)).rejects.toMatchObject({
      kind: 'unavailable',
      message: /127\.0\.0\.1:1/,
    });
  });

  it('never repeats a password that was refused', async () => {
    const refused = openGraph({ ...graph.address, password: 'not-the-secret' });
    await expect(refused).rejects.toMatchObject({
      kind: 'unavailable',
      message: /refused the user name or password/,
    });
    await expect(refused).rejects.not.toThrow(/not-the-secret/);
  });

  it('refuses what is no address', async () => {
    await expect(openGraph({ ...graph.address, uri: 'nonsense' })).rejects.toMatchObject({
      kind: 'badInput',
    });
  });
});

it('the generated wrappers are those of the query files', () => {
  const generator = fileURLToPath(new URL('../scripts/generate-cypher.mjs', import.meta.url));
  execFileSync(process.execPath, [generator, '--check']);
});
