import type { ServerResponse } from 'node:http';
import { Controller, Get, Inject, Param, Res, UseFilters } from '@nestjs/common';
import { analysisTable } from '@stratome/operations';
import type { DataSource } from 'typeorm';
import { databaseToken } from '../graphql/tokens.js';
import { NeuprintErrorFilter } from '../neuprint/index.js';

/** Tables of analyses, as Arrow IPC streams. */
@Controller('api/analyses')
@UseFilters(NeuprintErrorFilter)
export class AnalysisTablesController {
  constructor(@Inject(databaseToken) private readonly db: DataSource) {}

  @Get(':id/table')
  async table(@Param('id') id: string, @Res() response: ServerResponse): Promise<void> {
    const bytes = await analysisTable(this.db, id);
    response.writeHead(200, { 'Content-Type': 'application/vnd.apache.arrow.stream' }).end(bytes);
  }
}
