import { join } from 'node:path';
import { migrate, openGraph, type Graph } from '@stratome/connectome';
import { openDatabase } from '@stratome/operations';
import { readSettings, type Settings } from '@stratome/pipeline';
import {
  repositoryRoot,
  serviceAddresses,
  servicesStatus,
  startServices,
  stateFolder,
  stopServices,
  type ServiceAddresses,
} from '@stratome/services';
import { FileObjectStore } from '@stratome/storage';
import type { DataSource } from 'typeorm';

/** The servers and folders a command works with. */
export interface Session {
  readonly home: string;
  readonly addresses: ServiceAddresses;
  readonly settings: Settings;
  /** Environment of child processes: this one's, with the addresses. */
  readonly environment: NodeJS.ProcessEnv;
  readonly db: DataSource;
  readonly graph: Graph;
  readonly store: FileObjectStore;
  close(): Promise<void>;
}

function environmentFor(home: string, { neo4j, postgres, redis }: ServiceAddresses): NodeJS.ProcessEnv {
  return {
    ...process.env,
    POSTGRES_URL: postgres.url,
    REDIS_URL: redis.url,
    NEO4J_URI: neo4j.uri,
    NEO4J_USER: neo4j.user,
    NEO4J_PASSWORD: neo4j.password,
    STRATOME_HOME: home,
    STRATOME_MODELS: process.env.STRATOME_MODELS || join(repositoryRoot, 'models'),
  };
}

async function openSession(addresses: ServiceAddresses): Promise<Session> {
  const home = stateFolder();
  const environment = environmentFor(home, addresses);
  const settings = readSettings(environment);
  const db = await openDatabase(settings.POSTGRES_URL);
  let graph: Graph | undefined;
  try {
    const { neo4j } = addresses;
    graph = await openGraph({ uri: neo4j.uri, user: neo4j.user, password: neo4j.password });
    await migrate(graph, join(repositoryRoot, 'cypher', 'migrations'));
  } catch (error) {
    await graph?.close();
    await db.destroy();
    throw error;
  }
  const close = async () => {
    await db.destroy();
    await graph.close();
  };
  return { home, addresses, settings, environment, db, graph, store: new FileObjectStore(home), close };
}

/** Does work with the servers, which must run. @throws unavailable when one does not */
export async function withRunningServers<T>(work: (session: Session) => Promise<T>): Promise<T> {
  const session = await openSession(await serviceAddresses());
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/**
 * Does work with the servers, started if need be.
 *
 * @param stopAfter stop them afterwards when all of them were stopped before
 */
export async function withServers<T>(
  note: (line: string) => void,
  stopAfter: boolean,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const before = await servicesStatus();
  // Servers that the environment names were not started here, even where they lie in the same state folder.
  const startedHere = before.every(({ state }) => state === 'stopped');
  try {
    const session = await openSession(await startServices({ onProgress: note }));
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  } finally {
    if (stopAfter && startedHere) await stopServices({ onProgress: note });
  }
}
