import { artifactsAt, stageCosts, tasksOfRun, type Run } from '@stratome/operations';
import type { StageName } from '@stratome/pipeline';
import type { ObjectStore } from '@stratome/storage';
import type { DataSource } from 'typeorm';
import { parseRunParameters } from '../run-parameters.js';
import { isNeuron } from '../stages/graph-rows.js';
import type { StoredObject } from '../stages/objects.js';
import type { StoredSynapse } from '../stages/stored-synapses.js';

export interface TaskCounts {
  readonly executed: number;
  readonly reused: number;
}

export interface ReprocessingCost {
  /** Work of the executed tasks over that of all, each stage weighted by the time that a unit of its work takes. */
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
    const ms = (list: typeof tasks) =>
      list.reduce((sum, { work }) => sum + work, 0) * (msPerWork.get(stage) ?? 0);
    executedMs += ms(executed);
    allMs += ms(tasks);
  }
  return { byStage, share: allMs > 0 ? executedMs / allMs : 0 };
}

interface Seen {
  /** Content by id. */
  readonly segments: Map<string, string>;
  readonly neurons: Map<string, string>;
  readonly synapses: Map<string, string>;
  readonly connections: Map<string, string>;
}

/** What differs between two revisions of a dataset, counted from what the stages wrote. */
export async function changesBetween(
  db: DataSource,
  store: ObjectStore,
  run: Run,
  before: number,
): Promise<Changes> {
  const [a, b] = [await seenAt(db, store, run, before), await seenAt(db, store, run, run.revision)];
  const differing = (of: keyof Seen) => {
    const gone = [...a[of].keys()].filter((id) => !b[of].has(id)).length;
    return gone + [...b[of]].filter(([id, content]) => a[of].get(id) !== content).length;
  };
  return {
    segments: differing('segments'),
    neurons: differing('neurons'),
    synapses: differing('synapses'),
    connections: differing('connections'),
  };
}

async function seenAt(db: DataSource, store: ObjectStore, run: Run, revision: number): Promise<Seen> {
  const readAll = async <T>(kind: string): Promise<T[]> => {
    const rows = await artifactsAt(db, run.dataset, revision, kind);
    const parts: T[] = [];
    for (const { hash } of rows)
      parts.push(...(JSON.parse(Buffer.from(await store.get(hash)).toString('utf8')) as T[]));
    return parts;
  };
  const objects = await readAll<StoredObject>('objects');
  const neurons = objects.filter(isNeuron);
  const isKnown = new Set(neurons.map(({ id }) => id));
  const synapses = await readAll<StoredSynapse>('synapses');
  const weights = new Map<string, number>();
  const { postHighAccuracy } = parseRunParameters(run.parameters).graph;
  for (const { preSegment, postSegment, confidence } of synapses) {
    if (confidence < postHighAccuracy || !isKnown.has(preSegment) || !isKnown.has(postSegment)) continue;
    const pair = `${preSegment} ${postSegment}`;
    weights.set(pair, (weights.get(pair) ?? 0) + 1);
  }
  return {
    segments: new Map(objects.map(({ id, mask }) => [id, mask])),
    neurons: new Map(neurons.map(({ id, mask }) => [id, mask])),
    synapses: new Map(synapses.map((s) => [s.id, JSON.stringify(s)])),
    connections: new Map([...weights].map(([pair, weight]) => [pair, String(weight)])),
  };
}
