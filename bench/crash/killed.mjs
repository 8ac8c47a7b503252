// Runs the stratome command in a home folder of its own, and kills it with its workers.
import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { readdir, readFile } from 'node:fs/promises';

const script = fileURLToPath(new URL('../../apps/cli/bin/stratome.mjs', import.meta.url));

/** Runs the command to its end. @returns its exit code and the last line it wrote, which says why it failed */
export const completed = (home, args) =>
  new Promise((done) => {
    const options = { cwd: home, env: { ...process.env, STRATOME_HOME: home }, maxBuffer: 64 << 20 };
    execFile(process.execPath, [script, ...args, '--json'], options, (error, stdout, stderr) =>
      done({
        code: error ? (error.code ?? error.signal) : 0,
        last: `${stdout}`.trim().split('\n').at(-1) || stderr.trim().split('\n').at(-1),
      }),
    );
  });

async function workersOnRecord(home) {
  const folder = join(home, 'processes');
  const names = await readdir(folder).catch(() => []);
  const records = await Promise.all(
    names.map((name) =>
      readFile(join(folder, name), 'utf8')
        .then(JSON.parse)
        .catch(() => ({})),
    ),
  );
  return records.filter(({ role }) => role === 'worker').map(({ pid }) => pid);
}

const kill = (pid) => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
};

/**
 * Starts the command and kills it and its workers: as soon as one of them has killed itself at `point`, or after
 * `afterMs`. @returns whether it was killed, and did not end by itself
 */
export async function killed(home, args, { point, afterMs }) {
  const env = { ...process.env, STRATOME_HOME: home, ...(point && { STRATOME_CRASH_AT: point }) };
  const stdio = ['ignore', 'ignore', 'pipe'];
  const child = spawn(process.execPath, [script, ...args, '--json'], { cwd: home, env, stdio });
  const ended = new Promise((done) => child.once('exit', (code, signal) => done(signal === 'SIGKILL')));
  const timer = afterMs === undefined ? undefined : setTimeout(() => kill(child.pid), afterMs);
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (point && /Worker \d+ ended/.test(line)) kill(child.pid);
  });
  const reached = await ended;
  clearTimeout(timer);
  for (const pid of await workersOnRecord(home)) kill(pid);
  return reached;
}
