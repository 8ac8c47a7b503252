import { Field, InputType, ObjectType } from '@nestjs/graphql';
import { Int64 } from '../int64.scalar.js';

@InputType({
  description:
    'What changes: give tileId, modelHash, stage and parameter, codeRevision, environmentHash, or the kind, key and hash of an artefact.',
})
export class ChangeInput {
  @Field(() => String, { nullable: true }) tileId?: string;
  @Field(() => String, { nullable: true }) modelHash?: string;
  @Field(() => String, { nullable: true, description: 'With parameter; or with codeRevision, to narrow it.' })
  stage?: string;
  @Field(() => String, { nullable: true, description: 'With dots where it stands in a group.' })
  parameter?: string;
  @Field(() => String, { nullable: true, description: 'JSON; only what was made with this value.' })
  valueJson?: string;
  @Field(() => String, { nullable: true, description: 'Git commit.' }) codeRevision?: string;
  @Field(() => String, { nullable: true }) environmentHash?: string;
  @Field(() => String, { nullable: true }) kind?: string;
  @Field(() => String, { nullable: true }) key?: string;
  @Field(() => String, { nullable: true }) hash?: string;
}

@ObjectType()
export class StaleArtifacts {
  @Field() kind!: string;
  @Field(() => Int64) count!: bigint;
  @Field(() => Int64, { description: 'Those that hold its pixels; the others were estimated from those.' })
  certain!: bigint;
}

@ObjectType()
export class WeightedPair {
  @Field(() => Int64) preBodyId!: bigint;
  @Field(() => Int64) postBodyId!: bigint;
  @Field(() => Int64) weight!: bigint;
}

@ObjectType({ description: 'What may be another if something changes.' })
export class Stale {
  @Field(() => Int64, { description: 'Stage runs that used it.' }) runs!: bigint;
  @Field(() => [StaleArtifacts]) artifacts!: readonly StaleArtifacts[];
  @Field(() => Int64) synapses!: bigint;
  @Field(() => Int64) neurons!: bigint;
  @Field(() => Int64, { description: 'Those that hold its pixels.' }) certainNeurons!: bigint;
  @Field(() => [Int64], { description: 'The first of them.' }) bodyIds!: readonly bigint[];
  @Field(() => Int64) connections!: bigint;
  @Field(() => Int64, { description: 'Those with synapses that hold its pixels.' })
  certainConnections!: bigint;
  @Field(() => [WeightedPair], { description: 'The strongest of them.' }) pairs!: readonly WeightedPair[];
}

@ObjectType({ description: 'One of the six fields of two stage runs.' })
export class FieldDifference {
  @Field({ description: 'input, code, model, parameters, environment or output' }) field!: string;
  @Field() differs!: boolean;
  @Field() value!: string;
  @Field() other!: string;
}

@ObjectType({ description: 'A parameter that two stage runs had with other values.' })
export class ParameterDifference {
  @Field() name!: string;
  @Field(() => String, { nullable: true, description: 'JSON; null where the run has no such parameter.' })
  value!: string | null;
  @Field(() => String, { nullable: true }) other!: string | null;
}

@ObjectType()
export class StageRunDifference {
  @Field() stage!: string;
  @Field() otherStage!: string;
  @Field(() => [FieldDifference]) fields!: readonly FieldDifference[];
  @Field(() => [ParameterDifference]) parameters!: readonly ParameterDifference[];
}

@ObjectType({ description: 'A stage whose run behind one revision differs from that behind another.' })
export class RevisionRunDifference {
  @Field() stage!: string;
  @Field() layer!: string;
  @Field(() => String, { nullable: true }) runId!: string | null;
  @Field(() => String, { nullable: true }) otherRunId!: string | null;
  @Field(() => [String], { description: 'Which of the six differ.' }) fields!: readonly string[];
  @Field(() => [ParameterDifference]) parameters!: readonly ParameterDifference[];
}

@ObjectType({ description: 'Results of one kind and of one span of revisions.' })
export class ModelResults {
  @Field({ description: 'stage run, artefact, measurement, diagnosis, synapse, segment or connection' })
  result!: string;
  @Field() kind!: string;
  @Field(() => Int64, { description: 'The first revision they are of.' }) revision!: bigint;
  @Field(() => Int64, { description: 'The last one.' }) lastRevision!: bigint;
  @Field(() => Int64) count!: bigint;
  @Field(() => [String], { description: 'The first of them.' }) names!: readonly string[];
}
