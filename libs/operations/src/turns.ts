import type { DataSource } from 'typeorm';

/**
 * Does what goes by one name one after another, in whatever process it is begun. Who waits finds what the one before made. Where
 * that one's process ends, however it ends, PostgreSQL lets the next one go on.
 *
 * @param name of what must not be done twice at once
 */
export async function inTurn<T>(db: DataSource, name: string, act: () => Promise<T>): Promise<T> {
  const runner = db.createQueryRunner();
  await runner.connect();
  const lock = `hashtextextended('turn ' || $1, 0)`;
  try {
    await runner.query(`SELECT pg_advisory_lock(${lock})`, [name]);
    try {
      return await act();
    } finally {
      // A connection that dropped has let go of it already.
      await runner.query(`SELECT pg_advisory_unlock(${lock})`, [name]).catch(() => {});
    }
  } finally {
    await runner.release();
  }
}
