import { join } from 'node:path';
import { StratomeError } from '@stratome/core';
import { repositoryRoot } from '@stratome/services';
import { forkChild, type Child } from '../processes/child.js';
import { interruption } from '../processes/interruption.js';
import type { Session } from '../session.js';
import { apiPort, keepApiPort } from './port.js';

const apiModule = join(repositoryRoot, 'apps', 'api', 'dist', 'main.js');

export interface RunningApi {
  /** Without a slash at the end. */
  readonly url: string;
  readonly process: Child<number>;
}

function portIn(message: unknown): number | undefined {
  const { ready, port } = (message ?? {}) as { ready?: boolean; port?: number };
  return ready === true && typeof port === 'number' ? port : undefined;
}

/** Starts the API and waits until it listens. */
export async function startApi({ home, environment }: Session): Promise<RunningApi> {
  const port = process.env.STRATOME_PORT || String(await apiPort(home));
  const child = await forkChild({
    home,
    role: 'api',
    title: 'The API',
    module: apiModule,
    log: join(home, 'logs', 'api.log'),
    environment: { ...environment, STRATOME_PORT: port },
    ready: portIn,
  });
  await keepApiPort(home, child.ready);
  const host = environment.STRATOME_HOST || '127.0.0.1';
  return { url: `http://${host}:${child.ready}`, process: child };
}

/** Waits until the person ends serving. @throws unavailable when the API ends by itself */
export async function serveUntilInterrupted(api: RunningApi, signal: AbortSignal): Promise<void> {
  const ended = api.process.exited.then(() => {
    throw new StratomeError('unavailable', 'The API ended.', 'See logs/api.log in the state folder.');
  });
  try {
    await Promise.race([interruption(signal), ended]);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await api.process.stop();
    ended.catch(() => {});
  }
}
