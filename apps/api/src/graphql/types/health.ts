import { Field, Float, Int, ObjectType } from '@nestjs/graphql';

@ObjectType({ description: 'One server that Stratome needs.' })
export class ServiceHealth {
  @Field({ description: 'Neo4j, PostgreSQL or Redis' }) name!: string;
  @Field() ok!: boolean;
  @Field(() => Float, { description: 'Time to answer.' }) answeredMs!: number;
  @Field(() => String, { nullable: true, description: 'Why it is not well, and what to do.' })
  trouble!: string | null;
}

@ObjectType({ description: 'Whether all that Stratome needs is there.' })
export class Health {
  @Field(() => [ServiceHealth]) services!: ServiceHealth[];
  @Field(() => Int, {
    nullable: true,
    description: 'Workers that take tasks; null where Redis is not asked.',
  })
  workers!: number | null;
}
