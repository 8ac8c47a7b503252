import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'stratome-cli-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

function run(script: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const options = { cwd: folder, env: { ...process.env, STRATOME_HOME: join(folder, 'home'), ...env } };
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [join(root, script), ...args],
      options,
      (error, stdout, stderr) => done({ code: error ? (child.exitCode ?? -1) : 0, stdout, stderr }),
    );
  });
}
const stratome = (args: string[], env?: NodeJS.ProcessEnv) => run('apps/cli/bin/stratome.mjs', args, env);
const oneLine = /^[^\n]+\n$/;

describe('the stratome command', () => {
  it('lists its commands', async () => {
    const { code, stdout } = await stratome(['--help']);
    expect(code).toBe(0);
    for (const name of ['services', 'phantom', 'status', 'stop', 'reset'])
      expect(stdout).toContain(`\n  ${name} `);
    expect((await stratome([])).stdout).toBe(stdout);
  });

  it.each([
    [['nonsense'], "unknown command 'nonsense'"],
    [['status', '--nonsense'], "unknown option '--nonsense'"],
    [['status', 'extra'], 'too many arguments'],
    [['phantom'], "required option '--out <dir>' not specified"],
    [['phantom', '--out', 'x', '--shape', '0,5,5'], '"0,5,5" is not a shape'],
    [['phantom', '--out', 'x', '--parameters', '[1]'], '--parameters is not a JSON object'],
    [['phantom', '--out', 'x', '--parameters', '{"vessels": -1}'], 'Phantom parameter vessels'],
  ])('refuses %j in one sentence, exit code 2', async (args, message) => {
    const plain = await stratome(args);
    expect(plain).toMatchObject({ code: 2, stdout: '' });
    expect(plain.stderr).toMatch(oneLine);
    expect(plain.stderr).toContain(message);
    const json = await stratome([...args, '--json']);
    expect(json.code).toBe(2);
    expect(json.stdout).toMatch(oneLine);
    expect(JSON.parse(json.stdout).error).toMatchObject({
      kind: 'badInput',
      message: expect.stringContaining(message),
    });
    expect(await readdir(folder)).not.toContain('x');
  });

  it('says with exit code 5 which server cannot be reached', async () => {
    const { code, stdout } = await stratome(['services', '--json'], { REDIS_URL: 'redis://127.0.0.1:1' });
    expect(code).toBe(5);
    expect(JSON.parse(stdout).error).toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('REDIS_URL'),
      remedy: expect.stringContaining('REDIS_URL'),
    });
  });

  it('refuses a folder that holds tiles of others with exit code 4', async () => {
    const taken = await mkdtemp(join(folder, 'taken-'));
    await writeFile(join(taken, 'manifest.json'), '{}');
    const { code, stderr } = await stratome(['phantom', '--out', taken, '--shape', '24,192,192']);
    expect(stderr).toContain(taken);
    expect(code).toBe(4);
    expect(await readdir(taken)).toEqual(['manifest.json']);
  });

  it('shows the servers', async () => {
    const { code, stdout } = await stratome(['status', '--json']);
    expect(code).toBe(0);
    const { services } = JSON.parse(stdout);
    expect(services.map(({ name, state }: Record<string, string>) => `${name} ${state}`)).toEqual([
      'neo4j elsewhere',
      'postgres elsewhere',
      'redis elsewhere',
    ]);
    expect((await stratome(['status'])).stdout).toContain('│ neo4j    │ elsewhere │');
  });

  it('has nothing to stop or reset in a new folder, and says so', async () => {
    expect(await stratome(['stop'])).toMatchObject({ code: 0, stdout: 'No local server was running.\n' });
    expect(JSON.parse((await stratome(['reset', '--json'])).stdout)).toMatchObject({ stopped: [] });
  });
});

describe('npm start', () => {
  it('names everything that is missing before anything else is done', async () => {
    const empty = { PATH: folder, JAVA_HOME: '', HOME: folder, XDG_CACHE_HOME: folder, NEO4J_URI: '' };
    const { code, stdout, stderr } = await run('scripts/start.mjs', ['--json'], empty);
    expect(code).toBe(5);
    const { kind, message } = JSON.parse(stdout).error;
    expect(kind).toBe('unavailable');
    expect(message).toContain('Maven (mvn) is missing');
    expect(stderr).not.toContain('Building');
  });

  it('hands other commands over as they are', async () => {
    const { code, stdout } = await run('scripts/start.mjs', ['status', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).services).toHaveLength(3);
  });
});
