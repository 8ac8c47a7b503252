import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Int64 } from '../int64.scalar.js';

@ObjectType({ description: 'An image as it came from the microscope.' })
export class Tile {
  @Field() tileId!: string;
  @Field({ description: 'SHA-256 of the file.' }) hash!: string;
  @Field(() => Int) section!: number;
  @Field() path!: string;
}

@ObjectType({ description: 'What one task wrote.' })
export class Artifact {
  @Field() kind!: string;
  @Field() key!: string;
  @Field({ description: 'SHA-256 of the content.' }) hash!: string;
  @Field() layer!: string;
}

@ObjectType({
  description: 'One execution of a stage, with the code, model, parameters and environment it used.',
})
export class StageRun {
  @Field() runId!: string;
  @Field() stage!: string;
  @Field() layer!: string;
  @Field() inputHash!: string;
  @Field() outputHash!: string;
  @Field({ description: 'Git commit.' }) codeRevision!: string;
  @Field({ description: 'True when files differed from the commit.' }) codeDirty!: boolean;
  @Field({ description: 'none where the stage has no model' }) modelId!: string;
  @Field() modelHash!: string;
  @Field() parametersHash!: string;
  @Field({ description: 'JSON.' }) parametersJson!: string;
  @Field() environmentHash!: string;
  @Field(() => String, { nullable: true, description: 'none, cpu or cuda' }) executionProvider!:
    | string
    | null;
  @Field({ description: 'ISO time.' }) started!: string;
}

@ObjectType({ description: 'A stage run that read what another one made.' })
export class RunInput {
  @Field({ description: 'The run that read.' }) runId!: string;
  @Field({ description: 'The run that made what was read.' }) sourceRunId!: string;
  @Field(() => Int64, { description: 'Artefacts read.' }) artifacts!: bigint;
  @Field(() => [String], { description: 'Of these kinds.' }) kinds!: readonly string[];
}

@ObjectType({ description: 'What something rests on.' })
export class Provenance {
  @Field(() => [Tile], { description: 'Exactly the tiles whose pixels it rests on.' })
  tiles!: readonly Tile[];
  @Field(() => [Artifact], { description: 'All between it and the tiles.' }) artifacts!: readonly Artifact[];
  @Field(() => [Artifact], { description: 'What was estimated from elsewhere and used on the way.' })
  parameterSources!: readonly Artifact[];
  @Field(() => [StageRun], { description: 'The stage runs that made them.' }) runs!: readonly StageRun[];
}

@ObjectType()
export class KindCount {
  @Field() kind!: string;
  @Field(() => Int64) count!: bigint;
}

@ObjectType({ description: 'What rests on something.' })
export class Impact {
  @Field(() => [KindCount]) artifacts!: readonly KindCount[];
  @Field(() => Int64) synapses!: bigint;
  @Field(() => [Int64], { description: 'The first of them.' }) siteIds!: readonly bigint[];
  @Field(() => Int64) segments!: bigint;
  @Field(() => [Int64], { description: 'The first of them.' }) bodyIds!: readonly bigint[];
}
