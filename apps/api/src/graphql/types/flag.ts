import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Int64 } from '../int64.scalar.js';
import { VoxelBox } from './places.js';

/** What an answer leaves out: synapses in cells with a flag of severity exclude, or with any flag. */
export enum FlagMask {
  exclude = 'exclude',
  all = 'all',
}

registerEnumType(FlagMask, {
  name: 'FlagMask',
  description: 'Which flags a mask heeds: those of severity exclude, or all.',
});

@ObjectType({
  description: 'A region that somebody marked as of bad quality, on the quality cells that it meets.',
})
export class Flag {
  @Field() flagId!: string;
  @Field(() => VoxelBox) region!: VoxelBox;
  @Field() reason!: string;
  @Field({ description: 'warn or exclude' }) severity!: string;
  @Field(() => String, { nullable: true, description: 'The layer at fault, where it is known.' })
  layer!: string | null;
  @Field() author!: string;
  @Field() createdAt!: string;
  @Field(() => Int64, { description: 'The first revision it holds in.' }) fromRevision!: bigint;
  @Field(() => String, { nullable: true, description: 'The diagnosis it was made from.' })
  diagnosisId!: string | null;
  @Field(() => Int64, { description: 'Quality cells under it.' }) cells!: bigint;
  @Field(() => Int64, { description: 'Synapses in these.' }) synapses!: bigint;
}

@ObjectType({ description: 'A flag on cells that hold synapses of a neuron.' })
export class NeuronFlag {
  @Field() flagId!: string;
  @Field(() => Int64, { description: 'Its synaptic sites under the flag.' }) synapses!: bigint;
}

@ObjectType({ description: 'Synapses of a neuron in flagged cells, and those that are left.' })
export class UnflaggedCounts {
  @Field(() => Int64) upstream!: bigint;
  @Field(() => Int64) downstream!: bigint;
  @Field(() => Int64) flaggedUpstream!: bigint;
  @Field(() => Int64) flaggedDownstream!: bigint;
}

@ObjectType({ description: 'What somebody said of a dataset, with the revisions it holds in.' })
export class Annotation {
  @Field(() => Int64) id!: bigint;
  @Field({ description: 'qualityFlag, cellType or synapseCorrection' }) kind!: string;
  @Field({ description: 'A box or a point, z, y, x, voxels.' }) place!: string;
  @Field({ description: 'What it says.' }) what!: string;
  @Field(() => Int) fromRevision!: number;
  @Field(() => Int, { nullable: true, description: 'The first it does not hold in; null while it holds.' })
  toRevision!: number | null;
  @Field() author!: string;
  @Field() createdAt!: string;
  @Field(() => String, { nullable: true }) note!: string | null;
}

@ObjectType({ description: 'The revision that an edit made.' })
export class AnnotatedRevision {
  @Field(() => Int64) id!: bigint;
  @Field(() => Int) revision!: number;
}
