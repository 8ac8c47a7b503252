import { randomUUID } from 'node:crypto';
import { notFound, type ErrorKind } from '@stratome/core';
import type { DataSource } from 'typeorm';
import { Analysis, type AnalysisProgress } from './entities/analysis.js';

/** An analysis whose holder was silent this long is taken by another. */
export const analysisSilenceMs = 30_000;

export interface AnalysisRequest {
  readonly dataset: string;
  readonly revision: number;
  readonly name: string;
  readonly parameters: Record<string, unknown>;
  readonly requestHash: string;
}

/**
 * Asks for an analysis. One that was asked for before is given as it is, done or not; one that failed is queued again.
 */
export async function requestAnalysis(db: DataSource, request: AnalysisRequest): Promise<Analysis> {
  await db.query(
    `INSERT INTO analysis (id, dataset, revision, name, parameters, request_hash, state)
     VALUES ($1, $2, $3, $4, $5, $6, 'queued')
     ON CONFLICT (request_hash) DO UPDATE
       SET state = 'queued', progress = NULL, error = NULL, error_kind = NULL, finished_at = NULL
       WHERE analysis.state = 'failed'`,
    [
      randomUUID(),
      request.dataset,
      request.revision,
      request.name,
      JSON.stringify(request.parameters),
      request.requestHash,
    ],
  );
  return db.getRepository(Analysis).findOneByOrFail({ requestHash: request.requestHash });
}

/**
 * Takes the analysis that has waited longest, or one whose holder fell silent. Two that ask at once get two.
 *
 * @param id takes this one alone
 * @returns null when none waits
 */
export async function takeAnalysis(db: DataSource, id?: string): Promise<Analysis | null> {
  const rows = await db.query(
    `UPDATE analysis SET state = 'running', fence = fence + 1, heartbeat_at = now()
     WHERE id = (
       SELECT id FROM analysis
       WHERE ($1::uuid IS NULL OR id = $1)
         AND (state = 'queued' OR (state = 'running' AND heartbeat_at < now() - $2 * interval '1 millisecond'))
       ORDER BY requested_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING id`,
    [id ?? null, analysisSilenceMs],
  );
  const taken = (rows[0] as { id: string }[])[0];
  return taken ? db.getRepository(Analysis).findOneByOrFail({ id: taken.id }) : null;
}

interface Held {
  readonly id: string;
  readonly fence: number;
}

/** Says how far it has come, and that its holder lives. @returns false when another has taken it */
export async function reportAnalysis(
  db: DataSource,
  { id, fence }: Held,
  progress: AnalysisProgress,
): Promise<boolean> {
  const [, changed] = await db.query(
    `UPDATE analysis SET progress = $3, heartbeat_at = now() WHERE id = $1 AND fence = $2 AND state = 'running'`,
    [id, fence, JSON.stringify(progress)],
  );
  return changed === 1;
}

/** Keeps what an analysis found. @returns false when another has taken it, whose result counts */
export async function finishAnalysis(
  db: DataSource,
  { id, fence }: Held,
  found: { readonly summary: object; readonly resultTable: Uint8Array },
): Promise<boolean> {
  const [, changed] = await db.query(
    `UPDATE analysis SET state = 'done', summary = $3, result_table = $4, finished_at = now()
     WHERE id = $1 AND fence = $2 AND state = 'running'`,
    [id, fence, JSON.stringify(found.summary), Buffer.from(found.resultTable)],
  );
  return changed === 1;
}

/** Keeps why an analysis failed, in the sentence a person will read. */
export async function failAnalysis(
  db: DataSource,
  { id, fence }: Held,
  error: string,
  kind: ErrorKind,
): Promise<void> {
  await db.query(
    `UPDATE analysis SET state = 'failed', error = $3, error_kind = $4, finished_at = now()
     WHERE id = $1 AND fence = $2 AND state = 'running'`,
    [id, fence, error, kind],
  );
}

/** Puts an analysis back in the queue, when its holder has to stop. */
export async function releaseAnalysis(db: DataSource, { id, fence }: Held): Promise<void> {
  await db.query(
    `UPDATE analysis SET state = 'queued', progress = NULL WHERE id = $1 AND fence = $2 AND state = 'running'`,
    [id, fence],
  );
}

const isUuid = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

/** @throws StratomeError notFound */
export async function requireAnalysis(db: DataSource, id: string): Promise<Analysis> {
  const found = isUuid(id) ? await db.getRepository(Analysis).findOneBy({ id }) : null;
  if (found) return found;
  throw notFound(`There is no analysis "${id}".`, 'analyses lists those of a dataset.');
}

/** The table of an analysis that is done: an Arrow IPC stream. @throws StratomeError notFound where it is not done */
export async function analysisTable(db: DataSource, id: string): Promise<Buffer> {
  const [row] = isUuid(id) ? await db.query('SELECT result_table FROM analysis WHERE id = $1', [id]) : [];
  if (row?.result_table) return row.result_table as Buffer;
  throw notFound(`The analysis "${id}" has no result.`, 'Ask again when it is done.');
}

/** Analyses of a dataset, the latest first. */
export const listAnalyses = (db: DataSource, dataset: string, limit = 100): Promise<Analysis[]> =>
  db.getRepository(Analysis).find({ where: { dataset }, order: { requestedAt: 'DESC' }, take: limit });

/** Removes what is kept of a dataset's analyses. */
export async function removeAnalyses(db: DataSource, dataset: string): Promise<void> {
  await db.getRepository(Analysis).delete({ dataset });
}
