import { conflict } from '@stratome/core';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { liveWriterOf } from './run-holds.js';

/** Locks are numbers; those of datasets share the space with nothing else of ours but the one of migrations. */
const lockOf = `hashtextextended('writes ' || $1, 0)`;

const beingWritten = (dataset: string) =>
  conflict(`A revision of "${dataset}" is being written.`, 'Try again in a moment.');

/**
 * Takes the lock on making a revision of a dataset until the transaction ends.
 *
 * @throws StratomeError conflict when somebody else is making one
 */
export async function lockWriting(tx: EntityManager, dataset: string): Promise<void> {
  const [{ taken }] = await tx.query(`SELECT pg_try_advisory_xact_lock(${lockOf}) AS taken`, [dataset]);
  if (!taken) throw beingWritten(dataset);
}

/** @throws StratomeError conflict while anybody works on a run that writes the dataset */
export async function refuseWhileRunWrites(
  db: DataSource | EntityManager | QueryRunner,
  dataset: string,
): Promise<void> {
  const writer = await liveWriterOf(db, dataset);
  if (!writer) return;
  throw conflict(
    `The dataset "${dataset}" is being written by run ${writer}.`,
    'Wait until it is done (npx stratome status), or stop it with npx stratome stop.',
  );
}

/**
 * Does work as the only one who makes a revision of the dataset. The lock is held by a connection, so that it is let
 * go when the process ends, however it ends.
 *
 * @param work is given a question that fails when the connection, and with it the lock, was lost
 * @throws StratomeError conflict when a run or somebody else is writing the dataset
 */
export async function asOnlyWriter<T>(
  db: DataSource,
  dataset: string,
  work: (stillAlone: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const lock = db.createQueryRunner();
  await lock.connect();
  try {
    const [{ taken }] = await lock.query(`SELECT pg_try_advisory_lock(${lockOf}) AS taken`, [dataset]);
    if (!taken) throw beingWritten(dataset);
    try {
      await refuseWhileRunWrites(lock, dataset);
      return await work(async () => void (await lock.query('SELECT 1')));
    } finally {
      await lock.query(`SELECT pg_advisory_unlock(${lockOf})`, [dataset]);
    }
  } finally {
    await lock.release();
  }
}
