import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const binary = fileURLToPath(new URL('../bin/stratome.mjs', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'stratome-cli-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Runs the command with a state folder in which no server runs. */
function stratome(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { NEO4J_URI: _n, POSTGRES_URL: _p, REDIS_URL: _r, ...env } = process.env;
  const child = spawn(process.execPath, [binary, ...args], { env: { ...env, STRATOME_HOME: home } });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => (stdout += text));
  child.stderr.on('data', (text) => (stderr += text));
  return new Promise((done) => child.once('close', (code) => done({ code, stdout, stderr })));
}

describe('an error', () => {
  it.each([
    [['start', '--voxel-nm', '0,8,8'], 2, 'badInput', '"0,8,8" is an impossible voxel size.'],
    [['start', '--name', '1st'], 2, 'badInput', '"1st" is not a dataset name.'],
    [['start', '--input', 'x', '--seed', '3'], 2, 'badInput', '--seed describes a phantom, and --input names tiles.'],
    [['start', '--set', 'grid.nothing=1'], 2, 'badInput', 'There is no parameter "grid.nothing".'],
    [['start', '--nonsense'], 2, 'badInput', "Unknown option '--nonsense'."],
    [['start', '--input', '/no/such/folder', '--voxel-nm', '8,8,8'], 3, 'notFound', 'There is no /no/such/folder.'],
    [['query', 'nothing'], 3, 'notFound', 'There is no query "nothing".'],
    [['query', 'graphSummary'], 2, 'badInput', 'graphSummary needs dataset.'],
    [['query', '--cypher', 'RETURN 1'], 5, 'unavailable', 'Neo4j 5.26 is not running.'],
    [['reset'], 2, 'badInput', `This deletes all datasets, databases and logs in ${home}, and nobody confirmed it.`],
  ] as const)('of %j has its exit code, one sentence and one line of JSON', async (args, code, kind, message) => {
    const result = await stratome(...args, '--json');
    expect(result.stdout.trimEnd().split('\n')).toHaveLength(1);
    const { error } = JSON.parse(result.stdout) as { error: Record<string, string> };
    expect({ code: result.code, kind: error.kind, message: error.message }).toEqual({ code, kind, message });
    expect(error.remedy).not.toBe('');
    expect(result.stderr).toContain(message);
  });

  it('starts no server', () => expect(readdirSync(home)).toEqual([]));
});

it('says what runs where nothing does', async () => {
  const { code, stdout } = await stratome('status', '--json');
  const status = JSON.parse(stdout) as { services: { state: string }[]; datasets: null };
  expect(code).toBe(0);
  expect(status.services.map(({ state }) => state)).toEqual(['stopped', 'stopped', 'stopped']);
  expect(status.datasets).toBeNull();
});

it('lists its commands', async () => {
  const { code, stdout } = await stratome('--help');
  expect(code).toBe(0);
  for (const name of ['start', 'services', 'phantom', 'run', 'status', 'query', 'serve', 'stop', 'reset']) {
    expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
  }
});
