import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { stratome } from '../stratome-command.js';

/*
 * Two phantoms taken through all stages, served as `stratome serve` does it, with a worker for runs that are begun in
 * the browser. They are made once for all journeys; a journey that changes one puts it back.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A tiny one, too small to be diagnosed. */
export const phantom = 'phantom';
/** The one of docs/tutorials/staining-gradient.md: large enough to be diagnosed, less stained in a corner. */
export const stained = 'stained';
/** The corner as x, y, z to x, y, z. */
export const stainedCorner = '0,0,0 to 224,208,128';

async function plantStaining(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'stained-'));
  const [tiles, faulty] = [join(folder, 'tiles'), join(folder, 'faulty')];
  const fault = ['--box', '0,0,0:128,208,224', '--strength', '0.8'];
  const tissue = ['--seed', '160', '--shape', '128,352,384', '--parameters', '{"synapsesPerCubicUm": 60}'];
  for (const command of [
    ['phantom', '--out', tiles, ...tissue],
    ['plant', 'stainingGradient', '--input', tiles, '--out', faulty, ...fault],
    ['start', '--once', '--input', faulty, '--name', stained],
  ]) {
    const { json } = await stratome(...command);
    expect(json.error).toBeUndefined();
  }
  await rm(folder, { recursive: true });
}

const recipes: Readonly<Record<string, () => Promise<void>>> = {
  [phantom]: async () => {
    const { json } = await stratome('start', '--once', '--tiny', '--name', phantom, '--seed', '9101');
    expect(json.error).toBeUndefined();
  },
  [stained]: plantStaining,
};

export interface Served {
  /** Without a slash at the end. */
  readonly address: string;
  stop(): Promise<void>;
}

/** Long enough for both phantoms on two cores that others use as well. */
export const plantingTimeoutMs = 2_400_000;

/** `stratome serve` on a port, a free one when left out; the datasets it serves are those made so far. */
export async function serve(port = '0'): Promise<Served & { readonly datasets: readonly string[] }> {
  const serving = spawn(process.execPath, [join(root, 'apps/cli/bin/stratome.mjs'), 'serve', '--json'], {
    cwd: root,
    env: { ...process.env, STRATOME_PORT: port },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(serving, 'exit');
  const failed = ended.then(([code]) => {
    throw new Error(`stratome serve ended with ${code}.`);
  });
  const said = once(createInterface({ input: serving.stdout }), 'line') as Promise<[string]>;
  const [line] = await Promise.race([said, failed]);
  failed.catch(() => {});
  const answer = JSON.parse(line) as { startPage: string; datasets: { dataset: string }[] };
  return {
    address: answer.startPage.replace(/\/$/, ''),
    datasets: answer.datasets.map(({ dataset }) => dataset),
    async stop() {
      serving.kill('SIGTERM');
      await ended;
    },
  };
}

/** Serves phantoms; those that no earlier journey made are made now. */
export async function servePhantoms(...names: (typeof phantom | typeof stained)[]): Promise<Served> {
  const served = await serve();
  try {
    for (const name of names) if (!served.datasets.includes(name)) await recipes[name]();
    return served;
  } catch (error) {
    await served.stop();
    throw error;
  }
}
