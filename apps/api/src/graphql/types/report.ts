import { Field, ObjectType } from '@nestjs/graphql';

@ObjectType()
export class ReportFigure {
  @Field({ description: 'Where the Markdown expects it.' }) path!: string;
  @Field() svg!: string;
}

@ObjectType({ description: 'A report of spatial quality around a stored diagnosis.' })
export class QualityReport {
  @Field() diagnosisId!: string;
  @Field({ description: 'One file that needs nothing beside it.' }) html!: string;
  @Field({ description: 'Names its figures by path.' }) markdown!: string;
  @Field(() => [ReportFigure]) figures!: ReportFigure[];
}
