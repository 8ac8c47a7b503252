import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServices, stopServices } from '@stratome/services';

/** Starts Neo4j, PostgreSQL and Redis in a folder of their own for all integration tests, and stops them after. */
export default async function servers(): Promise<() => Promise<void>> {
  const home = await mkdtemp(join(tmpdir(), 'stratome-servers-'));
  const { neo4j, postgres, redis } = await startServices({ home, onProgress: (line) => console.log(line) });
  Object.assign(process.env, {
    STRATOME_HOME: home,
    NEO4J_URI: neo4j.uri,
    NEO4J_USER: neo4j.user,
    NEO4J_PASSWORD: neo4j.password,
    POSTGRES_URL: postgres.url,
    REDIS_URL: redis.url,
  });
  return async () => {
    // Stopping goes by the folder, not by the addresses that were set for the tests.
    for (const name of ['NEO4J_URI', 'POSTGRES_URL', 'REDIS_URL']) delete process.env[name];
    await stopServices({ home });
    await rm(home, { recursive: true, force: true });
  };
}
