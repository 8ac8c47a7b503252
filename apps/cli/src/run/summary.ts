import { queries } from '@stratome/connectome';
import { runProgress, type Run, type StageProgress } from '@stratome/operations';
import { stages, type Layer, type StageName } from '@stratome/pipeline';
import { annotationsWithoutPlace, type AnnotationWithoutPlace } from '@stratome/reconstruction-worker';
import type { TruthReport } from '../evaluation/evaluate-run.js';
import type { Session } from '../session.js';

export interface StageSummary {
  readonly stage: string;
  readonly tasks: number;
  readonly reused: number;
  /** From planning to the end. */
  readonly seconds: number;
  /** These three are sums over tasks. */
  readonly ioSeconds: number;
  readonly waitingSeconds: number;
  readonly computeSeconds: number;
  readonly work: number;
  readonly workUnit: string;
}

export interface LayerSummary {
  /** From the first planning of the layer to its last end. */
  readonly seconds: number;
  readonly stages: readonly StageSummary[];
}

export interface RunSummary {
  readonly dataset: string;
  readonly layers: Partial<Record<Layer, LayerSummary>>;
  readonly truth: TruthReport | null;
  readonly graph: { readonly neurons: number; readonly synapses: number; readonly connections: number };
  readonly annotationsWithoutPlace: readonly AnnotationWithoutPlace[];
  /** Wall time of the whole command. */
  readonly seconds: number;
}

const tenths = (ms: number) => Math.round(ms / 100) / 10;

function stageSummary(progress: StageProgress): StageSummary {
  const { stage, total, reused, work, plannedAt, finishedAt } = progress;
  return {
    stage,
    tasks: total,
    reused,
    seconds: tenths((finishedAt ?? plannedAt).getTime() - plannedAt.getTime()),
    ioSeconds: tenths(progress.ioMs),
    waitingSeconds: tenths(progress.waitingMs),
    computeSeconds: tenths(progress.computeMs),
    work,
    workUnit: stages[stage as StageName].workUnit,
  };
}

/** Stages by layer, in the order of layers. */
export function layerSummaries(progress: readonly StageProgress[]): RunSummary['layers'] {
  const layers: Partial<Record<Layer, LayerSummary>> = {};
  for (const layer of ['L1', 'L2', 'L3', 'L4', 'L5'] as const) {
    const own = progress.filter(({ stage }) => stages[stage as StageName].layer === layer);
    if (own.length === 0) continue;
    const begin = Math.min(...own.map(({ plannedAt }) => plannedAt.getTime()));
    const end = Math.max(...own.map(({ plannedAt, finishedAt }) => (finishedAt ?? plannedAt).getTime()));
    layers[layer] = { seconds: tenths(end - begin), stages: own.map(stageSummary) };
  }
  return layers;
}

/** @param startedMs when the command began, by `performance.now()` */
export async function summarise(
  { db, graph, store }: Session,
  run: Run,
  truth: TruthReport | null,
  startedMs: number,
): Promise<RunSummary> {
  const counts = await graph.first(queries.graphSummary, { dataset: run.dataset });
  return {
    dataset: run.dataset,
    layers: layerSummaries(await runProgress(db, run.id)),
    truth,
    graph: {
      neurons: Number(counts?.neurons ?? 0),
      synapses: Number(counts?.synapses ?? 0),
      connections: Number(counts?.connections ?? 0),
    },
    annotationsWithoutPlace: await annotationsWithoutPlace({ db, store }, run),
    seconds: tenths(performance.now() - startedMs),
  };
}
