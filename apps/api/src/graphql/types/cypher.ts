import { Field, Float, Int, ObjectType } from '@nestjs/graphql';

@ObjectType({ description: 'One of the Cypher statements that the answers of this API come from.' })
export class CypherStatement {
  @Field() name!: string;
  @Field() summary!: string;
  @Field({ description: 'With $parameters.' }) text!: string;
  @Field(() => [String]) parameters!: string[];
}

@ObjectType({ description: 'What a Cypher query of your own gave.' })
export class CypherResult {
  /** As the parameters name it; null where they name none. */
  dataset!: string | null;

  @Field(() => [String]) columns!: string[];
  @Field({
    description:
      'JSON: a list of rows, each a list of values in the order of columns; whole numbers beyond 2^53 are text.',
  })
  rowsJson!: string;
  @Field({ description: 'True when there were more rows than rowLimit.' }) truncated!: boolean;
  @Field(() => Float) tookMs!: number;
  @Field(() => Int) rowLimit!: number;
  @Field(() => Int) timeLimitMs!: number;
}
