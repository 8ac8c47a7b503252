import { ArgsType, Field, Float, Int } from '@nestjs/graphql';
import { leastConfidenceArgument, maskFlaggedArgument, mostRows, type MaskAsked } from './arguments.js';
import { Int64 } from './int64.scalar.js';
import { FlagMask } from './types/flag.js';

/** A page of rows that a query orders. */
@ArgsType()
export class RowsArguments {
  @Field(() => Int, { defaultValue: 50, description: `At most ${mostRows}.` })
  first!: number;

  @Field(() => Int, { defaultValue: 0, description: 'Rows to pass over.' })
  offset!: number;
}

@ArgsType()
export class WeightedRowsArguments extends RowsArguments {
  @Field(() => Int, { defaultValue: 1, description: 'Synapses of a connection.' })
  minWeight!: number;
}

@ArgsType()
export class MaskedRowsArguments extends WeightedRowsArguments implements MaskAsked {
  @Field(() => FlagMask, { nullable: true, description: maskFlaggedArgument.description })
  maskFlagged?: FlagMask;

  @Field(() => Float, { nullable: true, description: leastConfidenceArgument.description })
  minConfidence?: number;
}

/** Which synaptic sites a question about regions or about excitation counts. */
@ArgsType()
export class CountedSites implements MaskAsked {
  @Field(() => FlagMask, { nullable: true, description: maskFlaggedArgument.description })
  maskFlagged?: FlagMask;

  @Field(() => Float, { nullable: true, description: 'Counts sites of at least this confidence, 0 to 1.' })
  minConfidence?: number;
}

@ArgsType()
export class MaskArguments extends WeightedRowsArguments {
  @Field(() => Float, { defaultValue: 0, description: 'Of a synapse, 0 to 1.' })
  minConfidence!: number;

  @Field(() => String, { nullable: true, description: 'With measure: the mask.' })
  layer?: string;

  @Field(() => String, { nullable: true })
  measure?: string;

  @Field(() => Float, { nullable: true, description: 'Cells measured below this are left out.' })
  lowest?: number;

  @Field(() => Float, { nullable: true, description: 'Cells measured above this are left out.' })
  highest?: number;
}

@ArgsType()
export class ShapeArguments extends RowsArguments {
  @Field(() => Float, { nullable: true }) minCableUm?: number;
  @Field(() => Float, { nullable: true }) maxCableUm?: number;
  @Field(() => Int64, { nullable: true }) minSizeVoxels?: bigint;
  @Field(() => Int64, { nullable: true }) maxSizeVoxels?: bigint;
  @Field(() => Int64, { nullable: true }) minBranches?: bigint;
  @Field(() => Int64, { nullable: true }) maxBranches?: bigint;
}
