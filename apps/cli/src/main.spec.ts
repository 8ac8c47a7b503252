import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const binary = fileURLToPath(new URL('../bin/stratome.mjs', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'stratome-cli-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Runs the command with a state folder in which no server runs. */
function stratome(...args: string[]): Promise<{ code: number | null; stdout: string }> {
  return stratomeIn({}, ...args);
}

function stratomeIn(
  environment: NodeJS.ProcessEnv,
  ...args: string[]
): Promise<{ code: number | null; stdout: string }> {
  const { NEO4J_URI: _n, POSTGRES_URL: _p, REDIS_URL: _r, ...env } = process.env;
  const child = spawn(process.execPath, [binary, ...args], {
    env: { ...env, STRATOME_HOME: home, ...environment },
  });
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

/** The packages that a command reads, by what V8 saw of them. */
async function packagesReadBy(...args: string[]): Promise<Set<string>> {
  const folder = mkdtempSync(join(tmpdir(), 'stratome-coverage-'));
  try {
    expect((await stratomeIn({ NODE_V8_COVERAGE: folder }, ...args)).code).toBe(0);
    const reports = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    const urls = reports.flatMap((text) =>
      (JSON.parse(text) as { result: { url: string }[] }).result.map(({ url }) => url),
    );
    const names = urls.map((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1]);
    return new Set(names.filter((name) => name !== undefined));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('a command that only looks or ends', () => {
  it.concurrent.each(['--help', 'status', 'stop'])('reads no database driver for %s', async (command) => {
    const read = await packagesReadBy(command);
    expect(read).toContain('commander');
    for (const heavy of ['typeorm', 'neo4j-driver', 'ioredis', 'pg', 'bullmq', 'onnxruntime-node', 'sharp'])
      expect(read).not.toContain(heavy);
  });

  it.each(['start', 'phantom', 'query'])('still shows the options of %s', async (command) => {
    expect((await stratome(command, '--help')).stdout).toMatch(/^ {2}--(input|out|cypher) /m);
  });
});
