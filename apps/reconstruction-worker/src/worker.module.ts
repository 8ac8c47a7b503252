import { BullModule } from '@nestjs/bullmq';
import { type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';
import { openGraph, type Graph } from '@stratome/connectome';
import { openDatabase } from '@stratome/operations';
import { queueNames, queuePrefix, type Settings } from '@stratome/pipeline';
import { FileObjectStore } from '@stratome/storage';
import { DataSource } from 'typeorm';
import { ExecutionPool } from './execution/pool.js';
import { TaskExecution } from './execution/task-execution.js';
import { WorkerConnections } from './execution/worker-connections.js';
import { flowName, StageProgression } from './queue/stage-progression.js';
import { StagesProcessor } from './queue/stages.processor.js';
import { TasksProcessor } from './queue/tasks.processor.js';

const graphToken = Symbol('graph');

/** Closes what the worker opened, after the queue has let go of its jobs. */
class Closing implements OnApplicationShutdown {
  constructor(
    private readonly db: DataSource,
    private readonly graph: Graph,
    private readonly pool: ExecutionPool,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.pool.close();
    await this.db.destroy();
    await this.graph.close();
  }
}

@Module({})
export class WorkerModule {
  static forSettings(settings: Settings): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        BullModule.forRoot({ connection: { url: settings.REDIS_URL }, prefix: queuePrefix() }),
        BullModule.registerQueue({ name: queueNames.tasks }, { name: queueNames.stages }),
        BullModule.registerFlowProducer({ name: flowName }),
      ],
      providers: [
        { provide: DataSource, useFactory: () => openDatabase(settings.POSTGRES_URL) },
        {
          provide: graphToken,
          useFactory: () =>
            openGraph({
              uri: settings.NEO4J_URI,
              user: settings.NEO4J_USER,
              password: settings.NEO4J_PASSWORD,
            }),
        },
        {
          provide: WorkerConnections,
          useFactory: (graph: Graph) =>
            new WorkerConnections(
              graph,
              new FileObjectStore(settings.STRATOME_HOME),
              settings.STRATOME_MODELS,
            ),
          inject: [graphToken],
        },
        {
          provide: ExecutionPool,
          useFactory: () => new ExecutionPool(settings.STRATOME_HOME, settings.STRATOME_WORKER_THREADS),
        },
        {
          provide: Closing,
          useFactory: (db: DataSource, graph: Graph, pool: ExecutionPool) => new Closing(db, graph, pool),
          inject: [DataSource, graphToken, ExecutionPool],
        },
        TaskExecution,
        StageProgression,
        StagesProcessor,
        TasksProcessor,
      ],
    };
  }
}
