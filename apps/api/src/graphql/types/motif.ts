import { Field, ObjectType } from '@nestjs/graphql';
import { Int64 } from '../int64.scalar.js';

@ObjectType({ description: 'Two neurons that make synapses onto each other.' })
export class ReciprocalPair {
  @Field(() => Int64) bodyId!: bigint;
  @Field(() => Int64) partnerId!: bigint;
  @Field(() => Int64, { description: 'Synapses from bodyId to partnerId.' }) weightThere!: bigint;
  @Field(() => Int64, { description: 'Synapses back.' }) weightBack!: bigint;
}

@ObjectType({ description: 'A neuron that makes synapses onto itself.' })
export class Autapse {
  @Field(() => Int64) bodyId!: bigint;
  @Field(() => Int64, { description: 'Synapses.' }) weight!: bigint;
}

@ObjectType({ description: 'Small patterns of connections.' })
export class Motifs {
  dataset!: string;
  pinned?: number;

  @Field(() => [ReciprocalPair]) reciprocal!: ReciprocalPair[];
  @Field(() => [Autapse]) autapses!: Autapse[];
}

@ObjectType({ description: 'A neuron connected with all of the neurons asked about.' })
export class CommonPartner {
  @Field(() => Int64) bodyId!: bigint;
  @Field(() => [Int64]) weights!: readonly bigint[];
  @Field(() => Int64, { description: 'Sum of the weights.' }) totalWeight!: bigint;
}
