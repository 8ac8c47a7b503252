import { Field, Float, Int, ObjectType } from '@nestjs/graphql';
import { Int64 } from '../int64.scalar.js';
import { Point, VoxelBox } from './places.js';

@ObjectType({ description: 'An object of the segmentation; neuron says whether it is one.' })
export class Neuron {
  /** Which dataset it is of, for the resolvers of its fields. */
  dataset!: string;

  /** The revision the request is pinned to. */
  pinned?: number;

  @Field(() => Int64) bodyId!: bigint;
  @Field({ description: 'False for glia, vessels and pieces below the size filter.' }) neuron!: boolean;
  @Field({ description: 'neurite, glia, vessel or none' }) class!: string;
  @Field(() => String, { nullable: true }) type!: string | null;
  @Field(() => String, { nullable: true }) instance!: string | null;
  @Field() status!: string;
  @Field(() => Int64, { description: 'Voxels.' }) size!: bigint;
  @Field(() => Int64, { description: 'Presynaptic sites.' }) pre!: bigint;
  @Field(() => Int64, { description: 'Postsynaptic sites.' }) post!: bigint;
  @Field(() => Int64, { description: 'Synapses received.' }) upstream!: bigint;
  @Field(() => Int64, { description: 'Synapses made.' }) downstream!: bigint;
  @Field(() => [String]) flags!: readonly string[];
  @Field(() => Point, { nullable: true }) somaLocation!: Point | null;
  @Field(() => Float, { nullable: true }) cableLengthUm!: number | null;
  @Field(() => Int64, { nullable: true }) skeletonNodes!: bigint | null;
  @Field(() => VoxelBox) box!: VoxelBox;
}

@ObjectType()
export class NeuronPage {
  dataset!: string;
  pinned?: number;

  @Field(() => [Neuron]) items!: Neuron[];
  @Field(() => Int64, { nullable: true, description: 'Give it as after for the next page; null at the end.' })
  next!: bigint | null;
}

@ObjectType({ description: 'A neuron at the other end of a connection.' })
export class Partner {
  dataset!: string;
  pinned?: number;
  /** The connection's ends; one of them is the partner. */
  preBodyId!: bigint;
  postBodyId!: bigint;

  @Field(() => Int64) partnerId!: bigint;
  @Field(() => String, { nullable: true }) partnerType!: string | null;
  @Field(() => Int64, { description: 'Synapses of sufficient confidence.' }) weight!: bigint;
  @Field(() => Int64, { description: 'Synapses of high confidence.' }) weightHP!: bigint;
  @Field(() => Float, { nullable: true, description: '0 to 1.' }) excitatoryShare!: number | null;
  @Field(() => Float, { nullable: true, description: '0 to 1.' }) meanConfidence!: number | null;
}

@ObjectType()
export class PartnerPage {
  @Field(() => [Partner]) items!: Partner[];
  @Field(() => String, {
    nullable: true,
    description: 'Give it as after for the next page; null at the end.',
  })
  next!: string | null;
}

@ObjectType()
export class NeuronConnection {
  dataset!: string;
  pinned?: number;

  @Field(() => Int64) preBodyId!: bigint;
  @Field(() => Int64) postBodyId!: bigint;
  @Field(() => Int64) weight!: bigint;
  @Field(() => Int64) weightHP!: bigint;
  @Field(() => Float, { nullable: true }) excitatoryShare!: number | null;
  @Field(() => Float, { nullable: true }) meanConfidence!: number | null;
}

@ObjectType({ description: 'Neurons in order, and the weights of the connections between them.' })
export class NeuronPath {
  @Field(() => [Int64]) bodyIds!: readonly bigint[];
  @Field(() => [Int64]) weights!: readonly bigint[];
  @Field(() => Int64, { description: 'The least of the weights.' }) bottleneck!: bigint;
}

@ObjectType({
  description: 'What was measured in the cells that hold the synapses of a neuron, or of a connection.',
})
export class NeuronQuality {
  @Field() layer!: string;
  @Field() measure!: string;
  @Field() unit!: string;
  @Field(() => Float, { description: 'Mean over those synapses.' }) mean!: number;
  @Field(() => Float) low!: number;
  @Field(() => Float) high!: number;
  @Field(() => Int64) cells!: bigint;
}

@ObjectType({ description: 'What lies at a voxel.' })
export class SegmentAtPoint {
  dataset!: string;
  point!: { readonly z: number; readonly y: number; readonly x: number };

  @Field(() => Int64, { description: '0 is background.' }) segmentId!: bigint;
  @Field(() => Int64, { nullable: true, description: 'Null where the dataset keeps no supervoxels.' })
  supervoxelId!: bigint | null;
  @Field(() => Int, { description: 'The revision that was read.' }) revision!: number;
  @Field(() => Neuron, {
    nullable: true,
    description: 'Null for background and for what the graph leaves out.',
  })
  segment!: Neuron | null;
}
