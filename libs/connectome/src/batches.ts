import { badInput, type Vec3 } from '@stratome/core';
import type { Query } from './cypherTypes.js';
import type { Graph, QueryRunner } from './graph.js';
import type { ArtifactRef } from './rows.js';

/** Where rows go: one revision of one dataset. */
export interface Target {
  readonly graph: Graph;
  /** The transaction that everything is written in; without it, each batch is one of its own. */
  readonly within?: QueryRunner;
  readonly dataset: string;
  readonly revision: bigint;
}

/** What reads and writes go through. */
export const runnerOf = ({ graph, within }: Target): QueryRunner => within ?? graph;

/** Rows of one transaction: large enough to spare round trips, small enough for the server's heap. */
const batchRows = 2000;

type Rows<T> = Iterable<T> | AsyncIterable<T>;

async function* inBatches<T>(rows: Rows<T>): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const row of rows) {
    batch.push(row);
    if (batch.length < batchRows) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/**
 * Hands rows to `write` in batches, each in one transaction, which may be repeated, or all within the target's;
 * `after` sees each row once, when its batch is written.
 *
 * @returns how many rows there were
 */
export async function writeBatches<T>(
  { graph, within }: Target,
  rows: Rows<T>,
  write: (runner: QueryRunner, batch: readonly T[]) => Promise<void>,
  after: (row: T) => void = () => {},
): Promise<number> {
  let count = 0;
  for await (const batch of inBatches(rows)) {
    await (within ? write(within, batch) : graph.write((runner) => write(runner, batch)));
    batch.forEach(after);
    count += batch.length;
  }
  return count;
}

interface RowsParam {
  readonly rows: readonly unknown[];
}

/**
 * Runs one write query over `rows` and checks that it wrote every one of them: MATCH drops a row that refers to
 * something the graph lacks without a word.
 *
 * @param name how a row is called in the refusal
 */
export async function writeAll<Params extends RowsParam>(
  runner: QueryRunner,
  query: Query<Params, { readonly written: bigint }>,
  params: Params,
  name: (row: Params['rows'][number]) => string,
): Promise<void> {
  if (params.rows.length === 0) return;
  const [{ written }] = await runner.run(query, params);
  if (written === BigInt(params.rows.length)) return;
  const missing = await firstUnwritten(runner, query, params);
  throw badInput(
    `${name(missing)} names something that is not in the graph (${query.name}).`,
    'Load what a row refers to before it, or in the same call.',
  );
}

/** Bisects for a row that the query drops; the transaction is rolled back after it anyway. */
async function firstUnwritten<Params extends RowsParam>(
  runner: QueryRunner,
  query: Query<Params, { readonly written: bigint }>,
  params: Params,
): Promise<Params['rows'][number]> {
  let rows: readonly unknown[] = params.rows;
  while (rows.length > 1) {
    const half = rows.slice(0, rows.length >> 1);
    const [{ written }] = await runner.run(query, { ...params, rows: half });
    rows = written < BigInt(half.length) ? half : rows.slice(half.length);
  }
  return rows[0];
}

export const nameArtifact = ({ kind, key }: ArtifactRef): string => `The artefact ${kind} ${key}`;

/** A triple as a mutable list, for a query's parameter. */
export const triple = (v: Vec3): number[] => [v[0], v[1], v[2]];
