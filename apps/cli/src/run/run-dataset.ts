import { userInfo } from 'node:os';
import { hashJson, StratomeError } from '@stratome/core';
import { listModels } from '@stratome/inference';
import {
  beginRun,
  completeRunWithInput,
  failRun,
  finishRun,
  Run,
  runAtHead,
  runProgress,
  type Dataset,
  type Redo,
  type StageProgress,
} from '@stratome/operations';
import { enqueuePlanning, plannable, stageNames, stages, type StageName } from '@stratome/pipeline';
import { parseRunParameters, type RunParameters } from '@stratome/reconstruction-worker';
import { reconcile } from '@stratome/revisions';
import type { Console } from '../action.js';
import { Interrupted, interruptible, pause } from '../processes/interruption.js';
import { WorkerGroup } from '../processes/workers.js';
import type { Session } from '../session.js';
import { clearLeftJobs } from './queue.js';

const pollEveryMs = 500;

export interface RunRequest {
  readonly dataset: Dataset;
  readonly parameters: RunParameters;
  /** Worker processes. */
  readonly workers: number;
  /** What is to be made anew although it is known. */
  readonly redo?: Redo;
  readonly kind?: 'run' | 'reprocess';
}

/** What decides the result of a run; a run with the same hash would make the same. */
async function inputHashOf(
  { settings }: Session,
  dataset: Dataset,
  parameters: RunParameters,
): Promise<string> {
  const models = (await listModels(settings.STRATOME_MODELS)).map(({ card }) => [card.id, card.sha256]);
  return hashJson({ manifestHash: dataset.manifestHash, parameters, models });
}

/** Parameters of regions stay with a dataset until they are replaced: a run that names none keeps those of the head. */
async function withRegionsOfHead(
  { db }: Session,
  { dataset, parameters }: RunRequest,
): Promise<RunParameters> {
  if (parameters.regions) return parameters;
  const { regions } = (await runAtHead(db, dataset.name))?.parameters ?? {};
  return parseRunParameters({ ...parameters, regions });
}

/**
 * Takes a dataset through all stages, or finds that this was done. An interrupted run is marked as such and
 * taken up again by the next call with the same tiles, parameters and models. Parameters of regions are those of the
 * head unless the request has some; an empty list of them takes them away.
 *
 * @returns the complete run
 * @throws StratomeError with the sentence of the task that failed; conflict while another run writes the dataset
 */
export async function runDataset(session: Session, request: RunRequest, console: Console): Promise<Run> {
  const { db, home } = session;
  const { dataset, redo, kind = 'run' } = request;
  const parameters = parseRunParameters(await withRegionsOfHead(session, request));
  const inputHash = await inputHashOf(session, dataset, parameters);
  const complete =
    (await completeRunWithInput(db, dataset.name, inputHash)) ??
    (await completedSince(session, dataset.name, inputHash, console));
  if (complete && !redo) {
    console.note(`Dataset ${complete.dataset} is complete already (revision ${complete.revision}).`);
    return complete;
  }
  const author = userInfo().username;
  const { run, resumed } = await beginRun(db, {
    dataset: dataset.name,
    parameters,
    inputHash,
    redo,
    kind,
    author,
  });
  if (resumed) console.note(`Taking up the interrupted run ${run.id}`);
  return interruptible(home, (signal) => carryOut(session, run, request.workers, console, signal));
}

/** Tidies up after a process that was killed; perhaps it was all but done with the same. */
async function completedSince(
  { db, graph }: Session,
  dataset: string,
  inputHash: string,
  console: Console,
): Promise<Run | null> {
  const found = await reconcile(db, graph, dataset);
  if (found === 'completed')
    console.note(`The last revision of ${dataset} was complete; it is marked so now.`);
  return completeRunWithInput(db, dataset, inputHash);
}

async function carryOut(
  session: Session,
  run: Run,
  workerCount: number,
  console: Console,
  signal: AbortSignal,
): Promise<Run> {
  const { db, environment, home } = session;
  const workers = new WorkerGroup(home, environment, console.note);
  try {
    await enqueueOpenStages(session, run.id);
    console.note(`Starting ${workerCount === 1 ? 'a worker' : `${workerCount} workers`}`);
    await workers.start(workerCount);
    return await Promise.race([followRun(session, run.id, console, signal), workers.failure]);
  } catch (error) {
    await workers.stop();
    const reason = error instanceof Interrupted ? 'Interrupted.' : `Stopped: ${(error as Error).message}`;
    // Lets the dataset be written again at once; where PostgreSQL is gone, its heartbeat runs out instead.
    await failRun(db, run.id, reason).catch(() => {});
    throw error;
  } finally {
    await workers.stop();
  }
}

/** Asks for the planning of every stage that can be planned; on a fresh run that is the first one. */
async function enqueueOpenStages({ db, settings }: Session, runId: string): Promise<void> {
  const connection = { url: settings.REDIS_URL };
  await clearLeftJobs(db, connection, runId);
  const rows = await runProgress(db, runId);
  const finished = new Set(rows.filter((row) => row.finishedAt).map((row) => row.stage as StageName));
  if (finished.size === stageNames.length) return finishRun(db, runId);
  for (const stage of plannable(finished)) await enqueuePlanning(connection, runId, stage);
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
