import { Args, Context, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { queries, severitiesOf, shortestPathsAt } from '@stratome/connectome';
import { badInput, notFound } from '@stratome/core';
import {
  listCost,
  MaskedPartnerArguments,
  NeuronArguments,
  neuronQuery,
  partnerCursor,
  PinnedPartnerArguments,
  requireFirst,
  revisionArgument,
} from './arguments.js';
import { GraphReader } from './graph-reader.js';
import { Int64 } from './int64.scalar.js';
import { connectionEnds, loadersOf } from './loaders.js';
import { page, toNeuron } from './rows.js';
import { Neuron, NeuronPage, NeuronPath, NeuronQuality, Partner, PartnerPage } from './types/neuron.js';
import { FlagMask, NeuronFlag, UnflaggedCounts } from './types/flag.js';
import { Provenance } from './types/provenance.js';

const bodyMissing = (dataset: string, bodyId: bigint, pinned: number | undefined): string =>
  `The dataset "${dataset}" has no body ${bodyId}${pinned === undefined ? '' : ` at revision ${pinned}`}.`;

@Resolver(() => Neuron)
export class NeuronResolver {
  constructor(private readonly reader: GraphReader) {}

  @Query(() => Neuron, { description: 'One object of the segmentation.' })
  async neuron(
    @Args('dataset') dataset: string,
    @Args('bodyId', { type: () => Int64 }) bodyId: bigint,
    @Args('revision', revisionArgument) revision?: number,
  ): Promise<Neuron> {
    const pinned = await this.reader.pinned(dataset, revision);
    const asked = { dataset, bodyIds: [bodyId] };
    const [row] = await this.reader.rowsAt(queries.neuronsById, queries.neuronsByIdAt, asked, pinned);
    if (row) return toNeuron(dataset, row, pinned);
    throw notFound(bodyMissing(dataset, bodyId, pinned), 'neurons lists those there are.');
  }

  @Query(() => NeuronPage, { complexity: listCost, description: 'Neurons of a dataset in order of id.' })
  async neurons(@Args('dataset') dataset: string, @Args() args: NeuronArguments): Promise<NeuronPage> {
    const pinned = await this.reader.pinned(dataset, args.revision);
    const asked = neuronQuery(dataset, args);
    const mask = await this.reader.mask(dataset, args, pinned);
    const rows = await this.reader.rowsAt(queries.neurons, queries.neuronsAt, { ...asked, ...mask }, pinned);
    return page(
      dataset,
      rows.map((row) => toNeuron(dataset, row, pinned)),
      args.first,
      (neuron) => neuron.bodyId,
      pinned,
    );
  }

  @Query(() => [NeuronPath], {
    complexity: listCost,
    description: 'All shortest paths over connections of a minimum weight.',
  })
  async shortestPaths(
    @Args('dataset') dataset: string,
    @Args('from', { type: () => Int64 }) fromBodyId: bigint,
    @Args('to', { type: () => Int64 }) toBodyId: bigint,
    @Args() { minWeight, first, revision, ...mask }: PinnedPartnerArguments,
  ): Promise<NeuronPath[]> {
    const pinned = await this.requireBodies(dataset, [fromBodyId, toBodyId], revision);
    const ends = { dataset, fromBodyId, toBodyId, minWeight: BigInt(minWeight), limit: requireFirst(first) };
    const left = await this.reader.mask(dataset, mask, pinned);
    const rows =
      pinned === undefined
        ? await this.reader.run(queries.shortestPaths, { ...ends, ...left })
        : await this.reader.steadily(dataset, () =>
            shortestPathsAt(this.reader, { ...ends, ...left, revision: BigInt(pinned) }),
          );
    return rows.map((row) => ({ ...row, bottleneck: row.weights.reduce((a, b) => (b < a ? b : a)) }));
  }

  @Query(() => [NeuronPath], {
    complexity: listCost,
    description: 'Paths of up to maxHops, the strongest weakest link first.',
  })
  async paths(
    @Args('dataset') dataset: string,
    @Args('from', { type: () => Int64 }) fromBodyId: bigint,
    @Args('to', { type: () => Int64 }) toBodyId: bigint,
    @Args('maxHops', { type: () => Int, defaultValue: 3, description: 'At most 4.' }) maxHops: number,
    @Args() { minWeight, first, revision, ...mask }: PinnedPartnerArguments,
  ): Promise<NeuronPath[]> {
    const pinned = await this.requireBodies(dataset, [fromBodyId, toBodyId], revision);
    const ends = { dataset, fromBodyId, toBodyId, minWeight: BigInt(minWeight), limit: requireFirst(first) };
    const left = await this.reader.mask(dataset, mask, pinned);
    const asked = { ...ends, maxHops, ...left };
    return this.reader.rowsAt(queries.boundedPaths, queries.boundedPathsAt, asked, pinned);
  }

  @Query(() => PartnerPage, {
    complexity: listCost,
    description: 'Partners of a neuron on one side, strongest first, page by page.',
  })
  async partners(
    @Args('dataset') dataset: string,
    @Args('bodyId', { type: () => Int64 }) bodyId: bigint,
    @Args('direction', { description: 'upstream: it receives from them; downstream: it synapses onto them.' })
    direction: string,
    @Args() { minWeight, first, revision, ...mask }: PinnedPartnerArguments,
    @Args('after', { type: () => String, nullable: true, description: 'next of the page before.' })
    after?: string,
  ): Promise<PartnerPage> {
    if (direction !== 'upstream' && direction !== 'downstream')
      throw badInput(`There is no direction "${direction}".`, 'Name upstream or downstream.');
    const pinned = await this.requireBodies(dataset, [bodyId], revision);
    const asked = {
      dataset,
      bodyId,
      direction,
      minWeight: BigInt(minWeight),
      ...partnerCursor(after),
      limit: requireFirst(first) + 1,
      ...(await this.reader.mask(dataset, mask, pinned)),
    };
    const rows = await this.reader.rowsAt(queries.partnersPage, queries.partnersPageAt, asked, pinned);
    const items = rows
      .slice(0, first)
      .map((row) => ({ ...row, ...connectionEnds(direction, bodyId, row.partnerId), dataset, pinned }));
    const last = items.at(-1);
    return { items, next: last && rows.length > first ? `${last.weight}:${last.partnerId}` : null };
  }

  @ResolveField(() => [Partner], {
    complexity: listCost,
    description: 'Neurons it receives synapses from, strongest first.',
  })
  upstreamPartners(
    @Parent() neuron: Neuron,
    @Args() args: MaskedPartnerArguments,
    @Context() context: object,
  ) {
    return this.strongest(neuron, 'upstream', args, context);
  }

  @ResolveField(() => [Partner], {
    complexity: listCost,
    description: 'Neurons it makes synapses onto, strongest first.',
  })
  downstreamPartners(
    @Parent() neuron: Neuron,
    @Args() args: MaskedPartnerArguments,
    @Context() context: object,
  ) {
    return this.strongest(neuron, 'downstream', args, context);
  }

  private strongest(
    { dataset, bodyId, pinned }: Neuron,
    direction: 'upstream' | 'downstream',
    { minWeight, first, maskFlagged, minConfidence }: MaskedPartnerArguments,
    context: object,
  ): Promise<Partner[]> {
    const limit = requireFirst(first);
    const { partners } = loadersOf(context, this.reader);
    const mask = { maskFlagged, minConfidence };
    return partners.load({ dataset, pinned, bodyId, direction, minWeight: BigInt(minWeight), limit, mask });
  }

  @ResolveField(() => [NeuronFlag], { complexity: 5, description: 'Flags on cells that hold its synapses.' })
  qualityFlags(
    @Parent() { dataset, bodyId, pinned }: Neuron,
    @Context() context: object,
  ): Promise<NeuronFlag[]> {
    return loadersOf(context, this.reader).neuronFlags.load({ dataset, pinned, bodyId });
  }

  @ResolveField(() => UnflaggedCounts, {
    complexity: 20,
    description: 'Its synapses with both partners, without those in flagged cells.',
  })
  async unflaggedCounts(
    @Parent() { dataset, bodyId, pinned }: Neuron,
    @Args('maskFlagged', { type: () => FlagMask, defaultValue: FlagMask.exclude }) mask: FlagMask,
  ): Promise<UnflaggedCounts> {
    if (pinned !== undefined) return this.unflaggedCountsAt(dataset, bodyId, pinned, mask);
    const asked = { dataset, bodyIds: [bodyId], severities: severitiesOf(mask) };
    const [counts] = await this.reader.run(queries.unflaggedCounts, asked);
    return counts;
  }

  private async unflaggedCountsAt(
    dataset: string,
    bodyId: bigint,
    pinned: number,
    mask: FlagMask,
  ): Promise<UnflaggedCounts> {
    const maskedCells = await this.reader.pastFlags.cellsUnder(dataset, pinned, mask);
    const asked = { dataset, bodyIds: [bodyId], revision: BigInt(pinned) };
    const [[all], [left]] = await this.reader.steadily(dataset, () =>
      Promise.all([
        this.reader.run(queries.contactCountsAt, asked),
        this.reader.run(queries.contactCountsAt, { ...asked, maskedCells }),
      ]),
    );
    return {
      upstream: left.upstream,
      downstream: left.downstream,
      flaggedUpstream: all.upstream - left.upstream,
      flaggedDownstream: all.downstream - left.downstream,
    };
  }

  @ResolveField(() => [NeuronQuality], {
    complexity: 20,
    description: 'What was measured where its synapses are.',
  })
  async quality(@Parent() { dataset, bodyId, pinned }: Neuron): Promise<NeuronQuality[]> {
    if (pinned !== undefined) {
      const asked = { dataset, bodyId, revision: BigInt(pinned) };
      return this.reader.steadily(dataset, () => this.reader.run(queries.neuronQualityAt, asked));
    }
    const { revision } = await this.reader.dataset(dataset);
    return this.reader.run(queries.neuronQuality, { dataset, bodyId, revision });
  }

  @ResolveField(() => Provenance, { complexity: 50 })
  async provenance(@Parent() { dataset, bodyId, pinned }: Neuron): Promise<Provenance> {
    const { neuronProvenance, neuronProvenanceAt } = queries;
    return (await this.reader.rowsAt(neuronProvenance, neuronProvenanceAt, { dataset, bodyId }, pinned))[0];
  }

  /** @returns the revision that the request is pinned to. @throws StratomeError notFound for a body it does not have */
  private async requireBodies(
    dataset: string,
    bodyIds: bigint[],
    revision?: number,
  ): Promise<number | undefined> {
    await this.reader.dataset(dataset);
    const pinned = await this.reader.pinned(dataset, revision);
    const { neuronsById, neuronsByIdAt } = queries;
    const rows = await this.reader.rowsAt(neuronsById, neuronsByIdAt, { dataset, bodyIds }, pinned);
    const there = new Set(rows.map(({ bodyId }) => bodyId));
    const unknown = bodyIds.find((bodyId) => !there.has(bodyId));
    if (unknown === undefined) return pinned;
    throw notFound(bodyMissing(dataset, unknown, pinned), 'neurons lists those there are.');
  }
}

@Resolver(() => Partner)
export class PartnerResolver {
  constructor(private readonly reader: GraphReader) {}

  @ResolveField(() => Neuron, { nullable: true, description: 'The partner itself.' })
  neuron(
    @Parent() { dataset, pinned, partnerId }: Partner,
    @Context() context: object,
  ): Promise<Neuron | null> {
    return loadersOf(context, this.reader).neurons.load({ dataset, pinned, bodyId: partnerId });
  }
}
