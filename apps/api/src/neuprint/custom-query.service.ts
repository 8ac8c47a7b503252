import { Injectable } from '@nestjs/common';
import { queries, readRows } from '@stratome/connectome';
import { badInput, conflict, isStratomeError } from '@stratome/core';
import { GraphReader } from '../graphql/graph-reader.js';
import { datasetQuery } from './dataset-query.js';
import { neuprintValue, type NeuprintValue } from './values.js';

/** How much one custom query may take; it is refused beyond, never cut short. */
export interface CustomQueryLimits {
  readonly timeoutMs: number;
  readonly maxRows: number;
  /** Roughly, in the memory of the API. */
  readonly maxBytes: number;
}

export const customQueryLimits: CustomQueryLimits = {
  timeoutMs: 60_000,
  maxRows: 500_000,
  maxBytes: 2 ** 27,
};

/** What readers of an answer should know of it; neuPrint's clients pass it over. */
export interface AnswerOrigin {
  readonly dataset: string;
  readonly revision: bigint;
  readonly epoch: bigint;
  /** The synapse model was not checked against truth on tissue like this. */
  readonly uncalibrated: boolean;
}

export interface CustomAnswer {
  readonly columns: readonly string[];
  readonly rows: NeuprintValue[][];
  readonly origin: AnswerOrigin;
}

/** How often an answer that a new revision overtook is asked for again. */
const attempts = 3;

/** A full-text index knows no datasets, so searching one is not for here. */
const procedures = ['db.labels', 'db.propertyKeys', 'db.relationshipTypes'];

function sizeOf(value: NeuprintValue): number {
  if (typeof value === 'string') return 16 + 2 * value.length;
  if (value === null || typeof value !== 'object') return 16;
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + sizeOf(item), 32);
  return Object.entries(value).reduce((sum, [key, field]) => sum + key.length + sizeOf(field), 64);
}

const timedOut = (error: unknown): boolean =>
  isStratomeError(error) && /longer than it may/.test(error.message);

/** Runs neuPrint clients' Cypher on one dataset, within limits. */
@Injectable()
export class CustomQueryService {
  constructor(private readonly reader: GraphReader) {}

  /**
   * @param named the dataset's name, or name:tag; the only dataset there is when left out
   * @throws StratomeError notFound for an unknown dataset, badInput for a query that is malformed, writes or is too big
   */
  async run(cypher: unknown, named: unknown, limits = customQueryLimits): Promise<CustomAnswer> {
    if (typeof cypher !== 'string')
      throw badInput('The request has no "cypher".', 'Send {"cypher", "dataset"}.');
    const dataset = await this.datasetNamed(named);
    const { text, timeboxMs = Infinity } = datasetQuery(cypher, dataset);
    for (let attempt = 1; ; attempt++) {
      const before = await this.reader.dataset(dataset);
      const answer = await this.read(text, timeboxMs, limits);
      const after = await this.reader.graph.first(queries.head, { dataset });
      if (after?.epoch === before.epoch) {
        const { revision, epoch, uncalibrated } = before;
        return { ...answer, origin: { dataset, revision, epoch, uncalibrated } };
      }
      if (attempt === attempts)
        throw conflict(`"${dataset}" changed while the query was answered.`, 'Ask again.');
    }
  }

  /** The dataset that a client means: `name` or `name:tag`, as neuPrint writes them. */
  async datasetNamed(named: unknown): Promise<string> {
    if (named === undefined || named === null || named === '') {
      const all = await this.reader.datasets();
      if (all.length === 1) return all[0].dataset;
      throw badInput(
        'The request names no dataset.',
        `Datasets: ${all.map((row) => row.dataset).join(', ') || 'none yet'}.`,
      );
    }
    const [name] = String(named).split(':', 1);
    return (await this.reader.dataset(name)).dataset;
  }

  private async read(
    cypher: string,
    timeboxMs: number,
    { timeoutMs, maxRows, maxBytes }: CustomQueryLimits,
  ): Promise<Pick<CustomAnswer, 'columns' | 'rows'>> {
    const rows: NeuprintValue[][] = [];
    let bytes = 0;
    const request = { cypher, timeoutMs: Math.min(timeoutMs, timeboxMs), procedures };
    try {
      const columns = await readRows(this.reader.graph, request, (row) => {
        const values = row.map(neuprintValue);
        rows.push(values);
        bytes += sizeOf(values);
        if (rows.length <= maxRows && bytes <= maxBytes) return;
        const most = rows.length > maxRows ? `${maxRows} rows` : `${maxBytes >> 20} MiB`;
        throw badInput(`The answer has more than ${most}.`, 'Ask for it in parts, with LIMIT.');
      });
      return { columns, rows };
    } catch (error) {
      if (!timedOut(error)) throw error;
      // A box of time that runs out answers with nothing, as the procedure does; its columns are those asked for.
      if (timeboxMs <= timeoutMs) return { columns: await this.columnsOf(cypher), rows: [] };
      throw badInput(
        `The query took longer than ${timeoutMs / 1000} s (timeout).`,
        'Bound its paths, or ask for less at a time.',
      );
    }
  }

  private columnsOf(cypher: string): Promise<string[]> {
    return readRows(
      this.reader.graph,
      { cypher: `EXPLAIN ${cypher}`, timeoutMs: 10_000, procedures },
      () => {},
    );
  }
}
