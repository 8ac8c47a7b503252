import { parentPort, workerData } from 'node:worker_threads';
import {
  analyses,
  cellsUnderFlags,
  encodeResultTable,
  loadProjection,
  openGraph,
  queries,
  runAnalysis,
  type AnalysisName,
  type AnalysisParameters,
  type Graph,
  type GraphAddress,
  type NamedTree,
} from '@stratome/connectome';
import { conflict, isStratomeError, type ErrorKind } from '@stratome/core';
import type { AnalysisProgress } from '@stratome/operations';

/** What the thread is given. */
export interface ThreadTask {
  readonly address: GraphAddress;
  readonly dataset: string;
  readonly revision: number;
  readonly name: AnalysisName;
  readonly parameters: Record<string, unknown>;
  readonly skeletons: readonly NamedTree[];
  readonly scoreMatrix: string | undefined;
}

/** What it says, one after the other; `found` or `failed` is the last. */
export type ThreadMessage =
  | { readonly progress: AnalysisProgress }
  | {
      readonly found: {
        readonly summary: Record<string, number | string | null>;
        readonly resultTable: Uint8Array;
      };
    }
  | { readonly failed: { readonly kind: ErrorKind; readonly message: string; readonly remedy: string } };

const say = (message: ThreadMessage) => parentPort!.postMessage(message);

/** How often progress is said. */
const everyMs = 200;
let saidMs = 0;

function report(phase: string, done: number, total: number): void {
  const now = performance.now();
  if (now - saidMs < everyMs && done !== total) return;
  saidMs = now;
  say({ progress: { phase, done, total } });
}

type Selection = AnalysisParameters<'centrality'>;

/** Cells whose measure lies outside the bounds of the mask. */
async function cellsOutsideBounds(graph: Graph, { dataset, revision }: ThreadTask, selection: Selection) {
  const { maskLayer, maskMeasure, maskLowest, maskHighest } = selection;
  if (maskLayer === null || maskMeasure === null) return [];
  const asked = { dataset, layer: maskLayer, measure: maskMeasure, revision: BigInt(revision), grid: 'cell' };
  const field = await graph.run(queries.qualityField, asked);
  const low = maskLowest ?? -Infinity;
  const high = maskHighest ?? Infinity;
  return field.filter(({ value }) => value < low || value > high).map(({ cellKey }) => cellKey);
}

async function requireRevision(graph: Graph, { dataset, revision }: ThreadTask): Promise<bigint> {
  const head = await graph.first(queries.head, { dataset });
  if (head && head.revision === BigInt(revision)) return head.epoch;
  throw conflict(`"${dataset}" is no longer at revision ${revision}.`, 'Ask for the analysis again.');
}

async function projectionOf(task: ThreadTask) {
  const selection = task.parameters as Selection;
  const graph = await openGraph(task.address);
  try {
    const epoch = await requireRevision(graph, task);
    const projection = await loadProjection(graph, task.dataset, {
      minWeight: BigInt(selection.minWeight),
      minConfidence: selection.minConfidence,
      maskedCells: [
        ...(await cellsOutsideBounds(graph, task, selection)),
        ...(await cellsUnderFlags(graph, task.dataset, selection.maskFlagged)),
      ],
      signs: analyses[task.name].reads === 'signedConnections',
      onProgress: (connections) => report('reading connections', connections, 0),
    });
    if ((await requireRevision(graph, task)) !== epoch)
      throw conflict(`"${task.dataset}" changed while it was read.`, 'Ask for the analysis again.');
    return projection;
  } finally {
    await graph.close();
  }
}

async function run(task: ThreadTask): Promise<void> {
  const { name, skeletons, scoreMatrix } = task;
  const inputs =
    analyses[name].reads === 'skeletons'
      ? { skeletons, scoreMatrix }
      : { projection: await projectionOf(task) };
  const parameters = task.parameters as AnalysisParameters;
  const { summary, columns } = runAnalysis(name, inputs, parameters as never, (done, total) =>
    report('computing', done, total),
  );
  say({ found: { summary: { ...summary }, resultTable: encodeResultTable(columns) } });
}

try {
  await run(workerData as ThreadTask);
} catch (error) {
  const { kind, message, remedy } = isStratomeError(error)
    ? error
    : {
        kind: 'internal' as const,
        message: error instanceof Error ? (error.stack ?? '') : String(error),
        remedy: '',
      };
  say({ failed: { kind, message, remedy } });
}
