import { setTimeout as pauseFor } from 'node:timers/promises';
import { Interrupted } from '../failure.js';
import { recordProcess } from './ledger.js';

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

/** Resolves to nothing; rejects when the signal is aborted. */
export const interruption = (signal: AbortSignal): Promise<never> =>
  new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
