import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Int64 } from '../int64.scalar.js';
import { Point, Size } from './places.js';

@ObjectType({ description: 'How much a dataset holds.' })
export class GraphSummary {
  @Field(() => Int64) neurons!: bigint;
  @Field(() => Int64, { description: 'Neurons and all other objects.' }) segments!: bigint;
  @Field(() => Int64) synapses!: bigint;
  @Field(() => Int64) connections!: bigint;
  @Field(() => Int64) measurements!: bigint;
}

@ObjectType()
export class Measure {
  @Field() layer!: string;
  @Field() measure!: string;
  @Field({ description: 'Empty for a ratio.' }) unit!: string;
  @Field(() => Int64, { description: 'Quality cells it was measured in.' }) cells!: bigint;
  @Field(() => Int64, { description: 'Sections it was measured in.' }) sections!: bigint;
  @Field({ description: 'What it says.' }) meaning!: string;
  @Field({ description: 'good, bad or either: what a high value speaks for.' }) high!: string;
  @Field(() => Int64) lastRevision!: bigint;
}

@ObjectType()
export class Volume {
  @Field() name!: string;
  @Field({ description: 'image or segmentation' }) content!: string;
  @Field() dtype!: string;
  @Field(() => Size, { description: 'Voxels of the finest level.' }) shape!: Size;
  @Field(() => Point, { description: 'Nanometres.' }) voxelNm!: Point;
  @Field(() => Int, { description: 'Levels of the pyramid.' }) mips!: number;
  @Field({ description: 'Path of the volume at this revision; /precomputed and /zarr lie below it.' })
  path!: string;
}

@ObjectType({ description: 'One stack of sections and everything made from it.' })
export class Dataset {
  @Field() name!: string;
  @Field(() => String, { nullable: true }) description!: string | null;
  @Field(() => Point, { description: 'Size of a voxel in nanometres.' }) voxelNm!: Point;
  @Field(() => Size, { description: 'Voxels of the aligned volume.' }) shape!: Size;
  @Field(() => Int64, { description: 'The revision that readers see.' }) revision!: bigint;
  @Field(() => Int64, { description: 'Changes whenever the revision does.' }) epoch!: bigint;
  @Field({ description: 'True when the synapse model was not checked against truth on tissue like this.' })
  uncalibrated!: boolean;
  @Field({ description: 'ISO time.' }) lastEdit!: string;
}
