import { stages, type StageName } from '@stratome/pipeline';
import type { StaleReason } from '../types/basis.js';
import type { RegisteredModels } from './registered-models.js';

/** What decides whether a stage run would be done otherwise now. */
export interface RunFacts {
  readonly runId: string;
  readonly stage: string;
  readonly stageVersion: number | null;
  readonly modelId: string;
  readonly modelHash: string;
}

/** Why a stage run would be done otherwise now; none where it would not, or where that cannot be known. */
export function reasonsOfRun(
  { runId, stage, stageVersion, modelId, modelHash }: RunFacts,
  models: RegisteredModels,
): StaleReason[] {
  const reasons: StaleReason[] = [];
  const registered = models.get(modelId);
  if (registered && registered !== modelHash) {
    const message = `${stage} used the model ${modelId} with the hash ${modelHash.slice(0, 12)}; the one of that id is ${registered.slice(0, 12)} now.`;
    reasons.push({ cause: 'model', stage, runId, message });
  }
  const version = (stages[stage as StageName] as { version: number } | undefined)?.version;
  if (version && stageVersion !== null && stageVersion !== version) {
    const message = `${stage} was version ${stageVersion}; it is version ${version} now, which means something else by its output.`;
    reasons.push({ cause: 'stageVersion', stage, runId, message });
  }
  return reasons;
}

/** Runs that others read from, at any remove, themselves included. */
export function upstreamOf(
  runIds: Iterable<string>,
  sources: ReadonlyMap<string, readonly string[]>,
): Set<string> {
  const reached = new Set<string>();
  const open = [...runIds];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (reached.has(id)) continue;
    reached.add(id);
    open.push(...(sources.get(id) ?? []));
  }
  return reached;
}
