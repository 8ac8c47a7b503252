import { randomUUID } from 'node:crypto';
import { link, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { conflict } from '@stratome/core';
import { readJson } from './files.js';
import { identify, isAlive, type ProcessIdentity } from './process-identity.js';

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Creates the lock with its content in one step, so that nobody ever reads half a lock. */
async function create(lock: string, me: ProcessIdentity): Promise<boolean> {
  // One name a call: callers in one process would take each other's file away.
  const mine = `${lock}.${randomUUID()}`;
  await writeFile(mine, JSON.stringify(me));
  try {
    await link(mine, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(mine, { force: true });
  }
}

/** Takes a dead owner's lock away; when it turns out to be a live one's by now, puts it back. */
async function removeStale(lock: string): Promise<void> {
  const aside = `${lock}.${randomUUID()}.stale`;
  try {
    await rename(lock, aside);
    if (await isAlive(await readJson<ProcessIdentity>(aside))) await link(aside, lock);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

/**
 * Runs `work` while no other process starts, stops or resets the servers of `home`.
 * @throws conflict when another holds the lock for `waitMs`.
 */
export async function withLaunchLock<T>(home: string, work: () => Promise<T>, waitMs = 240_000): Promise<T> {
  await mkdir(home, { recursive: true });
  const lock = join(home, 'services.lock');
  const me = await identify(process.pid);
  if (!me) throw new Error('cannot read the start time of this process');
  const deadline = Date.now() + waitMs;
  while (!(await create(lock, me))) {
    const owner = await readJson<ProcessIdentity>(lock);
    if (!(await isAlive(owner))) await removeStale(lock);
    else if (Date.now() > deadline) {
      throw conflict(
        `Process ${owner?.pid} is starting or stopping the servers of ${home}.`,
        'Wait for it to end, or end it.',
      );
    } else await pause(100);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}
