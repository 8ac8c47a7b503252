import { badInput, notFound } from '@stratome/core';
import { Dataset, Run, runAtHead, StageRun, stageRunsOf } from '@stratome/operations';
import type { DataSource } from 'typeorm';

export interface RecordedRun {
  readonly run: Run;
  readonly dataset: Dataset;
  readonly stageRuns: readonly StageRun[];
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * A run by its id, by the id of one of its stage runs (then that one alone), or by the dataset whose head shows what it made.
 *
 * @throws StratomeError notFound when there is none, badInput when it left no record yet
 */
export async function findRun(db: DataSource, name: string): Promise<RecordedRun> {
  const stageRun = uuid.test(name) ? await db.getRepository(StageRun).findOneBy({ id: name }) : null;
  const runId = stageRun?.run ?? (uuid.test(name) ? name : undefined);
  const run = runId ? await db.getRepository(Run).findOneBy({ id: runId }) : await runAtHead(db, name);
  if (!run) {
    throw notFound(
      `There is no run, stage run or complete dataset "${name}".`,
      'npx stratome status lists what there is.',
    );
  }
  const dataset = await db.getRepository(Dataset).findOneByOrFail({ name: run.dataset });
  const stageRuns = stageRun ? [stageRun] : await stageRunsOf(db, run.id);
  if (stageRuns.length === 0) {
    throw badInput(`The run ${run.id} has completed no stage.`, 'Wait for it, or name another one.');
  }
  return { run, dataset, stageRuns };
}
