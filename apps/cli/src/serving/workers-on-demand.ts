import { failRun, openDatabase, Run } from '@stratome/operations';
import type { DataSource } from 'typeorm';
import { WorkerGroup } from '../processes/workers.js';
import type { Session } from '../session.js';

const lookEveryMs = 2_000;

/** A worker for runs that were begun over the API: started when one is asked for, stopped when they are done. */
export class WorkersOnDemand {
  private readonly runs = new Set<string>();
  private working: Promise<void> | undefined;
  private ended = false;

  constructor(private readonly session: Pick<Session, 'home' | 'environment' | 'settings'>) {}

  /** Sees to it that a worker takes the tasks of a run. Returns at once. */
  wake(runId: string): void {
    this.runs.add(runId);
    this.working ??= this.workWhileWanted();
  }

  /** Stops the worker; what it has under way is left for the next. */
  async stop(): Promise<void> {
    this.ended = true;
    await this.working;
  }

  private async workWhileWanted(): Promise<void> {
    while (this.runs.size > 0 && !this.ended) await this.work();
    this.working = undefined;
  }

  private async work(): Promise<void> {
    const { home, environment, settings } = this.session;
    const db = await openDatabase(settings.POSTGRES_URL);
    const workers = new WorkerGroup(home, environment, () => {});
    try {
      await workers.start(1);
      while (this.runs.size > 0 && !this.ended) {
        const looked = new Promise((done) => setTimeout(done, lookEveryMs));
        await Promise.race([looked, workers.failure]);
        await this.forgetEnded(db);
      }
    } catch (error) {
      // Whoever follows the runs reads there why nothing goes on.
      for (const id of this.runs)
        await failRun(db, id, `Stopped: ${(error as Error).message}`, 'unavailable');
      this.runs.clear();
    } finally {
      await workers.stop();
      await db.destroy();
    }
  }

  private async forgetEnded(db: DataSource): Promise<void> {
    for (const id of this.runs) {
      const run = await db.getRepository(Run).findOneBy({ id });
      if (run?.state !== 'running') this.runs.delete(id);
    }
  }
}
