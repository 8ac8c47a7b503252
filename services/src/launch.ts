import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StratomeError } from '@stratome/core';
import { readJson, writeWhole } from './files.js';
import type { ServerFiles } from './layout.js';
import type { LaunchCommand, LaunchContext, LocalServer } from './local-server.js';
import { identify, isAlive, stopProcess, type ProcessIdentity } from './process-identity.js';

/** What is kept of a started server. */
export interface ServerState extends ProcessIdentity {
  ports: Record<string, number>;
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** The state of a server whose process is alive; undefined otherwise. */
export async function runningState(files: ServerFiles): Promise<ServerState | undefined> {
  const state = await readJson<ServerState>(files.state);
  return state && (await isAlive(state)) ? state : undefined;
}

async function lastLines(log: string): Promise<string> {
  const text = await readFile(log, 'utf8').catch(() => '');
  const telling = text
    .split('\n')
    .filter((line) => /error|fatal|exception|denied|cannot|could not/i.test(line));
  return (telling.at(-1) ?? text.trim().split('\n').at(-1) ?? '').trim().slice(0, 300);
}

/** Starts the process in a session of its own, so that it outlives this one and its terminal. */
async function spawnDetached(command: LaunchCommand, files: ServerFiles, ports: Record<string, number>) {
  await mkdir(dirname(files.log), { recursive: true });
  const log = openSync(files.log, 'a');
  const account = command.account ? { uid: command.account.uid, gid: command.account.gid } : {};
  try {
    const child = spawn(command.executable, command.args, {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: '/',
      env: { ...process.env, ...command.env },
      ...account,
    });
    await new Promise<void>((done, fail) => {
      child.once('spawn', done);
      child.once('error', fail);
    });
    child.unref();
    const identity = await identify(child.pid!);
    if (!identity) return undefined;
    await writeWhole(files.state, JSON.stringify({ ...identity, ports } satisfies ServerState));
    return identity;
  } finally {
    closeSync(log);
  }
}

async function waitUntilReady(
  server: LocalServer,
  context: LaunchContext,
  process: ProcessIdentity | undefined,
) {
  const { ports, password, files } = context;
  const deadline = Date.now() + server.startTimeoutMs;
  for (let last: unknown; ; await pause(150)) {
    try {
      return await server.check(ports, password);
    } catch (error) {
      last = error;
    }
    if (!(await isAlive(process))) {
      const reason = await lastLines(files.log);
      throw new StratomeError(
        'unavailable',
        `${server.title} ended while starting: ${reason}`,
        `See ${files.log}.`,
      );
    }
    if (Date.now() > deadline) {
      const seconds = server.startTimeoutMs / 1000;
      const message = `${server.title} did not answer within ${seconds} s: ${(last as Error).message}`;
      throw new StratomeError('unavailable', message, `See ${files.log}.`);
    }
  }
}

/** Starts one server and waits until it answers; one that fails to is not left running. */
export async function launch(server: LocalServer, context: LaunchContext): Promise<void> {
  const command = await server.prepare(context);
  context.onProgress(`Starting ${server.title}`);
  const identity = await spawnDetached(command, context.files, context.ports);
  try {
    await waitUntilReady(server, context, identity);
    await server.afterStart?.(context);
  } catch (error) {
    if (identity) await stopServer(server, context.files);
    throw error;
  }
}

/** Stops one server if the process on record is alive. Resolves to whether there was one. */
export async function stopServer(server: LocalServer, files: ServerFiles): Promise<boolean> {
  const state = await runningState(files);
  if (state) await stopProcess(state, server.stopSignal, server.stopGraceMs, server.lastSignal);
  await rm(files.state, { force: true });
  return state !== undefined;
}
