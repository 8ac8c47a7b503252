import 'reflect-metadata';
import { StratomeError } from '@stratome/core';
import { DataSource } from 'typeorm';
import { Analysis } from './entities/analysis.js';
import { AnnotationRow } from './entities/annotation.js';
import { Artifact, TaskInput } from './entities/artifact.js';
import { Dataset } from './entities/dataset.js';
import { Revision } from './entities/revision.js';
import { RunStage } from './entities/run-stage.js';
import { Run } from './entities/run.js';
import { StageRun } from './entities/stage-run.js';
import { Task } from './entities/task.js';
import { Operations1700000000001 } from './migrations/0001-operations.js';
import { ErrorKind1700000000002 } from './migrations/0002-error-kind.js';
import { Annotations1700000000003 } from './migrations/0003-annotations.js';
import { Regional1700000000004 } from './migrations/0004-regional.js';
import { StageVersion1700000000010 } from './migrations/0010-stage-version.js';
import { Revisions1700000000011 } from './migrations/0011-revisions.js';
import { Analyses1700000000020 } from './migrations/0020-analyses.js';

export const entities = [
  Dataset,
  Run,
  RunStage,
  Task,
  StageRun,
  Artifact,
  TaskInput,
  AnnotationRow,
  Revision,
  Analysis,
];

/** Append only: never edit or reorder what was released. */
export const migrations = [
  Operations1700000000001,
  ErrorKind1700000000002,
  Annotations1700000000003,
  Regional1700000000004,
  StageVersion1700000000010,
  Revisions1700000000011,
  Analyses1700000000020,
];

/** Any number stands here, the same for everyone who migrates. */
const migrationLock = 5_170_325;

/**
 * Connects to PostgreSQL and brings the schema up to date; safe when several processes start at once.
 *
 * @throws StratomeError unavailable when the server cannot be reached
 */
export async function openDatabase(url: string): Promise<DataSource> {
  const database = new DataSource({ type: 'postgres', url, entities, migrations, poolSize: 8 });
  try {
    await database.initialize();
  } catch (cause) {
    throw new StratomeError(
      'unavailable',
      `PostgreSQL at ${withoutPassword(url)} cannot be reached: ${cause instanceof Error ? cause.message : cause}.`,
      'Check POSTGRES_URL, or run `npx stratome services` to start a local one.',
      { cause },
    );
  }
  await migrate(database);
  return database;
}

async function migrate(database: DataSource): Promise<void> {
  const lock = database.createQueryRunner();
  await lock.connect();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    await database.runMigrations({ transaction: 'each' });
  } finally {
    await lock.query('SELECT pg_advisory_unlock($1)', [migrationLock]);
    await lock.release();
  }
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/([^:/@]+):[^@]*@/, '//$1@');
}
