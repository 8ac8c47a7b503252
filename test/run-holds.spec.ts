import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashJson } from '@stratome/core';
import { beginRun, openDatabase, registerDataset, releaseRun, requireHeld } from '@stratome/operations';
import { resetServices, startServices, stopServices } from '@stratome/services';
import type { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

/* Restarts PostgreSQL, so it has one of its own; the other servers are those of all tests. */

const root = fileURLToPath(new URL('..', import.meta.url));
const env: NodeJS.ProcessEnv = { ...process.env, POSTGRES_URL: '' };
let home: string;
let url: string;
let db: DataSource;
const children: ChildProcess[] = [];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'stratome-holds-'));
  url = (await startServices({ home, env })).postgres.url;
  db = await openDatabase(url);
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(async () => {
  await db.destroy();
  await resetServices({ home, env });
  await rm(home, { recursive: true, force: true });
});

/** Another process that works on a run until it is killed. */
async function heldElsewhere(runId: string): Promise<ChildProcess> {
  const script = `
    import { holdRun, openDatabase } from '@stratome/operations';
    const db = await openDatabase(process.argv[2]);
    await holdRun(db, process.argv[1]);
    console.log('held');
    setInterval(() => {}, 1000);`;
  const args = ['--input-type=module', '-e', script, runId, url];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  await once(child.stdout!, 'data');
  return child;
}

async function restart(): Promise<void> {
  await stopServices({ home, env });
  expect((await startServices({ home, env })).postgres.url).toBe(url);
}

const begin = (dataset: string) => beginRun(db, { dataset, parameters: {}, inputHash: hashJson('the same') });

async function runOf(dataset: string) {
  const manifestHash = hashJson(dataset);
  await registerDataset(db, { name: dataset, voxelNm: [10, 10, 10], sourcePath: '/tiles', manifestHash });
  return (await begin(dataset)).run;
}

describe('after a restart of PostgreSQL', () => {
  it('a run whose processes were killed bars its dataset no longer than a moment', async () => {
    const run = await runOf('killed');
    const child = await heldElsewhere(run.id);
    await releaseRun(db, run.id);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await restart();
    const started = Date.now();
    expect(await begin('killed')).toMatchObject({ run: { id: run.id }, resumed: true });
    expect(Date.now() - started).toBeLessThan(10_000);
  });

  it('one that is still worked on keeps it', async () => {
    const run = await runOf('held');
    await heldElsewhere(run.id);
    await releaseRun(db, run.id);
    await restart();
    await expect(begin('held')).rejects.toMatchObject({ kind: 'conflict' });
    await expect(requireHeld(db, run.id)).rejects.toMatchObject({ kind: 'conflict' });
  });
});
