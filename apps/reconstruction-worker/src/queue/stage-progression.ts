import { InjectFlowProducer } from '@nestjs/bullmq';
import { Injectable, Logger } from '@nestjs/common';
import {
  artifactsAt,
  begunStages,
  Dataset,
  finishRun,
  finishStage as recordStage,
  inTurn,
  isStageDone,
  planStage as recordPlan,
  providersOf,
  Run,
  RunStage,
  stageHashes,
} from '@stratome/operations';
import { enqueueStage, plannable, stageNames, stages, type StageName } from '@stratome/pipeline';
import { artifactSetHash, noModel, stageInputHash, type ModelReference } from '@stratome/provenance';
import { notFound, type Vec3 } from '@stratome/core';
import type { FlowProducer } from 'bullmq';
import { DataSource } from 'typeorm';
import { WorkerConnections } from '../execution/worker-connections.js';
import { withRegionsOf } from '../regional-parameters.js';
import { parseRunParameters } from '../run-parameters.js';
import { blocksOf, planContextOf } from '../stages/plan-context.js';
import { processors } from '../stages/registry.js';
import type { PlanContext } from '../stages/processor.js';

export const flowName = 'stratome-flows';

/**
 * Moves a run from stage to stage. Every step may be repeated without harm. The steps of a run are made one after another: two that
 * finish stages at once would both see that a third can be planned, and queue its tasks twice.
 */
@Injectable()
export class StageProgression {
  private readonly logger = new Logger('stages');

  constructor(
    readonly db: DataSource,
    private readonly connections: WorkerConnections,
    @InjectFlowProducer(flowName) private readonly flows: FlowProducer,
  ) {}

  plan(runId: string, stage: StageName): Promise<void> {
    return this.step(runId, (run) => this.planStage(run, stage));
  }

  /** @param repeated whether another worker may have died over the same, perhaps between recording tasks and queueing them */
  finish(runId: string, stage: StageName, repeated = false): Promise<void> {
    return this.step(runId, (run) => this.finishStage(run, stage, repeated));
  }

  private step(runId: string, make: (run: Run) => Promise<void>): Promise<void> {
    return inTurn(this.db, `stages of run ${runId}`, async () => {
      const run = await this.requireRun(runId);
      if (run.state === 'running') await make(run);
    });
  }

  private async planStage(run: Run, stage: StageName): Promise<void> {
    const dataset = await this.db.getRepository(Dataset).findOneByOrFail({ name: run.dataset });
    const processor = processors[stage];
    const context = this.planContext(run, dataset);
    const plans = await processor.plan(context);
    const model = processor.model ? await this.modelReference(processor.model, dataset.voxelNm) : undefined;
    const blockOf = await blocksOf(stage, context);
    const tasks = plans.map((plan) => ({ key: plan.key, plan: { ...plan, model, block: blockOf(plan) } }));
    const open = await recordPlan(this.db, run, stage, tasks);
    await enqueueStage(this.flows, run.id, stage, open);
  }

  private async finishStage(run: Run, stage: StageName, repeated: boolean): Promise<void> {
    if (!(await isStageDone(this.db, run.id, stage))) {
      // They were queued twice, by a repeated step or beside what an interrupted run left. Whoever took a task last commits it before
      // the other job that finishes the stage can begin.
      this.logger.warn(`${stage} is not done yet: its tasks are queued twice, and the rest is under way.`);
      return;
    }
    await this.record(run, stage);
    const planned = await this.db.getRepository(RunStage).findBy({ run: run.id });
    const stageOf = (row: RunStage) => row.stage as StageName;
    const finished = new Set(planned.filter((row) => row.finishedAt).map(stageOf));
    if (finished.size === stageNames.length) return finishRun(this.db, run.id);
    const queued = repeated ? await begunStages(this.db, run.id) : new Set<string>(planned.map(stageOf));
    for (const next of plannable(finished)) if (!queued.has(next)) await this.planStage(run, next);
  }

  /** Commits the stage run with its six provenance fields. */
  private async record(run: Run, stage: StageName): Promise<void> {
    const processor = processors[stage];
    const dataset = await this.db.getRepository(Dataset).findOneByOrFail({ name: run.dataset });
    const { inputHashes, outputs } = await stageHashes(this.db, run, stage);
    const [provider] = await providersOf(this.db, run.id, stage);
    const reference = processor.model ? await this.modelReference(processor.model, dataset.voxelNm) : noModel;
    const parameters = parseRunParameters(run.parameters);
    await recordStage(this.db, {
      run,
      stage,
      stageVersion: stages[stage].version,
      layer: stages[stage].layer,
      record: {
        inputHash: stageInputHash(inputHashes),
        code: this.connections.code,
        model: { id: reference.id, hash: reference.hash },
        parameters: withRegionsOf(stage, processor.parameters(parameters), parameters),
        environment: this.connections.environment(processor.model ? (provider ?? 'cpu') : 'none'),
        outputHash: artifactSetHash(outputs),
      },
    });
  }

  private async modelReference(
    task: 'affinities' | 'synapses',
    voxelNm: Vec3,
  ): Promise<ModelReference & { directory: string }> {
    const { model } = await this.connections.chooseModel(task, voxelNm);
    return { id: model.card.id, hash: model.card.sha256, directory: model.directory };
  }

  private planContext(run: Run, dataset: Dataset): PlanContext {
    return planContextOf({
      dataset,
      run,
      artifactsOf: (kind, keys) => artifactsAt(this.db, dataset.name, run.revision, kind, keys),
      store: this.connections.store,
      chooseModel: (task, voxelNm) => this.connections.chooseModel(task, voxelNm),
    });
  }

  private async requireRun(runId: string): Promise<Run> {
    const run = await this.db.getRepository(Run).findOneBy({ id: runId });
    if (!run) throw notFound(`There is no run ${runId}.`);
    return run;
  }
}
