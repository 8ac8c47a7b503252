import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serversElsewhere } from './elsewhere.js';
import { withLaunchLock } from './launch-lock.js';
import { portsFor } from './ports.js';
import { identify } from './process-identity.js';
import { secretsFor } from './secrets.js';

let home: string;
beforeEach(async () => void (home = await mkdtemp(join(tmpdir(), 'stratome-state-'))));
afterEach(() => rm(home, { recursive: true, force: true }));

describe('ports', () => {
  it('are kept', async () => {
    const first = await portsFor(home, ['a', 'b']);
    expect(new Set(Object.values(first)).size).toBe(2);
    expect(await portsFor(home, ['b', 'a'])).toEqual(first);
    expect(await portsFor(home, ['a', 'c'])).toMatchObject(first);
  });

  it('are replaced when another program took one', async () => {
    const { a, b } = await portsFor(home, ['a', 'b']);
    const thief = createServer();
    await new Promise<void>((done) => thief.listen(a, '127.0.0.1', done));
    const after = await portsFor(home, ['a', 'b']);
    await new Promise((done) => thief.close(done));
    expect(after.a).not.toBe(a);
    expect(after.b).toBe(b);
    expect(await portsFor(home, ['a'])).toEqual(after);
  });
});

describe('passwords', () => {
  it('are random, kept, and readable by their owner only', async () => {
    const made = await secretsFor(home);
    expect(new Set(Object.values(made)).size).toBe(3);
    expect(await secretsFor(home)).toEqual(made);
    expect((await stat(join(home, 'servers/secrets.json'))).mode & 0o777).toBe(0o600);
  });
});

describe('the launch lock', () => {
  const lock = () => join(home, 'services.lock');

  it('lets one in after the other', async () => {
    const order: string[] = [];
    const enter = (name: string) =>
      withLaunchLock(home, async () => {
        order.push(`${name} in`);
        await new Promise((done) => setTimeout(done, 50));
        order.push(`${name} out`);
      });
    await Promise.all([enter('a'), enter('b'), enter('c')]);
    for (let k = 0; k < 6; k += 2) expect(order[k + 1]).toBe(order[k].replace('in', 'out'));
    expect(await readdir(home)).toEqual([]);
  });

  it('is let go after a failure', async () => {
    await expect(withLaunchLock(home, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withLaunchLock(home, () => Promise.resolve(1))).toBe(1);
  });

  it.each([
    ['of a process that is gone', JSON.stringify({ pid: 2 ** 22 + 1, started: 'then' })],
    ['of an earlier process with the same number', JSON.stringify({ pid: process.pid, started: 'then' })],
    ['that is not readable', '{"pid": 12'],
  ])('%s is taken over', async (_what, content) => {
    await writeFile(lock(), content);
    expect(await withLaunchLock(home, () => Promise.resolve(1), 1_000)).toBe(1);
  });

  it('of a live process is respected, and named when the wait is over', async () => {
    const owner = (await identify(process.ppid))!;
    await writeFile(lock(), JSON.stringify(owner));
    await expect(withLaunchLock(home, () => Promise.resolve(1), 200)).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining(String(owner.pid)),
    });
    expect(JSON.parse(await readFile(lock(), 'utf8'))).toEqual(owner);
  });
});

describe('servers elsewhere', () => {
  it('are those that the environment names', () => {
    expect(serversElsewhere({})).toEqual({});
    expect(serversElsewhere({ NEO4J_URI: '', REDIS_URL: 'redis://r:6379' })).toEqual({
      redis: { url: 'redis://r:6379' },
    });
    expect(serversElsewhere({ NEO4J_URI: 'neo4j+s://n', NEO4J_PASSWORD: 'p' })).toEqual({
      neo4j: { uri: 'neo4j+s://n', user: 'neo4j', password: 'p' },
    });
  });

  it.each([
    ['NEO4J_URI', 'http://secret@n:7474'],
    ['POSTGRES_URL', 'mysql://user:secret@db'],
    ['REDIS_URL', 'secret'],
  ])('%s is refused without its value being repeated', (variable, value) => {
    const attempt = () => serversElsewhere({ [variable]: value });
    expect(attempt).toThrow(
      expect.objectContaining({ kind: 'badInput', message: expect.stringContaining(variable) }),
    );
    expect(attempt).not.toThrow(/secret/);
  });
});
