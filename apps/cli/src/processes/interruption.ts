import { setTimeout as pauseFor } from 'node:timers/promises';
import { recordProcess } from './ledger.js';

/** The person pressed Ctrl-C, or `stratome stop` asked this command to end. */
export class Interrupted extends Error {
  constructor() {
    super('Interrupted.');
    this.name = 'Interrupted';
  }
}

/** By the shell's convention for a process that SIGINT ended. */
export const interruptedExitCode = 130;

/**
 * Does work that Ctrl-C or `stratome stop` may end: the signal is aborted with `Interrupted`, and the work puts
 * in order what it has under way. A second Ctrl-C ends the process at once.
 */
export async function interruptible<T>(home: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupt = () => controller.abort(new Interrupted());
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const forget = await recordProcess(home, 'command', process.pid);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    await forget();
  }
}

/** Waits. @throws Interrupted as soon as the signal is aborted */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await pauseFor(ms, undefined, { signal }).catch(() => {});
  signal.throwIfAborted();
}

/** Resolves when the signal is aborted. */
export const interruption = (signal: AbortSignal): Promise<'interrupted'> =>
  new Promise((done) => {
    if (signal.aborted) done('interrupted');
    signal.addEventListener('abort', () => done('interrupted'), { once: true });
  });
