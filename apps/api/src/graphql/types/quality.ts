import { Field, Float, ObjectType } from '@nestjs/graphql';
import { Int64 } from '../int64.scalar.js';
import { VoxelBox } from './places.js';

@ObjectType()
export class QualityValue {
  @Field() cellKey!: string;
  @Field({ description: 'cell or section' }) grid!: string;
  @Field(() => VoxelBox) box!: VoxelBox;
  @Field(() => Float) value!: number;
  @Field(() => Int64, { description: 'Observations behind the value.' }) count!: bigint;
  @Field(() => Int64, { description: 'The revision it was measured in.' }) revision!: bigint;
}

@ObjectType({ description: 'One measure of one layer over the cells of a dataset.' })
export class QualityField {
  @Field() dataset!: string;
  @Field() layer!: string;
  @Field() measure!: string;
  @Field() unit!: string;
  @Field({ description: 'cell or section: what the values are of.' }) grid!: string;
  @Field(() => Int64, { description: 'The revision the field is of.' }) revision!: bigint;
  @Field(() => [QualityValue]) values!: QualityValue[];
}
