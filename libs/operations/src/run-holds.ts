import pg from 'pg';
import { conflict } from '@stratome/core';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';

/** The lock that everyone who works on a run holds together, as a number: PostgreSQL drops it with their connections. */
const lockOf = (runId: string) => `hashtextextended('works on ' || ${runId}, 0)`;

/** A holder whose connection drops has this long to come back before its run counts as left. */
const returnWithinMs = 1500;
/** A server that starts anew has ended all locks; by then those who still work have taken theirs again. */
const settledAfterMs = 6000;
const retryEveryMs = 200;
const beatEveryMs = 5000;

/** SQL that says whether a run's lock is held by anybody. */
const isHeld = (runId: string) =>
  `EXISTS (SELECT 1 FROM pg_locks l WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
             AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
             AND ((l.classid::bigint << 32) | l.objid::bigint) = ${lockOf(runId)})`;

/**
 * The runs that this process works on. Their locks are those of one connection of its own, outside the pool: they go
 * when the process ends, however it ends. A connection that drops is opened again at once.
 */
class RunHolds {
  private readonly runs = new Set<string>();
  private client: pg.Client | undefined;
  private opening: Promise<pg.Client> | undefined;
  private beating: NodeJS.Timeout | undefined;

  constructor(private readonly url: string) {}

  async hold(runId: string): Promise<void> {
    if (this.runs.has(runId)) return;
    const client = await this.connection();
    this.runs.add(runId);
    await lock(client, runId);
  }

  async release(runId: string): Promise<void> {
    if (!this.runs.delete(runId)) return;
    await this.client?.query(`SELECT pg_advisory_unlock_shared(${lockOf('$1')})`, [runId]).catch(() => {});
    if (this.runs.size === 0) await this.close();
  }

  /** Asks over the connection that has the lock: what it answers, it has answered while the lock was held. */
  async isMine(runId: string): Promise<boolean> {
    if (!this.runs.has(runId)) return false;
    const { rows } = await (await this.connection()).query(standing, [[runId]]);
    return rows.length > 0;
  }

  private async connection(): Promise<pg.Client> {
    if (this.client) return this.client;
    this.opening ??= this.open().finally(() => (this.opening = undefined));
    return this.opening;
  }

  private async open(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.url,
      application_name: 'stratome run',
      keepAlive: true,
    });
    client.on('error', () => this.dropped(client));
    client.on('end', () => this.dropped(client));
    await client.connect();
    // What waits for a run waits for its own sake: this connection keeps no process going.
    (client as pg.Client & { unref(): void }).unref();
    for (const runId of this.runs) await lock(client, runId);
    this.client = client;
    this.beating ??= setInterval(() => void this.beat().catch(() => {}), beatEveryMs).unref();
    return client;
  }

  private dropped(client: pg.Client): void {
    if (this.client !== client) return;
    this.client = undefined;
    void this.comeBack();
  }

  private async comeBack(): Promise<void> {
    while (this.runs.size > 0 && !this.client) {
      try {
        await this.connection();
      } catch {
        await new Promise((done) => setTimeout(done, retryEveryMs).unref());
      }
    }
  }

  /** Says that the runs go on, and lets go of those that have ended. */
  private async beat(): Promise<void> {
    const client = await this.connection();
    const { rows } = await client.query<{ id: string }>(standing, [[...this.runs]]);
    const going = new Set(rows.map(({ id }) => id));
    await client.query('UPDATE run SET heartbeat_at = now() WHERE id = ANY($1)', [[...going]]);
    for (const runId of this.runs) if (!going.has(runId)) await this.release(runId);
  }

  private async close(): Promise<void> {
    clearInterval(this.beating);
    this.beating = undefined;
    const { client } = this;
    this.client = undefined;
    await client?.end().catch(() => {});
  }
}

/** Those of some runs that are under way and write their datasets. */
const standing = `SELECT r.id FROM run r JOIN dataset d ON d.writing_run = r.id
                  WHERE r.id = ANY($1::uuid[]) AND r.state = 'running'`;

async function lock(client: pg.Client, runId: string): Promise<void> {
  await client.query(`SELECT pg_advisory_lock_shared(${lockOf('$1')})`, [runId]);
}

const holdsOf = new WeakMap<DataSource, RunHolds>();

function holds(db: DataSource): RunHolds {
  const there = holdsOf.get(db);
  if (there) return there;
  const made = new RunHolds((db.options as { url: string }).url);
  holdsOf.set(db, made);
  return made;
}

/** Shows that this process works on a run, until the run or the process ends. Repeated at will. */
export const holdRun = (db: DataSource, runId: string): Promise<void> => holds(db).hold(runId);

/** Shows that this process no longer works on a run. */
export const releaseRun = (db: DataSource, runId: string): Promise<void> => holds(db).release(runId);

/**
 * Makes sure that nobody has taken a run over while this process was out of touch. For a moment after it nobody can:
 * who finds a run without a holder looks again before it takes it.
 *
 * @throws StratomeError conflict when the run is this process's no more
 */
export async function requireHeld(db: DataSource, runId: string): Promise<void> {
  if (await holds(db).isMine(runId)) return;
  throw conflict(`Run ${runId} was given up while it was out of touch.`, 'Begin a new run.');
}

type Asked = Pick<DataSource | EntityManager | QueryRunner, 'query'>;

/** The run that is writing a dataset, if somebody works on it; one whose holders are all dead is written by nobody. */
export async function liveWriterOf(db: Asked, dataset: string): Promise<string | undefined> {
  const look = async () =>
    (
      await db.query(
        `SELECT r.id, ${isHeld('r.id')} AS held,
                extract(epoch FROM now() - pg_postmaster_start_time()) * 1000 AS up
         FROM dataset d JOIN run r ON r.id = d.writing_run WHERE d.name = $1 AND r.state = 'running'`,
        [dataset],
      )
    )[0] as { id: string; held: boolean; up: string } | undefined;
  const writer = await look();
  if (!writer || writer.held) return writer?.id;
  // Its holders' connections may have dropped rather than they: they come back at once, or when the server does.
  const untilServerSettled = settledAfterMs - Number(writer.up);
  await new Promise((done) => setTimeout(done, Math.max(returnWithinMs, untilServerSettled)));
  const again = await look();
  return again?.held ? again.id : undefined;
}

/** Whether anybody works on another run than this one. */
export async function othersWork(db: DataSource, runId: string): Promise<boolean> {
  const [{ others }] = await db.query(
    `SELECT count(*)::int AS others FROM run r WHERE r.state = 'running' AND r.id <> $1 AND ${isHeld('r.id')}`,
    [runId],
  );
  return others > 0;
}
