import { userInfo } from 'node:os';
import { StratomeError } from '@stratome/core';
import { failRun, Run, runProgress, type StageProgress } from '@stratome/operations';
import { stages, type StageName } from '@stratome/pipeline';
import {
  beginDatasetRun,
  enqueueOpenStages,
  type RunRequest,
  type RunServers,
} from '@stratome/reconstruction-worker';
import type { Console } from '../action.js';
import { Interrupted, interruptible, pause } from '../processes/interruption.js';
import { WorkerGroup } from '../processes/workers.js';
import type { Session } from '../session.js';

const pollEveryMs = 500;

export interface DatasetRun extends RunRequest {
  /** Worker processes. */
  readonly workers: number;
  /** Called when the run is begun and before any of its tasks; not where it was found complete. */
  readonly onBegin?: () => Promise<void>;
}

export const runServers = ({ db, graph, settings }: Session): RunServers => ({
  db,
  graph,
  redisUrl: settings.REDIS_URL,
  modelsDirectory: settings.STRATOME_MODELS,
});

/**
 * Takes a dataset through all stages, or finds that this was done. An interrupted run is marked as such and
 * taken up again by the next call with the same tiles, parameters and models. Parameters of regions are those of the
 * head unless the request has some; an empty list of them takes them away.
 *
 * @returns the complete run
 * @throws StratomeError with the sentence of the task that failed; conflict while another run writes the dataset
 */
export async function runDataset(
  session: Session,
  { workers, onBegin, ...request }: DatasetRun,
  console: Console,
): Promise<Run> {
  const { run, found } = await beginDatasetRun(runServers(session), {
    author: userInfo().username,
    ...request,
  });
  if (found === 'complete') {
    console.note(`Dataset ${run.dataset} is complete already (revision ${run.revision}).`);
    return run;
  }
  if (found === 'interrupted') console.note(`Taking up the interrupted run ${run.id}`);
  return interruptible(session.home, (signal) =>
    carryOut(session, run, { workers, onBegin }, console, signal),
  );
}

async function carryOut(
  session: Session,
  run: Run,
  { workers: workerCount, onBegin }: Pick<DatasetRun, 'workers' | 'onBegin'>,
  console: Console,
  signal: AbortSignal,
): Promise<Run> {
  const { db, environment, home } = session;
  const workers = new WorkerGroup(home, environment, console.note);
  try {
    await onBegin?.();
    await enqueueOpenStages(runServers(session), run.id);
    console.note(`Starting ${workerCount === 1 ? 'a worker' : `${workerCount} workers`}`);
    await workers.start(workerCount);
    return await Promise.race([followRun(session, run.id, console, signal), workers.failure]);
  } catch (error) {
    await workers.stop();
    const reason = error instanceof Interrupted ? 'Interrupted.' : `Stopped: ${(error as Error).message}`;
    // Lets the dataset be written again at once; where PostgreSQL is gone, its lock goes with this process.
    await failRun(db, run.id, reason).catch(() => {});
    throw error;
  } finally {
    await workers.stop();
  }
}

/** Shows a run's progress until it is done. @throws StratomeError with the run's error when it failed */
async function followRun(
  { db, home }: Session,
  runId: string,
  console: Console,
  signal: AbortSignal,
): Promise<Run> {
  for (;;) {
    const [run, progress] = await Promise.all([
      db.getRepository(Run).findOneByOrFail({ id: runId }),
      runProgress(db, runId),
    ]).catch((cause: unknown) => {
      const message = `The run can no longer be followed: ${(cause as Error).message}.`;
      throw new StratomeError('unavailable', message, 'Start again; what is done is kept.', { cause });
    });
    for (const stage of progress) console.progress.update(shown(stage));
    if (run.state === 'done') return run;
    if (run.state === 'failed') {
      const error = run.error ?? 'The run failed and left no message.';
      throw new StratomeError(run.errorKind ?? 'internal', error, `Details: ${home}/logs/worker-1.log.`);
    }
    await pause(pollEveryMs, signal);
  }
}

/** A stage as it is displayed: its layer beside its name, its throughput in its own unit. */
function shown({ stage, done, total, work }: StageProgress) {
  const { layer, workUnit } = stages[stage as StageName];
  return { stage: `${layer} ${stage}`, done, total, work: { done: work, unit: workUnit } };
}
