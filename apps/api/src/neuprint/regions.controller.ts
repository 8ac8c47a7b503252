import { Controller, Get, Param, Query, UseFilters, UseGuards } from '@nestjs/common';
import { queries } from '@stratome/connectome';
import { notFound } from '@stratome/core';
import { GraphReader } from '../graphql/graph-reader.js';
import { TokenGuard } from './access.js';
import { CustomQueryService } from './custom-query.service.js';
import { NeuprintErrorFilter } from './errors.js';

/** Proofreading statuses that neuPrint counts as complete. */
const completeStatuses = ['Traced', 'Roughly traced', 'Prelim Roughly traced', 'Leaves'];

/** Answers about regions of interest; they are asked of the graph each time, so they are never stale. */
@Controller('api')
@UseGuards(TokenGuard)
@UseFilters(NeuprintErrorFilter)
export class RegionsController {
  constructor(
    private readonly reader: GraphReader,
    private readonly custom: CustomQueryService,
  ) {}

  @Get('cached/roicompleteness')
  async completeness(@Query('dataset') named: string | undefined) {
    const dataset = await this.custom.datasetNamed(named);
    const rois = await this.primaryRois(dataset);
    const rows = await this.reader.run(queries.roiCompleteness, {
      dataset,
      rois,
      statuses: completeStatuses,
    });
    return {
      columns: ['roi', 'roipre', 'roipost', 'totalpre', 'totalpost'],
      data: rows.map(({ roi, ...counts }) => [
        roi,
        ...[counts.pre, counts.post, counts.totalPre, counts.totalPost].map(Number),
      ]),
    };
  }

  @Get('cached/roiconnectivity')
  async connectivity(@Query('dataset') named: string | undefined) {
    const dataset = await this.custom.datasetNamed(named);
    const rois = await this.primaryRois(dataset);
    const rows = await this.reader.run(queries.roiMatrix, { dataset, rois });
    const weights = rows.map(
      ({ fromRoi, toRoi, neurons, weight }) =>
        [`${fromRoi}=>${toRoi}`, { count: Number(neurons), weight }] as const,
    );
    return { roi_names: rois, weights: Object.fromEntries(weights) };
  }

  @Get('roimeshes/mesh/:dataset/:roi')
  async mesh(@Param('dataset') named: string, @Param('roi') roi: string): Promise<never> {
    const dataset = await this.custom.datasetNamed(named);
    throw notFound(`"${dataset}" has no mesh of the region "${roi}".`, 'Regions have no meshes yet.');
  }

  private async primaryRois(dataset: string): Promise<readonly string[]> {
    const rows = await this.reader.run(queries.neuprintDatasets, {});
    return rows.find((row) => row.dataset === dataset)?.primaryRois ?? [];
  }
}
