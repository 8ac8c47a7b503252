import { Inject, Injectable } from '@nestjs/common';
import { queries, type Graph, type Query } from '@stratome/connectome';
import { notFound } from '@stratome/core';
import { graphToken } from './tokens.js';

export type DatasetRecord = queries.DatasetsRow;

/** Asks the graph, and says so when a dataset does not exist instead of answering with nothing. */
@Injectable()
export class GraphReader {
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
