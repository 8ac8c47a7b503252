import type { DataSource } from 'typeorm';

/**
 * Does the attempts of a task one after another. A worker that was kept from the processor for long may still be at a task
 * that the queue has given to another worker: the other waits, and finds what the first one made. Where the process of an
 * attempt ends, however it ends, PostgreSQL lets the next one go on.
 *
 * @param task names it
 */
export async function oneAttempt<T>(db: DataSource, task: string, attempt: () => Promise<T>): Promise<T> {
  const runner = db.createQueryRunner();
  await runner.connect();
  const lock = `hashtextextended('attempts ' || $1, 0)`;
  try {
    await runner.query(`SELECT pg_advisory_lock(${lock})`, [task]);
    try {
      return await attempt();
    } finally {
      // A connection that dropped has let go of it already.
      await runner.query(`SELECT pg_advisory_unlock(${lock})`, [task]).catch(() => {});
    }
  } finally {
    await runner.release();
  }
}
