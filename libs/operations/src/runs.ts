import { randomUUID } from 'node:crypto';
import { canonicalJson, crashPoint, notFound, StratomeError, type ErrorKind } from '@stratome/core';
import type { DataSource, EntityManager } from 'typeorm';
import { Dataset } from './entities/dataset.js';
import { Revision, type RevisionKind } from './entities/revision.js';
import { Run, type Redo } from './entities/run.js';
import { holdRun, releaseRun } from './run-holds.js';
import { dropLeftRun, intend, markCommitted } from './revisions.js';
import { lockWriting, refuseWhileRunWrites } from './writing.js';

export interface BeginRun {
  readonly dataset: string;
  readonly parameters: Record<string, unknown>;
  readonly inputHash: string;
  /** What is to be made anew although it is known. */
  readonly redo?: Redo;
  readonly kind?: Extract<RevisionKind, 'run' | 'reprocess' | 'repair'>;
  /** Who asked for it. */
  readonly author?: string;
}

/**
 * Takes the right to write a dataset and begins the run that makes its next revision.
 *
 * This process holds the run (see `holdRun`) until it ends. A run that stopped half-way is taken up again when it would make the same; otherwise what it left is dropped.
 *
 * @returns the run, and whether it was taken up again
 * @throws StratomeError conflict when another run is writing the dataset
 */
export async function beginRun(db: DataSource, given: BeginRun): Promise<{ run: Run; resumed: boolean }> {
  crashPoint('beginRun.before');
  const begun = await db.transaction(async (tx) => {
    const made = await begin(tx, given);
    // Before anybody sees it: a run that nobody holds may be taken over.
    await holdRun(db, made.run.id);
    return made;
  });
  crashPoint('beginRun.after');
  return begun;
}

async function begin(tx: EntityManager, given: BeginRun): Promise<{ run: Run; resumed: boolean }> {
  const { kind = 'run', author = 'unknown', ...own } = given;
  const dataset = await tx
    .getRepository(Dataset)
    .findOneOrFail({ where: { name: own.dataset }, lock: { mode: 'pessimistic_write' } });
  await lockWriting(tx, dataset.name);
  await refuseWhileRunWrites(tx, dataset.name);
  const revision = dataset.headRevision + 1;
  const left = await tx.getRepository(Run).findOneBy({ dataset: dataset.name, revision });
  const redo = own.redo ?? null;
  const resumed = left?.inputHash === own.inputHash && canonicalJson(left.redo) === canonicalJson(redo);
  if (left && !resumed) await dropLeftRun(tx, left.dataset, left.revision);
  const run = resumed
    ? await resume(tx, left!)
    : await tx.getRepository(Run).save({
        id: randomUUID(),
        ...own,
        redo,
        revision,
        state: 'running' as const,
        error: null,
        errorKind: null,
        heartbeatAt: new Date(),
        finishedAt: null,
      });
  const { id } = run;
  const parent = dataset.headRevision;
  const none = { restores: null, note: null };
  await intend(tx, { dataset: dataset.name, revision, id, parent, kind, run: id, author, ...none });
  await tx.getRepository(Dataset).update({ name: dataset.name }, { writingRun: id });
  return { run: run as Run, resumed };
}

async function resume(tx: EntityManager, run: Run): Promise<Run> {
  await tx.query(`UPDATE task SET state = 'planned', error = NULL WHERE run = $1 AND state <> 'done'`, [
    run.id,
  ]);
  await tx.query(
    `UPDATE run SET state = 'running', error = NULL, error_kind = NULL, heartbeat_at = now(), finished_at = NULL WHERE id = $1`,
    [run.id],
  );
  return tx.getRepository(Run).findOneByOrFail({ id: run.id });
}

/** Marks a run as failed, with the sentence a person will read, and lets the dataset be written again. */
export async function failRun(
  db: DataSource,
  runId: string,
  error: string,
  kind: ErrorKind = 'internal',
): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query(
      `UPDATE run SET state = 'failed', error = $2, error_kind = $3, finished_at = now() WHERE id = $1 AND state = 'running'`,
      [runId, error, kind],
    );
    await tx.query('UPDATE dataset SET writing_run = NULL WHERE writing_run = $1', [runId]);
  });
  await releaseRun(db, runId);
}

