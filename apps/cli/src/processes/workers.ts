import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { StratomeError } from '@stratome/core';
import { repositoryRoot } from '@stratome/services';
import { forkChild, lastLogLine, type Child } from './child.js';

/** A worker that dies this often is not started again. */
const restartsAllowed = 3;

const workerModule = join(repositoryRoot, 'apps', 'reconstruction-worker', 'dist', 'main.js');

/** Worker processes that take a run's tasks; one that dies is started again, up to three times. */
export class WorkerGroup {
  private readonly children = new Map<number, Child<true>>();
  private stopping = false;
  private fail!: (error: unknown) => void;
  /** Rejects when a worker cannot be kept running. */
  readonly failure: Promise<never>;

  constructor(
    private readonly home: string,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly note: (line: string) => void,
  ) {
    this.failure = new Promise<never>((_, reject) => (this.fail = reject));
    // Whoever waits for the run hears of it; nobody may be waiting yet.
    this.failure.catch(() => {});
  }

  /** Starts `count` workers that share the cores. @throws unavailable when one does not start */
  async start(count: number): Promise<void> {
    const threads = String(Math.max(1, Math.floor(availableParallelism() / count)));
    const environment = { STRATOME_WORKER_THREADS: threads, ...this.environment };
    const started = await Promise.allSettled(
      Array.from({ length: count }, (_, index) => this.launch(index + 1, environment, 0)),
    );
    const failed = started.find((result) => result.status === 'rejected');
    if (!failed) return;
    await this.stop();
    throw failed.reason;
  }

  private async launch(number: number, environment: NodeJS.ProcessEnv, restarts: number): Promise<void> {
    const log = join(this.home, 'logs', `worker-${number}.log`);
    const child = await forkChild<true>({
      home: this.home,
      role: 'worker',
      title: `Worker ${number}`,
      module: workerModule,
      log,
      environment,
      ready: (message) => (message === 'ready' ? true : undefined),
    });
    this.children.set(number, child);
    void child.exited.then(() => this.ended(number, environment, restarts, log));
    if (this.stopping) await child.stop();
  }

  private async ended(number: number, environment: NodeJS.ProcessEnv, restarts: number, log: string) {
    this.children.delete(number);
    if (this.stopping) return;
    const reason = await lastLogLine(log);
    if (restarts >= restartsAllowed) {
      const message = `Worker ${number} ended ${restarts + 1} times: ${reason}`;
      this.fail(new StratomeError('unavailable', message, `See ${log}.`));
      return;
    }
    this.note(`Worker ${number} ended (${reason}); starting it again`);
    await this.launch(number, environment, restarts + 1).catch((error) => this.fail(error));
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all([...this.children.values()].map((child) => child.stop()));
  }
}
