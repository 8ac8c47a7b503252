import { Args, Context, Float, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { queries } from '@stratome/connectome';
import { badInput } from '@stratome/core';
import {
  ConfidenceArguments,
  listCost,
  maskFlaggedArgument,
  requireFirst,
  revisionArgument,
} from './arguments.js';
import { GraphReader } from './graph-reader.js';
import { Int64 } from './int64.scalar.js';
import { loadersOf } from './loaders.js';
import { page, toDataset } from './rows.js';
import { FlagMask } from './types/flag.js';
import { Neuron } from './types/neuron.js';
import { type Point, PointInput, VoxelBoxInput } from './types/places.js';
import { Provenance } from './types/provenance.js';
import { Synapse, SynapsePage } from './types/synapse.js';

@Resolver(() => Synapse)
export class SynapseResolver {
  constructor(private readonly reader: GraphReader) {}

  @Query(() => SynapsePage, {
    complexity: listCost,
    description: 'Synapses whose postsynaptic site lies in a box.',
  })
  async synapsesInBox(
    @Args('dataset') dataset: string,
    @Args('box') { begin, end }: VoxelBoxInput,
    @Args() { first, after, minConfidence, revision }: ConfidenceArguments,
    @Args('maskFlagged', maskFlaggedArgument) maskFlagged?: FlagMask,
  ): Promise<SynapsePage> {
    if (!(begin.x < end.x && begin.y < end.y && begin.z < end.z)) {
      throw badInput('The box is empty or inverted.', 'Each end must be above its begin.');
    }
    const pinned = await this.reader.pinned(dataset, revision);
    const asked = {
      dataset,
      low: begin,
      high: end,
      minConfidence,
      maskedCells: (await this.reader.mask(dataset, { maskFlagged }, pinned))?.maskedCells,
      after: after ?? -1n,
      limit: requireFirst(first) + 1,
    };
    const rows = await this.reader.rowsAt(queries.synapsesInBox, queries.synapsesInBoxAt, asked, pinned);
    return page(
      dataset,
      rows.map((row) => ({ ...row, dataset, pinned })),
      first,
      (synapse) => synapse.siteId,
      pinned,
    );
  }

  @Query(() => [Synapse], {
    complexity: listCost,
    description: 'Synapses within a distance of a point, nearest first.',
  })
  async synapsesNear(
    @Args('dataset') dataset: string,
    @Args('point') centre: PointInput,
    @Args('radiusNm', { type: () => Float }) radiusNm: number,
    @Args('minConfidence', { type: () => Float, defaultValue: 0 }) minConfidence: number,
    @Args('first', { type: () => Int, defaultValue: 50 }) first: number,
    @Args('maskFlagged', maskFlaggedArgument) maskFlagged?: FlagMask,
    @Args('revision', revisionArgument) revision?: number,
  ): Promise<Synapse[]> {
    if (!(radiusNm > 0)) throw badInput(`radiusNm is ${radiusNm}.`, 'It must be above 0.');
    const { voxelNm } = toDataset(await this.reader.dataset(dataset));
    const corner = (sign: 1 | -1): Point => ({
      x: centre.x + (sign * radiusNm) / voxelNm.x,
      y: centre.y + (sign * radiusNm) / voxelNm.y,
      z: centre.z + (sign * radiusNm) / voxelNm.z,
    });
    const ball = { low: corner(-1), high: corner(1), centre, voxelNm, radiusNm };
    const pinned = await this.reader.pinned(dataset, revision);
    const asked = {
      dataset,
      ...ball,
      minConfidence,
      maskedCells: (await this.reader.mask(dataset, { maskFlagged }, pinned))?.maskedCells,
      limit: requireFirst(first),
    };
    const rows = await this.reader.rowsAt(queries.synapsesNear, queries.synapsesNearAt, asked, pinned);
    return rows.map((row) => ({ ...row, dataset, pinned }));
  }

  @Query(() => [Synapse], { complexity: listCost, description: 'The synapses behind one connection.' })
  async synapsesOfConnection(
    @Args('dataset') dataset: string,
    @Args('preBodyId', { type: () => Int64 }) preBodyId: bigint,
    @Args('postBodyId', { type: () => Int64 }) postBodyId: bigint,
    @Args('first', { type: () => Int, defaultValue: 50 }) first: number,
    @Args('after', {
      type: () => Int64,
      nullable: true,
      description: 'Only those of larger site ids: the last one of the page before.',
    })
    after?: bigint,
    @Args('revision', revisionArgument) revision?: number,
  ): Promise<Synapse[]> {
    const pinned = await this.reader.pinned(dataset, revision);
    const asked = { dataset, preBodyId, postBodyId, after: after ?? null, limit: requireFirst(first) };
    const { synapsesOfConnection: head, synapsesOfConnectionAt: at } = queries;
    const rows = await this.reader.rowsAt(head, at, asked, pinned);
    return rows.map((row) => ({ ...row, dataset, pinned, preBodyId, postBodyId }));
  }

  @ResolveField(() => [String], { complexity: 2, description: 'Ids of the flags on its quality cell.' })
  qualityFlags(
    @Parent() { dataset, siteId, pinned }: Synapse,
    @Context() context: object,
  ): Promise<readonly string[]> {
    return loadersOf(context, this.reader).synapseFlags.load({ dataset, pinned, siteId });
  }

  @ResolveField(() => Neuron, { nullable: true })
  presynaptic(
    @Parent() { dataset, pinned, preBodyId }: Synapse,
    @Context() context: object,
  ): Promise<Neuron | null> | null {
    return preBodyId === null
      ? null
      : loadersOf(context, this.reader).neurons.load({ dataset, pinned, bodyId: preBodyId });
  }

  @ResolveField(() => Neuron, { nullable: true })
  postsynaptic(
    @Parent() { dataset, pinned, postBodyId }: Synapse,
    @Context() context: object,
  ): Promise<Neuron | null> | null {
    return postBodyId === null
      ? null
      : loadersOf(context, this.reader).neurons.load({ dataset, pinned, bodyId: postBodyId });
  }

  @ResolveField(() => Provenance, {
    complexity: 50,
    description: 'The tiles it rests on, and all on the way.',
  })
  async provenance(@Parent() { dataset, siteId, pinned }: Synapse): Promise<Provenance> {
    const asked = { dataset, siteId, type: 'post' };
    const { synapseProvenance, synapseProvenanceAt } = queries;
    return (await this.reader.rowsAt(synapseProvenance, synapseProvenanceAt, asked, pinned))[0];
  }
}
