import { join } from 'node:path';
import { StratomeError } from '@stratome/core';
import { repositoryRoot } from '@stratome/services';
import { forkChild, type Child } from '../processes/child.js';
import { interruptible, interruption } from '../processes/interruption.js';
import type { Session } from '../session.js';
import { apiPort, keepApiPort } from './port.js';
import { WorkersOnDemand } from './workers-on-demand.js';

const apiModule = join(repositoryRoot, 'apps', 'api', 'dist', 'main.js');

export interface RunningApi {
  /** Without a slash at the end. */
  readonly url: string;
  readonly process: Child<string>;
  /** For the runs that are begun over the API. */
  readonly workers: WorkersOnDemand;
}

/** The API says `{ready: url}` once it listens. */
function urlIn(message: unknown): string | undefined {
  const { ready } = (message ?? {}) as { ready?: unknown };
  return typeof ready === 'string' ? ready : undefined;
}

/** The API says `{workersFor: run}` when it has begun a run. */
function runIn(message: unknown): string | undefined {
  const { workersFor } = (message ?? {}) as { workersFor?: unknown };
  return typeof workersFor === 'string' ? workersFor : undefined;
}

/** Starts the API and waits until it listens. */
export async function startApi(session: Session): Promise<RunningApi> {
  const { home, environment } = session;
  const workers = new WorkersOnDemand(session);
  const port = process.env.STRATOME_PORT || String(await apiPort(home));
  const child = await forkChild({
    home,
    role: 'api',
    title: 'The API',
    module: apiModule,
    log: join(home, 'logs', 'api.log'),
    environment: { ...environment, STRATOME_PORT: port },
    ready: urlIn,
    heard: (message, answer) => {
      if (urlIn(message) !== undefined) answer({ offers: 'workers' });
      const run = runIn(message);
      if (run !== undefined) workers.wake(run);
    },
  });
  await keepApiPort(home, Number(new URL(child.ready).port));
  return { url: child.ready, process: child, workers };
}

/** Waits until the person ends serving. @throws unavailable when the API ends by itself */
export async function serveUntilInterrupted(home: string, api: RunningApi): Promise<void> {
  await interruptible(home, async (signal) => {
    const ended = api.process.exited.then(() => 'ended' as const);
    const first = await Promise.race([ended, interruption(signal)]);
    await Promise.all([api.process.stop(), api.workers.stop()]);
    if (first !== 'ended') return;
    throw new StratomeError(
      'unavailable',
      'The API ended by itself.',
      `See ${join(home, 'logs', 'api.log')}.`,
    );
  });
}
