import { badInput, crashPoint, notFound, StratomeError } from '@stratome/core';
import type { DataSource, EntityManager } from 'typeorm';
import { Revision, type RevisionKind } from './entities/revision.js';
import { dropRows } from './governed-rows.js';

/** A revision that is to follow the head, before anything of it was written. */
export interface IntendedRevision {
  readonly dataset: string;
  readonly revision: number;
  readonly id: string;
  readonly parent: number;
  readonly kind: RevisionKind;
  readonly run: string | null;
  readonly restores: number | null;
  readonly author: string;
  readonly note: string | null;
}

/** Writes the row of a revision that is to be; its id decides whether it is the same one again. */
export async function intend(tx: EntityManager, given: IntendedRevision): Promise<void> {
  const [there] = await tx.query('SELECT id FROM revision WHERE dataset = $1 AND revision = $2', [
    given.dataset,
    given.revision,
  ]);
  if (there?.id === given.id) return;
  if (there) {
    throw new StratomeError(
      'conflict',
      `Revision ${given.revision} of "${given.dataset}" was begun and came to no end.`,
      `npx stratome revisions ${given.dataset} completes or drops it.`,
    );
  }
  await tx.getRepository(Revision).insert({ ...given, state: 'intended', committedAt: null });
}

/** The revision after the head that was begun and is neither committed nor dropped. */
export const intendedRevision = (db: DataSource | EntityManager, dataset: string): Promise<Revision | null> =>
  db.getRepository(Revision).findOneBy({ dataset, state: 'intended' });

/** Marks a revision as what readers see, once Neo4j's Head shows it. A replay changes nothing. */
export async function completeRevision(db: DataSource, dataset: string, revision: number): Promise<void> {
  crashPoint('completion.before');
  await db.transaction((tx) => markCommitted(tx, dataset, revision));
  crashPoint('completion.after');
}

export async function markCommitted(tx: EntityManager, dataset: string, revision: number): Promise<void> {
  await tx.query(
    `UPDATE revision SET state = 'committed', committed_at = coalesce(committed_at, now())
     WHERE dataset = $1 AND revision = $2`,
    [dataset, revision],
  );
  await tx.query('UPDATE dataset SET head_revision = greatest(head_revision, $2) WHERE name = $1', [
    dataset,
    revision,
  ]);
}

/**
 * Gives a run that was interrupted the next number but one, so that an edit can take its own: what the run made stays
 * and is taken up again.
 */
export const moveOnLeftRun = (tx: EntityManager, dataset: string, revision: number): Promise<void> =>
  renumberRun(tx, dataset, revision, revision + 1);

/** Renumbers the revision that an interrupted run is to make. Its last stage, which names it, is planned anew. */
async function renumberRun(tx: EntityManager, dataset: string, from: number, to: number): Promise<void> {
  const [left] = await tx.query(
    `SELECT r.id FROM run r JOIN dataset d ON d.name = r.dataset
     WHERE r.dataset = $1 AND r.revision = $2 AND r.revision > d.head_revision`,
    [dataset, from],
  );
  if (!left) return;
  const move = [dataset, from, to];
  await tx.query('UPDATE artifact SET from_revision = $3 WHERE dataset = $1 AND from_revision = $2', move);
  await tx.query('UPDATE artifact SET to_revision = $3 WHERE dataset = $1 AND to_revision = $2', move);
  await tx.query('UPDATE run SET revision = $3 WHERE dataset = $1 AND revision = $2', move);
  await tx.query('UPDATE stage_run SET revision = $2 WHERE run = $1', [left.id, to]);
  await tx.query(`DELETE FROM task WHERE run = $1 AND stage = 'graph'`, [left.id]);
  await tx.query(`DELETE FROM run_stage WHERE run = $1 AND stage = 'graph'`, [left.id]);
  // Whoever takes the run up again intends its revision anew.
  await tx.query('DELETE FROM revision WHERE id = $1', [left.id]);
}

