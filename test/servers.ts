import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resetServices, startServices } from '@stratome/services';

/**
 * Starts Neo4j, PostgreSQL and Redis in a folder of their own for all integration tests, and stops them after.
 * `npm test` names the folder (STRATOME_TEST_HOME) and stops what is left in it even when vitest crashes.
 * STRATOME_KEPT_HOME names one that is kept, its servers running: while tests are written, what took minutes to make is
 * there at the next call. `STRATOME_HOME=… npx stratome reset` deletes it.
 */
export default async function servers(): Promise<() => Promise<void>> {
  const kept = process.env.STRATOME_KEPT_HOME;
  const home = kept || process.env.STRATOME_TEST_HOME || (await mkdtemp(join(tmpdir(), 'stratome-servers-')));
  await mkdir(home, { recursive: true });
  const stop = async () => {
    if (kept) return;
    // Only what was started in this folder; servers that the environment names are left alone.
    await resetServices({ home });
    await rm(home, { recursive: true, force: true });
  };
  try {
    const { neo4j, postgres, redis } = await startServices({ home, onProgress: (line) => console.log(line) });
    Object.assign(process.env, {
      STRATOME_HOME: home,
      NEO4J_URI: neo4j.uri,
      NEO4J_USER: neo4j.user,
      NEO4J_PASSWORD: neo4j.password,
      POSTGRES_URL: postgres.url,
      REDIS_URL: redis.url,
    });
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}
