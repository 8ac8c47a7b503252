import type { EntityManager } from 'typeorm';
import { abandonAnnotations, restoreAnnotations } from './annotations.js';

/*
 * Rows that hold from one revision (`from_revision`) up to, without, another (`to_revision`): artefacts and
 * annotations. A table of such rows that is not treated here would keep what a rollback takes back.
 */

/**
 * Takes out what was written for a revision that nobody was shown: rows that begin with it are deleted, rows that end
 * with it go on. A replay changes nothing.
 */
export async function dropRows(tx: EntityManager, dataset: string, revision: number): Promise<void> {
  const of = [dataset, revision];
  await tx.query('DELETE FROM artifact WHERE dataset = $1 AND from_revision = $2', of);
  await tx.query('UPDATE artifact SET to_revision = NULL WHERE dataset = $1 AND to_revision = $2', of);
  await abandonAnnotations(tx, dataset, revision);
}

/**
 * Makes `revision`, the one after `head`, read what `restored` reads: rows that differ end, and those of `restored`
 * are written again from `revision` on. The work is in proportion to what changed between the two.
 */
export async function restoreRows(
  tx: EntityManager,
  dataset: string,
  restored: number,
  head: number,
  revision: number,
): Promise<void> {
  await restoreArtifacts(tx, dataset, restored, head, revision);
  await restoreAnnotations(tx, dataset, restored, revision);
}

/** What held at the restored revision ($2) and ended before the head ($3). */
const ended = 'dataset = $1 AND from_revision <= $2 AND to_revision > $2 AND to_revision <= $3';

/** What holds at the head and came after the restored revision. */
const later = 'dataset = $1 AND from_revision > $2 AND from_revision <= $3 AND to_revision IS NULL';

const same = 'now.kind = old.kind AND now.key = old.key AND now.hash = old.hash AND now.task = old.task';

async function restoreArtifacts(
  tx: EntityManager,
  dataset: string,
  restored: number,
  head: number,
  revision: number,
): Promise<void> {
  const asked = [dataset, restored, head, revision];
  await tx.query(
    `WITH old AS (SELECT * FROM artifact WHERE ${ended}), now AS (SELECT * FROM artifact WHERE ${later})
     INSERT INTO artifact (dataset, kind, key, hash, bytes, task, input_hash, from_revision)
     SELECT dataset, kind, key, hash, bytes, task, input_hash, $4 FROM old
     WHERE NOT EXISTS (SELECT FROM now WHERE ${same})`,
    asked,
  );
  await tx.query(
    `WITH old AS (SELECT * FROM artifact WHERE ${ended})
     UPDATE artifact now SET to_revision = $4 WHERE ${later} AND NOT EXISTS (SELECT FROM old WHERE ${same})`,
    asked,
  );
}
