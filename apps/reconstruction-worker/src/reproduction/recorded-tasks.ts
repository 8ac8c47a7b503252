import { artifactsOfTask, type Run, type Task, type WrittenArtifact } from '@stratome/operations';
import type { DataSource } from 'typeorm';

/** A task that was done, with what it made. */
export interface RecordedTask extends Pick<Task, 'id' | 'stage' | 'key' | 'plan'> {
  readonly inputHash: string;
  /** Its rows, or those of the earlier task whose result it took. */
  readonly artifacts: readonly WrittenArtifact[];
}

const pageTasks = 200;

/** Places of `wanted` tasks among `total`, evenly spread, the first included. */
export function spread(wanted: number, total: number): number[] {
  const count = Math.min(wanted, total);
  return Array.from({ length: count }, (_, n) => Math.floor((n * total) / count));
}

export async function countTasks(db: DataSource, run: Run, stage: string): Promise<number> {
  const [{ count }] = await db.query(
    `SELECT count(*)::int AS count FROM task WHERE run = $1 AND stage = $2 AND state = 'done'`,
    [run.id, stage],
  );
  return count as number;
}

/** The tasks at some places of a stage's tasks in the order of their keys, a page at a time. */
export async function* recordedTasks(
  db: DataSource,
  run: Run,
  stage: string,
  places: readonly number[],
): AsyncGenerator<RecordedTask> {
  for (let at = 0; at < places.length; at += pageTasks) {
    const rows: (Omit<RecordedTask, 'artifacts'> & { reused: boolean })[] = await db.query(
      `SELECT id, stage, key, plan, input_hash AS "inputHash", reused
       FROM (SELECT *, row_number() OVER (ORDER BY key COLLATE "C") - 1 AS place
             FROM task WHERE run = $1 AND stage = $2 AND state = 'done') AS numbered
       WHERE place = ANY($3::bigint[]) ORDER BY place`,
      [run.id, stage, places.slice(at, at + pageTasks)],
    );
    for (const { reused, ...task } of rows) {
      const maker = reused ? await makerOf(db, run, stage, task.inputHash) : task.id;
      yield { ...task, artifacts: maker ? await artifactsOfTask(db, maker) : [] };
    }
  }
}

async function makerOf(
  db: DataSource,
  run: Run,
  stage: string,
  inputHash: string,
): Promise<string | undefined> {
  const [maker] = await db.query(
    `SELECT id FROM task t WHERE dataset = $1 AND stage = $2 AND input_hash = $3 AND state = 'done' AND NOT reused
       AND EXISTS (SELECT 1 FROM artifact a WHERE a.task = t.id)
     ORDER BY finished_at DESC LIMIT 1`,
    [run.dataset, stage, inputHash],
  );
  return maker?.id as string | undefined;
}
