import { crashPoint, hashBytes, StratomeError } from '@stratome/core';
import { environmentHash, parametersHash, requireComplete, type StageRecord } from '@stratome/provenance';
import type { DataSource, EntityManager } from 'typeorm';
import { StageRun } from './entities/stage-run.js';

export interface StageCompletion {
  readonly run: { id: string; dataset: string; revision: number };
  readonly stage: string;
  /** Version of the stage that ran. */
  readonly stageVersion: number;
  readonly layer: string;
  readonly record: StageRecord;
}

/**
 * Id of a run's execution of a stage, a UUID (version 8). It follows from both, so that the stage that writes the
 * graph can name its own execution before that is recorded.
 */
export function stageRunId(runId: string, stage: string): string {
  const hex = hashBytes(Buffer.from(`${runId} ${stage}`));
  const variant = '89ab'[parseInt(hex[16], 16) & 3];
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/**
 * Commits a stage run with its six provenance fields and ends what the stage made before and no longer makes.
 * A replay changes nothing.
 *
 * @throws StratomeError internal when a field is missing; PostgreSQL refuses it as well
 */
export async function finishStage(db: DataSource, completion: StageCompletion): Promise<void> {
  const { run, stage, stageVersion, layer } = completion;
  const record = requireComplete(completion.record);
  crashPoint('finishStage.before', stage);
  await db.transaction(async (tx) => {
    const [planned] = await tx.query(
      'SELECT task_count::int AS tasks, planned_at FROM run_stage WHERE run = $1 AND stage = $2 FOR UPDATE',
      [run.id, stage],
    );
    await endVanished(tx, run, stage);
    await tx
      .getRepository(StageRun)
      .createQueryBuilder()
      .insert()
      .values({
        id: stageRunId(run.id, stage),
        run: run.id,
        dataset: run.dataset,
        revision: run.revision,
        stage,
        stageVersion,
        layer,
        inputHash: record.inputHash,
        codeCommit: record.code.commit,
        codeDirty: record.code.dirty,
        modelId: record.model.id,
        modelHash: record.model.hash,
        parameters: record.parameters as object,
        parametersHash: parametersHash(record.parameters),
        environment: record.environment as object,
        environmentHash: environmentHash(record.environment),
        outputHash: record.outputHash,
        taskCount: planned.tasks,
        startedAt: planned.planned_at,
        finishedAt: new Date(),
      })
      .orIgnore()
      .execute();
    await tx.query(
      'UPDATE run_stage SET finished_at = coalesce(finished_at, now()) WHERE run = $1 AND stage = $2',
      [run.id, stage],
    );
  });
  crashPoint('finishStage.after', stage);
}

/** Ends rows of earlier revisions that no task of this run, new or reused, stands for. */
async function endVanished(
  tx: EntityManager,
  run: { id: string; dataset: string; revision: number },
  stage: string,
): Promise<void> {
  await tx.query(
    `UPDATE artifact a SET to_revision = $3 FROM task old
     WHERE a.dataset = $2 AND old.id = a.task AND old.stage = $4 AND old.run <> $1
       AND a.from_revision < $3 AND a.to_revision IS NULL
       AND NOT EXISTS (SELECT 1 FROM task now WHERE now.run = $1 AND now.stage = $4 AND now.reused
                         AND now.input_hash = old.input_hash)`,
    [run.id, run.dataset, run.revision, stage],
  );
}

export const stageRunsOf = (db: DataSource, runId: string): Promise<StageRun[]> =>
  db.getRepository(StageRun).find({ where: { run: runId }, order: { startedAt: 'ASC' } });

/** When a stage of a run was planned. @throws StratomeError internal when it was not */
export async function stagePlannedAt(db: DataSource, runId: string, stage: string): Promise<Date> {
  const [row] = await db.query('SELECT planned_at FROM run_stage WHERE run = $1 AND stage = $2', [
    runId,
    stage,
  ]);
  if (!row) throw new StratomeError('internal', `Stage ${stage} of run ${runId} was not planned.`);
  return row.planned_at as Date;
}

/** The execution providers that ran the tasks of a stage; empty where it has no model. */
export async function providersOf(db: DataSource, runId: string, stage: string): Promise<('cpu' | 'cuda')[]> {
  const rows = await db.query(
    'SELECT DISTINCT provider FROM task WHERE run = $1 AND stage = $2 AND provider IS NOT NULL ORDER BY provider',
    [runId, stage],
  );
  return rows.map((r: { provider: 'cpu' | 'cuda' }) => r.provider);
}

/** What every task of a stage read and what stands as its output: the material of the stage's two hashes. */
export async function stageHashes(
  db: DataSource,
  run: { id: string; dataset: string; revision: number },
  stage: string,
): Promise<{ inputHashes: string[]; outputs: { kind: string; key: string; hash: string }[] }> {
  const tasks = await db.query(
    `SELECT input_hash FROM task WHERE run = $1 AND stage = $2 ORDER BY key COLLATE "C"`,
    [run.id, stage],
  );
  const outputs = await db.query(
    `SELECT DISTINCT a.kind, a.key, a.hash FROM artifact a JOIN task made ON made.id = a.task
     JOIN task t ON t.run = $1 AND t.stage = $4 AND made.stage = $4 AND (made.id = t.id OR (t.reused AND made.input_hash = t.input_hash))
     WHERE a.dataset = $2 AND a.from_revision <= $3 AND (a.to_revision IS NULL OR a.to_revision > $3)`,
    [run.id, run.dataset, run.revision, stage],
  );
  return { inputHashes: tasks.map((t: { input_hash: string }) => t.input_hash), outputs };
}
