import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import neo4j from 'neo4j-driver';
import { Client } from 'pg';
import {
  resetServices,
  serviceAddresses,
  servicesStatus,
  startServices,
  stopServices,
  type ServiceAddresses,
} from '@stratome/services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Without the addresses that the other integration tests use, so that servers are started here. */
const env: NodeJS.ProcessEnv = { ...process.env, NEO4J_URI: '', POSTGRES_URL: '', REDIS_URL: '' };
let home: string;
let addresses: ServiceAddresses;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'stratome-lifecycle-'));
  addresses = await startServices({ home, env });
});
afterAll(async () => {
  await resetServices({ home });
  await rm(home, { recursive: true, force: true });
});

async function cypher(statement: string): Promise<unknown> {
  const { uri, user, password } = addresses.neo4j;
  const driver = neo4j.driver(uri, neo4j.auth.basic(user, password), { disableLosslessIntegers: true });
  try {
    return (await driver.executeQuery(statement)).records[0]?.toObject().x;
  } finally {
    await driver.close();
  }
}

async function sql(statement: string): Promise<unknown> {
  const client = new Client({ connectionString: addresses.postgres.url });
  await client.connect();
  try {
    return (await client.query<{ x: unknown }>(statement)).rows[0]?.x;
  } finally {
    await client.end();
  }
}

async function redis(...command: [string, ...string[]]): Promise<unknown> {
  const client = new Redis(addresses.redis.url, { lazyConnect: true });
  await client.connect();
  try {
    return await client.call(...command);
  } finally {
    client.disconnect();
  }
}

const pids = async () =>
  Object.fromEntries((await servicesStatus({ home, env })).map(({ name, pid }) => [name, pid]));
const states = async () => (await servicesStatus({ home, env })).map(({ state }) => state);
const allOf = (state: string) => [state, state, state];

describe('started servers', () => {
  it('are Neo4j 5.26 with APOC, PostgreSQL and Redis with an append-only file', async () => {
    const version = 'CALL dbms.components() YIELD versions, edition RETURN edition + " " + versions[0] AS x';
    expect(await cypher(version)).toMatch(/^community 5\.26\.\d+$/);
    expect(await cypher('RETURN apoc.convert.fromJsonMap(\'{"a": [1]}\').a[0] AS x')).toBe(1);
    expect(
      await cypher(
        "CALL apoc.cypher.runTimeboxed('RETURN 7 AS y', {}, 1000) YIELD value RETURN value.y AS x",
      ),
    ).toBe(7);
    expect(await sql('SELECT current_database() AS x')).toBe('stratome');
    expect(Number(await sql("SELECT current_setting('server_version_num') AS x"))).toBeGreaterThanOrEqual(
      140_000,
    );
    expect(await redis('CONFIG', 'GET', 'appendonly')).toEqual(['appendonly', 'yes']);
  });

  it('serve Neo4j Browser', async () => {
    const page = await fetch(addresses.neo4j.browser!);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<title>Neo4j Browser</title>');
  });

  it('load no APOC procedure that is not on the list', async () => {
    const load =
      "SHOW PROCEDURES YIELD name WHERE name STARTS WITH 'apoc.load' OR name STARTS WITH 'apoc.export' RETURN count(*) AS x";
    expect(await cypher(load)).toBe(0);
  });

  it('listen on the loopback address only, and want a password', async () => {
    for (const address of [addresses.neo4j.uri, addresses.postgres.url, addresses.redis.url]) {
      expect(new URL(address).hostname).toBe('127.0.0.1');
    }
    const { uri } = addresses.neo4j;
    const driver = neo4j.driver(uri, neo4j.auth.basic('neo4j', 'neo4j'));
    await expect(driver.getServerInfo()).rejects.toThrow(/unauthorized/i);
    await driver.close();
    const wrong = new Client({ connectionString: addresses.postgres.url.replace(/:[^:@]+@/, ':wrong@') });
    await expect(wrong.connect()).rejects.toThrow(/password/);
    const open = new Redis(Number(new URL(addresses.redis.url).port), {
      lazyConnect: true,
      enableReadyCheck: false,
    });
    await expect(open.connect().then(() => open.ping())).rejects.toThrow(/NOAUTH/);
    open.disconnect();
  });

  it('are reused by the next start', async () => {
    const before = await pids();
    expect(await startServices({ home, env })).toEqual(addresses);
    expect(await pids()).toEqual(before);
    expect(await serviceAddresses({ home, env })).toEqual(addresses);
  });

  it('outlive the process that started them', async () => {
    // This very process started them; another one finds them by the state folder alone.
    const program = `import { servicesStatus } from '@stratome/services';
      console.log(JSON.stringify(await servicesStatus({ home: ${JSON.stringify(home)} })));`;
    const stdout = await new Promise<string>((done, fail) => {
      const args = ['--input-type=module', '-e', program];
      execFile(process.execPath, args, { cwd: root, env }, (error, out) => (error ? fail(error) : done(out)));
    });
    expect(JSON.parse(stdout).map(({ state }: { state: string }) => state)).toEqual(allOf('running'));
  });

  it('keep their passwords to their owner', async () => {
    expect((await stat(join(home, 'servers/secrets.json'))).mode & 0o077).toBe(0);
    expect((await stat(join(home, 'servers/redis/redis.conf'))).mode & 0o077).toBe(0);
    const { password } = addresses.neo4j;
    expect(await readFile(join(home, 'servers/neo4j/conf/neo4j.conf'), 'utf8')).not.toContain(password);
  });
});

