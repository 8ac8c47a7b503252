import type { Annotation, AnnotationContent, AnnotationKind } from '@stratome/annotations';
import { StratomeError } from '@stratome/core';
import type { DataSource, EntityManager } from 'typeorm';

type Statements = Pick<DataSource | EntityManager, 'query'>;

/** A row as PostgreSQL hands it out: bigint as text. */
type StoredAnnotation = Omit<Annotation, 'id'> & { readonly id: string };

const columns = `dataset, id, kind, target, payload, from_revision AS "fromRevision", to_revision AS "toRevision",
  author, note, created_at AS "createdAt", ended_by AS "endedBy", ended_at AS "endedAt"`;

const readRow = (row: StoredAnnotation): Annotation => ({ ...row, id: BigInt(row.id) }) as Annotation;

/** The annotations that hold at a revision, by id. */
export async function annotationsAt<K extends AnnotationKind = AnnotationKind>(
  db: Statements,
  dataset: string,
  revision: number,
  kind?: K,
): Promise<Annotation<Extract<AnnotationContent, { kind: K }>>[]> {
  const rows = (await db.query(
    `SELECT ${columns} FROM annotation
     WHERE dataset = $1 AND from_revision <= $2 AND (to_revision IS NULL OR to_revision > $2)
       AND ($3::text IS NULL OR kind = $3) ORDER BY id`,
    [dataset, revision, kind ?? null],
  )) as StoredAnnotation[];
  return rows.map(readRow) as Annotation<Extract<AnnotationContent, { kind: K }>>[];
}

/** Every time an annotation held, by revision; none when there is no such annotation. */
export async function annotationHistory(db: Statements, dataset: string, id: bigint): Promise<Annotation[]> {
  const rows = (await db.query(
    `SELECT ${columns} FROM annotation WHERE dataset = $1 AND id = $2 ORDER BY from_revision`,
    [dataset, String(id)],
  )) as StoredAnnotation[];
  return rows.map(readRow);
}

export interface NewAnnotation {
  readonly content: AnnotationContent;
  readonly author: string;
  readonly note?: string;
}

/**
 * Writes annotations that hold from `revision` on. The dataset's row must be locked by this transaction, since ids are
 * counted up in the dataset.
 *
 * @returns their ids, in order
 */
export async function insertAnnotations(
  tx: Statements,
  dataset: string,
  revision: number,
  added: readonly NewAnnotation[],
): Promise<bigint[]> {
  const [{ last }] = await tx.query(
    'SELECT coalesce(max(id), 0) AS last FROM annotation WHERE dataset = $1',
    [dataset],
  );
  const ids = added.map((_, n) => BigInt(last) + BigInt(n) + 1n);
  for (const [n, { content, author, note }] of added.entries()) {
    await tx.query(
      `INSERT INTO annotation (dataset, id, kind, target, payload, from_revision, author, note)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        dataset,
        String(ids[n]),
        content.kind,
        JSON.stringify(content.target),
        JSON.stringify(content.payload),
        revision,
        author,
        note ?? null,
      ],
    );
  }
  return ids;
}

/**
 * Ends an annotation with `revision`, the first in which it does not hold.
 *
 * @throws StratomeError internal when it does not hold before
 */
export async function endAnnotation(
  tx: Statements,
  dataset: string,
  id: bigint,
  revision: number,
  endedBy: string,
): Promise<void> {
  const [, changed] = await tx.query(
    `UPDATE annotation SET to_revision = $3, ended_by = $4, ended_at = now()
     WHERE dataset = $1 AND id = $2 AND to_revision IS NULL AND from_revision < $3`,
    [dataset, String(id), revision, endedBy],
  );
  if (changed === 1) return;
  throw new StratomeError(
    'internal',
    `Annotation ${id} of "${dataset}" does not hold before revision ${revision}.`,
  );
}

/**
 * Makes the annotations of revision `target` hold in `revision`, and no others: for a rollback, within its transaction.
 * What holds in both is left as it is; what held then and was ended gets a new row of the same id; what came later ends.
 */
export async function restoreAnnotations(
  tx: Statements,
  dataset: string,
  target: number,
  revision: number,
): Promise<void> {
  const heldThen = `from_revision <= $2 AND (to_revision IS NULL OR to_revision > $2)`;
  await tx.query(
    `UPDATE annotation AS held SET to_revision = $3, ended_by = 'rollback', ended_at = now()
     WHERE held.dataset = $1 AND held.to_revision IS NULL AND held.from_revision < $3
       AND NOT EXISTS (SELECT FROM annotation t WHERE t.dataset = $1 AND t.id = held.id AND t.${heldThen})`,
    [dataset, target, revision],
  );
  await tx.query(
    `INSERT INTO annotation (dataset, id, kind, target, payload, from_revision, author, note, created_at)
     SELECT dataset, id, kind, target, payload, $3, author, note, created_at FROM annotation t
     WHERE t.dataset = $1 AND ${heldThen}
       AND NOT EXISTS (SELECT FROM annotation n WHERE n.dataset = $1 AND n.id = t.id AND n.to_revision IS NULL)`,
    [dataset, target, revision],
  );
}

/** Undoes what was written for a revision that never became one. */
export async function abandonAnnotations(tx: Statements, dataset: string, revision: number): Promise<void> {
  await tx.query('DELETE FROM annotation WHERE dataset = $1 AND from_revision = $2', [dataset, revision]);
  await tx.query(
    `UPDATE annotation SET to_revision = NULL, ended_by = NULL, ended_at = NULL
     WHERE dataset = $1 AND to_revision = $2`,
    [dataset, revision],
  );
}
