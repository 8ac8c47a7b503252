import { badInput, isEmpty, type Box } from '@stratome/core';
import { Field, Float, InputType, Int, ObjectType } from '@nestjs/graphql';

@ObjectType({ description: 'A place in voxels.' })
export class Point {
  @Field(() => Float) x!: number;
  @Field(() => Float) y!: number;
  @Field(() => Float) z!: number;
}

@InputType({ description: 'A place in voxels.' })
export class PointInput {
  @Field(() => Float) x!: number;
  @Field(() => Float) y!: number;
  @Field(() => Float) z!: number;
}

@ObjectType({ description: 'A box of voxels: begin is in it, end is one past it on every axis.' })
export class VoxelBox {
  @Field(() => Point) begin!: Point;
  @Field(() => Point) end!: Point;
}

@InputType({ description: 'A box of voxels: begin is in it, end is one past it on every axis.' })
export class VoxelBoxInput {
  @Field(() => PointInput) begin!: PointInput;
  @Field(() => PointInput) end!: PointInput;
}

@ObjectType({ description: 'Whole numbers along the three axes.' })
export class Size {
  @Field(() => Int) x!: number;
  @Field(() => Int) y!: number;
  @Field(() => Int) z!: number;
}

/** A triple z, y, x, as the graph stores boxes and shapes, with its axes named. */
export function namedAxes([z, y, x]: readonly number[]): Point {
  return { x, y, z };
}

export const namedBox = (row: { boxBegin: readonly number[]; boxEnd: readonly number[] }): VoxelBox => ({
  begin: namedAxes(row.boxBegin),
  end: namedAxes(row.boxEnd),
});

/** @throws StratomeError badInput for corners that are not whole, and boxes that are empty or inverted */
export function toBox(what: string, { begin, end }: VoxelBoxInput): Box {
  const box: Box = { begin: [begin.z, begin.y, begin.x], end: [end.z, end.y, end.x] };
  if ([...box.begin, ...box.end].some((v) => !Number.isInteger(v)) || isEmpty(box))
    throw badInput(`The ${what} is no box of voxels.`, 'Give whole numbers, each end above its begin.');
  return box;
}