describe('stop and start again', () => {
  it('keeps data, addresses and passwords', async () => {
    await cypher('CREATE (n:Kept {x: 41}) RETURN n.x AS x');
    await sql('CREATE TABLE kept AS SELECT 42 AS x');
    await redis('SET', 'kept', '43');
    expect((await stopServices({ home })).sort()).toEqual(['neo4j', 'postgres', 'redis']);
    expect(await states()).toEqual(allOf('stopped'));
    await expect(serviceAddresses({ home, env })).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await stopServices({ home })).toEqual([]);

    expect(await startServices({ home, env })).toEqual(addresses);
    expect(await cypher('MATCH (n:Kept) RETURN n.x AS x')).toBe(41);
    expect(await sql('SELECT x FROM kept')).toBe(42);
    expect(await redis('GET', 'kept')).toBe('43');
  });

  it('starts the one that was killed, and leaves the others alone', async () => {
    const before = await pids();
    process.kill(before.redis!, 'SIGKILL');
    await expect.poll(states).toEqual(['running', 'running', 'stopped']);
    expect(await startServices({ home, env })).toEqual(addresses);
    const after = await pids();
    expect(after.redis).not.toBe(before.redis);
    expect(after).toMatchObject({ neo4j: before.neo4j, postgres: before.postgres });
    expect(await redis('GET', 'kept')).toBe('43');
  });

  it('never kills the process that has the number of a server of old', async () => {
    const stale = await mkdtemp(join(tmpdir(), 'stratome-stale-'));
    await mkdir(join(stale, 'servers'));
    const bystander = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    try {
      for (const name of ['neo4j', 'postgres', 'redis']) {
        const file = `servers/${name}.state.json`;
        const state = JSON.parse(await readFile(join(home, file), 'utf8'));
        await writeFile(join(stale, file), JSON.stringify({ ...state, pid: bystander.pid }));
      }
      expect((await servicesStatus({ home: stale, env })).map(({ state }) => state)).toEqual(
        allOf('stopped'),
      );
      expect(await stopServices({ home: stale })).toEqual([]);
      expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
      expect(await readdir(join(stale, 'servers'))).toEqual([]);
    } finally {
      bystander.kill('SIGKILL');
      await rm(stale, { recursive: true, force: true });
    }
  });
});

describe('servers that the environment names', () => {
  it('are used and not started', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'stratome-elsewhere-'));
    const named = {
      ...env,
      NEO4J_URI: addresses.neo4j.uri,
      NEO4J_PASSWORD: addresses.neo4j.password,
      POSTGRES_URL: addresses.postgres.url,
      REDIS_URL: addresses.redis.url,
    };
    const { uri, user, password } = addresses.neo4j;
    const { postgres, redis: queue } = addresses;
    expect(await startServices({ home: empty, env: named })).toEqual({
      neo4j: { uri, user, password },
      postgres,
      redis: queue,
    });
    expect((await servicesStatus({ home: empty, env: named })).map(({ state }) => state)).toEqual(
      allOf('elsewhere'),
    );
    expect(await readdir(empty)).toEqual([]);
    await rm(empty, { recursive: true });
  });

  it('that do not answer are named, with what to do, and nothing is started', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'stratome-elsewhere-'));
    const dead = { ...env, POSTGRES_URL: 'postgres://u:secret@127.0.0.1:1/x' };
    await expect(startServices({ home: empty, env: dead })).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/POSTGRES_URL(?!.*secret)/),
      remedy: expect.stringContaining('POSTGRES_URL'),
    });
    expect(await readdir(empty)).toEqual([]);
    await rm(empty, { recursive: true });
  });
});

describe('reset', () => {
  it('stops the servers and deletes what Stratome wrote, nothing else', async () => {
    await writeFile(join(home, 'mine.txt'), 'kept');
    const running = Object.values(await pids());
    await resetServices({ home });
    expect(await readdir(home)).toEqual(['mine.txt']);
    // A process of ours that has ended stays in the table until Node has taken note.
    const left = () => running.filter((pid) => existsSync(`/proc/${pid}`));
    await expect.poll(left, { timeout: 10_000 }).toEqual([]);
  });
});
