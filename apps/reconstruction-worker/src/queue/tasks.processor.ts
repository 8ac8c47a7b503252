import { Processor, WorkerHost } from '@nestjs/bullmq';
import { Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { isStratomeError, StratomeError } from '@stratome/core';
import { failRun, failTask, holdRun, takeTask, type Task } from '@stratome/operations';
import { queueNames, taskJobSchema, type TaskJob } from '@stratome/pipeline';
import { UnrecoverableError, type Job } from 'bullmq';
import { TaskExecution } from '../execution/task-execution.js';

/** Takes tasks off the queue, one for each thread of the pool. */
@Processor(queueNames.tasks, { lockDuration: 60_000, maxStalledCount: 5 })
export class TasksProcessor extends WorkerHost implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('tasks');
  private closing = false;

  constructor(private readonly execution: TaskExecution) {
    super();
  }

  onApplicationBootstrap(): void {
    // One more than threads, so that the next task's inputs are resolved while the threads compute.
    this.worker.concurrency = this.execution.threadCount + 1;
  }

  /** What is cut short from here on has not failed: it is left for the next worker. */
  beforeApplicationShutdown(): void {
    this.closing = true;
  }

  async process(job: Job<TaskJob>): Promise<void> {
    const { taskId, plannedAtMs } = taskJobSchema.parse(job.data);
    const task = await takeTask(this.execution.db, taskId);
    if (!task) return;
    try {
      await holdRun(this.execution.db, task.run);
      await this.execution.execute(task, Date.now() - plannedAtMs);
    } catch (error) {
      await this.fail(job, task, error);
    }
  }

  /** Bad input stays bad: the run fails at once. Anything else is tried again, and fails the run at the last attempt. */
  private async fail(job: Job<TaskJob>, task: Task, error: unknown): Promise<never> {
    if (this.closing) throw error;
    const foreseen = isStratomeError(error) && error.kind !== 'internal';
    const sentence = isStratomeError(error) ? error.sentence : String(error);
    this.logger.error(
      `${task.stage} ${task.key}: ${error instanceof Error ? (foreseen ? sentence : error.stack) : sentence}`,
    );
    const last = foreseen || job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
    if (!last) throw error;
    await failTask(this.execution.db, task.id, task.fence, sentence);
    await failRun(this.execution.db, task.run, sentence, isStratomeError(error) ? error.kind : 'internal');
    throw foreseen ? new UnrecoverableError((error as StratomeError).sentence) : error;
  }
}
