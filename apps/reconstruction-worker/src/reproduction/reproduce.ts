import { StratomeError } from '@stratome/core';
import { artifactsAt, type Dataset, type Run, type StageRun } from '@stratome/operations';
import { requireStageName, stages, type ResolvedTask, type TaskResult } from '@stratome/pipeline';
import {
  captureCodeRevision,
  captureEnvironment,
  promiseOfEquality,
  type EqualityPromise,
  type ModelReference,
} from '@stratome/provenance';
import { FileObjectStore, type ObjectStore } from '@stratome/storage';
import type { DataSource } from 'typeorm';
import { DiscardingStore } from '../execution/discarding-store.js';
import { ExecutionPool } from '../execution/pool.js';
import { resolveTask, type StoredPlan } from '../execution/resolve-task.js';
import { TaskIo } from '../execution/task-io.js';
import { releaseVersion, repositoryRoot } from '../release.js';
import { processors } from '../stages/registry.js';
import { findModel, requireInputs, requireTiles } from './check-record.js';
import { countTasks, recordedTasks, spread, type RecordedTask } from './recorded-tasks.js';

export interface ReproductionRequest {
  readonly run: Run;
  readonly dataset: Dataset;
  /** Stage runs of the run. */
  readonly stageRuns: readonly StageRun[];
  /** Tasks of each stage, evenly spread; all when undefined. */
  readonly tasks?: number;
}

export interface ReproductionContext {
  readonly db: DataSource;
  /** Root of the object store; it is only read. */
  readonly storeRoot: string;
  readonly modelsDirectory: string;
  readonly threads?: number;
  /** Called when a step of a stage begins and after each of its tasks. */
  readonly progress: (step: 'check' | 'execute', stage: string, done: number, total: number) => void;
}

export interface DifferingArtifact {
  readonly task: string;
  readonly kind: string;
  readonly key: string;
  /** Hash on record; undefined for what the task made now and had not made then. */
  readonly recorded?: string;
  /** Hash of what was made now; undefined for what it did not make. */
  readonly found?: string;
}

export interface StageReproduction {
  readonly stage: string;
  readonly stageRunId: string;
  /** Tasks on record, and how many of them were executed. */
  readonly tasks: number;
  readonly executed: number;
  /** Artefacts compared. */
  readonly artifacts: number;
  readonly differing: readonly DifferingArtifact[];
  readonly promise: EqualityPromise;
}

/**
 * Executes tasks of a run again from their record (plan, parameters, model and input contents) and compares the hashes
 * of what they make with those on record. Commits and stores nothing. Everything needed is looked for first.
 *
 * @throws StratomeError notFound when a model, an input or a tile is not there any more, corrupt when the record does
 *   not lead to the input hash that was committed with it
 */
export async function reproduce(
  context: ReproductionContext,
  request: ReproductionRequest,
): Promise<StageReproduction[]> {
  const store = new FileObjectStore(context.storeRoot);
  const chosen = await Promise.all(request.stageRuns.map((record) => choose(context, request, record)));
  for (const stage of chosen) await checkStage(context, request, stage, store);
  const pool = new ExecutionPool(context.storeRoot, context.threads);
  try {
    const results: StageReproduction[] = [];
    for (const stage of chosen) results.push(await executeStage(context, request, stage, pool));
    return results;
  } finally {
    await pool.close();
  }
}

interface ChosenStage {
  readonly record: StageRun;
  readonly total: number;
  /** Places of the tasks to be executed. */
  readonly places: readonly number[];
}

async function choose(
  { db }: ReproductionContext,
  { run, tasks }: ReproductionRequest,
  record: StageRun,
): Promise<ChosenStage> {
  const total = await countTasks(db, run, record.stage);
  return { record, total, places: spread(tasks ?? total, total) };
}

/** The task as it was, with the model's folder as it is. */
async function resolveRecorded(
  { db, modelsDirectory }: ReproductionContext,
  { run, dataset }: ReproductionRequest,
  { record }: ChosenStage,
  task: RecordedTask,
): Promise<ResolvedTask> {
  const version = record.stageVersion ?? stages[requireStageName(task.stage)].version;
  const { resolved, inputHash } = await resolveTask(
    (kind, keys) => artifactsAt(db, dataset.name, run.revision, kind, keys),
    task,
    run,
    dataset,
    version,
  );
  const { model } = task.plan as StoredPlan;
  requireSameModel(record, model);
  if (inputHash !== task.inputHash) {
    throw new StratomeError(
      'corrupt',
      `The record of ${task.stage} ${task.key} (inputs, parameters, model and stage version) has the hash ${inputHash}, not ${task.inputHash} as committed.`,
      'Its inputs were replaced, or the record was altered: npx stratome verify looks further.',
    );
  }
  return model ? { ...resolved, modelDirectory: await findModel(model, modelsDirectory) } : resolved;
}

