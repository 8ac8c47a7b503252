import type { Graph } from '@stratome/connectome';
import { artifactsAt, mostWorkOf, stageCosts, tasksOfRun, type Run } from '@stratome/operations';
import type { StageName } from '@stratome/pipeline';
import { compareRevisions } from '@stratome/revisions';
import type { ObjectStore } from '@stratome/storage';
import type { DataSource } from 'typeorm';
import type { StoredObject } from '../stages/objects.js';

export interface TaskCounts {
  readonly executed: number;
  readonly reused: number;
}

export interface ReprocessingCost {
  /** Work of the executed tasks over that of making everything, each stage weighted by the time that a unit of its work takes. */
  readonly share: number;
  readonly haloGrownShare: number;
  /** `share` over `haloGrownShare`. */
  readonly ratio: number;
}

/** How many stand in one of two revisions alone, or are not the same in both. */
export interface Changes {
  readonly segments: number;
  readonly neurons: number;
  readonly synapses: number;
  readonly connections: number;
}

/** What a finished run executed and what it found done, by stage, and the share of the work that was. */
export async function executedShare(
  db: DataSource,
  run: Run,
  stages: readonly StageName[],
): Promise<{ byStage: Partial<Record<StageName, TaskCounts>>; share: number }> {
  const msPerWork = await stageCosts(db, run.dataset);
  const byStage: Partial<Record<StageName, TaskCounts>> = {};
  let [executedMs, allMs] = [0, 0];
  for (const stage of stages) {
    const tasks = await tasksOfRun(db, run.id, stage);
    const executed = tasks.filter((task) => task.executed);
    byStage[stage] = { executed: executed.length, reused: tasks.length - executed.length };
    const workOf = (list: typeof tasks) => list.reduce((sum, { work }) => sum + work, 0);
    const done = workOf(executed);
    // The graph's one task always runs, and writes what changed: all of it is what a load of everything writes.
    const all = stage === 'graph' ? Math.max(done, await mostWorkOf(db, run.dataset, stage)) : workOf(tasks);
    executedMs += done * (msPerWork.get(stage) ?? 0);
    allMs += all * (msPerWork.get(stage) ?? 0);
  }
  return { byStage, share: allMs > 0 ? executedMs / allMs : 0 };
}

/** What differs between the revision of a run and the one before, out of history and of what the stages wrote. */
export async function changesOf(
  { db, graph, store }: { db: DataSource; graph: Graph; store: ObjectStore },
  run: Run,
  before: number,
): Promise<Changes> {
  const masksAt = async (revision: number) => {
    const [row] = await artifactsAt(db, run.dataset, revision, 'objects', ['dataset']);
    const objects = JSON.parse(Buffer.from(await store.get(row.hash)).toString('utf8')) as StoredObject[];
    return new Map(objects.map(({ id, mask }) => [id, mask]));
  };
  const [earlier, later] = [await masksAt(before), await masksAt(run.revision)];
  const gone = [...earlier.keys()].filter((id) => !later.has(id)).length;
  const differing = [...later].filter(([id, mask]) => earlier.get(id) !== mask).length;
  const compared = await compareRevisions(db, graph, run.dataset, before, run.revision, 0);
  const sum = ({ totals }: { totals: Record<'gained' | 'lost' | 'changed', number> }) =>
    totals.gained + totals.lost + totals.changed;
  return {
    segments: gone + differing,
    neurons: sum(compared.neurons),
    synapses: sum(compared.synapses),
    connections: sum(compared.connections),
  };
}
