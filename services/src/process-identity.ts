import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * A process told apart from any later one that gets its number: `started` is the kernel's start time together
 * with the boot it belongs to.
 */
export interface ProcessIdentity {
  pid: number;
  started: string;
}

async function startOnLinux(pid: number): Promise<string | undefined> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    ]);
    // The name (field 2) is in parentheses and may hold spaces and parentheses itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const state = fields[0];
    return state === 'Z' || state === 'X' ? undefined : `${boot.trim()}:${fields[19]}`;
  } catch {
    return undefined;
  }
}

async function startElsewhere(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)], {
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    });
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Identity of the process that has this number now, or undefined when there is none (zombies do not count). */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const started = await (process.platform === 'linux' ? startOnLinux(pid) : startElsewhere(pid));
  return started === undefined ? undefined : { pid, started };
}

export async function isAlive(identity: ProcessIdentity | undefined): Promise<boolean> {
  if (!identity || !Number.isInteger(identity.pid) || identity.pid <= 1) return false;
  return (await identify(identity.pid))?.started === identity.started;
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/**
 * Sends `signal` and waits until the process is gone; after `graceMs` sends `lastSignal`. A process that is not
 * the one named (same number, other start time) is left alone. Resolves to whether it went by itself.
 */
export async function stopProcess(
  identity: ProcessIdentity,
  signal: NodeJS.Signals,
  graceMs: number,
  lastSignal: NodeJS.Signals,
): Promise<boolean> {
  const waitUntilGone = async (ms: number) => {
    const deadline = Date.now() + ms;
    while (await isAlive(identity)) {
      if (Date.now() > deadline) return false;
      await pause(50);
    }
    return true;
  };
  if (!(await isAlive(identity))) return true;
  process.kill(identity.pid, signal);
  if (await waitUntilGone(graceMs)) return true;
  if (await isAlive(identity)) process.kill(identity.pid, lastSignal);
  await waitUntilGone(10_000);
  return false;
}
