import { badInput, intersectBox, isEmpty, type Box, type Vec3 } from '@stratome/core';
import { stageNames, type StageName } from '@stratome/pipeline';
import { synapseMergeParameters, synapseParameters } from '@stratome/postprocessing';
import { supervoxelParameters } from '@stratome/segmentation';
import { z } from 'zod';
import type { ParameterGroups } from './parameter-groups.js';

const voxels: z.ZodType<Vec3> = z.tuple([z.int().min(0), z.int().min(0), z.int().min(0)]);
const box: z.ZodType<Box> = z
  .object({ begin: voxels, end: voxels })
  .refine((b) => !isEmpty(b as Box), 'The box is empty or inverted');

/** Parameters that hold in a part of the dataset instead of the run's own. Where boxes overlap the later one holds. */
export const regionSchema = z.object({
  box: box.describe('Voxels of the aligned volume, half-open, z, y, x'),
  set: z.record(z.string(), z.record(z.string(), z.unknown())).describe('Values by group and name'),
});
export type RegionalParameters = z.infer<typeof regionSchema>;

type Group = keyof ParameterGroups;

const without = (shape: object, others: object): string[] =>
  Object.keys(shape).filter((name) => !(name in others));

/**
 * The parameters that a region may have of its own, by the stage that makes something of them: those of a block of
 * the fixed grid, and those of a contact of two supervoxels. What is of a whole object, neuron or section is not here.
 */
const regional: Partial<Record<StageName, { readonly group: Group; readonly names: readonly string[] }>> = {
  supervoxels: { group: 'segmentation', names: Object.keys(supervoxelParameters.shape) },
  agglomerate: { group: 'segmentation', names: ['agglomerationThreshold', 'dustAffinity'] },
  synapses: { group: 'synapse', names: without(synapseParameters.shape, synapseMergeParameters.shape) },
};

const regionalStages = stageNames.filter((stage) => regional[stage]);

/** Every parameter that a region may have of its own, as `group.name`. */
export const regionalNames = (): string[] =>
  regionalStages.flatMap((stage) =>
    regional[stage]!.names.map((name) => `${regional[stage]!.group}.${name}`),
  );

/** The stage that a parameter of a region takes effect in. @throws badInput when it holds for the whole dataset only */
export function regionalStageOf(group: string, name: string): StageName {
  const found = regionalStages.find(
    (stage) => regional[stage]!.group === group && regional[stage]!.names.includes(name),
  );
  if (found) return found;
  throw badInput(
    `The parameter ${group}.${name} holds for a whole dataset; a region cannot have its own.`,
    `A region can have its own: ${regionalNames().join(', ')}.`,
  );
}

export const meets = (a: Box, b: Box): boolean => !isEmpty(intersectBox(a, b));

type WithRegions = ParameterGroups & { readonly regions?: readonly RegionalParameters[] };

/** The parameters of a block: the run's, and over them those of every region that the block meets. */
export function parametersIn(run: WithRegions, block: Box): ParameterGroups {
  const { regions = [], ...groups } = run;
  const given = { ...groups } as Record<string, Record<string, unknown>>;
  for (const { box: region, set } of regions) {
    if (!meets(region, block)) continue;
    for (const [group, values] of Object.entries(set)) given[group] = { ...given[group], ...values };
  }
  return given as unknown as ParameterGroups;
}

/** The regions that have parameters of a stage, and those; part of the stage's own parameters. */
export function regionsOf(stage: StageName, { regions = [] }: WithRegions): { box: Box; set: object }[] {
  const own = regional[stage];
  if (!own) return [];
  return regions.flatMap(({ box: region, set }) => {
    const values = Object.entries(set[own.group] ?? {}).filter(([name]) => own.names.includes(name));
    return values.length > 0 ? [{ box: region, set: Object.fromEntries(values) }] : [];
  });
}

/** A stage's parameters as they go on record: those of regions beside those of the rest, where there are any. */
export function withRegionsOf(
  stage: StageName,
  parameters: Record<string, unknown>,
  run: WithRegions,
): Record<string, unknown> {
  const regions = regionsOf(stage, run);
  return regions.length > 0 ? { ...parameters, regions } : parameters;
}

/** Parameters of a region as `--set` takes them, `group.name=value`. */
export const settingsOf = (set: RegionalParameters['set']): string[] =>
  Object.entries(set).flatMap(([group, values]) =>
    Object.entries(values).map(([name, value]) => `${group}.${name}=${JSON.stringify(value)}`),
  );

/** Adds a region; one that has the same box is put together with it. */
export function addRegion(
  regions: readonly RegionalParameters[],
  added: RegionalParameters,
): RegionalParameters[] {
  const same = (r: RegionalParameters) => JSON.stringify(r.box) === JSON.stringify(added.box);
  const before = regions.find(same);
  const set = { ...before?.set };
  for (const [group, values] of Object.entries(added.set)) set[group] = { ...set[group], ...values };
  return [...regions.filter((r) => !same(r)), { box: added.box, set }];
}
