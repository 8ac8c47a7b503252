import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { StratomeError } from '@stratome/core';
import { findOnPath } from '../prerequisites.mjs';

/** The account a server runs under when Stratome itself runs as root. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

const run = promisify(execFile);

async function lookUp(name: string): Promise<Account | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { name, uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

/**
 * PostgreSQL refuses to run as root: then `postgres`, or `nobody` where there is no such account, and no new
 * account is made. Undefined when not root.
 */
export async function unprivilegedAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const account = (await lookUp('postgres')) ?? (await lookUp('nobody'));
  if (account) return account;
  throw new StratomeError(
    'unavailable',
    'PostgreSQL cannot run as root, and there is neither an account postgres nor nobody.',
    'Run Stratome as another user, or set POSTGRES_URL.',
  );
}

/** Whether `account` may walk to `path` through every folder above it. */
export async function canReach(account: Account, path: string): Promise<boolean> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, uid, gid } = await stat(folder);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/**
 * The command that runs `executable` under `account`. Root's own folders are often closed to others (/root,
 * temporary folders); then the process keeps the one capability of walking through folders, so that nothing of
 * the user's has to be opened up or moved.
 */
export async function commandUnder(
  account: Account,
  executable: string,
  args: string[],
  paths: string[],
): Promise<{ executable: string; args: string[]; account?: Account }> {
  const reachable = await Promise.all(paths.map((path) => canReach(account, path)));
  if (reachable.every(Boolean)) return { executable, args, account };
  const setpriv = findOnPath('setpriv');
  const closed = paths[reachable.indexOf(false)];
  if (!setpriv) {
    throw new StratomeError(
      'unavailable',
      `PostgreSQL runs as ${account.name}, which cannot reach ${closed}.`,
      `Put the repository and STRATOME_HOME where ${account.name} can read, or run Stratome as another user.`,
    );
  }
  const capability = (await boundCapabilities()).has('dac_read_search') ? 'dac_read_search' : 'dac_override';
  // access(2) asks for the real user and forgets capabilities unless the kernel is told not to; initdb calls it.
  const keep = '--securebits=+no_setuid_fixup';
  const identity = [keep, `--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'];
  const capabilities = [`--inh-caps=+${capability}`, `--ambient-caps=+${capability}`];
  return { executable: setpriv, args: [...identity, ...capabilities, executable, ...args] };
}

/** Containers withhold capabilities, dac_read_search among them; dac_override usually is there. */
async function boundCapabilities(): Promise<Set<string>> {
  try {
    const { stdout } = await run('setpriv', ['--dump']);
    const line = /Capability bounding set: (.*)/.exec(stdout)?.[1] ?? '';
    return new Set(line.split(',').map((name) => name.trim()));
  } catch {
    return new Set();
  }
}
