import { Injectable, Logger } from '@nestjs/common';
import { StratomeError } from '@stratome/core';
import {
  artifactsAt,
  commitReused,
  commitTask,
  Dataset,
  findEarlierResult,
  Run,
  type Task,
  type WrittenArtifact,
} from '@stratome/operations';
import {
  requireStageName,
  stages,
  type ResolvedTask,
  type TaskPlan,
  type TaskResult,
} from '@stratome/pipeline';
import { noModel, taskInputHash, type ModelReference, type UsedInput } from '@stratome/provenance';
import { DataSource } from 'typeorm';
import { parseRunParameters } from '../run-parameters.js';
import { processors } from '../stages/registry.js';
import { ExecutionPool } from './pool.js';
import { WorkerConnections } from './worker-connections.js';

/** A task as stored: the plan, and the model it is to use. */
export interface StoredPlan extends TaskPlan {
  readonly model?: ModelReference & { directory: string };
}

/** Resolves a task's inputs, executes it unless it was done before, and commits what it made. */
@Injectable()
export class TaskExecution {
  private readonly logger = new Logger('execution');

  constructor(
    readonly db: DataSource,
    private readonly connections: WorkerConnections,
    private readonly pool: ExecutionPool,
  ) {}

  get threadCount(): number {
    return this.pool.size;
  }

  async execute(task: Task, waitedMs: number): Promise<void> {
    const started = performance.now();
    const run = await this.db.getRepository(Run).findOneByOrFail({ id: task.run });
    const dataset = await this.db.getRepository(Dataset).findOneByOrFail({ name: task.dataset });
    const plan = task.plan as StoredPlan;
    const stage = requireStageName(task.stage);
    const processor = processors[stage];
    const parameters = processor.parameters(parseRunParameters(run.parameters));
    const { used, inputs } = await this.resolve(task, run.revision, plan);
    const inputHash = taskInputHash({
      stage,
      stageVersion: stages[stage].version,
      parameters,
      model: plan.model ? { id: plan.model.id, hash: plan.model.hash } : noModel,
      inputs: used,
      detail: { ...plan.detail, voxelNm: dataset.voxelNm },
    });
    const commit = { taskId: task.id, fence: task.fence, revision: run.revision, inputHash, inputs: used };
    const resolveMs = performance.now() - started;
    if (await this.reuse(task, run.revision, { ...commit, waitingMs: waitedMs, ioMs: resolveMs })) return;
    const resolved: ResolvedTask = {
      dataset: dataset.name,
      voxelNm: dataset.voxelNm,
      stage,
      key: task.key,
      parameters,
      detail: plan.detail,
      modelDirectory: plan.model?.directory,
      inputs,
    };
    const result = await this.compute(resolved, run, dataset, inputHash);
    const unused = new Set(result.unused?.map(({ kind, key }) => `${kind} ${key}`));
    const committed = await commitTask(this.db, {
      ...commit,
      ...result,
      inputs: used.filter(({ kind, key }) => !unused.has(`${kind} ${key}`)),
      waitingMs: waitedMs,
      ioMs: result.ioMs + resolveMs,
    });
    if (!committed)
      this.logger.warn(`${stage} ${task.key} was taken over by another worker; its result was dropped.`);
  }

  private async compute(
    resolved: ResolvedTask,
    run: Run,
    dataset: Dataset,
    inputHash: string,
  ): Promise<TaskResult> {
    const processor = processors[resolved.stage];
    if ('run' in processor) return this.pool.execute(resolved);
    const started = performance.now();
    const outcome = await processor.serve(resolved, {
      db: this.db,
      graph: this.connections.graph,
      store: this.connections.store,
      dataset,
      run,
      parameters: parseRunParameters(run.parameters),
      inputHash,
      code: this.connections.code,
      environment: this.connections.environment('none'),
      artifacts: (kind) => artifactsAt(this.db, dataset.name, run.revision, kind),
    });
    return {
      ...outcome,
      artifacts: outcome.artifacts ?? [],
      ioMs: performance.now() - started,
      computeMs: 0,
    };
  }

  private async resolve(task: Task, revision: number, plan: TaskPlan) {
    const used: UsedInput[] = [];
    const inputs = new Map<string, Map<string, { hash: string; bytes: number }>>();
    for (const { kind, keys, role } of plan.inputs) {
      const rows = await artifactsAt(this.db, task.dataset, revision, kind, keys);
      const byKey = inputs.get(kind) ?? new Map<string, { hash: string; bytes: number }>();
      for (const { key, hash, bytes } of rows) {
        used.push({ kind, key, hash, role });
        byKey.set(key, { hash, bytes });
      }
      inputs.set(kind, byKey);
      const missing = keys?.filter((key) => !byKey.has(key)) ?? [];
      if (missing.length > 0) {
        throw new StratomeError(
          'internal',
          `${task.stage} ${task.key} needs ${kind} ${missing.join(' ')}, which nobody made.`,
        );
      }
    }
    return { used, inputs };
  }

  /** An early cut-off: the same inputs gave a result before, and all its objects are still there. */
  private async reuse(
    task: Task,
    revision: number,
    commit: Parameters<typeof commitReused>[1],
  ): Promise<boolean> {
    const earlier = await findEarlierResult(this.db, task.dataset, commit.inputHash, revision);
    if (!earlier || !(await this.present(earlier.artifacts))) return false;
    return commitReused(this.db, commit);
  }

  private async present(artifacts: readonly WrittenArtifact[]): Promise<boolean> {
    for (const { hash, bytes } of artifacts) {
      if (bytes > 0 && !(await this.connections.store.has(hash))) return false;
    }
    return true;
  }
}
