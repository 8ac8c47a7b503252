import { Field, Float, GraphQLISODateTime, Int, ObjectType } from '@nestjs/graphql';

@ObjectType({ description: 'A parameter of an analysis.' })
export class AnalysisParameter {
  @Field() name!: string;
  @Field() description!: string;
}

@ObjectType({ description: 'An analysis there is.' })
export class AnalysisKind {
  @Field() name!: string;
  @Field() summary!: string;
  @Field(() => [AnalysisParameter]) parameters!: AnalysisParameter[];
}

@ObjectType()
export class AnalysisProgress {
  @Field({ description: 'What it is at.' }) phase!: string;
  @Field(() => Float) done!: number;
  @Field(() => Float, { description: '0 where it is not known.' }) total!: number;
}

@ObjectType({ description: 'Rows of the table of an analysis.' })
export class AnalysisTable {
  @Field(() => [String]) columns!: string[];
  @Field(() => Int, { description: 'Rows of the whole table.' }) rowCount!: number;
  @Field({ description: 'JSON: a list of rows, each a list in the order of columns; ids are text.' })
  rowsJson!: string;
}

@ObjectType({ description: 'An analysis of a dataset as it stood at a revision.' })
export class CircuitAnalysis {
  @Field() id!: string;
  @Field() dataset!: string;
  @Field(() => Int, { description: 'The revision that was read.' }) revision!: number;
  @Field() name!: string;
  @Field({ description: 'JSON: every parameter, seed and quality mask included.' }) parametersJson!: string;
  @Field({ description: 'queued, running, done or failed' }) state!: string;
  @Field(() => AnalysisProgress, { nullable: true }) progress!: AnalysisProgress | null;
  @Field(() => String, { nullable: true, description: 'JSON: figures of the whole; null until it is done.' })
  summaryJson!: string | null;
  @Field(() => String, { nullable: true }) error!: string | null;
  @Field(() => GraphQLISODateTime) requestedAt!: Date;
  @Field(() => GraphQLISODateTime, { nullable: true }) finishedAt!: Date | null;
  @Field({ description: 'Where the whole table is, as an Arrow stream.' }) tablePath!: string;
}
