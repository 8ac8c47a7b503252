import type { CodeRevision, Environment } from './record.js';

/**
 * What of an environment decides whether a network gives the same bits again: the library that runs it, on what it
 * ran, and the processor. The instruction set is not recorded by itself; processors of one name have the same.
 */
export interface EnvironmentClass {
  readonly runtime: string;
  readonly provider: string;
  readonly instructionSet: string;
}

export function environmentClass({ hardware, libraries, executionProvider }: Environment): EnvironmentClass {
  return {
    runtime: `onnxruntime ${libraries['onnxruntime-node'] ?? 'unknown'}`,
    provider: executionProvider,
    instructionSet: [hardware.architecture, hardware.processor, hardware.accelerator].join(', '),
  };
}

/** With what a stage ran, or would run now. */
export interface Circumstances {
  readonly code: CodeRevision;
  readonly stageVersion: number;
  readonly environment: Environment;
}

/**
 * How far equality is promised when a task is executed again: `exact`, bit for bit; `similar`, as networks are in
 * another class of environment (variation of information of the segmentation at most 0.01); `none`.
 */
export interface EqualityPromise {
  readonly equality: 'exact' | 'similar' | 'none';
  /** What differs, in sentences; differences that matter and those that do not. */
  readonly differences: readonly string[];
}

const nameOf = ({ commit, dirty }: CodeRevision) => `${commit.slice(0, 12)}${dirty ? ' with changes' : ''}`;

function codeDifference(recorded: Circumstances, now: Circumstances): string | undefined {
  const same = recorded.code.commit === now.code.commit && recorded.code.dirty === now.code.dirty;
  if (same && !now.code.dirty) return undefined;
  if (same) return `The code is ${nameOf(now.code)}, as then; whether the changes are the same is not known.`;
  return `The code was ${nameOf(recorded.code)}, it is ${nameOf(now.code)}.`;
}

/**
 * What is promised of a stage that is executed again. A stage without a network is plain arithmetic and gives the same
 * bits wherever its version is the same; a network does within one class of environment.
 */
export function promiseOfEquality(
  recorded: Circumstances,
  now: Circumstances,
  usesModel: boolean,
): EqualityPromise {
  const differences: string[] = [];
  const code = codeDifference(recorded, now);
  if (code) differences.push(code);
  const renewed = recorded.stageVersion !== now.stageVersion;
  if (renewed)
    differences.push(`The stage was version ${recorded.stageVersion}, it is version ${now.stageVersion}.`);
  const [then, present] = [environmentClass(recorded.environment), environmentClass(now.environment)];
  const classes = usesModel ? (['runtime', 'provider', 'instructionSet'] as const) : [];
  const others = classes.filter((part) => then[part] !== present[part]);
  for (const part of others)
    differences.push(`The ${words[part]} was ${then[part]}, it is ${present[part]}.`);
  if (recorded.environment.runtime !== now.environment.runtime)
    differences.push(`It ran on ${recorded.environment.runtime}; this is ${now.environment.runtime}.`);
  const equality = renewed ? 'none' : others.length > 0 ? 'similar' : 'exact';
  return { equality, differences };
}

const words = { runtime: 'runtime', provider: 'provider', instructionSet: 'processor' } as const;
