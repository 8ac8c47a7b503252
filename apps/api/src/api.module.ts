import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import type { Graph } from '@stratome/connectome';
import type { ObjectStore } from '@stratome/storage';
import type { DataSource } from 'typeorm';
import { AnalysisQueue } from './analysis/analysis-queue.js';
import { QueryTablesController } from './analysis/query-tables.controller.js';
import { AnalysisTablesController } from './analysis/tables.controller.js';
import { BasisReader } from './graphql/basis/basis-loaders.js';
import { PastBasisReader } from './graphql/basis/past-basis.js';
import { StalenessReader } from './graphql/basis/dataset-lineage.js';
import { ModelFolder } from './graphql/basis/registered-models.js';
import { ExceptionsFilter } from './graphql/exceptions.filter.js';
import { GraphReader } from './graphql/graph-reader.js';
import { PastFlags } from './graphql/past-flags.js';
import { graphqlOptions } from './graphql/graphql-options.js';
import { defaultLimits, type QueryLimits } from './graphql/limits.js';
import { resolvers } from './graphql/resolvers.js';
import {
  databaseToken,
  graphToken,
  queueMonitorToken,
  modelFolderToken,
  runOfficeToken,
  scoreMatrixToken,
  storeToken,
} from './graphql/tokens.js';
import type { QueueMonitor } from './health/queue-monitor.js';
import type { RunOffice } from './reprocessing/run-office.js';
import {
  accessTokensToken,
  type AccessTokens,
  neuprintControllers,
  neuprintProviders,
} from './neuprint/index.js';
import { ReportsController } from './reports/reports.controller.js';
import { Catalogue } from './volumes/catalogue.js';
import { VolumesController } from './volumes/volumes.controller.js';

/** What the API reads from; whoever opened them closes them. */
export interface ApiConnections {
  readonly graph: Graph;
  readonly db: DataSource;
  readonly store: ObjectStore;
  /** Folder of models that a new run would use; without it no answer is held against them. */
  readonly modelsDirectory?: string;
  /** Without it health does not speak of Redis and workers. */
  readonly queue?: QueueMonitor;
  /** Without it no run can be begun over the API. */
  readonly office?: RunOffice;
  /** File of a score matrix for NBLAST, where one is set up. */
  readonly scoreMatrixPath?: string;
}

@Module({})
export class ApiModule {
  static over(
    { graph, db, store, queue, office, scoreMatrixPath, modelsDirectory }: ApiConnections,
    limits: QueryLimits = defaultLimits,
    tokens: AccessTokens = [],
  ): DynamicModule {
    return {
      module: ApiModule,
      imports: [GraphQLModule.forRoot(graphqlOptions(limits))],
      controllers: [
        VolumesController,
        ReportsController,
        AnalysisTablesController,
        QueryTablesController,
        ...neuprintControllers,
      ],
      providers: [
        { provide: graphToken, useValue: graph },
        { provide: databaseToken, useValue: db },
        { provide: storeToken, useValue: store },
        { provide: modelFolderToken, useValue: new ModelFolder(modelsDirectory) },
        ...(queue ? [{ provide: queueMonitorToken, useValue: queue }] : []),
        ...(office ? [{ provide: runOfficeToken, useValue: office }] : []),
        { provide: accessTokensToken, useValue: tokens },
        { provide: APP_FILTER, useClass: ExceptionsFilter },
        { provide: scoreMatrixToken, useValue: scoreMatrixPath },
        AnalysisQueue,
        PastFlags,
        GraphReader,
        StalenessReader,
        BasisReader,
        PastBasisReader,
        Catalogue,
        ...neuprintProviders,
        ...resolvers,
      ],
    };
  }
}
