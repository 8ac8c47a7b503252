import type { IncomingMessage } from 'node:http';
import { Controller, Get, Req, UseFilters, UseGuards } from '@nestjs/common';
import { queries } from '@stratome/connectome';
import { GraphReader } from '../graphql/graph-reader.js';
import { bearerToken, Open, TokenGuard } from './access.js';
import { NeuprintError, NeuprintErrorFilter } from './errors.js';
import { neuprintRoutes } from './routes.js';

/** The version of neuPrintHTTP that clients find here: from 1.7.3 they use Arrow. */
export const neuprintHttpVersion = '1.9.2';

/** What clients ask before and beside their queries. */
@Controller()
@UseGuards(TokenGuard)
@UseFilters(NeuprintErrorFilter)
export class MetadataController {
  constructor(
    private readonly reader: GraphReader,
    private readonly guard: TokenGuard,
  ) {}

  @Open()
  @Get('api/version')
  version() {
    return { Version: neuprintHttpVersion };
  }

  @Open()
  @Get('api/serverinfo')
  serverInfo() {
    return { IsPublic: !this.guard.required };
  }

  @Open()
  @Get('api/available')
  available() {
    return neuprintRoutes;
  }

  @Open()
  @Get('api/help/swagger.yaml')
  help(): string {
    const ok = "responses: {'200': {description: ok}}";
    const paths = neuprintRoutes.map(
      ({ method, path, summary }) =>
        `  ${path}:\n    ${method.toLowerCase()}:\n      summary: ${JSON.stringify(summary)}\n      ${ok}\n`,
    );
    return `swagger: '2.0'\ninfo: {title: Stratome, version: '${neuprintHttpVersion}'}\npaths:\n${paths.join('')}`;
  }

  /** Datasets by name, with what describes each. */
  @Get('api/dbmeta/datasets')
  async datasets() {
    const rows = await this.reader.run(queries.neuprintDatasets, {});
    return Object.fromEntries(
      rows.map((row) => [
        row.dataset,
        {
          'last-mod': row.lastDatabaseEdit,
          uuid: row.uuid,
          tag: row.tag,
          description: row.description,
          hidden: false,
          ROIs: row.rois,
          superLevelROIs: row.superLevelRois,
          revision: String(row.revision),
          uncalibrated: row.uncalibrated,
        },
      ]),
    );
  }

  @Get('api/dbmeta/version')
  async databaseVersion() {
    const { agent } = await this.reader.graph.driver.getServerInfo();
    return { Version: agent?.replace(/^Neo4j\//, '') };
  }

  /** The address is not told: it would let clients past the limits. */
  @Get('api/dbmeta/database')
  database() {
    return { Location: 'neo4j', Description: 'Neo4j behind Stratome' };
  }

  @Get('api/dbmeta/instances')
  instances() {
    return {};
  }

  @Get('profile')
  profile() {
    return { ImageURL: '', Email: '', AuthLevel: 'readonly' };
  }

  @Get('token')
  token(@Req() request: IncomingMessage) {
    const token = bearerToken(request);
    if (token === undefined) throw new NeuprintError(401, 'The request shows no token.');
    return { token };
  }
}
