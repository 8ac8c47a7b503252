import { canonicalJson, hashJson, StratomeError } from '@stratome/core';
import { z } from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex');

/** The code that ran: a git commit, and whether the tree differed from it. */
export const codeRevisionSchema = z.object({
  commit: z.string().min(1).describe('git commit, or release-VERSION where there is no git checkout'),
  dirty: z.boolean().describe('true when tracked files differed from the commit'),
});
export type CodeRevision = z.infer<typeof codeRevisionSchema>;

/** Which model was used; id `none` with the hash of nothing where a stage uses none. */
export const modelReferenceSchema = z.object({ id: z.string().min(1), hash: sha256 });
export type ModelReference = z.infer<typeof modelReferenceSchema>;

/** SHA-256 of the empty string. */
const hashOfNothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
export const noModel: ModelReference = { id: 'none', hash: hashOfNothing };

export const environmentSchema = z.object({
  hardware: z.object({
    architecture: z.string(),
    processor: z.string(),
    cores: z.number().int().positive(),
    memoryGib: z.number().positive(),
    accelerator: z.string().describe('accelerator name, or none'),
  }),
  system: z.string().describe('kernel name and release'),
  runtime: z.string().describe('Node.js version'),
  libraries: z.record(z.string(), z.string()).describe('versions of the libraries a result rests on'),
  executionProvider: z.enum(['none', 'cpu', 'cuda']).describe('what ran the model'),
});
export type Environment = z.infer<typeof environmentSchema>;

/**
 * What made the output of a stage: the six fields without which nothing is committed. The same six are NOT NULL
 * in PostgreSQL and stand on the Run node of the graph.
 */
export const stageRecordSchema = z.object({
  inputHash: sha256,
  code: codeRevisionSchema,
  model: modelReferenceSchema,
  parameters: z.record(z.string(), z.unknown()),
  environment: environmentSchema,
  outputHash: sha256,
});
export type StageRecord = z.infer<typeof stageRecordSchema>;

/** @throws StratomeError internal naming each field that is missing or malformed. */
export function requireComplete(record: unknown): StageRecord {
  const result = stageRecordSchema.safeParse(record);
  if (result.success) return result.data;
  const fields = result.error.issues.map((i) => `${i.path.join('.') || 'record'}: ${i.message}`).join('; ');
  throw new StratomeError(
    'internal',
    `The provenance record is incomplete (${fields}).`,
    'Nothing was committed.',
  );
}

/** One artefact that a task read: which content, and whether for its pixels or for what was estimated from it. */
export interface UsedInput {
  readonly kind: string;
  readonly key: string;
  readonly hash: string;
  readonly role: 'pixels' | 'parameters';
}

/** What decides a task's result, and nothing else. */
export interface TaskIdentity {
  readonly stage: string;
  /** Version of the stage's processor; raised when its meaning changes. */
  readonly stageVersion: number;
  readonly parameters: unknown;
  readonly model: ModelReference;
  readonly inputs: readonly UsedInput[];
  /** What else the task was told: its box, its sections. */
  readonly detail: unknown;
}

const byKindAndKey = (a: { kind: string; key: string }, b: { kind: string; key: string }) =>
  a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : a.key < b.key ? -1 : a.key > b.key ? 1 : 0;

/** Hash of everything that decides a task's result; independent of the order in which inputs are listed. */
export function taskInputHash(task: TaskIdentity): string {
  return hashJson({ ...task, inputs: task.inputs.toSorted(byKindAndKey) });
}

/** A stage's input hash, from those of its tasks in the order of their keys. */
export const stageInputHash = (taskInputHashes: readonly string[]): string => hashJson(taskInputHashes);

/** Hash of a set of artefacts; independent of their order. */
export function artifactSetHash(artifacts: readonly { kind: string; key: string; hash: string }[]): string {
  return hashJson(artifacts.toSorted(byKindAndKey).map(({ kind, key, hash }) => [kind, key, hash]));
}

export const environmentHash = (environment: Environment): string => hashJson(environment);
export const parametersHash = (parameters: Record<string, unknown>): string => hashJson(parameters);
export { canonicalJson };
