import type { DataSource } from 'typeorm';

export interface NamedResult {
  readonly kind: string;
  readonly key: string;
  readonly hash: string;
}

export interface TaskName {
  readonly stage: string;
  readonly task: string;
  readonly run: string;
}

/** What lies next to a stored result in the lineage. Lists hold the first few, in order; counts are of all. */
export interface Surroundings {
  /** The task that wrote it. */
  readonly madeBy: TaskName | null;
  readonly madeFrom: readonly (NamedResult & { readonly role: 'pixels' | 'parameters' })[];
  readonly madeFromCount: number;
  /** The tasks that read it. */
  readonly readBy: readonly TaskName[];
  readonly readByCount: number;
}

/** What a stored result was made from and what was made from it, by the rows of tasks, of all revisions. */
export async function surroundingsOf(
  db: DataSource,
  dataset: string,
  { kind, key, hash }: NamedResult,
  listed = 5,
): Promise<Surroundings> {
  const [maker] = await db.query(
    `SELECT t.id, t.stage, t.key AS task, t.run FROM artifact a JOIN task t ON t.id = a.task
     WHERE a.dataset = $1 AND a.kind = $2 AND a.key = $3 AND a.hash = $4 ORDER BY a.from_revision DESC LIMIT 1`,
    [dataset, kind, key, hash],
  );
  const above = maker
    ? await db.query(
        `SELECT kind, key, hash, role, count(*) OVER ()::int AS total FROM task_input
         WHERE task = $1 ORDER BY role, kind, key COLLATE "C" LIMIT $2`,
        [maker.id, listed],
      )
    : [];
  const below = await db.query(
    `SELECT t.stage, t.key AS task, t.run, count(*) OVER ()::int AS total
     FROM task_input i JOIN task t ON t.id = i.task
     WHERE i.hash = $4 AND i.kind = $2 AND i.key = $3 AND t.dataset = $1
     ORDER BY t.stage, t.key COLLATE "C", t.run LIMIT $5`,
    [dataset, kind, key, hash, listed],
  );
  return {
    madeBy: maker ? { stage: maker.stage, task: maker.task, run: maker.run } : null,
    madeFrom: above.map(({ kind, key, hash, role }: Surroundings['madeFrom'][number]) => ({
      kind,
      key,
      hash,
      role,
    })),
    madeFromCount: above[0]?.total ?? 0,
    readBy: below.map(({ stage, task, run }: TaskName) => ({ stage, task, run })),
    readByCount: below[0]?.total ?? 0,
  };
}

/** An object and all results of a dataset that it is the content of. */
export interface ResultsOfContent {
  readonly hash: string;
  readonly results: readonly { readonly kind: string; readonly key: string }[];
}

const pageContents = 500;

/**
 * Every object that a result of any revision names, once, in order of hash. Chunks of nothing but fill value have no
 * object.
 */
export async function* contentsOf(db: DataSource, dataset: string): AsyncGenerator<ResultsOfContent> {
  for (let after = ''; ; ) {
    const page: ResultsOfContent[] = await db.query(
      `SELECT hash, json_agg(DISTINCT jsonb_build_object('kind', kind, 'key', key)) AS results FROM artifact
       WHERE dataset = $1 AND bytes > 0 AND hash > $2 GROUP BY hash ORDER BY hash LIMIT $3`,
      [dataset, after, pageContents],
    );
    yield* page;
    if (page.length < pageContents) return;
    after = page[page.length - 1].hash;
  }
}

export async function countContents(db: DataSource, dataset: string): Promise<number> {
  const [{ count }] = await db.query(
    'SELECT count(DISTINCT hash)::int AS count FROM artifact WHERE dataset = $1 AND bytes > 0',
    [dataset],
  );
  return count as number;
}
