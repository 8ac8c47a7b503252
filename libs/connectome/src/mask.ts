import { badInput } from '@stratome/core';
import type { QueryRunner } from './graph.js';
import { flaggedCells } from './generated/queries.js';
import type { QuerySignature } from './queryParameters.js';

/** Which flags a mask heeds: those of severity exclude, or all. */
export const flagMasks = ['exclude', 'all'] as const;
export type FlagMaskName = (typeof flagMasks)[number];

export const severitiesOf = (mask: FlagMaskName): string[] =>
  mask === 'all' ? ['exclude', 'warn'] : ['exclude'];

/** What queries with `@mask` are given. */
export interface Mask {
  readonly maskedCells?: readonly string[] | null;
  readonly minConfidence?: number | null;
}

/** @throws StratomeError badInput */
export function requireFlagMask(text: string): FlagMaskName {
  const found = flagMasks.find((name) => name === text);
  if (found) return found;
  throw badInput(`"${text}" is no mask of flags.`, `Write ${flagMasks.join(' or ')}.`);
}

/** What fills `maskedCells` of a query by name. @throws StratomeError badInput for a query that has no mask */
export async function flagMaskParameters(
  runner: QueryRunner,
  { name, params }: QuerySignature,
  given: Readonly<Record<string, unknown>>,
  mask: string,
): Promise<Record<string, unknown>> {
  if (!('maskedCells' in params) || typeof given.dataset !== 'string')
    throw badInput(`${name} knows no mask.`, 'cypher/README.md lists the parameters of each query.');
  if (given.maskedCells) throw badInput('maskedCells and a mask of flags are given.', 'Give one of them.');
  return { ...given, maskedCells: await cellsUnderFlags(runner, given.dataset, requireFlagMask(mask)) };
}

/** The quality cells under flags, whose synapses a mask leaves out; none when no mask is asked for. */
export async function cellsUnderFlags(
  runner: QueryRunner,
  dataset: string,
  mask: FlagMaskName | null | undefined,
): Promise<string[]> {
  if (mask === null || mask === undefined) return [];
  const rows = await runner.run(flaggedCells, { dataset, severities: severitiesOf(mask) });
  return rows.map(({ cellKey }) => cellKey);
}
