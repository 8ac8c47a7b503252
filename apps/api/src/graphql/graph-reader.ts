import { Inject, Injectable } from '@nestjs/common';
import { cellsUnderFlags, queries, type Graph, type Mask, type Query } from '@stratome/connectome';
import { requireHistory } from '@stratome/revisions';
import { badInput, conflict, notFound } from '@stratome/core';
import type { MaskAsked } from './arguments.js';
import { PastFlags } from './past-flags.js';
import { graphToken } from './tokens.js';

export type DatasetRecord = queries.DatasetsRow;

/** How long a reader of many chunks goes by the Head it saw. */
const recentMs = 1000;

/** How often a reader of the past begins again because Head moved. */
const mostAttempts = 5;

/** @throws StratomeError notFound that lists the datasets there are */
export async function datasetRecord(graph: Graph, name: string): Promise<DatasetRecord> {
  const all = await graph.run(queries.datasets, {});
  const found = all.find((row) => row.dataset === name);
  if (found) return found;
  const names = all.map((row) => row.dataset).join(', ') || 'none yet';
  throw notFound(`There is no dataset "${name}".`, `Datasets: ${names}.`);
}

/** Asks the graph, and says so when a dataset does not exist instead of answering with nothing. */
@Injectable()
export class GraphReader {
  private readonly seen = new Map<string, { at: number; record: Promise<DatasetRecord> }>();

  constructor(
    @Inject(graphToken) readonly graph: Graph,
    readonly pastFlags: PastFlags,
  ) {}

  run<Params extends object, Row extends object>(query: Query<Params, Row>, params: Params): Promise<Row[]> {
    return this.graph.run(query, params);
  }

  datasets(): Promise<DatasetRecord[]> {
    return this.graph.run(queries.datasets, {});
  }

  /** @throws StratomeError notFound that lists the datasets there are */
  dataset(name: string): Promise<DatasetRecord> {
    return datasetRecord(this.graph, name);
  }

  /** As `dataset`, at most a second old: thousands of chunks are not worth a statement each. */
  recentDataset(name: string): Promise<DatasetRecord> {
    const known = this.seen.get(name);
    if (known && performance.now() - known.at < recentMs) return known.record;
    const record = this.dataset(name);
    this.seen.set(name, { at: performance.now(), record });
    record.catch(() => this.seen.delete(name));
    return record;
  }

  /**
   * The revision that a request is pinned to; undefined for one that reads the head.
   *
   * @throws StratomeError notFound for a revision that does not exist or that history does not reach back to
   */
  async pinned(dataset: string, revision: number | null | undefined): Promise<number | undefined> {
    if (revision === null || revision === undefined) return undefined;
    await this.dataset(dataset);
    await requireHistory(this.graph, dataset, revision);
    return revision;
  }

  /**
   * What a query under a mask is given, of a pinned request by the flags that held then; undefined where nothing is left
   * out.
   *
   * @throws StratomeError badInput for a confidence beyond 0 to 1
   */
  async mask(
    dataset: string,
    { maskFlagged, minConfidence = null }: MaskAsked,
    pinned?: number,
  ): Promise<Mask | undefined> {
    if (minConfidence !== null && !(minConfidence >= 0 && minConfidence <= 1))
      throw badInput(`minConfidence is ${minConfidence}.`, 'Give 0 to 1.');
    if (minConfidence === null && !maskFlagged) return undefined;
    const maskedCells =
      pinned === undefined || !maskFlagged
        ? await cellsUnderFlags(this, dataset, maskFlagged)
        : await this.pastFlags.cellsUnder(dataset, pinned, maskFlagged);
    return { maskedCells, minConfidence };
  }

  /**
   * Rows at the head, or, by the query that reads head and past, at a revision. What a revision replaces passes from the
   * head into the past at one moment; a reader who saw Head's epoch change reads again.
   */
  async rowsAt<Params extends { readonly dataset: string }, Row extends object>(
    head: Query<Params, Row>,
    at: Query<Params & { readonly revision: bigint }, Row>,
    params: Params,
    revision: number | undefined,
  ): Promise<Row[]> {
    if (revision === undefined) return this.rowsOf(head, params);
    return this.steadily(params.dataset, () => this.graph.run(at, { ...params, revision: BigInt(revision) }));
  }

  /** Reads head and past until Head did not move meanwhile. @throws StratomeError conflict when it always does */
  async steadily<T>(dataset: string, read: () => Promise<T>): Promise<T> {
    const epoch = async () => (await this.graph.first(queries.head, { dataset }))?.epoch;
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      const before = await epoch();
      const answer = await read();
      if ((await epoch()) === before) return answer;
    }
    throw conflict(`"${dataset}" is being written without a pause.`, 'Try again in a moment.');
  }

  /** Rows of a query on a dataset; only when there are none is it asked whether the dataset exists. */
  async rowsOf<Params extends { readonly dataset: string }, Row extends object>(
    query: Query<Params, Row>,
    params: Params,
  ): Promise<Row[]> {
    const rows = await this.graph.run(query, params);
    if (rows.length === 0) await this.dataset(params.dataset);
    return rows;
  }
}
