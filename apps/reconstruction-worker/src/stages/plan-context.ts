import { notFound, type Box, type Vec3 } from '@stratome/core';
import type { ArtifactsOf, Dataset, Run } from '@stratome/operations';
import { makesBlocks, type StageName, type TaskPlan } from '@stratome/pipeline';
import type { ObjectStore } from '@stratome/storage';
import { parametersIn } from '../regional-parameters.js';
import { parseRunParameters } from '../run-parameters.js';
import { alignedBoxOf, type Geometry } from './geometry.js';
import type { ChosenModel, ModelTask, PlanContext } from './processor.js';

export interface PlanSources {
  readonly dataset: Dataset;
  readonly run: Run;
  readonly artifactsOf: ArtifactsOf;
  readonly store: ObjectStore;
  chooseModel(task: ModelTask, voxelNm: Vec3): Promise<ChosenModel>;
}

/** What a stage of a run sees while it plans. */
export function planContextOf(sources: PlanSources): PlanContext {
  const { dataset, run, artifactsOf, store } = sources;
  const parameters = parseRunParameters(run.parameters);
  const readObject = async <T>(hash: string) =>
    JSON.parse(Buffer.from(await store.get(hash)).toString('utf8')) as T;
  return {
    dataset,
    run,
    parameters,
    parametersIn: (block) => parametersIn(parameters, block),
    model: (task) => sources.chooseModel(task, dataset.voxelNm),
    keys: async (kind) => (await artifactsOf(kind)).map((row) => row.key),
    readManifest: () => readObject(dataset.manifestHash),
    readJson: async (kind, key) => {
      const [row] = await artifactsOf(kind, [key]);
      if (!row) throw notFound(`Dataset ${dataset.name} has no ${kind} ${key} at revision ${run.revision}.`);
      return readObject(row.hash);
    },
  };
}

/** The blocks of a fixed grid that tasks of a stage make; undefined for a stage that makes none. */
export async function blocksOf(
  stage: StageName,
  context: PlanContext,
): Promise<(plan: TaskPlan) => Box | undefined> {
  if (!makesBlocks(stage)) return () => undefined;
  const g = await context.readJson<Geometry>('geometry', 'dataset');
  return ({ detail }) => alignedBoxOf(stage, detail, g);
}
