import type { ServerResponse } from 'node:http';
import { Controller, Get, Inject, Param, Query, Res, UseFilters, UseGuards } from '@nestjs/common';
import { badInput, notFound, parseId } from '@stratome/core';
import { decodeSkeleton, skeletonNodes, swcText, type ObjectStore } from '@stratome/storage';
import { GraphReader } from '../graphql/graph-reader.js';
import { storeToken } from '../graphql/tokens.js';
import { Catalogue } from '../volumes/catalogue.js';
import { TokenGuard } from './access.js';
import { CustomQueryService } from './custom-query.service.js';
import { NeuprintErrorFilter } from './errors.js';

/** Skeletons in voxels x, y, z, the unit of synapse locations. */
@Controller('api/skeletons/skeleton')
@UseGuards(TokenGuard)
@UseFilters(NeuprintErrorFilter)
export class SkeletonsController {
  constructor(
    private readonly reader: GraphReader,
    private readonly catalogue: Catalogue,
    private readonly custom: CustomQueryService,
    @Inject(storeToken) private readonly store: ObjectStore,
  ) {}

  @Get(':dataset/:body')
  async skeleton(
    @Param('dataset') named: string,
    @Param('body') body: string,
    @Query('format') format: string | undefined,
    @Res() response: ServerResponse,
  ): Promise<void> {
    if (format !== undefined && format !== 'swc' && format !== 'json')
      throw badInput(`"${format}" is not a format of skeletons.`, 'Ask for swc or json.');
    const nodes = await this.nodesOf(await this.custom.datasetNamed(named), parseId(body, 'body'));
    if (format === 'swc') {
      response.writeHead(200, { 'Content-Type': 'text/plain' }).end(swcText(nodes));
      return;
    }
    const columns = ['rowId', 'x', 'y', 'z', 'radius', 'link'];
    const data = nodes.map(({ id, x, y, z, radius, parent }) => [id, x, y, z, radius, parent]);
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ columns, data }));
  }

  private async nodesOf(dataset: string, body: bigint) {
    const { revision, voxelSize } = await this.reader.recentDataset(dataset);
    const { skeletons } = await this.catalogue.open(dataset, Number(revision), 'segmentation');
    const hash = await skeletons?.resolve(body);
    if (hash === undefined) throw notFound(`"${dataset}" has no skeleton of body ${body}.`);
    const [x, y, z] = voxelSize;
    return skeletonNodes(decodeSkeleton(await this.store.get(hash)), [z, y, x]);
  }
}