/** Takes out a run that never became a revision, and all it made. */
export async function dropLeftRun(tx: EntityManager, dataset: string, revision: number): Promise<void> {
  await dropRows(tx, dataset, revision);
  await tx.query('DELETE FROM run WHERE dataset = $1 AND revision = $2', [dataset, revision]);
}

/** Takes out all that was written for a revision that nobody was shown. A replay changes nothing. */
export async function dropIntent(db: DataSource, dataset: string, revision: number): Promise<void> {
  crashPoint('dropIntent.before');
  await db.transaction(async (tx) => {
    await dropRows(tx, dataset, revision);
    await tx.query(`DELETE FROM revision WHERE dataset = $1 AND revision = $2 AND state = 'intended'`, [
      dataset,
      revision,
    ]);
    await renumberRun(tx, dataset, revision + 1, revision);
  });
  crashPoint('dropIntent.after');
}

/** The revisions of a dataset that readers were shown, the latest first. */
export const listRevisions = (db: DataSource, dataset: string): Promise<Revision[]> =>
  db.getRepository(Revision).find({ where: { dataset, state: 'committed' }, order: { revision: 'DESC' } });

/** @throws StratomeError badInput or notFound, which says how far the revisions go */
export async function requireRevision(db: DataSource, dataset: string, revision: number): Promise<Revision> {
  if (!Number.isInteger(revision) || revision < 1)
    throw badInput(`${revision} is not a revision.`, 'Revisions are numbered from 1.');
  const found = await db.getRepository(Revision).findOneBy({ dataset, revision, state: 'committed' });
  if (found) return found;
  const [latest] = await listRevisions(db, dataset);
  throw notFound(
    `The dataset "${dataset}" has no revision ${revision}.`,
    latest ? `Its latest is ${latest.revision}.` : 'It has none yet.',
  );
}

export interface ArtifactChange {
  readonly kind: string;
  readonly gained: number;
  readonly lost: number;
  readonly changed: number;
}

/** How many artefacts of each kind differ between two revisions, the earlier first. */
export async function artifactChanges(
  db: DataSource,
  dataset: string,
  earlier: number,
  later: number,
): Promise<ArtifactChange[]> {
  return db.query(
    `WITH before AS (SELECT kind, key, hash FROM artifact WHERE dataset = $1 AND from_revision <= $2
                       AND to_revision > $2 AND to_revision <= $3),
          after AS (SELECT kind, key, hash FROM artifact WHERE dataset = $1 AND from_revision > $2
                      AND from_revision <= $3 AND (to_revision IS NULL OR to_revision > $3))
     SELECT kind, count(*) FILTER (WHERE b.hash IS NULL)::int AS gained,
            count(*) FILTER (WHERE a.hash IS NULL)::int AS lost,
            count(*) FILTER (WHERE a.hash <> b.hash)::int AS changed
     FROM before b FULL JOIN after a USING (kind, key)
     WHERE a.hash IS DISTINCT FROM b.hash GROUP BY kind ORDER BY kind`,
    [dataset, earlier, later],
  );
}

/** Keys of one kind that differ between two revisions, with both contents. */
export async function changedArtifacts(
  db: DataSource,
  dataset: string,
  kind: string,
  earlier: number,
  later: number,
): Promise<{ key: string; before: string | null; after: string | null }[]> {
  return db.query(
    `WITH before AS (SELECT key, hash FROM artifact WHERE dataset = $1 AND kind = $4 AND from_revision <= $2
                       AND to_revision > $2 AND to_revision <= $3),
          after AS (SELECT key, hash FROM artifact WHERE dataset = $1 AND kind = $4 AND from_revision > $2
                      AND from_revision <= $3 AND (to_revision IS NULL OR to_revision > $3))
     SELECT key, b.hash AS before, a.hash AS after FROM before b FULL JOIN after a USING (key)
     WHERE a.hash IS DISTINCT FROM b.hash ORDER BY key COLLATE "C"`,
    [dataset, earlier, later, kind],
  );
}
