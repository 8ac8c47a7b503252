import { Injectable, Logger } from '@nestjs/common';
import type { Box } from '@stratome/core';
import {
  artifactsAt,
  commitReused,
  commitTask,
  Dataset,
  findEarlierResult,
  inputsOfTask,
  Run,
  type Task,
  type TaskCommit,
  type WrittenArtifact,
} from '@stratome/operations';
import { requireStageName, stages, type ResolvedTask, type TaskResult } from '@stratome/pipeline';
import type { UsedInput } from '@stratome/provenance';
import { DataSource } from 'typeorm';
import { meets } from '../regional-parameters.js';
import { parseRunParameters } from '../run-parameters.js';
import { processors } from '../stages/registry.js';
import { ExecutionPool } from './pool.js';
import { resolveTask, type StoredPlan } from './resolve-task.js';
import { WorkerConnections } from './worker-connections.js';

const placeOf = ({ kind, key, role }: UsedInput): string => `${role} ${kind} ${key}`;

/** Whether a run makes a task anew although its result may be known. */
export function isRedone(
  { redo }: Pick<Run, 'redo'>,
  { stage, plan }: Pick<Task, 'stage' | 'plan'>,
): boolean {
  const { block } = plan as StoredPlan;
  return redo !== null && block !== undefined && redo.stages.includes(stage) && meets(block, redo.box as Box);
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
    const { version } = stages[requireStageName(task.stage)];
    const { resolved, used, inputHash } = await resolveTask(
      (kind, keys) => artifactsAt(this.db, dataset.name, run.revision, kind, keys),
      task,
      run,
      dataset,
      version,
    );
    const commit = { taskId: task.id, fence: task.fence, revision: run.revision, inputHash, inputs: used };
    const resolveMs = performance.now() - started;
    const times = { waitingMs: waitedMs, ioMs: resolveMs };
    if (!isRedone(run, task) && (await this.reuse(task, { ...commit, ...times }))) return;
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
      this.logger.warn(`${task.stage} ${task.key} was taken over by another worker; its result was dropped.`);
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

  /**
   * An early cut-off: the same inputs gave a result before, and all its objects are still there. Its rows stay where
   * they stand and say what they were made from; otherwise they become this task's own, and nothing is computed.
   */
  private async reuse(
    task: Task,
    commit: Omit<TaskCommit, 'artifacts' | 'computeMs' | 'work'>,
  ): Promise<boolean> {
    const earlier = await findEarlierResult(this.db, task.dataset, commit.inputHash, commit.revision);
    if (!earlier || !(await this.present(earlier.artifacts))) return false;
    const before = await inputsOfTask(this.db, earlier.task);
    const hashes = new Map(before.map((input) => [placeOf(input), input.hash]));
    // Inputs that decide nothing may have other contents by now, and some were offered in vain.
    const inputs = commit.inputs.filter((input) => hashes.has(placeOf(input)));
    if (earlier.stands && inputs.every((input) => hashes.get(placeOf(input)) === input.hash))
      return commitReused(this.db, commit);
    const { artifacts, provider } = earlier;
    const found = { artifacts, provider: provider ?? undefined, computeMs: 0, work: 0, adopted: true };
    return commitTask(this.db, { ...commit, ...found, inputs });
  }

  private async present(artifacts: readonly WrittenArtifact[]): Promise<boolean> {
    for (const { hash, bytes } of artifacts) {
      if (bytes > 0 && !(await this.connections.store.has(hash))) return false;
    }
    return true;
  }
}
