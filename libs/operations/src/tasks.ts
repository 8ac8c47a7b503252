import { randomUUID } from 'node:crypto';
import { crashPoint, StratomeError } from '@stratome/core';
import type { UsedInput } from '@stratome/provenance';
import type { DataSource, EntityManager } from 'typeorm';
import { RunStage } from './entities/run-stage.js';
import { Task } from './entities/task.js';

export interface PlannedTask {
  readonly key: string;
  readonly plan: unknown;
}

/**
 * Records a stage's tasks, once: a second caller gets the tasks the first one recorded.
 *
 * @returns ids of the tasks that are still to be done
 */
export async function planStage(
  db: DataSource,
  run: { id: string; dataset: string },
  stage: string,
  tasks: readonly PlannedTask[],
): Promise<string[]> {
  crashPoint('planStage.before', stage);
  const open = await db.transaction((tx) => insertPlan(tx, run, stage, tasks));
  crashPoint('planStage.after', stage);
  return open;
}

async function insertPlan(
  tx: EntityManager,
  run: { id: string; dataset: string },
  stage: string,
  tasks: readonly PlannedTask[],
): Promise<string[]> {
  const inserted = await tx
    .getRepository(RunStage)
    .createQueryBuilder()
    .insert()
    .values({ run: run.id, stage, taskCount: tasks.length, plannedAt: new Date(), finishedAt: null })
    .orIgnore()
    .returning('stage')
    .execute();
  if (inserted.raw.length > 0 && tasks.length > 0) await insertTasks(tx, run, stage, tasks);
  const open = await tx.query(
    `SELECT id FROM task WHERE run = $1 AND stage = $2 AND state <> 'done' ORDER BY key`,
    [run.id, stage],
  );
  return open.map((row: { id: string }) => row.id);
}

async function insertTasks(
  tx: EntityManager,
  run: { id: string; dataset: string },
  stage: string,
  tasks: readonly PlannedTask[],
): Promise<void> {
  await tx.query(
    `INSERT INTO task (id, run, dataset, stage, key, state, plan)
     SELECT id, $1, $2, $3, key, 'planned', plan::jsonb FROM unnest($4::uuid[], $5::text[], $6::text[]) AS t(id, key, plan)`,
    [
      run.id,
      run.dataset,
      stage,
      tasks.map(() => randomUUID()),
      tasks.map((t) => t.key),
      tasks.map((t) => JSON.stringify(t.plan)),
    ],
  );
}

/** Takes a task and raises its fence, so that whoever had it before can no longer commit. Undefined when it is done. */
export async function takeTask(db: DataSource, taskId: string): Promise<Task | undefined> {
  const [rows] = await db.query(
    `UPDATE task SET fence = fence + 1, state = 'running' WHERE id = $1 AND state <> 'done' RETURNING id`,
    [taskId],
  );
  if (rows.length === 0) return undefined;
  return db.getRepository(Task).findOneByOrFail({ id: taskId });
}

/**
 * Notes what decides the result of the one task of a stage while it is under way, so that the task can be committed
 * without being executed again should the process end after its effect.
 */
export async function recordTaskInput(
  db: DataSource,
  runId: string,
  stage: string,
  inputHash: string,
): Promise<void> {
  await db.query(`UPDATE task SET input_hash = $3 WHERE run = $1 AND stage = $2 AND state <> 'done'`, [
    runId,
    stage,
    inputHash,
  ]);
}

export interface WrittenArtifact {
  readonly kind: string;
  readonly key: string;
  readonly hash: string;
  /** Decoded size; 0 for a chunk of nothing but fill value, which has no object. */
  readonly bytes: number;
}

export interface TaskCommit {
  readonly taskId: string;
  readonly fence: number;
  readonly revision: number;
  readonly inputHash: string;
  readonly inputs: readonly UsedInput[];
  readonly artifacts: readonly WrittenArtifact[];
  readonly waitingMs: number;
  readonly ioMs: number;
  readonly computeMs: number;
  readonly work: number;
  readonly provider?: 'cpu' | 'cuda';
  /** The artefacts are those of an earlier task of the same input hash. */
  readonly adopted?: boolean;
}

/**
 * Commits what a task made, in one transaction guarded by its fence.
 *
 * @returns false when another worker has taken the task since; then nothing was written
 */
