// Installs and builds what a fresh or changed checkout needs; does nothing otherwise. No dependencies.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildWeb } from './build-web.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Holds the hash of the lock file that node_modules was installed from; npm ci deletes it at its start. */
const marker = join(root, 'node_modules', '.stratome-lock');

function step(command, args, what) {
  // onnxruntime-node's own install step wants to fetch CUDA libraries, which a CPU does not need.
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' };
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
    child.once('error', (error) => fail(new Error(`${what} failed: ${error.message}`)));
    child.once('close', (code) =>
      code === 0 ? done() : fail(new Error(`${what} failed.\n${output.trim()}`)),
    );
  });
}

/** Whether `npm ci` was completed for the present lock file. */
export function isInstalled() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  return { lock, installed: existsSync(marker) && readFileSync(marker, 'utf8') === lock };
}

/** @throws Error that carries the output of the step that failed */
export async function installAndBuild({ log }) {
  const { lock, installed } = isInstalled();
  if (!installed) {
    log('Installing packages (900 MB on disk, about a minute)');
    await step('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], 'npm ci');
    writeFileSync(marker, lock);
  }
  log('Building');
  await step(process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), '-b'], 'The build');
  buildWeb();
}
