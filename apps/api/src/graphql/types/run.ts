import { Field, Float, GraphQLISODateTime, Int, ObjectType } from '@nestjs/graphql';

@ObjectType()
export class StageProgress {
  @Field() stage!: string;
  @Field() layer!: string;
  @Field(() => Int, { description: 'Tasks done.' }) done!: number;
  @Field(() => Int, { description: 'Tasks planned.' }) total!: number;
  @Field(() => Int, { description: 'Tasks whose result was there from before.' }) reused!: number;
  @Field(() => Float, { description: 'Work done, in workUnit.' }) work!: number;
  @Field() workUnit!: string;
  @Field(() => Float, { description: 'Sum over tasks.' }) waitingMs!: number;
  @Field(() => Float, { description: 'Sum over tasks.' }) ioMs!: number;
  @Field(() => Float, { description: 'Sum over tasks.' }) computeMs!: number;
  @Field(() => GraphQLISODateTime, { nullable: true }) finishedAt!: Date | null;
}

@ObjectType({ description: 'One passage of a dataset through the stages.' })
export class PipelineRun {
  @Field() id!: string;
  @Field() dataset!: string;
  @Field(() => Int, { description: 'The revision it makes.' }) revision!: number;
  @Field({ description: 'running, done or failed' }) state!: string;
  @Field(() => String, { nullable: true }) error!: string | null;
  @Field(() => GraphQLISODateTime) startedAt!: Date;
  @Field(() => GraphQLISODateTime, { nullable: true }) finishedAt!: Date | null;
}

@ObjectType({ description: 'An annotation that changes nothing of a revision.' })
export class LostAnnotation {
  @Field({ description: 'Its id.' }) annotation!: string;
  @Field() why!: string;
}

@ObjectType()
export class RunProgress {
  @Field(() => PipelineRun) run!: PipelineRun;
  @Field(() => [StageProgress]) stages!: StageProgress[];
}
