import { conflict, hashBytes, StratomeError } from '@stratome/core';
import neo4j from 'neo4j-driver';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Graph } from './graph.js';

/** One file of the migration folder. */
export interface Migration {
  /** The file's name without `.cypher`, beginning with four digits. */
  readonly id: string;
  /** SHA-256 of the file. */
  readonly checksum: string;
  readonly statements: readonly string[];
}

/** Cuts a migration into statements at each `;` that ends a line; comments stay with the statement below them. */
export function splitStatements(source: string): string[] {
  return source
    .split(/;[ \t]*$/m)
    .map((statement) => statement.trim())
    .filter((statement) =>
      statement.split('\n').some((line) => line.trim() !== '' && !line.startsWith('//')),
    );
}

/** Reads `NNNN-name.cypher` files in order. @throws StratomeError badInput for another name or a number used twice */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.cypher')).sort();
  const migrations: Migration[] = [];
  for (const name of names) {
    const number = /^(\d{4})-[a-z0-9-]+\.cypher$/.exec(name)?.[1];
    if (!number || migrations.at(-1)?.id.startsWith(number)) {
      throw new StratomeError(
        'badInput',
        `${join(folder, name)} is no new migration.`,
        'Call it NNNN-name.cypher with the next free number.',
      );
    }
    const source = await readFile(join(folder, name));
    migrations.push({
      id: name.slice(0, -'.cypher'.length),
      checksum: hashBytes(source),
      statements: splitStatements(source.toString('utf8')),
    });
  }
  return migrations;
}

/** Compares what was applied with what there is. @returns what is still to be applied */
export function pendingMigrations(
  migrations: readonly Migration[],
  applied: ReadonlyMap<string, string>,
): Migration[] {
  for (const id of applied.keys()) {
    if (migrations.some((migration) => migration.id === id)) continue;
    throw conflict(
      `The graph has migration ${id}, which this version does not know.`,
      'Use the version of Stratome that wrote it, or a newer one.',
    );
  }
  for (const { id, checksum } of migrations) {
    const before = applied.get(id);
    if (before === undefined || before === checksum) continue;
    throw conflict(
      `Migration ${id} was changed after it was applied.`,
      'Restore the file and put the change into a new migration.',
    );
  }
  const pending = migrations.filter((migration) => !applied.has(migration.id));
  const last = [...applied.keys()].sort().at(-1);
  const late = pending.find((migration) => last !== undefined && migration.id < last);
  if (late)
    throw conflict(
      `Migration ${late.id} comes before ${last}, which is applied.`,
      'Give it the next free number.',
    );
  return pending;
}

/**
 * Brings the graph's schema up to date. Each migration is recorded as a `(:Migration {series, id, checksum,
 * appliedAt})` after its last statement; statements are written to be repeatable (IF NOT EXISTS), so that an
 * interrupted migration is simply run again.
 *
 * @param series which ledger; only tests use another than Stratome's
 * @returns the ids applied now
 * @throws StratomeError conflict when an applied file was changed, removed or preceded
 */
export async function migrate(graph: Graph, folder: string, series = 'stratome'): Promise<string[]> {
  const migrations = await readMigrations(folder);
  return graph.inSession(neo4j.session.WRITE, async (session) => {
    await session.run(
      'CREATE CONSTRAINT migration_id IF NOT EXISTS FOR (n:Migration) REQUIRE (n.series, n.id) IS UNIQUE',
    );
    const ledger = await session.run(
      'MATCH (m:Migration {series: $series}) WHERE m.id IS NOT NULL RETURN m.id AS id, m.checksum AS checksum',
      { series },
    );
    const applied = new Map(ledger.records.map((record) => [record.get('id'), record.get('checksum')]));
    const pending = pendingMigrations(migrations, applied);
    for (const { id, checksum, statements } of pending) {
      for (const statement of statements) await session.run(statement);
      await session.run(
        `MERGE (m:Migration {series: $series, id: $id})
         ON CREATE SET m.checksum = $checksum, m.appliedAt = datetime()`,
        { series, id, checksum },
      );
    }
    await session.run('CALL db.awaitIndexes(300)');
    return pending.map((migration) => migration.id);
  });
}
