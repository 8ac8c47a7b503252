import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../apps/cli/bin/stratome.mjs', import.meta.url));

/**
 * Runs the stratome command as a user would, with a home folder of its own.
 *
 * @param place {home, cwd, stderr}: stderr is `inherit` to show its progress, or `ignore`
 * @returns what it printed as JSON
 * @throws when it ends with another code than 0
 */
export async function runStratome({ home, cwd = home, stderr = 'inherit' }, ...args) {
  const child = spawn(process.execPath, [script, ...args, '--json'], {
    cwd,
    env: { ...process.env, STRATOME_HOME: home },
    stdio: ['ignore', 'pipe', stderr],
  });
  const closed = once(child, 'close');
  let last;
  for await (const line of createInterface({ input: child.stdout })) last = line;
  const [code] = await closed;
  if (code !== 0) throw new Error(`stratome ${args.join(' ')} ended with ${code}: ${last}`);
  return JSON.parse(last);
}
