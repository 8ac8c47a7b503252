import { badInput } from '@stratome/core';
import { ArgsType, Field, Float, Int } from '@nestjs/graphql';
import { Int64 } from './int64.scalar.js';
import { FlagMask } from './types/flag.js';
import { VoxelBoxInput } from './types/places.js';

/** Most rows one list of an answer may have. */
export const mostRows = 1000;

/** @throws StratomeError badInput */
export function requireFirst(first: number): number {
  if (first >= 1 && first <= mostRows) return first;
  throw badInput(`first is ${first}.`, `Ask for 1 to ${mostRows} at a time.`);
}

const pinned = {
  nullable: true,
  description: 'As it was at this revision; as readers see it now when left out.',
};

/** For fields that can be asked of an earlier revision. */
export const revisionArgument = { type: () => Int, ...pinned };

const mostBodies = 500;

/** A list of ids as an argument. */
export const bodies = { type: () => [Int64], description: `At most ${mostBodies}.` };

/** @throws StratomeError badInput for none or too many */
export function requireBodies(bodyIds: readonly bigint[], most = mostBodies): bigint[] {
  if (bodyIds.length >= 1 && bodyIds.length <= most) return [...bodyIds];
  throw badInput(`${bodyIds.length} ids are given.`, `Give 1 to ${most}.`);
}

/** @throws StratomeError badInput */
export function requireDirection(text: string): 'upstream' | 'downstream' {
  if (text === 'upstream' || text === 'downstream') return text;
  throw badInput(`"${text}" is no direction.`, 'Write upstream or downstream.');
}

@ArgsType()
export class PageArguments {
  @Field(() => Int, pinned)
  revision?: number;

  @Field(() => Int, { defaultValue: 50, description: `At most ${mostRows}.` })
  first!: number;

  @Field(() => Int64, { nullable: true, description: 'next of the page before.' })
  after?: bigint;
}

@ArgsType()
export class NeuronArguments extends PageArguments {
  @Field(() => String, { nullable: true, description: 'Only this cell type.' })
  type?: string;

  @Field(() => String, { nullable: true, description: 'Only those with synapses in this ROI.' })
  roi?: string;

  @Field(() => VoxelBoxInput, {
    nullable: true,
    description: 'Only those whose bounding box meets this one.',
  })
  box?: VoxelBoxInput;

  @Field(() => Int, { defaultValue: 0, description: 'Presynaptic and postsynaptic sites together.' })
  minSynapses!: number;

  @Field(() => FlagMask, { nullable: true, description: 'Counts no sites in flagged cells.' })
  maskFlagged?: FlagMask;

  @Field(() => Float, { nullable: true, description: 'Counts sites of at least this confidence, 0 to 1.' })
  minConfidence?: number;
}

/** What the query `neurons` is given for these arguments; it asks for one row more, which tells of a next page. */
export const neuronQuery = (dataset: string, args: NeuronArguments) => ({
  dataset,
  type: args.type ?? null,
  roi: args.roi ?? null,
  low: args.box?.begin ?? null,
  high: args.box?.end ?? null,
  minSynapses: BigInt(args.minSynapses),
  after: args.after ?? -1n,
  limit: requireFirst(args.first) + 1,
});

@ArgsType()
export class PartnerArguments {
  @Field(() => Int, { defaultValue: 1, description: 'Synapses of the connection.' })
  minWeight!: number;

  @Field(() => Int, { defaultValue: 50, description: `The strongest; at most ${mostRows}.` })
  first!: number;
}

/**
 * What the query `partnersPage` is given for a cursor, which is weight and id of the last partner of the page before.
 *
 * @throws StratomeError badInput for one that no page gave
 */
export function partnerCursor(after: string | undefined) {
  if (after === undefined || after === null) return { afterWeight: null, afterBodyId: null };
  const [, weight, id] = /^(\d{1,18}):(\d{1,19})$/.exec(after) ?? [];
  if (!weight || !id) throw badInput(`"${after}" is no cursor.`, 'Give next of the page before.');
  return { afterWeight: BigInt(weight), afterBodyId: BigInt(id) };
}

const maskFlaggedField = { nullable: true, description: 'Leaves out synapses in flagged cells.' };
const leastConfidenceField = {
  nullable: true,
  description: 'Recounts weights from synapses of at least this confidence, 0 to 1.',
};

/** What an answer leaves out; `GraphReader.mask` makes of it what queries are given. */
export interface MaskAsked {
  readonly maskFlagged?: FlagMask | null;
  readonly minConfidence?: number | null;
}

export const maskFlaggedArgument = { type: () => FlagMask, ...maskFlaggedField };
export const leastConfidenceArgument = { type: () => Float, ...leastConfidenceField };

@ArgsType()
export class MaskedPartnerArguments extends PartnerArguments implements MaskAsked {
  @Field(() => FlagMask, maskFlaggedField)
  maskFlagged?: FlagMask;

  @Field(() => Float, leastConfidenceField)
  minConfidence?: number;
}

@ArgsType()
export class PinnedPartnerArguments extends MaskedPartnerArguments {
  @Field(() => Int, pinned)
  revision?: number;
}

@ArgsType()
export class ConfidenceArguments extends PageArguments {
  @Field(() => Float, { defaultValue: 0, description: '0 to 1.' })
  minConfidence!: number;
}

/** The cost of a list: each of its rows costs what was asked of it. */
export const listCost = ({
  args,
  childComplexity,
}: {
  args: Record<string, unknown>;
  childComplexity: number;
}) => 1 + Math.max(1, Number(args.first ?? 20)) * Math.max(1, childComplexity);