function requireSameModel(
  { stage, modelId, modelHash }: StageRun,
  planned: ModelReference | undefined,
): void {
  if (!planned || planned.hash === modelHash) return;
  throw new StratomeError(
    'corrupt',
    `The record of ${stage} names the model ${modelId} (${modelHash}), its tasks ${planned.id} (${planned.hash}).`,
    'One of them was altered.',
  );
}

async function checkStage(
  context: ReproductionContext,
  request: ReproductionRequest,
  chosen: ChosenStage,
  store: ObjectStore,
): Promise<void> {
  const { record, places } = chosen;
  let done = 0;
  for await (const task of recordedTasks(context.db, request.run, record.stage, places)) {
    await requireTiles({ ...(task.plan as StoredPlan), stage: task.stage });
    await requireInputs(await resolveRecorded(context, request, chosen, task), store);
    context.progress('check', record.stage, ++done, places.length);
  }
}

async function executeStage(
  context: ReproductionContext,
  request: ReproductionRequest,
  chosen: ChosenStage,
  pool: ExecutionPool,
): Promise<StageReproduction> {
  const { record, total, places } = chosen;
  const differing: DifferingArtifact[] = [];
  const providers = new Set<'cpu' | 'cuda'>();
  let [executed, artifacts] = [0, 0];
  const one = async (task: RecordedTask) => {
    const result = await execute(
      context,
      request,
      await resolveRecorded(context, request, chosen, task),
      pool,
    );
    differing.push(...compare(task, result));
    artifacts += task.artifacts.length;
    if (result.provider) providers.add(result.provider);
    context.progress('execute', record.stage, ++executed, places.length);
  };
  await inParallel(recordedTasks(context.db, request.run, record.stage, places), pool.size, one);
  differing.sort((a, b) => (`${a.kind}/${a.key}` < `${b.kind}/${b.key}` ? -1 : 1));
  return {
    stage: record.stage,
    stageRunId: record.id,
    tasks: total,
    executed,
    artifacts,
    differing,
    promise: promiseNow(record, [...providers][0]),
  };
}

/** What a task makes. A stage that serves a server is computed from its record; the server is neither asked nor changed. */
async function execute(
  { db, storeRoot }: ReproductionContext,
  { run, dataset }: ReproductionRequest,
  task: ResolvedTask,
  pool: ExecutionPool,
): Promise<Pick<TaskResult, 'artifacts' | 'provider'>> {
  const processor = processors[task.stage];
  if ('run' in processor) return pool.execute(task, true);
  const store = new DiscardingStore(new FileObjectStore(storeRoot));
  const io = new TaskIo(store, task);
  await processor.recompute(task, io, { db, store, run, dataset });
  return { artifacts: io.written };
}

/** Runs `work` on what a generator yields, `size` at a time; nothing is begun after one has failed. */
async function inParallel<T>(
  items: AsyncGenerator<T>,
  size: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let failed = false;
  const takeTurns = async () => {
    for (;;) {
      const { value, done } = await items.next();
      if (done || failed) return;
      await work(value).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: size }, takeTurns));
  const rejected = ended.find((end) => end.status === 'rejected');
  if (rejected) throw rejected.reason;
}

function compare(task: RecordedTask, { artifacts }: Pick<TaskResult, 'artifacts'>): DifferingArtifact[] {
  const nameOf = ({ kind, key }: { kind: string; key: string }) => `${kind}\n${key}`;
  const made = new Map(artifacts.map((artifact) => [nameOf(artifact), artifact]));
  const differing: DifferingArtifact[] = [];
  for (const { kind, key, hash } of task.artifacts) {
    const found = made.get(nameOf({ kind, key }))?.hash;
    made.delete(nameOf({ kind, key }));
    if (found !== hash) differing.push({ task: task.key, kind, key, recorded: hash, found });
  }
  for (const { kind, key, hash } of made.values()) differing.push({ task: task.key, kind, key, found: hash });
  return differing;
}

function promiseNow(record: StageRun, provider: 'cpu' | 'cuda' | undefined): EqualityPromise {
  const stage = requireStageName(record.stage);
  const usesModel = processors[stage].model !== undefined;
  const recorded = {
    code: { commit: record.codeCommit, dirty: record.codeDirty },
    // Where it was not kept, the input hash has shown that it is the present one.
    stageVersion: record.stageVersion ?? stages[stage].version,
    environment: record.environment,
  };
  const now = {
    code: captureCodeRevision(repositoryRoot, releaseVersion),
    stageVersion: stages[stage].version,
    environment: captureEnvironment(import.meta.url, usesModel ? (provider ?? 'cpu') : 'none'),
  };
  return promiseOfEquality(recorded, now, usesModel);
}
