import { Inject } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import type { Graph } from '@stratome/connectome';
import { qualityReport, reportHtml, reportMarkdown } from '@stratome/diagnostics';
import { reportContent } from '../reports/report-content.js';
import { graphToken } from './tokens.js';
import { QualityReport } from './types/report.js';

@Resolver(() => QualityReport)
export class ReportResolver {
  constructor(@Inject(graphToken) private readonly graph: Graph) {}

  @Query(() => QualityReport, {
    complexity: 500,
    description:
      'A report for a publication: maps, measures with intervals, the walk and the methods in words.',
  })
  async qualityReport(
    @Args('dataset') dataset: string,
    @Args('diagnosisId', { description: 'As diagnose gives it.' }) diagnosisId: string,
  ): Promise<QualityReport> {
    const blocks = qualityReport(await reportContent(this.graph, dataset, diagnosisId));
    const { markdown, figures } = reportMarkdown(blocks, (name) => `figures/${name}.svg`);
    return {
      diagnosisId,
      html: reportHtml(blocks),
      markdown,
      figures: [...figures].map(([path, svg]) => ({ path, svg })),
    };
  }
}
