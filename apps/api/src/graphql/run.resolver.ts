import { setTimeout as delay } from 'node:timers/promises';
import { Inject } from '@nestjs/common';
import { Args, Int, Parent, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { canonicalJson, notFound } from '@stratome/core';
import { requireDataset, Run, runProgress } from '@stratome/operations';
import { stages, type StageName } from '@stratome/pipeline';
import { annotationsWithoutPlace } from '@stratome/reconstruction-worker';
import type { ObjectStore } from '@stratome/storage';
import type { DataSource } from 'typeorm';
import { listCost, requireFirst } from './arguments.js';
import { databaseToken, storeToken } from './tokens.js';
import { LostAnnotation, PipelineRun, RunProgress } from './types/run.js';

/** How often a subscription looks for progress. */
const pollMs = 500;

@Resolver(() => RunProgress)
export class RunResolver {
  constructor(
    @Inject(databaseToken) private readonly db: DataSource,
    @Inject(storeToken) private readonly store: ObjectStore,
  ) {}

  @Query(() => [PipelineRun], { complexity: 20, description: 'Runs of a dataset, the latest first.' })
  async runs(@Args('dataset') dataset: string): Promise<PipelineRun[]> {
    await requireDataset(this.db, dataset);
    return this.db.getRepository(Run).find({ where: { dataset }, order: { revision: 'DESC' }, take: 100 });
  }

  @Query(() => [PipelineRun], {
    complexity: listCost,
    description: 'Runs of all datasets, the latest first.',
  })
  recentRuns(@Args('first', { type: () => Int, defaultValue: 20 }) first: number): Promise<PipelineRun[]> {
    const order = { startedAt: 'DESC' } as const;
    return this.db.getRepository(Run).find({ order, take: requireFirst(first) });
  }

  @Query(() => RunProgress, { complexity: 20, description: 'How far a run has come.' })
  run(@Args('id') id: string): Promise<RunProgress> {
    return this.progressOf(id);
  }

  @ResolveField(() => [LostAnnotation], {
    nullable: true,
    complexity: 100,
    description:
      'Annotations that find no segment or synapse at their place in the revision it made; null until it is done.',
  })
  async annotationsWithoutPlace(@Parent() { run }: RunProgress): Promise<LostAnnotation[] | null> {
    if (run.state !== 'done') return null;
    const { db, store } = this;
    return annotationsWithoutPlace(
      { db, store },
      await db.getRepository(Run).findOneByOrFail({ id: run.id }),
    );
  }

  @Subscription(() => RunProgress, {
    description: 'How far a run has come, whenever that changes; ends when the run does.',
    resolve: (progress: RunProgress) => progress,
  })
  async runProgress(@Args('id') id: string): Promise<AsyncGenerator<RunProgress>> {
    // Asked once before the stream begins, so that an unknown run is an error of the subscription itself.
    return this.changesFrom(await this.progressOf(id));
  }

  private async *changesFrom(first: RunProgress): AsyncGenerator<RunProgress> {
    yield first;
    let progress = first;
    while (progress.run.state === 'running') {
      await delay(pollMs);
      const now = await this.progressOf(first.run.id);
      if (canonicalJson(now) !== canonicalJson(progress)) yield now;
      progress = now;
    }
  }

  private async progressOf(id: string): Promise<RunProgress> {
    const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
    const run = isUuid ? await this.db.getRepository(Run).findOneBy({ id }) : null;
    if (!run) throw notFound(`There is no run "${id}".`, 'runs lists those of a dataset.');
    const progress = await runProgress(this.db, id);
    return {
      run,
      stages: progress.map((row) => {
        const facts = stages[row.stage as StageName];
        return { ...row, layer: facts?.layer ?? '', workUnit: facts?.workUnit ?? 'tasks' };
      }),
    };
  }
}
