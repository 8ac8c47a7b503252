import type { ServerResponse } from 'node:http';
import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import type { Graph } from '@stratome/connectome';
import { badInput, httpStatuses, isStratomeError, notFound } from '@stratome/core';
import { qualityReport, reportHtml, reportMarkdown } from '@stratome/diagnostics';
import { graphToken } from '../graphql/tokens.js';
import { reportContent } from './report-content.js';

const address = /^([A-Za-z]\w*)\.(html|md)$/;

/**
 * Reports of spatial quality: `/reports/{dataset}.html` or `.md` with `?diagnosis=ID`; the figures of the latter are at
 * `/reports/{dataset}/figures/{name}.svg` with the same question.
 */
@Controller('reports')
export class ReportsController {
  constructor(@Inject(graphToken) private readonly graph: Graph) {}

  @Get(':file')
  report(
    @Param('file') file: string,
    @Query('diagnosis') diagnosisId: string | undefined,
    @Res() response: ServerResponse,
  ): Promise<void> {
    return this.answer(response, async () => {
      const [, dataset, format] = address.exec(file) ?? [];
      if (!dataset) throw badInput(`${file} is no report.`, 'Write /reports/{dataset}.html?diagnosis=ID.');
      const blocks = await this.blocks(dataset, diagnosisId);
      if (format === 'html') return { type: 'text/html; charset=utf-8', body: reportHtml(blocks) };
      const asked = `?diagnosis=${encodeURIComponent(diagnosisId!)}`;
      const { markdown } = reportMarkdown(blocks, (name) => `${dataset}/figures/${name}.svg${asked}`);
      return { type: 'text/markdown; charset=utf-8', body: markdown };
    });
  }

  @Get(':dataset/figures/:name')
  figure(
    @Param('dataset') dataset: string,
    @Param('name') name: string,
    @Query('diagnosis') diagnosisId: string | undefined,
    @Res() response: ServerResponse,
  ): Promise<void> {
    return this.answer(response, async () => {
      const blocks = await this.blocks(dataset, diagnosisId);
      const found = blocks.find((block) => block.kind === 'figure' && `${block.name}.svg` === name);
      if (found?.kind === 'figure') return { type: 'image/svg+xml; charset=utf-8', body: found.svg };
      throw notFound(`The report has no figure "${name}".`);
    });
  }

  private async blocks(dataset: string, diagnosisId: string | undefined) {
    if (diagnosisId) return qualityReport(await reportContent(this.graph, dataset, diagnosisId));
    throw badInput('No diagnosis is named.', 'Add ?diagnosis=ID; the mutation diagnose says the id.');
  }

  private async answer(
    response: ServerResponse,
    work: () => Promise<{ readonly type: string; readonly body: string }>,
  ): Promise<void> {
    try {
      const { type, body } = await work();
      response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-cache' }).end(body);
    } catch (error) {
      if (!isStratomeError(error) || error.kind === 'internal') throw error;
      const headers = { 'Content-Type': 'application/json' };
      response.writeHead(httpStatuses[error.kind], headers).end(JSON.stringify({ error: error.sentence }));
    }
  }
}
