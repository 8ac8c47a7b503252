import { badInput } from '@stratome/core';
import { alignmentParameters } from '@stratome/alignment';
import { ingestParameters } from '@stratome/ingest';
import {
  meshParameters,
  refinementParameters,
  skeletonParameters,
  synapseParameters,
} from '@stratome/postprocessing';
import { segmentationParameters } from '@stratome/segmentation';
import { z } from 'zod';
import { gridParameters } from './stages/geometry.js';
import { graphParameters } from './stages/graph-parameters.js';

/** Every parameter of a run, by group; each group is defined once, in the library that uses it. */
export const runParametersSchema = z.object({
  grid: gridParameters.prefault({}),
  ingest: ingestParameters.prefault({}),
  alignment: alignmentParameters.prefault({}),
  segmentation: segmentationParameters.prefault({}),
  refinement: refinementParameters.prefault({}),
  skeleton: skeletonParameters.prefault({}),
  mesh: meshParameters.prefault({}),
  synapse: synapseParameters.prefault({}),
  graph: graphParameters.prefault({}),
});

export type RunParameters = z.infer<typeof runParametersSchema>;

/** @throws StratomeError badInput naming each parameter that is unknown or out of range */
export function parseRunParameters(given: unknown): RunParameters {
  const parsed = runParametersSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  throw badInput(`Parameters are out of range (${wrong}).`, 'npx stratome run --parameters lists them.');
}

/**
 * Applies settings as written on the command line, `group.name=value` (value in JSON, or a plain word).
 *
 * @throws StratomeError badInput for a parameter that does not exist or a value out of range
 */
export function runParametersFrom(settings: readonly string[]): RunParameters {
  const given: Record<string, Record<string, unknown>> = {};
  for (const setting of settings) {
    const match = /^(\w+)\.(\w+)=(.*)$/s.exec(setting);
    if (!match) throw badInput(`"${setting}" is not a parameter setting.`, 'Write group.name=value.');
    const [, group, name, text] = match;
    const shape = runParametersSchema.shape[group as keyof RunParameters]?.unwrap().shape as
      | Record<string, unknown>
      | undefined;
    if (!shape || !(name in shape)) {
      const known = shape
        ? Object.keys(shape).map((n) => `${group}.${n}`)
        : Object.keys(runParametersSchema.shape);
      throw badInput(`There is no parameter "${group}.${name}".`, `There are: ${known.join(', ')}.`);
    }
    (given[group] ??= {})[name] = parseValue(text);
  }
  return parseRunParameters(given);
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
