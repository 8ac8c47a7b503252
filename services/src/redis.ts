import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { StratomeError } from '@stratome/core';
import { findOnPath } from '../prerequisites.mjs';
import { writeWhole } from './files.js';
import { checkRedis } from './health.js';
import type { LaunchContext, LocalServer, OnProgress } from './local-server.js';
import { fetchServers } from './server-downloads.js';

/** BullMQ needs 6.2 (LMOVE, GETEX). */
const oldest = [6, 2];

/** Version of a redis-server or valkey-server, or undefined when it does not run here. */
async function versionOf(executable: string): Promise<number[] | undefined> {
  try {
    const { stdout } = await promisify(execFile)(executable, ['--version'], { timeout: 10_000 });
    const match = /v=(\d+)\.(\d+)/.exec(stdout);
    return match ? [Number(match[1]), Number(match[2])] : undefined;
  } catch {
    return undefined;
  }
}

const isNewEnough = (version: number[] | undefined) =>
  version !== undefined && (version[0] - oldest[0] || version[1] - oldest[1]) >= 0;

async function bundledRedis(onProgress: OnProgress): Promise<string | undefined> {
  const architecture = { x64: 'amd64', arm64: 'arm64', ia32: '386' }[process.arch as string];
  const folder = join((await fetchServers(onProgress)).folder, 'redis');
  const file = (await readdir(folder)).find((name) => name.endsWith(`-${process.platform}-${architecture}`));
  if (!file) return undefined;
  const executable = join(folder, file);
  await chmod(executable, 0o755);
  return executable;
}

/** A system server when it is new enough, else the one that came with the Neo4j download. */
export async function findRedis(onProgress: OnProgress): Promise<string> {
  for (const name of ['valkey-server', 'redis-server']) {
    const executable = findOnPath(name);
    if (executable && isNewEnough(await versionOf(executable))) return executable;
  }
  const bundled = await bundledRedis(onProgress);
  if (bundled && isNewEnough(await versionOf(bundled))) return bundled;
  throw new StratomeError(
    'unavailable',
    `No Redis ${oldest.join('.')} or newer runs on this machine.`,
    'Install redis-server or valkey-server, or set REDIS_URL.',
  );
}

async function prepare({ files, ports, password, onProgress }: LaunchContext) {
  const executable = await findRedis(onProgress);
  const data = join(files.folder, 'data');
  await mkdir(data, { recursive: true });
  const configuration = [
    'bind 127.0.0.1',
    `port ${ports.redis}`,
    `requirepass ${password}`,
    `dir "${data}"`,
    'daemonize no',
    'appendonly yes',
    // BullMQ asks for this: a queue must refuse new work rather than forget some.
    'maxmemory-policy noeviction',
    'save ""',
  ];
  const file = join(files.folder, 'redis.conf');
  await writeWhole(file, `${configuration.join('\n')}\n`, 0o600);
  return { executable, args: [file] };
}

export const redisUrl = (port: number, password: string) => `redis://:${password}@127.0.0.1:${port}`;

export const redisServer: LocalServer = {
  name: 'redis',
  title: 'Redis',
  portNames: ['redis'],
  prepare,
  check: (ports, password) => checkRedis(redisUrl(ports.redis, password)),
  startTimeoutMs: 60_000,
  stopSignal: 'SIGTERM',
  stopGraceMs: 20_000,
  lastSignal: 'SIGKILL',
};
