import type { IncomingMessage, ServerResponse } from 'node:http';
import { Controller, Get, Param, Req, Res, UseFilters } from '@nestjs/common';
import { flagMaskParameters, queries, queryParameters, type Query } from '@stratome/connectome';
import { badInput, notFound } from '@stratome/core';
import { GraphReader } from '../graphql/graph-reader.js';
import { arrowStream, NeuprintErrorFilter, type NeuprintValue } from '../neuprint/index.js';

type AnyQuery = Query<Record<string, unknown>, Record<string, NeuprintValue>>;

/** Rows that one answer may have; what is larger is exported. */
const mostRows = 500_000;

const readable = (queries.allQueries as unknown as readonly AnyQuery[]).filter(({ mode }) => mode === 'read');

/** Answers of the queries in cypher/queries as Arrow IPC streams; parameters stand in the address. */
@Controller('api/queries')
@UseFilters(NeuprintErrorFilter)
export class QueryTablesController {
  constructor(private readonly reader: GraphReader) {}

  @Get(':name/table')
  async table(
    @Param('name') name: string,
    @Req() request: IncomingMessage,
    @Res() response: ServerResponse,
  ): Promise<void> {
    const query = readable.find((candidate) => candidate.name === name);
    if (!query) throw notFound(`There is no query "${name}".`, 'cypher/README.md lists them.');
    const given = new Map(new URL(request.url ?? '', 'http://here').searchParams);
    const maskFlagged = given.get('maskFlagged');
    given.delete('maskFlagged');
    const asked = queryParameters(query, given);
    const params =
      maskFlagged === undefined ? asked : await flagMaskParameters(this.reader, query, asked, maskFlagged);
    const { revision } = typeof params.dataset === 'string' ? await this.reader.dataset(params.dataset) : {};
    const rows = await this.reader.run(query, params);
    if (rows.length > mostRows)
      throw badInput(`The answer has ${rows.length} rows; ${mostRows} are allowed.`, 'Lower limit.');
    const columns = Object.keys(query.returns);
    if (revision !== undefined) response.setHeader('X-Stratome-Revision', String(revision));
    response.setHeader('Content-Type', 'application/vnd.apache.arrow.stream');
    const cells = rows.map((row) => columns.map((column) => row[column]));
    response.end(Buffer.from(arrowStream(columns, cells)));
  }
}
