import { Injectable, Logger } from '@nestjs/common';
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
import { requireStageName, stages, type ResolvedTask, type TaskResult } from '@stratome/pipeline';
import { DataSource } from 'typeorm';
import { parseRunParameters } from '../run-parameters.js';
import { processors } from '../stages/registry.js';
import { ExecutionPool } from './pool.js';
import { resolveTask } from './resolve-task.js';
import { WorkerConnections } from './worker-connections.js';

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
    const { resolved, used, inputHash } = await resolveTask(this.db, task, run, dataset, version);
    const commit = { taskId: task.id, fence: task.fence, revision: run.revision, inputHash, inputs: used };
    const resolveMs = performance.now() - started;
    if (await this.reuse(task, run.revision, { ...commit, waitingMs: waitedMs, ioMs: resolveMs })) return;
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
