import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import type { Graph } from '@stratome/connectome';
import { takeAnalysis } from '@stratome/operations';
import type { ObjectStore } from '@stratome/storage';
import type { DataSource } from 'typeorm';
import { databaseToken, graphToken, scoreMatrixToken, storeToken } from '../graphql/tokens.js';
import { runTakenAnalysis } from './run-analysis.js';

/** Runs analyses that wait, one at a time, each in a thread. */
@Injectable()
export class AnalysisQueue implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('analysis');
  private readonly stop = new AbortController();
  private working: Promise<void> | undefined;

  constructor(
    @Inject(graphToken) private readonly graph: Graph,
    @Inject(databaseToken) private readonly db: DataSource,
    @Inject(storeToken) private readonly store: ObjectStore,
    @Inject(scoreMatrixToken) private readonly scoreMatrixPath: string | undefined,
  ) {}

  /** What was left by a server that stopped. */
  onApplicationBootstrap(): void {
    this.wake();
  }

  /** Begins with what waits, unless it is at it already. */
  wake(): void {
    this.working ??= this.drain()
      .catch((error: unknown) => this.logger.error(error instanceof Error ? error.stack : String(error)))
      .finally(() => (this.working = undefined));
  }

  async onModuleDestroy(): Promise<void> {
    this.stop.abort();
    await this.working;
  }

  private async drain(): Promise<void> {
    const { graph, db, store, scoreMatrixPath } = this;
    while (!this.stop.signal.aborted) {
      const taken = await takeAnalysis(db);
      if (!taken) return;
      await runTakenAnalysis({ graph, db, store, scoreMatrixPath }, taken, undefined, this.stop.signal);
    }
  }
}
