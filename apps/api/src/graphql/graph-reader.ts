import { Inject, Injectable } from '@nestjs/common';
import { queries, type Graph, type Query } from '@stratome/connectome';
import { notFound } from '@stratome/core';
import { graphToken } from './tokens.js';

export type DatasetRecord = queries.DatasetsRow;

/** How long a reader of many chunks goes by the Head it saw. */
const recentMs = 1000;

/** Asks the graph, and says so when a dataset does not exist instead of answering with nothing. */
@Injectable()
export class GraphReader {
  private readonly seen = new Map<string, { at: number; record: Promise<DatasetRecord> }>();

  constructor(@Inject(graphToken) readonly graph: Graph) {}

  run<Params extends object, Row extends object>(query: Query<Params, Row>, params: Params): Promise<Row[]> {
    return this.graph.run(query, params);
  }

  datasets(): Promise<DatasetRecord[]> {
    return this.graph.run(queries.datasets, {});
  }

  /** @throws StratomeError notFound that lists the datasets there are */
  async dataset(name: string): Promise<DatasetRecord> {
    const all = await this.datasets();
    const found = all.find((row) => row.dataset === name);
    if (found) return found;
    const names = all.map((row) => row.dataset).join(', ') || 'none yet';
    throw notFound(`There is no dataset "${name}".`, `Datasets: ${names}.`);
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
