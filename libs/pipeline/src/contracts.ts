import { badInput } from '@stratome/core';
import { z } from 'zod';
import { stageNames, type StageName } from './stages.js';

/** Which artefacts a task reads; `keys` left out means all of that kind. */
export interface InputReference {
  readonly kind: string;
  readonly keys?: readonly string[];
  readonly role: 'pixels' | 'parameters';
  /**
   * False where the task's detail says all that the result takes from these artefacts: another content does not make
   * the task another one. They are its lineage all the same.
   */
  readonly decides?: false;
}

/** One task of a stage, as planned. */
export interface TaskPlan {
  /** Unique in the stage. */
  readonly key: string;
  readonly inputs: readonly InputReference[];
  /** What else decides the result (its box, its sections); plain JSON. */
  readonly detail: Record<string, unknown>;
}

/** A task with its inputs resolved to contents, as a worker thread receives it. */
export interface ResolvedTask {
  readonly dataset: string;
  readonly voxelNm: readonly [number, number, number];
  readonly stage: StageName;
  readonly key: string;
  readonly parameters: Record<string, unknown>;
  readonly detail: Record<string, unknown>;
  readonly modelDirectory?: string;
  /** kind → key → content. */
  readonly inputs: ReadonlyMap<
    string,
    ReadonlyMap<string, { readonly hash: string; readonly bytes: number }>
  >;
}

/** What a worker thread hands back; every artefact is already in the object store. */
export interface TaskResult {
  readonly artifacts: readonly { kind: string; key: string; hash: string; bytes: number }[];
  /** Inputs of which nothing is in the result; they are left out of the lineage. */
  readonly unused?: readonly { kind: string; key: string }[];
  readonly ioMs: number;
  readonly computeMs: number;
  readonly work: number;
  /** Execution provider that ran the stage's model, where it has one. */
  readonly provider?: 'cpu' | 'cuda';
}

/** Names of the two queues. Jobs carry ids only; everything else is read from PostgreSQL. */
export const queueNames = { tasks: 'stratome-tasks', stages: 'stratome-stages' } as const;

const stageName = z.enum(stageNames as [StageName, ...StageName[]]);
export const taskJobSchema = z.object({ taskId: z.uuid(), plannedAtMs: z.number() });
export type TaskJob = z.infer<typeof taskJobSchema>;

/** `plan` works out the stage's tasks; `finish` runs after the last of them. */
export const stageJobSchema = z.object({
  runId: z.uuid(),
  stage: stageName,
  phase: z.enum(['plan', 'finish']),
});
export type StageJob = z.infer<typeof stageJobSchema>;

/** The prefix of every Redis key, so that two checkouts can share a server. */
export const queuePrefix = (): string => process.env.STRATOME_QUEUE_PREFIX ?? 'stratome';

export function requireStageName(text: string): StageName {
  const parsed = stageName.safeParse(text);
  if (parsed.success) return parsed.data;
  throw badInput(`There is no stage "${text}".`, `Stages: ${stageNames.join(', ')}.`);
}
