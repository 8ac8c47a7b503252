import type { Annotation, FlagContent } from '@stratome/annotations';
import { queries, type QueryRunner } from '@stratome/connectome';
import { annotationsAt } from '@stratome/operations';
import type { DataSource } from 'typeorm';

const flagRow = ({ id, target, payload, author, createdAt, fromRevision }: Annotation<FlagContent>) => ({
  flagId: String(id),
  reason: payload.reason,
  severity: payload.severity,
  layer: payload.layer,
  author,
  createdAt: createdAt.toISOString(),
  fromRevision: BigInt(fromRevision),
  diagnosisId: payload.diagnosisId,
  boxBegin: [...target.box.begin],
  boxEnd: [...target.box.end],
});

/**
 * Makes the graph hold the flags that hold at a revision, and no others. PostgreSQL's rows are the truth: a replay changes
 * nothing.
 *
 * @returns flags written and taken away
 */
export async function writeFlags(
  db: DataSource,
  runner: QueryRunner,
  dataset: string,
  revision: number,
): Promise<number> {
  const rows = (await annotationsAt(db, dataset, revision, 'qualityFlag')).map(flagRow);
  const flagIds = rows.map(({ flagId }) => flagId);
  const [{ deleted }] = await runner.run(queries.deleteOtherFlags, { dataset, flagIds });
  await runner.run(queries.upsertFlags, { dataset, rows });
  return rows.length + Number(deleted);
}