/** Makes a complete run's revision the dataset's head. A replay changes nothing. */
export async function finishRun(db: DataSource, runId: string): Promise<void> {
  crashPoint('finishRun.before');
  await db.transaction(async (tx) => {
    const [done] = await tx.query(`SELECT dataset, revision, state FROM run WHERE id = $1 FOR UPDATE`, [
      runId,
    ]);
    if (!done) throw new StratomeError('internal', `Run ${runId} does not exist.`);
    await tx.query(
      `UPDATE run SET state = 'done', finished_at = coalesce(finished_at, now()) WHERE id = $1`,
      [runId],
    );
    await markCommitted(tx, done.dataset, done.revision);
    await tx.query('UPDATE dataset SET writing_run = NULL WHERE writing_run = $1', [runId]);
  });
  await releaseRun(db, runId);
  crashPoint('finishRun.after');
}

/** The complete run whose artefacts hold at the head, if it had the same inputs; then there is nothing to do. */
export async function completeRunWithInput(
  db: DataSource,
  dataset: string,
  inputHash: string,
): Promise<Run | null> {
  const run = await runAtHead(db, dataset);
  return run?.inputHash === inputHash ? run : null;
}

/** The run whose artefacts and parameters hold in what readers see; null before the first one is complete. */
export const runAtHead = (db: DataSource, dataset: string): Promise<Run | null> =>
  db
    .getRepository(Run)
    .createQueryBuilder('run')
    .innerJoin(Dataset, 'dataset', 'dataset.name = run.dataset')
    .innerJoin(
      Revision,
      'head',
      'head.dataset = dataset.name AND head.revision = dataset.head_revision AND head.run = run.id',
    )
    .where(`run.dataset = :dataset AND run.state = 'done'`, { dataset })
    .getOne();

/** @throws StratomeError notFound when readers see nothing of the dataset yet */
export async function requireRunAtHead(db: DataSource, dataset: string): Promise<Run> {
  const run = await runAtHead(db, dataset);
  if (run) return run;
  throw notFound(`The dataset "${dataset}" has no complete run.`, `npx stratome run ${dataset} makes one.`);
}

export const latestRun = (db: DataSource, dataset: string): Promise<Run | null> =>
  db.getRepository(Run).findOne({ where: { dataset }, order: { revision: 'DESC' } });

export interface StageProgress {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  /** Tasks whose result was there already. */
  readonly reused: number;
  /** Sums over tasks, ms. */
  readonly waitingMs: number;
  readonly ioMs: number;
  readonly computeMs: number;
  /** Work done, in the stage's unit. */
  readonly work: number;
  readonly plannedAt: Date;
  readonly finishedAt: Date | null;
}

/** Progress of every planned stage of a run, in the order of planning. */
export async function runProgress(db: DataSource, runId: string): Promise<StageProgress[]> {
  const rows = await db.query(
    `SELECT s.stage, s.task_count AS total, s.planned_at, s.finished_at,
            count(t.id) FILTER (WHERE t.state = 'done') AS done,
            count(t.id) FILTER (WHERE t.reused OR t.adopted) AS reused,
            coalesce(sum(t.waiting_ms), 0) AS waiting_ms, coalesce(sum(t.io_ms), 0) AS io_ms,
            coalesce(sum(t.compute_ms), 0) AS compute_ms, coalesce(sum(t.work), 0) AS work
     FROM run_stage s LEFT JOIN task t ON t.run = s.run AND t.stage = s.stage
     WHERE s.run = $1 GROUP BY s.run, s.stage ORDER BY s.planned_at, s.stage`,
    [runId],
  );
  return rows.map((row: Record<string, string | Date | null>) => ({
    stage: row.stage as string,
    done: Number(row.done),
    total: Number(row.total),
    reused: Number(row.reused),
    waitingMs: Number(row.waiting_ms),
    ioMs: Number(row.io_ms),
    computeMs: Number(row.compute_ms),
    work: Number(row.work),
    plannedAt: row.planned_at as Date,
    finishedAt: row.finished_at as Date | null,
  }));
}
