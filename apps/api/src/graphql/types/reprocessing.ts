import { Field, Float, Int, ObjectType } from '@nestjs/graphql';
import { VoxelBox } from './places.js';

@ObjectType({ description: 'What a stage will do of a regional re-run.' })
export class StageEstimate {
  @Field() stage!: string;
  @Field(() => Int, { description: 'Tasks that will run.' }) tasks!: number;
  @Field(() => Int, { description: 'Tasks of the stage.' }) allTasks!: number;
  @Field(() => Float, { description: 'Work of the tasks that will run, in workUnit.' }) work!: number;
  @Field(() => Float, { description: 'Work of the stage, in workUnit.' }) allWork!: number;
  @Field() workUnit!: string;
  @Field(() => Float, { description: 'Processor time, from what the tasks took before.' }) seconds!: number;
}

@ObjectType({
  description: 'What a regional re-run will cost; objects that change beyond the region add to it.',
})
export class ReprocessEstimate {
  @Field(() => VoxelBox, { description: 'The region, grown to whole blocks.' }) region!: VoxelBox;
  @Field(() => [StageEstimate]) stages!: StageEstimate[];
  @Field(() => Float, { description: 'Voxels of the region over those of the volume.' }) volumeShare!: number;
  @Field(() => Float, {
    description: 'Chunks that the region meets when it is grown by the reach of the stages, over all.',
  })
  haloGrownShare!: number;
  @Field(() => Float, { description: 'Processor time, s.' }) seconds!: number;
}
