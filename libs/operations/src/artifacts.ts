import type { DataSource } from 'typeorm';

export interface ArtifactRow {
  readonly kind: string;
  readonly key: string;
  readonly hash: string;
  readonly bytes: number;
  readonly task: string;
}

/** The artefacts of a kind in some state of a dataset, by key; of these keys, or all. */
export type ArtifactsOf = (
  kind: string,
  keys?: readonly string[],
) => Promise<readonly Omit<ArtifactRow, 'task'>[]>;

/**
 * The artefacts of a kind as a reader of `revision` sees them, by key.
 *
 * @param keys only these; all when undefined
 */
export async function artifactsAt(
  db: DataSource,
  dataset: string,
  revision: number,
  kind: string,
  keys?: readonly string[],
): Promise<ArtifactRow[]> {
  const rows = await db.query(
    `SELECT kind, key, hash, bytes, task FROM artifact
     WHERE dataset = $1 AND kind = $2 AND from_revision <= $3 AND (to_revision IS NULL OR to_revision > $3)
       AND ($4::text[] IS NULL OR key = ANY($4)) ORDER BY key COLLATE "C"`,
    [dataset, kind, revision, keys ?? null],
  );
  return rows.map((r: ArtifactRow) => ({ ...r, bytes: Number(r.bytes) }));
}

/** Kinds whose name begins with `prefix`, as a reader of `revision` sees them. */
export async function kindsAt(
  db: DataSource,
  dataset: string,
  revision: number,
  prefix = '',
): Promise<string[]> {
  const rows = await db.query(
    `SELECT DISTINCT kind FROM artifact WHERE dataset = $1 AND from_revision <= $2
       AND (to_revision IS NULL OR to_revision > $2) AND starts_with(kind, $3) ORDER BY kind`,
    [dataset, revision, prefix],
  );
  return rows.map((r: { kind: string }) => r.kind);
}

/** What the tasks of a stage wrote of what a reader of `revision` sees. */
export async function artifactsOfStage(
  db: DataSource,
  dataset: string,
  revision: number,
  stage: string,
): Promise<ArtifactRow[]> {
  const rows = await db.query(
    `SELECT a.kind, a.key, a.hash, a.bytes, a.task FROM artifact a JOIN task t ON t.id = a.task
     WHERE a.dataset = $1 AND t.stage = $2 AND a.from_revision <= $3
       AND (a.to_revision IS NULL OR a.to_revision > $3)`,
    [dataset, stage, revision],
  );
  return rows.map((r: ArtifactRow) => ({ ...r, bytes: Number(r.bytes) }));
}

export interface TaskLineage {
  readonly task: string;
  /** The run that executed it, which may be an earlier one. */
  readonly run: string;
  /** As planned; a TaskPlan of @stratome/pipeline. */
  readonly plan: unknown;
  readonly stage: string;
  readonly key: string;
  readonly inputHash: string;
  readonly outputs: ArtifactRow[];
  readonly inputs: { kind: string; key: string; hash: string; role: 'pixels' | 'parameters' }[];
}

/** What each task behind the artefacts of `stage` at a revision read and wrote. */
export async function stageLineage(
  db: DataSource,
  dataset: string,
  revision: number,
  stage: string,
): Promise<TaskLineage[]> {
  const rows = await db.query(
    `SELECT t.id AS task, t.run, t.plan, t.stage, t.key, t.input_hash AS "inputHash",
       json_agg(json_build_object('kind', a.kind, 'key', a.key, 'hash', a.hash, 'bytes', a.bytes, 'task', a.task) ORDER BY a.id) AS outputs,
       (SELECT coalesce(json_agg(json_build_object('kind', i.kind, 'key', i.key, 'hash', i.hash, 'role', i.role) ORDER BY i.id), '[]')
          FROM task_input i WHERE i.task = t.id) AS inputs
     FROM task t JOIN artifact a ON a.task = t.id
     WHERE t.dataset = $1 AND t.stage = $3 AND a.from_revision <= $2 AND (a.to_revision IS NULL OR a.to_revision > $2)
     GROUP BY t.id ORDER BY t.key COLLATE "C"`,
    [dataset, revision, stage],
  );
  return rows as TaskLineage[];
}
