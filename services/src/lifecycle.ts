import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { StratomeError } from '@stratome/core';
import type { ServiceAddresses, ServiceStatus } from './addresses.js';
import { checkElsewhere, serversElsewhere } from './elsewhere.js';
import { launch, runningState, stopServer } from './launch.js';
import { withLaunchLock } from './launch-lock.js';
import { serverFiles, stateFolder, stateSubfolders } from './layout.js';
import type { LocalServer, OnProgress, ServerName } from './local-server.js';
import { neo4jServer } from './neo4j.js';
import { keptPorts, portsFor } from './ports.js';
import { postgresServer, postgresUrl } from './postgres.js';
import { redisServer, redisUrl } from './redis.js';
import { readSecrets, secretsFor, type Secrets } from './secrets.js';

const servers: readonly LocalServer[] = [neo4jServer, postgresServer, redisServer];

export interface ServiceOptions {
  /** State folder; by default STRATOME_HOME or `.stratome` in the repository. */
  home?: string;
  onProgress?: OnProgress;
  env?: NodeJS.ProcessEnv;
}

interface Resolved {
  home: string;
  onProgress: OnProgress;
  elsewhere: ReturnType<typeof serversElsewhere>;
  local: LocalServer[];
}

const homeOf = ({ home, env }: ServiceOptions) => (home === undefined ? stateFolder(env) : resolve(home));

function resolveOptions({ home, onProgress = () => {}, env = process.env }: ServiceOptions): Resolved {
  const elsewhere = serversElsewhere(env);
  return {
    home: homeOf({ home, env }),
    onProgress,
    elsewhere,
    local: servers.filter(({ name }) => elsewhere[name] === undefined),
  };
}

function addressesOf(ports: Record<string, number>, secrets: Secrets): ServiceAddresses {
  return {
    neo4j: {
      uri: `bolt://127.0.0.1:${ports.neo4j}`,
      user: 'neo4j',
      password: secrets.neo4j,
      browser: `http://127.0.0.1:${ports.neo4jBrowser}/browser/`,
    },
    postgres: { url: postgresUrl(ports.postgres, secrets.postgres) },
    redis: { url: redisUrl(ports.redis, secrets.redis) },
  };
}

/** Whether the server runs and answers. One whose process runs without answering is stopped. */
async function isUsable(server: LocalServer, home: string, password: string, onProgress: OnProgress) {
  const files = serverFiles(home, server.name);
  const running = await runningState(files);
  if (!running) return false;
  try {
    await server.check(running.ports, password);
    return true;
  } catch {
    onProgress(`${server.title} does not answer; restarting it`);
    await stopServer(server, files);
    return false;
  }
}

async function startMissing({ home, onProgress, local }: Resolved, secrets: Secrets): Promise<void> {
  const usable = await Promise.all(
    local.map((server) => isUsable(server, home, secrets[server.name], onProgress)),
  );
  const missing = local.filter((_, k) => !usable[k]);
  const all = await portsFor(
    home,
    missing.flatMap(({ portNames }) => portNames),
  );
  // Side by side: Neo4j alone takes most of the time. All settle before an error is reported.
  const launches = missing.map((server) => {
    const ports = Object.fromEntries(server.portNames.map((name) => [name, all[name]]));
    return launch(server, {
      files: serverFiles(home, server.name),
      ports,
      password: secrets[server.name],
      onProgress,
    });
  });
  for (const result of await Promise.allSettled(launches)) {
    if (result.status === 'rejected') throw result.reason;
  }
}

/**
 * Starts Neo4j, PostgreSQL and Redis as local processes that outlive this one, or reuses those of this state
 * folder which run. A server named by NEO4J_URI (with NEO4J_USER, NEO4J_PASSWORD), POSTGRES_URL or REDIS_URL is
 * used as it is and only asked whether it answers.
 * @throws unavailable naming the server that cannot be used and why; badInput for a malformed address.
 */
export async function startServices(options: ServiceOptions = {}): Promise<ServiceAddresses> {
  const resolved = resolveOptions(options);
  const { home, elsewhere, local } = resolved;
  await checkElsewhere(elsewhere);
  if (local.length === 0) return elsewhere as ServiceAddresses;
  return withLaunchLock(home, async () => {
    await mkdir(join(home, 'servers'), { recursive: true });
    const secrets = await secretsFor(home);
    await startMissing(resolved, secrets);
    return { ...addressesOf(await keptPorts(home), secrets), ...elsewhere };
  });
}

/** Stops the servers of a state folder and says which ones ran. Servers elsewhere are left alone. */
export async function stopServices(options: ServiceOptions = {}): Promise<ServerName[]> {
  const home = homeOf(options);
  return withLaunchLock(home, () => stopAll(home, options.onProgress));
}

async function stopAll(home: string, onProgress: OnProgress = () => {}): Promise<ServerName[]> {
  const stopped = await Promise.all(
    servers.map(async (server) => {
      const files = serverFiles(home, server.name);
      if (await runningState(files)) onProgress(`Stopping ${server.title}`);
      return (await stopServer(server, files)) ? [server.name] : [];
    }),
  );
  return stopped.flat();
}

async function statusOf(
  server: LocalServer,
  home: string,
  password: string | undefined,
): Promise<ServiceStatus> {
  const { name } = server;
  const files = serverFiles(home, name);
  const running = await runningState(files);
  if (!running) return { name, state: 'stopped' };
  const answers = await server.check(running.ports, password ?? '').then(
    () => true,
    () => false,
  );
  const port = running.ports[server.portNames[0]];
  return { name, state: answers ? 'running' : 'failing', pid: running.pid, port, log: files.log };
}

/** How each server is; starts nothing. */
export async function servicesStatus(options: ServiceOptions = {}): Promise<ServiceStatus[]> {
  const { home, elsewhere } = resolveOptions(options);
  const secrets = await readSecrets(home);
  return Promise.all(
    servers.map(async (server): Promise<ServiceStatus> => {
      const { name } = server;
      if (!elsewhere[name]) return statusOf(server, home, secrets?.[name]);
      const reached = await checkElsewhere({ [name]: elsewhere[name] }).then(
        () => true,
        () => false,
      );
      return { name, state: reached ? 'elsewhere' : 'unreachable' };
    }),
  );
}

/** Addresses of the servers that run now. @throws unavailable when one of them does not. */
export async function serviceAddresses(options: ServiceOptions = {}): Promise<ServiceAddresses> {
  const { home, elsewhere, local } = resolveOptions(options);
  for (const { name, title } of local) {
    if (await runningState(serverFiles(home, name))) continue;
    throw new StratomeError(
      'unavailable',
      `${title} is not running.`,
      'Start it with `npx stratome services`.',
    );
  }
  const secrets = await readSecrets(home);
  if (!secrets) return elsewhere as ServiceAddresses;
  return { ...addressesOf(await keptPorts(home), secrets), ...elsewhere };
}

/**
 * Stops the servers and deletes all that Stratome wrote into the state folder: databases, volumes, passwords,
 * logs. Downloads in the cache stay, and so does a server elsewhere with what is in it.
 */
export async function resetServices(options: ServiceOptions = {}): Promise<ServerName[]> {
  const home = homeOf(options);
  return withLaunchLock(home, async () => {
    const stopped = await stopAll(home, options.onProgress);
    for (const name of stateSubfolders) await rm(join(home, name), { recursive: true, force: true });
    return stopped;
  });
}
