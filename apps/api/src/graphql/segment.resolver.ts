import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import { Catalogue } from '../volumes/catalogue.js';
import { GraphReader } from './graph-reader.js';
import { loadersOf } from './loaders.js';
import { toDataset } from './rows.js';
import { SegmentAtPoint } from './types/neuron.js';
import { PointInput } from './types/places.js';

@Resolver()
export class SegmentResolver {
  constructor(
    private readonly reader: GraphReader,
    private readonly catalogue: Catalogue,
  ) {}

  @Query(() => SegmentAtPoint, {
    complexity: 10,
    description: 'The segment and the supervoxel at a voxel of the aligned volume.',
  })
  async segmentAt(
    @Args('dataset') dataset: string,
    @Args('point') point: PointInput,
    @Context() context: object,
  ): Promise<SegmentAtPoint> {
    const { voxelNm, revision } = toDataset(await this.reader.dataset(dataset));
    const nm = [point.z * voxelNm.z, point.y * voxelNm.y, point.x * voxelNm.x] as const;
    const at = Number(revision);
    const [segmentId, supervoxelId] = await Promise.all([
      this.catalogue.idAt(dataset, at, 'segmentation', nm),
      this.catalogue.idAt(dataset, at, 'supervoxels', nm).catch((error: unknown) => {
        if ((error as { kind?: string }).kind === 'notFound') return null;
        throw error;
      }),
    ]);
    const segment =
      segmentId === 0n
        ? null
        : await loadersOf(context, this.reader).neurons.load({ dataset, bodyId: segmentId });
    return { dataset, point, segmentId, supervoxelId, revision: at, segment };
  }
}
