import type { ServerResponse } from 'node:http';
import { Body, Controller, Get, Header, HttpCode, Post, Res, UseFilters, UseGuards } from '@nestjs/common';
import { TokenGuard } from './access.js';
import { arrowStream } from './arrow.js';
import { type AnswerOrigin, CustomQueryService } from './custom-query.service.js';
import { NeuprintErrorFilter } from './errors.js';
import { neuprintJson } from './values.js';

interface CustomRequest {
  readonly cypher?: unknown;
  readonly dataset?: unknown;
}

/** Which state of which data an answer is from, also where the body has no room to say so. */
function sayOrigin(response: ServerResponse, { dataset, revision, uncalibrated }: AnswerOrigin): void {
  response.setHeader('X-Stratome-Dataset', dataset);
  response.setHeader('X-Stratome-Revision', String(revision));
  response.setHeader('X-Stratome-Uncalibrated', String(uncalibrated));
}

/** Clients' own Cypher: `{"cypher", "dataset"}` in, a table out. */
@Controller('api/custom')
@UseGuards(TokenGuard)
@UseFilters(NeuprintErrorFilter)
export class CustomController {
  constructor(private readonly custom: CustomQueryService) {}

  @Post('custom')
  @HttpCode(200)
  @Header('Content-Type', 'application/json')
  async query(@Body() body: CustomRequest | undefined, @Res({ passthrough: true }) response: ServerResponse) {
    const { columns, rows, origin } = await this.custom.run(body?.cypher, body?.dataset);
    sayOrigin(response, origin);
    return neuprintJson({ columns: [...columns], data: rows, stratome: { ...origin } });
  }

  /** neuPrintHTTP takes a GET with a body as well. */
  @Get('custom')
  @Header('Content-Type', 'application/json')
  get(@Body() body: CustomRequest | undefined, @Res({ passthrough: true }) response: ServerResponse) {
    return this.query(body, response);
  }

  @Post('arrow')
  @HttpCode(200)
  async arrow(@Body() body: CustomRequest | undefined, @Res() response: ServerResponse): Promise<void> {
    const { columns, rows, origin } = await this.custom.run(body?.cypher, body?.dataset);
    sayOrigin(response, origin);
    response.setHeader('Content-Type', 'application/vnd.apache.arrow.stream');
    response.end(Buffer.from(arrowStream(columns, rows)));
  }
}
