import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = fileURLToPath(new URL('.', import.meta.url));
const requirements = join(here, 'requirements.txt');
const environment = fileURLToPath(new URL('../../.tools/test-clients', import.meta.url));
const run = promisify(execFile);

async function install(): Promise<string> {
  const python = join(environment, 'bin/python');
  const mark = join(environment, 'installed');
  const wanted = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex');
  if (existsSync(mark) && (await readFile(mark, 'utf8')) === wanted) return python;
  await rm(environment, { recursive: true, force: true });
  await run('python3', ['-m', 'venv', environment]);
  await run(python, ['-m', 'pip', 'install', '--quiet', '--requirement', requirements]);
  await writeFile(mark, wanted);
  return python;
}

let installed: Promise<string> | undefined;

/**
 * The Python that has the public clients of `requirements.txt`: the one STRATOME_TEST_PYTHON names, else a
 * virtual environment under `.tools/`, made on first use (it downloads from PyPI).
 */
export function clientPython(): Promise<string> {
  installed ??= process.env.STRATOME_TEST_PYTHON
    ? Promise.resolve(process.env.STRATOME_TEST_PYTHON)
    : install();
  return installed;
}

/**
 * Runs a script of this folder: `input` goes in as JSON on stdin, and what it prints last comes back parsed.
 * Does not block, so that the script may talk to a server of the test itself.
 *
 * @throws Error with the script's traceback when it fails.
 */
export async function runPython(
  script: string,
  input: unknown,
  environmentVariables: NodeJS.ProcessEnv = {},
) {
  const child = spawn(await clientPython(), [join(here, script)], {
    env: { ...process.env, ...environmentVariables },
  });
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => output.push(part));
  child.stderr.on('data', (part: Buffer) => errors.push(part));
  child.stdin.end(JSON.stringify(input));
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`${script} failed:\n${Buffer.concat(errors).toString()}`);
  const lines = Buffer.concat(output).toString().trim().split('\n');
  return JSON.parse(lines[lines.length - 1]);
}
