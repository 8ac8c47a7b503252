import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Graph } from '@stratome/connectome';
import { conflict } from '@stratome/core';
import { queries } from '@stratome/connectome';
import { findEarlierResult, type Run } from '@stratome/operations';
import { stages as stageFacts, type StageName, type TaskPlan } from '@stratome/pipeline';
import { FileObjectStore, type ObjectStore } from '@stratome/storage';
import { chooseModel, listModels, type Model } from '@stratome/inference';
import type { DataSource } from 'typeorm';
import { ExecutionPool } from '../execution/pool.js';
import { OverlayStore } from '../execution/overlay-store.js';
import { resolveTask, type StoredPlan } from '../execution/resolve-task.js';
import { isRedone } from '../execution/task-execution.js';
import type { Reprocessing } from '../reprocessing/request.js';
import type { TaskCounts } from '../reprocessing/outcome.js';
import { blocksOf, planContextOf } from '../stages/plan-context.js';
import type { PlanContext } from '../stages/processor.js';
import { processors } from '../stages/registry.js';
import { compareTrial, type TrialChanges } from './compare-trial.js';
import { measureTrial, type MeasuredTrial, type TrialMeasurements } from './measure-trial.js';
import { TrialArtifacts, type TrialArtifact } from './trial-artifacts.js';

export interface TrialContext {
  readonly db: DataSource;
  readonly graph: Graph;
  /** Root of the object store; it is only read. */
  readonly storeRoot: string;
  readonly modelsDirectory: string;
  readonly threads?: number;
  readonly progress: (stage: StageName, done: number, total: number) => void;
}

/** What a region made again would change. */
export interface Trial extends TrialChanges {
  /** The revision that it is compared with. */
  readonly revision: number;
  readonly tasks: Partial<Record<StageName, TaskCounts>>;
  /** What the stages would have measured, of the region and of all else. */
  readonly measurements: TrialMeasurements;
}

/**
 * Makes a region again without a revision: the tasks that would run are executed, what they write goes to a folder that
 * is deleted at the end, and the result is compared with what readers see. No row and no object is written.
 *
 * @throws StratomeError conflict when a new revision was shown meanwhile
 */
export async function tryReprocessing(context: TrialContext, planned: Reprocessing): Promise<Trial> {
  const { db, graph, storeRoot, threads } = context;
  const { dataset } = planned;
  const epoch = async () => (await graph.first(queries.head, { dataset: dataset.name }))?.epoch;
  const before = await epoch();
  const folder = await mkdtemp(join(tmpdir(), 'stratome-trial-'));
  const pool = new ExecutionPool(storeRoot, threads, folder);
  try {
    const store = new OverlayStore(
      new FileObjectStore(folder, { durable: false }),
      new FileObjectStore(storeRoot),
    );
    const artifacts = new TrialArtifacts(db, dataset.name, dataset.headRevision);
    const execution = new TrialExecution(context, planned, pool, artifacts, store);
    const tasks: Trial['tasks'] = {};
    for (const stage of planned.stages.filter((name) => name !== 'graph'))
      tasks[stage] = await execution.stage(stage);
    const { connectivity, measurements } = await execution.measure();
    const changes = await compareTrial({ graph, store, artifacts, planned, connectivity });
    if ((await epoch()) !== before)
      throw conflict(`"${dataset.name}" has another revision since the trial began.`, 'Try again.');
    return { revision: dataset.headRevision, tasks, measurements, ...changes };
  } finally {
    await pool.close();
    await rm(folder, { recursive: true, force: true });
  }
}

class TrialExecution {
  /** The run of the head, with the parameters of the trial. */
  readonly run: Run;
  private readonly planning: PlanContext;
  private readonly models: Promise<Model[]>;

  constructor(
    private readonly context: TrialContext,
    private readonly planned: Reprocessing,
    private readonly pool: ExecutionPool,
    private readonly artifacts: TrialArtifacts,
    private readonly store: ObjectStore,
  ) {
    const { dataset, head, parameters, redo } = planned;
    this.run = { ...head, revision: dataset.headRevision, parameters, redo };
    this.models = listModels(context.modelsDirectory);
    this.planning = planContextOf({
      dataset,
      run: this.run,
      artifactsOf: artifacts.artifactsOf,
      store,
      chooseModel: async (task, voxelNm) => chooseModel(await this.models, task, voxelNm),
    });
  }

  /** Plans and executes a stage, and puts what it made in the place of what is on record. */
  async stage(stage: StageName): Promise<TaskCounts> {
    const processor = processors[stage];
    const plans = await processor.plan(this.planning);
    const blockOf = await blocksOf(stage, this.planning);
    const model = processor.model && (await this.planning.model(processor.model)).model;
    const reference = model && { id: model.card.id, hash: model.card.sha256, directory: model.directory };
    const made: TrialArtifact[] = [];
    let [executed, done] = [0, 0];
    const queue = [...plans];
    const takeTurns = async () => {
      for (let plan = queue.shift(); plan; plan = queue.shift()) {
        const result = await this.task(stage, { ...plan, model: reference, block: blockOf(plan) });
        made.push(...result.artifacts);
        if (result.executed) executed++;
        this.context.progress(stage, ++done, plans.length);
      }
    };
    await Promise.all(Array.from({ length: this.pool.size }, takeTurns));
    await this.artifacts.replaceStage(stage, made);
    return { executed, reused: plans.length - executed };
  }

  /** What the graph would hold, and what would have been measured. */
  async measure(): Promise<MeasuredTrial> {
    const { planned, artifacts, store, run, context } = this;
    const { dataset, geometry } = planned;
    const { artifactsOf } = artifacts;
    const [plan] = await processors.graph.plan(this.planning);
    const task = { stage: 'graph', key: plan.key, plan };
    const { resolved } = await resolveTask(artifactsOf, task, run, dataset, stageFacts.graph.version);
    return measureTrial(resolved, { db: context.db, store, dataset, run, artifactsOf }, geometry);
  }

  private async task(
    stage: StageName,
    plan: StoredPlan & TaskPlan,
  ): Promise<{ artifacts: readonly TrialArtifact[]; executed: boolean }> {
    const { dataset } = this.planned;
    const task = { stage, key: plan.key, plan };
    const { artifactsOf } = this.artifacts;
    const { version } = stageFacts[stage];
    const { resolved, inputHash } = await resolveTask(artifactsOf, task, this.run, dataset, version);
    if (!isRedone(this.run, task)) {
      const known = await findEarlierResult(this.context.db, dataset.name, inputHash, dataset.headRevision);
      if (known) return { artifacts: known.artifacts, executed: false };
    }
    return { artifacts: (await this.pool.execute(resolved)).artifacts, executed: true };
  }
}
