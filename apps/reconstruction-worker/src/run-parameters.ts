import { badInput } from '@stratome/core';
import { z } from 'zod';
import { parameterGroups, type ParameterGroups } from './parameter-groups.js';
import { regionalStageOf, regionSchema, type RegionalParameters } from './regional-parameters.js';

export const runParametersSchema = parameterGroups.extend({
  regions: z.array(regionSchema).optional().describe('Parameters that hold in regions; none where left out'),
});

export type RunParameters = z.infer<typeof runParametersSchema>;

/** @throws StratomeError badInput naming each parameter that is unknown or out of range */
export function parseRunParameters(given: unknown): RunParameters {
  const { regions, ...groups } = parse(runParametersSchema, given);
  if (!regions?.length) return groups;
  return { ...groups, regions: regions.map((region) => checkedRegion(groups, region)) };
}

/** A region with its values as the groups give them. @throws StratomeError badInput as for the run's own parameters */
function checkedRegion(groups: ParameterGroups, { box, set }: RegionalParameters): RegionalParameters {
  const checked: Record<string, Record<string, unknown>> = {};
  for (const [group, values] of Object.entries(set)) {
    requireParameters(group, Object.keys(values));
    for (const name of Object.keys(values)) regionalStageOf(group, name);
    const whole = groups[group as keyof ParameterGroups];
    const parsed = parse(parameterGroups, { ...groups, [group]: { ...whole, ...values } });
    const ofGroup = parsed[group as keyof ParameterGroups] as Record<string, unknown>;
    checked[group] = Object.fromEntries(Object.keys(values).map((name) => [name, ofGroup[name]]));
  }
  return { box, set: checked };
}

function parse<T>(schema: z.ZodType<T>, given: unknown): T {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  throw badInput(`Parameters are out of range (${wrong}).`, 'npx stratome run --parameters lists them.');
}

/** Short names that people use for a parameter whose group has one that they can only mean. */
const shortNames: Readonly<Record<string, string>> = {
  'segmentation.threshold': 'agglomerationThreshold',
};

/** @throws StratomeError badInput for a group or parameter that does not exist */
function requireParameters(group: string, names: readonly string[]): void {
  const { shape: groups } = parameterGroups;
  const shape = Object.hasOwn(groups, group)
    ? groups[group as keyof ParameterGroups].unwrap().shape
    : undefined;
  const known = shape ? Object.keys(shape).map((name) => `${group}.${name}`) : Object.keys(groups);
  const unknown = names.find((name) => !shape || !Object.hasOwn(shape, name));
  if (unknown !== undefined) {
    throw badInput(`There is no parameter "${group}.${unknown}".`, `There are: ${known.join(', ')}.`);
  }
}

/**
 * Reads settings as written on the command line, `group.name=value` (value in JSON, or a plain word).
 *
 * @returns values by group and name, not yet checked for their range
 * @throws StratomeError badInput for a parameter that does not exist
 */
export function settingsFrom(settings: readonly string[]): Record<string, Record<string, unknown>> {
  const given: Record<string, Record<string, unknown>> = {};
  for (const setting of settings) {
    const match = /^(\w+)\.(\w+)=(.*)$/s.exec(setting);
    if (!match) throw badInput(`"${setting}" is not a parameter setting.`, 'Write group.name=value.');
    const [, group, written, text] = match;
    const name = shortNames[`${group}.${written}`] ?? written;
    requireParameters(group, [name]);
    (given[group] ??= {})[name] = parseValue(text);
  }
  return given;
}

/**
 * The parameters of a run from settings as written on the command line.
 *
 * @throws StratomeError badInput for a parameter that does not exist or a value out of range
 */
export const runParametersFrom = (settings: readonly string[]): RunParameters =>
  parseRunParameters(settingsFrom(settings));

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
