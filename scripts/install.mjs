// Installs and builds what a fresh or changed checkout needs; does nothing otherwise. No dependencies.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const marker = join(root, 'node_modules', '.stratome-lock');

function step(command, args, what) {
  // onnxruntime-node's own install step wants to fetch CUDA libraries, which a CPU does not need.
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' };
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: root, env, encoding: 'utf8' });
  if (status === 0) return;
  throw new Error(`${what} failed.\n${error?.message ?? ''}${stdout ?? ''}${stderr ?? ''}`);
}

/** @throws Error that carries the output of the step that failed */
export async function installAndBuild({ log }) {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (!existsSync(marker) || readFileSync(marker, 'utf8') !== lock) {
    log('Installing packages (about 500 MB, one to two minutes)');
    step('npm', ['ci', '--no-audit', '--no-fund'], 'npm ci');
    writeFileSync(marker, lock);
  }
  log('Building');
  step('npx', ['tsc', '-b'], 'The build');
}
