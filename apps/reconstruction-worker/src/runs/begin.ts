import type { Graph } from '@stratome/connectome';
import { conflict, hashJson } from '@stratome/core';
import { listModels } from '@stratome/inference';
import {
  beginRun,
  completeRunWithInput,
  finishRun,
  runAtHead,
  runProgress,
  type Dataset,
  type Redo,
  type Run,
} from '@stratome/operations';
import { enqueuePlanning, plannable, stageNames, type StageName } from '@stratome/pipeline';
import { reconcile } from '@stratome/revisions';
import type { DataSource } from 'typeorm';
import { parseRunParameters, type RunParameters } from '../run-parameters.js';
import { clearLeftJobs } from './left-jobs.js';

/** Where runs are kept, and what decides them beside their dataset. */
export interface RunServers {
  readonly db: DataSource;
  readonly graph: Graph;
  readonly redisUrl: string;
  readonly modelsDirectory: string;
}

export interface RunRequest {
  readonly dataset: Dataset;
  /** Those of regions are the head's when left out; an empty list takes them away. */
  readonly parameters: RunParameters;
  /** What is to be made anew although it is known. */
  readonly redo?: Redo;
  /** A repair makes a run that is complete once more, of what still stands. */
  readonly kind?: 'run' | 'reprocess' | 'repair';
  /** Who asked for it. */
  readonly author?: string;
}

/** What decides the result of a run; a run with the same hash would make the same. */
async function inputHashOf(
  { modelsDirectory }: RunServers,
  dataset: Dataset,
  parameters: RunParameters,
): Promise<string> {
  const models = (await listModels(modelsDirectory)).map(({ card }) => [card.id, card.sha256]);
  return hashJson({ manifestHash: dataset.manifestHash, parameters, models });
}

/** Parameters of regions stay with a dataset until they are replaced: a run that names none keeps those of the head. */
async function withRegionsOfHead(
  { db }: RunServers,
  { dataset, parameters }: RunRequest,
): Promise<RunParameters> {
  const regions = parameters.regions ?? (await runAtHead(db, dataset.name))?.parameters.regions;
  return parseRunParameters({ ...parameters, regions });
}

/**
 * Begins a run of a dataset, takes up the one that was interrupted while it made the same, or finds that this was
 * done. Tasks are not queued yet.
 *
 * @throws StratomeError conflict while another run writes the dataset, or when a repair would make something else
 */
export async function beginDatasetRun(
  servers: RunServers,
  request: RunRequest,
): Promise<{ run: Run; found: 'complete' | 'interrupted' | 'nothing' }> {
  const { dataset, ...asked } = request;
  const parameters = await withRegionsOfHead(servers, request);
  const inputHash = await inputHashOf(servers, dataset, parameters);
  const isComplete = () => completeRunWithInput(servers.db, dataset.name, inputHash);
  let complete = await isComplete();
  if (!complete) {
    // Perhaps a process that was killed was all but done with the same.
    await reconcile(servers.db, servers.graph, dataset.name);
    complete = await isComplete();
  }
  if (asked.kind === 'repair' && !complete) throw otherModels(dataset);
  if (complete && !asked.redo && asked.kind !== 'repair') return { run: complete, found: 'complete' };
  const { run, resumed } = await beginRun(servers.db, {
    ...asked,
    dataset: dataset.name,
    parameters,
    inputHash,
  });
  return { run, found: resumed ? 'interrupted' : 'nothing' };
}

const otherModels = ({ name, headRevision }: Dataset) =>
  conflict(
    `The models are others than those that made revision ${headRevision} of "${name}", so it would come out otherwise.`,
    `Put those models back, or let npx stratome run ${name} make a revision with these.`,
  );

/** Asks for the planning of every stage that can be planned; on a fresh run that is the first one. */
export async function enqueueOpenStages({ db, redisUrl }: RunServers, runId: string): Promise<void> {
  const connection = { url: redisUrl };
  await clearLeftJobs(db, connection, runId);
  const rows = await runProgress(db, runId);
  const finished = new Set(rows.filter((row) => row.finishedAt).map((row) => row.stage as StageName));
  if (finished.size === stageNames.length) return finishRun(db, runId);
  for (const stage of plannable(finished)) await enqueuePlanning(connection, runId, stage);
}
