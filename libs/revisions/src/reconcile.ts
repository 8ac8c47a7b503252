import { queries, type Graph } from '@stratome/connectome';
import { notFound, StratomeError } from '@stratome/core';
import {
  artifactsAt,
  asOnlyWriter,
  commitTask,
  completeRevision,
  dropIntent,
  finishRun,
  finishStage,
  intendedRevision,
  requireDataset,
  Run,
  stageRunId,
  stageRunsOf,
  takeTask,
  Task,
  type Revision,
} from '@stratome/operations';
import { stages } from '@stratome/pipeline';
import type { Environment, UsedInput } from '@stratome/provenance';
import type { DataSource } from 'typeorm';

/** What was found of a revision that a process left half-way. */
export type Reconciliation =
  /** There was none. */
  | 'nothing'
  /** Readers saw it: PostgreSQL knows it now. */
  | 'completed'
  /** Nobody saw it: nothing of it is left. */
  | 'dropped'
  /** Nobody saw it, and it is a run's, which can be taken up again. */
  | 'interrupted';

/**
 * Brings PostgreSQL to what Neo4j's Head says, which alone decides what readers see: whoever writes a dataset does
 * this first. What a process that was killed left behind is completed when Head shows it, and dropped otherwise.
 *
 * @throws StratomeError conflict while somebody is writing the dataset, notFound when there is no such dataset
 */
export function reconcile(db: DataSource, graph: Graph, dataset: string): Promise<Reconciliation> {
  return asOnlyWriter(db, dataset, () => reconcileAlone(db, graph, dataset));
}

/** As `reconcile`, for one who has made sure to be the only writer. */
export async function reconcileAlone(db: DataSource, graph: Graph, dataset: string): Promise<Reconciliation> {
  await requireDataset(db, dataset);
  const intended = await intendedRevision(db, dataset);
  if (!intended) return 'nothing';
  const ofRun = intended.run === intended.id;
  if (await isShown(graph, intended)) {
    if (ofRun) await completeShownRun(db, graph, intended);
    else await completeRevision(db, dataset, intended.revision);
    return 'completed';
  }
  if (ofRun) return 'interrupted';
  await dropIntent(db, dataset, intended.revision);
  return 'dropped';
}

async function isShown(graph: Graph, { dataset, revision, id }: Revision): Promise<boolean> {
  const head = await graph.first(queries.headCommit, { dataset });
  if (head?.revision !== BigInt(revision)) return false;
  return head.commitId === null || head.commitId === id;
}

interface GraphTaskPlan {
  readonly inputs: readonly { kind: string; keys?: readonly string[]; role: 'pixels' | 'parameters' }[];
}

/** Enters in PostgreSQL what the last stage of a run wrote in the graph before its process ended. */
async function completeShownRun(db: DataSource, graph: Graph, { dataset, id }: Revision): Promise<void> {
  const run = await db.getRepository(Run).findOneByOrFail({ id });
  const record = await shownRecord(graph, run);
  const task = await db.getRepository(Task).findOneByOrFail({ run: id, stage: 'graph' });
  if (task.state !== 'done') await commitShownTask(db, graph, run, task);
  const finished = (await stageRunsOf(db, id)).some(({ stage }) => stage === 'graph');
  if (!finished) {
    await finishStage(db, {
      run,
      stage: 'graph',
      stageVersion: stages.graph.version,
      layer: record.layer,
      record: {
        inputHash: record.inputHash,
        code: { commit: record.codeRevision, dirty: record.codeDirty },
        model: { id: record.modelId, hash: record.modelHash },
        parameters: JSON.parse(record.parametersJson) as Record<string, unknown>,
        environment: JSON.parse(record.environmentJson) as Environment,
        outputHash: record.outputHash,
      },
    });
  }
  await finishRun(db, id);
  await requireDataset(db, dataset);
}

async function shownRecord(graph: Graph, run: Run): Promise<queries.StageRunsRow> {
  const asked = { dataset: run.dataset, stage: 'graph', limit: 1000 };
  const records = await graph.run(queries.stageRuns, asked);
  const record = records.find(({ runId }) => runId === stageRunId(run.id, 'graph'));
  if (record) return record;
  throw notFound(
    `The graph shows revision ${run.revision} of "${run.dataset}" and knows no run that made it.`,
    `Run it again: npx stratome run ${run.dataset}.`,
  );
}

async function commitShownTask(db: DataSource, graph: Graph, run: Run, task: Task): Promise<void> {
  const { dataset, revision } = run;
  if (task.inputHash === null)
    throw new StratomeError('internal', `The task that wrote the graph of run ${run.id} left no input hash.`);
  const taken = await takeTask(db, task.id);
  const inputs: UsedInput[] = [];
  for (const { kind, keys, role } of (task.plan as GraphTaskPlan).inputs) {
    for (const { key, hash } of await artifactsAt(db, dataset, revision, kind, keys))
      inputs.push({ kind, key, hash, role });
  }
  const written = await graph.run(queries.artifactsOfRun, {
    dataset,
    runId: stageRunId(run.id, 'graph'),
    limit: 1000,
  });
  await commitTask(db, {
    taskId: task.id,
    fence: taken!.fence,
    revision,
    inputHash: task.inputHash,
    inputs,
    artifacts: written.map(({ kind, key, hash, sizeBytes }) => ({
      kind,
      key,
      hash,
      bytes: Number(sizeBytes ?? 0n),
    })),
    waitingMs: 0,
    ioMs: 0,
    computeMs: 0,
    work: 0,
  });
}
