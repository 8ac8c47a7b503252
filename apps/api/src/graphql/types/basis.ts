import { Field, Float, ObjectType } from '@nestjs/graphql';
import { Int64 } from '../int64.scalar.js';

@ObjectType({ description: 'What made an answer differs from what would be made now.' })
export class StaleReason {
  @Field({ description: 'model, stageVersion, tile or replaced' }) cause!: string;
  @Field(() => String, { nullable: true, description: 'The stage whose run it is about.' })
  stage!: string | null;
  @Field(() => String, { nullable: true, description: 'The stage run.' }) runId!: string | null;
  @Field({ description: 'One sentence.' }) message!: string;
}

@ObjectType()
export class Staleness {
  @Field({ description: 'True when there is a reason.' }) isStale!: boolean;
  @Field(() => [StaleReason]) reasons!: readonly StaleReason[];
}

@ObjectType({ description: 'A quality flag on the cells that an answer rests on.' })
export class BasisFlag {
  @Field() flagId!: string;
  @Field() reason!: string;
  @Field() severity!: string;
  @Field(() => String, { nullable: true }) layer!: string | null;
  @Field(() => Int64, { description: 'Cells of the answer that carry it.' }) cells!: bigint;
}

@ObjectType({ description: 'One measure over the cells that an answer rests on.' })
export class BasisQuality {
  @Field() layer!: string;
  @Field() measure!: string;
  @Field(() => Float, { description: 'Mean, by how much of the answer lies in each cell.' }) value!: number;
  @Field() unit!: string;
  @Field(() => Int64, { description: 'Cells with a value.' }) cells!: bigint;
}

@ObjectType({ description: 'On what an answer rests.' })
export class Basis {
  @Field(() => Int64, { description: 'The revision it is of.' }) revision!: bigint;
  @Field(() => Int64, { description: 'Changes whenever the revision does.' }) epoch!: bigint;
  @Field(() => Staleness) stale!: Staleness;
  @Field(() => [BasisFlag]) flags!: readonly BasisFlag[];
  @Field(() => [BasisQuality]) quality!: readonly BasisQuality[];
}

@ObjectType({ description: 'How sure the number of synapses of a connection is.' })
export class ConnectionUncertainty {
  @Field(() => Float, {
    description: 'Synapses to be expected among all contacts found: the sum of their confidences.',
  })
  expectedWeight!: number;
  @Field(() => Float, { description: 'Synapses; of the Poisson binomial distribution of the contacts.' })
  standardDeviation!: number;
  @Field(() => Float, { description: 'That at least one contact is a synapse.' }) probabilityOfAny!: number;
  @Field(() => Int64, { description: 'Contacts found, of any confidence.' }) contacts!: bigint;
  @Field({ description: 'True when confidences were not checked against truth on tissue like this.' })
  uncalibrated!: boolean;
  @Field(() => Float, {
    nullable: true,
    description:
      'Mean agglomeration margin where the presynaptic neuron has synapses; null when not measured.',
  })
  preMargin!: number | null;
  @Field(() => Float, { nullable: true, description: 'The same of the postsynaptic neuron.' })
  postMargin!: number | null;
}
