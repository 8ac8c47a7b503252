import { Field, Float, Int, ObjectType } from '@nestjs/graphql';
import { Int64 } from '../int64.scalar.js';
import { Point } from './places.js';

@ObjectType({ description: 'A decision of the stages that a person should look at.' })
export class ProofreadingItem {
  @Field({ description: 'splitError, mergeError, deadEnd, falseSynapse or missingPartner' }) kind!: string;
  @Field(() => Point) location!: Point;
  @Field(() => [Int64], { description: 'The segments concerned.' }) bodies!: readonly bigint[];
  @Field(() => Int64, { nullable: true }) synapseId!: bigint | null;
  @Field(() => Float, { description: 'That the decision is wrong, 0 to 1.' }) probability!: number;
  @Field(() => Int, { description: 'Synapses that change owner, or are won or lost, if it is.' })
  synapses!: number;
  @Field(() => Float, { description: 'Probability times synapses.' }) expectedGain!: number;
  @Field(() => [String], { description: 'What speaks for an error.' }) evidence!: readonly string[];
  @Field({ description: 'Opens Neuroglancer there.' }) link!: string;
}

@ObjectType()
export class ProofreadingQueue {
  @Field(() => Int64, { description: 'The revision the queue is of.' }) revision!: bigint;
  @Field(() => Int, { description: 'All that there is, of which the items are the first.' }) total!: number;
  @Field(() => [ProofreadingItem]) items!: ProofreadingItem[];
}
