import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const binary = fileURLToPath(new URL('../bin/stratome.mjs', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'stratome-cli-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Runs the command with a state folder in which no server runs. */
function stratome(...args: string[]): Promise<{ code: number | null; stdout: string }> {
  const { NEO4J_URI: _n, POSTGRES_URL: _p, REDIS_URL: _r, ...env } = process.env;
  const child = spawn(process.execPath, [binary, ...args], { env: { ...env, STRATOME_HOME: home } });
  let stdout = '';
  child.stdout.on('data', (text) => (stdout += text));
  return new Promise((done) => child.once('close', (code) => done({ code, stdout })));
}

describe('an error', () => {
  it.concurrent.each([
    ['start --voxel-nm 0,8,8', 2, 'badInput', 'A voxel of 0 nm is impossible (voxel size 0,8,8).'],
    ['start --set grid.nothing=1', 2, 'badInput', 'There is no parameter "grid.nothing".'],
    ['start --input /no/such --voxel-nm 8,8,8', 3, 'notFound', 'There is no /no/such.'],
    ['query nothing', 3, 'notFound', 'There is no query "nothing".'],
    ['query --cypher RETURN', 5, 'unavailable', 'Neo4j 5.26 is not running.'],
  ] as const)('of %s has its exit code and is one line of JSON', async (args, code, kind, message) => {
    const result = await stratome(...args.split(' '), '--json');
    expect(result.stdout.trimEnd().split('\n')).toHaveLength(1);
    const { error } = JSON.parse(result.stdout) as { error: Record<string, string> };
    expect({ code: result.code, kind: error.kind, message: error.message }).toEqual({ code, kind, message });
    expect(error.remedy).not.toBe('');
  });

  it('of the command line starts no server', () => expect(readdirSync(home)).toEqual([]));
});