export async function commitTask(db: DataSource, commit: TaskCommit): Promise<boolean> {
  let stage: string | undefined;
  const committed = await db.transaction(async (tx) => {
    const task = await lockTask(tx, commit);
    if (!task) return false;
    stage = task.stage;
    await closeReplaced(tx, task.dataset, commit);
    await tx.query(
      `INSERT INTO artifact (dataset, kind, key, hash, bytes, from_revision, task, input_hash)
       SELECT $1, kind, key, hash, bytes, $2, $3, $4 FROM unnest($5::text[], $6::text[], $7::text[], $8::bigint[]) AS a(kind, key, hash, bytes)
       ON CONFLICT (dataset, kind, key, from_revision)
       DO UPDATE SET hash = excluded.hash, bytes = excluded.bytes, task = excluded.task, input_hash = excluded.input_hash`,
      [
        task.dataset,
        commit.revision,
        commit.taskId,
        commit.inputHash,
        commit.artifacts.map((a) => a.kind),
        commit.artifacts.map((a) => a.key),
        commit.artifacts.map((a) => a.hash),
        commit.artifacts.map((a) => a.bytes),
      ],
    );
    await insertInputs(tx, commit.taskId, commit.inputs);
    await markDone(tx, commit, false);
    crashPoint('commitTask.before', stage);
    return true;
  });
  crashPoint('commitTask.after', stage);
  return committed;
}

async function lockTask(tx: EntityManager, { taskId, fence }: { taskId: string; fence: number }) {
  const [task] = await tx.query(`SELECT dataset, stage, fence, state FROM task WHERE id = $1 FOR UPDATE`, [
    taskId,
  ]);
  return task && task.fence === fence && task.state === 'running'
    ? (task as { dataset: string; stage: string })
    : undefined;
}

/** Ends the interval of rows that this revision replaces. */
async function closeReplaced(tx: EntityManager, dataset: string, commit: TaskCommit): Promise<void> {
  await tx.query(
    `UPDATE artifact SET to_revision = $2 FROM unnest($3::text[], $4::text[]) AS made(kind, key)
     WHERE artifact.dataset = $1 AND artifact.kind = made.kind AND artifact.key = made.key
       AND artifact.from_revision < $2 AND artifact.to_revision IS NULL`,
    [dataset, commit.revision, commit.artifacts.map((a) => a.kind), commit.artifacts.map((a) => a.key)],
  );
}

async function insertInputs(tx: EntityManager, taskId: string, inputs: readonly UsedInput[]): Promise<void> {
  await tx.query('DELETE FROM task_input WHERE task = $1', [taskId]);
  await tx.query(
    `INSERT INTO task_input (task, kind, key, hash, role)
     SELECT $1, kind, key, hash, role FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS i(kind, key, hash, role)`,
    [
      taskId,
      inputs.map((i) => i.kind),
      inputs.map((i) => i.key),
      inputs.map((i) => i.hash),
      inputs.map((i) => i.role),
    ],
  );
}

async function markDone(
  tx: EntityManager,
  commit: Pick<
    TaskCommit,
    'taskId' | 'inputHash' | 'waitingMs' | 'ioMs' | 'computeMs' | 'work' | 'provider' | 'adopted'
  >,
  reused: boolean,
): Promise<void> {
  await tx.query(
    `UPDATE task SET state = 'done', input_hash = $2, waiting_ms = $3, io_ms = $4, compute_ms = $5, work = $6,
            reused = $7, provider = $8, adopted = $9, finished_at = now() WHERE id = $1`,
    [
      commit.taskId,
      commit.inputHash,
      commit.waitingMs,
      commit.ioMs,
      commit.computeMs,
      commit.work,
      reused,
      commit.provider ?? null,
      commit.adopted ?? false,
    ],
  );
}

/** Ends a task in error; the sentence is kept for the person who looks. */
export async function failTask(db: DataSource, taskId: string, fence: number, error: string): Promise<void> {
  await db.query(
    `UPDATE task SET state = 'failed', error = $3, finished_at = now() WHERE id = $1 AND fence = $2 AND state = 'running'`,
    [taskId, fence, error],
  );
}

export interface EarlierResult {
  readonly task: string;
  /** Whether all its rows are still to be read; otherwise a later revision replaced some. */
  readonly stands: boolean;
  readonly artifacts: WrittenArtifact[];
  readonly provider: 'cpu' | 'cuda' | null;
}

/** What an earlier task of the dataset made from exactly the same inputs, one whose rows still stand at `revision` first. */
export async function findEarlierResult(
  db: DataSource,
  dataset: string,
  inputHash: string,
  revision: number,
): Promise<EarlierResult | undefined> {
  const [earlier] = await db.query(
    `SELECT t.id, t.provider,
       NOT EXISTS (SELECT 1 FROM artifact a WHERE a.task = t.id AND a.to_revision <= $3
                     AND NOT EXISTS (SELECT 1 FROM artifact b WHERE b.task = t.id AND b.kind = a.kind AND b.key = a.key
                                       AND b.from_revision <= $3 AND (b.to_revision IS NULL OR b.to_revision > $3)))
         AS stands
     FROM task t WHERE t.dataset = $1 AND t.input_hash = $2 AND t.state = 'done' AND NOT t.reused
     ORDER BY stands DESC, t.finished_at DESC LIMIT 1`,
    [dataset, inputHash, revision],
  );
  if (!earlier) return undefined;
  const { id: task, stands, provider } = earlier;
  return { task, stands, provider, artifacts: await artifactsOfTask(db, task) };
}

