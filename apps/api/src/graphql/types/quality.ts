import { Field, Float, Int, ObjectType } from '@nestjs/graphql';
import { Int64 } from '../int64.scalar.js';
import { VoxelBox } from './places.js';

@ObjectType()
export class QualityValue {
  /** Which dataset it is of, for the resolver of its flags. */
  dataset!: string;
  /** The revision the request is pinned to. */
  pinned?: number;
  /** z, y, x, for the resolver of columns. */
  boxBegin!: readonly number[];
  boxEnd!: readonly number[];

  @Field() cellKey!: string;
  @Field({ description: 'cell or section' }) grid!: string;
  @Field(() => VoxelBox) box!: VoxelBox;
  @Field(() => Float) value!: number;
  @Field(() => Int64, { description: 'Observations behind the value.' }) count!: bigint;
  @Field(() => Int64, { description: 'The revision it was measured in.' }) revision!: bigint;
}

@ObjectType({
  description:
    'The values of a field by column, one entry a cell: read several times as fast where cells are many.',
})
export class QualityColumns {
  @Field(() => [String]) cellKeys!: string[];
  @Field(() => [Float]) values!: number[];
  @Field(() => [Int64], { description: 'Observations behind each value.' }) counts!: bigint[];
  @Field(() => [Int], { description: 'z, y, x of the first voxel of each cell, one after the other.' })
  begins!: number[];
  @Field(() => [Int], { description: 'z, y, x after the last voxel of each cell.' }) ends!: number[];
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

@ObjectType({ description: 'One measure of a box of cells against another, by spatial blocks.' })
export class RegionComparison {
  @Field(() => Int, { description: 'Cells with a value.' }) regionCells!: number;
  @Field(() => Int) referenceCells!: number;
  @Field(() => Int, { description: 'Blocks of cells, as wide as their correlation demands.' })
  regionBlocks!: number;
  @Field(() => Int) referenceBlocks!: number;
  @Field(() => Float) regionMean!: number;
  @Field(() => Float) referenceMean!: number;
  @Field(() => Float, { description: 'Region less reference, in the measure’s unit.' }) effect!: number;
  @Field(() => [Float], { description: '95 %, by bootstrap of blocks.' }) interval!: readonly number[];
  @Field(() => Float, { description: 'The effect in standard errors.' }) score!: number;
  @Field(() => Float, { description: 'By permutation of blocks, two-sided.' }) p!: number;
}
