import type { Box } from '@stratome/core';
import {
  annotationsWithoutPlace,
  changesOf,
  estimateReprocessing,
  executedShare,
  tryReprocessing,
  type AnnotationWithoutPlace,
  type Changes,
  type RegionalParameters,
  type Reprocessing,
  type ReprocessingCost,
  type ReprocessingEstimate,
  type TaskCounts,
  type Trial,
} from '@stratome/reconstruction-worker';
import type { StageName } from '@stratome/pipeline';
import type { Console } from '../action.js';
import type { Session } from '../session.js';
import { runDataset } from './run-dataset.js';

export type Estimated = ReprocessingEstimate & { readonly region: Box };

/** What a regional re-run did. */
export interface ReprocessSummary {
  readonly dataset: string;
  readonly revision: number;
  /** Grown to whole blocks. */
  readonly region: Box;
  /** Every parameter that holds in a region by now; `run --regions` takes this list. */
  readonly regions: readonly RegionalParameters[];
  readonly tasks: TaskCounts & { readonly byStage: Partial<Record<StageName, TaskCounts>> };
  readonly cost: ReprocessingCost;
  readonly changed: Changes;
  readonly annotationsWithoutPlace: readonly AnnotationWithoutPlace[];
  /** Wall time of the whole command. */
  readonly seconds: number;
}

export const estimated = async ({ db }: Session, planned: Reprocessing): Promise<Estimated> => ({
  region: planned.region,
  ...(await estimateReprocessing(db, planned)),
});

/** Makes a region again and stores nothing. @throws StratomeError as `tryReprocessing` does */
export const tryPlanned = (
  { db, graph, home, settings }: Session,
  planned: Reprocessing,
  { progress }: Console,
): Promise<Trial> =>
  tryReprocessing(
    {
      db,
      graph,
      storeRoot: home,
      modelsDirectory: settings.STRATOME_MODELS,
      progress: (stage, done, total) => progress.update({ stage, done, total, unit: 'tasks' }),
    },
    planned,
  );

export interface ReprocessOptions {
  readonly workers: number;
  readonly estimate: ReprocessingEstimate;
  /** When the command began, by `performance.now()`. */
  readonly startedMs: number;
}

/** Makes a region again, as a new revision. @throws StratomeError as `runDataset` does */
export async function reprocess(
  session: Session,
  { dataset, region, stages, parameters, redo }: Reprocessing,
  { workers, estimate: { haloGrownShare }, startedMs }: ReprocessOptions,
  console: Console,
): Promise<ReprocessSummary> {
  const { db } = session;
  const regions = parameters.regions ?? [];
  const request = {
    dataset,
    parameters: { ...parameters, regions },
    workers,
    redo,
    kind: 'reprocess' as const,
  };
  const run = await runDataset(session, request, console);
  const { byStage, share } = await executedShare(db, run, stages);
  const total = (of: keyof TaskCounts) => Object.values(byStage).reduce((sum, counts) => sum + counts[of], 0);
  return {
    dataset: dataset.name,
    revision: run.revision,
    region,
    regions,
    tasks: { executed: total('executed'), reused: total('reused'), byStage },
    cost: { share, haloGrownShare, ratio: share / haloGrownShare },
    changed: await changesOf(session, run, dataset.headRevision),
    annotationsWithoutPlace: await annotationsWithoutPlace(session, run),
    seconds: Math.round((performance.now() - startedMs) / 100) / 10,
  };
}