/** The rows that a task wrote, as far as no other one of the same revision replaced them. */
export async function artifactsOfTask(db: DataSource, taskId: string): Promise<WrittenArtifact[]> {
  const rows = await db.query('SELECT DISTINCT kind, key, hash, bytes FROM artifact WHERE task = $1', [
    taskId,
  ]);
  return rows.map((r: WrittenArtifact & { bytes: string }) => ({ ...r, bytes: Number(r.bytes) }));
}

/** What a task read, as it is on record. */
export const inputsOfTask = (db: DataSource, taskId: string): Promise<UsedInput[]> =>
  db.query('SELECT kind, key, hash, role FROM task_input WHERE task = $1 ORDER BY id', [taskId]);

/** Ends a task whose result was there already; the earlier rows stay the result. */
export async function commitReused(
  db: DataSource,
  commit: Pick<TaskCommit, 'taskId' | 'fence' | 'inputHash' | 'waitingMs' | 'ioMs'>,
): Promise<boolean> {
  let stage: string | undefined;
  const committed = await db.transaction(async (tx) => {
    const task = await lockTask(tx, commit);
    if (!task) return false;
    stage = task.stage;
    await markDone(tx, { ...commit, computeMs: 0, work: 0 }, true);
    crashPoint('commitReused.before', stage);
    return true;
  });
  crashPoint('commitReused.after', stage);
  return committed;
}

/**
 * Whether all tasks of a stage are done.
 *
 * @throws StratomeError internal when the stage was never planned
 */
export async function isStageDone(db: DataSource, runId: string, stage: string): Promise<boolean> {
  const [row] = await db.query(
    `SELECT s.task_count::int AS total, count(t.id) FILTER (WHERE t.state = 'done')::int AS done
     FROM run_stage s LEFT JOIN task t ON t.run = s.run AND t.stage = s.stage
     WHERE s.run = $1 AND s.stage = $2 GROUP BY s.task_count`,
    [runId, stage],
  );
  if (!row) throw new StratomeError('internal', `Stage ${stage} of run ${runId} was never planned.`);
  return row.done === row.total;
}

/** Stages of a run of which a worker has taken a task, so that they were not only planned but queued. */
export async function begunStages(db: DataSource, runId: string): Promise<Set<string>> {
  const rows = await db.query('SELECT DISTINCT stage FROM task WHERE run = $1 AND fence > 0', [runId]);
  return new Set(rows.map(({ stage }: { stage: string }) => stage));
}

/** A task of a run as planned, and what it took when it was last computed. */
export interface TaskFacts {
  readonly key: string;
  /** A TaskPlan of @stratome/pipeline. */
  readonly plan: unknown;
  /** False when its result was there already. */
  readonly executed: boolean;
  /** Work of computing it, whenever that was, in the stage's unit. */
  readonly work: number;
}

/** The tasks of a stage of a run that are done, by key. */
export async function tasksOfRun(db: DataSource, runId: string, stage: string): Promise<TaskFacts[]> {
  const rows = await db.query(
    `SELECT t.key, t.plan, NOT (t.reused OR t.adopted) AS executed,
       CASE WHEN t.reused OR t.adopted THEN coalesce(
         (SELECT max(o.work) FROM task o WHERE o.dataset = t.dataset AND o.input_hash = t.input_hash), 0)
       ELSE t.work END AS work
     FROM task t WHERE t.run = $1 AND t.stage = $2 AND t.state = 'done' ORDER BY t.key COLLATE "C"`,
    [runId, stage],
  );
  return rows as TaskFacts[];
}

/** The most work that a stage of a dataset ever had to do in one run, in the stage's unit. */
export async function mostWorkOf(db: DataSource, dataset: string, stage: string): Promise<number> {
  const [{ most }] = await db.query(
    `SELECT coalesce(max(work), 0) AS most
     FROM (SELECT sum(work) AS work FROM task WHERE dataset = $1 AND stage = $2 GROUP BY run) AS runs`,
    [dataset, stage],
  );
  return Number(most);
}

/** What a unit of a stage's work takes, by stage, from all tasks of a dataset that were computed: compute and I/O, ms. */
export async function stageCosts(db: DataSource, dataset: string): Promise<Map<string, number>> {
  const rows = await db.query(
    `SELECT stage, sum(compute_ms + io_ms) / nullif(sum(work), 0) AS ms FROM task
     WHERE dataset = $1 AND state = 'done' AND NOT reused AND NOT adopted GROUP BY stage`,
    [dataset],
  );
  return new Map(rows.map((r: { stage: string; ms: number | null }) => [r.stage, Number(r.ms ?? 0)]));
}
