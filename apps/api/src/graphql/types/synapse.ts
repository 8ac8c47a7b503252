import { Field, Float, ObjectType } from '@nestjs/graphql';
import { Int64 } from '../int64.scalar.js';
import { Point } from './places.js';

@ObjectType({ description: 'One contact, named by its postsynaptic site.' })
export class Synapse {
  dataset!: string;
  pinned?: number;

  @Field(() => Int64) siteId!: bigint;
  @Field(() => Point, { description: 'Of the postsynaptic site.' }) location!: Point;
  @Field(() => Point, { nullable: true }) preLocation?: Point | null;
  @Field(() => Int64, { nullable: true, description: 'Null where no partner was found.' }) preBodyId!:
    | bigint
    | null;
  @Field(() => Int64, { nullable: true, description: 'Null where no partner was found.' }) postBodyId!:
    | bigint
    | null;
  @Field(() => Float, { description: '0 to 1.' }) confidence!: number;
  @Field({ description: 'excitatory or inhibitory; unknown where an imported table does not say' })
  kind!: string;
  @Field(() => Float, { description: 'Of the kind, 0 to 1.' }) kindProbability!: number;
  @Field({ description: 'True when the model was not checked against truth on tissue like this.' })
  uncalibrated!: boolean;
  @Field(() => Float, { nullable: true, description: 'From the point asked about.' }) distanceNm?: number;
}

@ObjectType()
export class SynapsePage {
  dataset!: string;
  pinned?: number;

  @Field(() => [Synapse]) items!: Synapse[];
  @Field(() => Int64, { nullable: true, description: 'Give it as after for the next page; null at the end.' })
  next!: bigint | null;
}
