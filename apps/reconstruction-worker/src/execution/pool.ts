import { availableParallelism } from 'node:os';
import { StratomeError } from '@stratome/core';
import type { ResolvedTask, TaskResult } from '@stratome/pipeline';
import { Piscina } from 'piscina';
import type { ThreadFailure, ThreadRequest } from './thread.js';

/** Worker threads that execute tasks, one at a time each. */
export class ExecutionPool {
  private readonly threads: Piscina<ThreadRequest, TaskResult | ThreadFailure>;
  readonly size: number;

  constructor(
    private readonly storeRoot: string,
    threadCount = availableParallelism(),
    /** What is written goes to this store instead. */
    private readonly writeTo?: string,
  ) {
    this.size = threadCount;
    this.threads = new Piscina({
      filename: new URL('./thread.js', import.meta.url).href,
      minThreads: 0,
      maxThreads: threadCount,
      idleTimeout: 60_000,
    });
  }

  /**
   * @param discard compute, and say what would be written, but write nothing
   * @throws StratomeError with the kind the thread met; internal for what was not foreseen
   */
  async execute(task: ResolvedTask, discard = false): Promise<TaskResult> {
    const result = await this.threads.run({
      task,
      storeRoot: this.storeRoot,
      discard,
      writeTo: this.writeTo,
    });
    if (!('failed' in result)) return result;
    const { kind, message, remedy, stack } = result.failed;
    const error = new StratomeError(kind, message, remedy);
    if (stack) error.stack = stack;
    throw error;
  }

  async close(): Promise<void> {
    await this.threads.destroy();
  }
}
