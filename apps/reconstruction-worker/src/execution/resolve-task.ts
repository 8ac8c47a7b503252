import { StratomeError, type Box } from '@stratome/core';
import type { ArtifactsOf, Dataset, Run, Task } from '@stratome/operations';
import { requireStageName, type ResolvedTask, type TaskPlan } from '@stratome/pipeline';
import { noModel, taskInputHash, type ModelReference, type UsedInput } from '@stratome/provenance';
import { parametersIn } from '../regional-parameters.js';
import { parseRunParameters } from '../run-parameters.js';
import { processors } from '../stages/registry.js';

/** A task as stored: the plan, and the model it is to use. */
export interface StoredPlan extends TaskPlan {
  readonly model?: ModelReference & { readonly directory: string };
  /** The block that it makes, in voxels of the aligned volume; undefined when it makes no block of a fixed grid. */
  readonly block?: Box;
}

export interface TaskResolution {
  readonly resolved: ResolvedTask;
  /** What it is offered to read. */
  readonly used: readonly UsedInput[];
  /** Hash of everything that decides its result. */
  readonly inputHash: string;
}

/**
 * Resolves what a task of a run reads to contents and its parameters to values, so that it can be executed without
 * servers.
 *
 * @param artifactsOf what a reader of the run's revision sees
 * @param stageVersion the version of the stage that executes it, which decides the result too
 * @throws StratomeError internal when an artefact that the plan names is not there
 */
export async function resolveTask(
  artifactsOf: ArtifactsOf,
  task: Pick<Task, 'stage' | 'key' | 'plan'>,
  run: Pick<Run, 'parameters'>,
  dataset: Dataset,
  stageVersion: number,
): Promise<TaskResolution> {
  const stage = requireStageName(task.stage);
  const plan = task.plan as StoredPlan;
  const ofRun = parseRunParameters(run.parameters);
  const parameters = processors[stage].parameters(plan.block ? parametersIn(ofRun, plan.block) : ofRun);
  const { used, deciding, inputs } = await resolveInputs(artifactsOf, task);
  const inputHash = taskInputHash({
    stage,
    stageVersion,
    parameters,
    model: plan.model ? { id: plan.model.id, hash: plan.model.hash } : noModel,
    inputs: deciding,
    detail: { ...plan.detail, voxelNm: dataset.voxelNm },
  });
  const resolved: ResolvedTask = {
    dataset: dataset.name,
    voxelNm: dataset.voxelNm,
    stage,
    key: task.key,
    parameters,
    detail: plan.detail,
    modelDirectory: plan.model?.directory,
    inputs,
  };
  return { resolved, used, inputHash };
}

async function resolveInputs(
  artifactsOf: ArtifactsOf,
  { stage, key: task, plan }: Pick<Task, 'stage' | 'key' | 'plan'>,
) {
  const used: UsedInput[] = [];
  const deciding: UsedInput[] = [];
  const inputs = new Map<string, Map<string, { hash: string; bytes: number }>>();
  for (const { kind, keys, role, decides = true } of (plan as TaskPlan).inputs) {
    const rows = await artifactsOf(kind, keys);
    const byKey = inputs.get(kind) ?? new Map<string, { hash: string; bytes: number }>();
    for (const { key, hash, bytes } of rows) {
      used.push({ kind, key, hash, role });
      if (decides) deciding.push({ kind, key, hash, role });
      byKey.set(key, { hash, bytes });
    }
    inputs.set(kind, byKey);
    const missing = keys?.filter((key) => !byKey.has(key)) ?? [];
    if (missing.length > 0) {
      throw new StratomeError(
        'internal',
        `${stage} ${task} needs ${kind} ${missing.join(' ')}, which nobody made.`,
      );
    }
  }
  return { used, deciding, inputs };
}
