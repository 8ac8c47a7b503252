import { Args, Int, Query, Resolver } from '@nestjs/graphql';
import { queries, type Query as Statement } from '@stratome/connectome';
import { badInput } from '@stratome/core';
import {
  bodies,
  leastConfidenceArgument,
  listCost,
  maskFlaggedArgument,
  requireBodies,
  requireDirection,
  requireFirst,
  revisionArgument,
} from './arguments.js';
import { GraphReader } from './graph-reader.js';
import { Int64 } from './int64.scalar.js';
import {
  CountedSites,
  MaskArguments,
  MaskedRowsArguments,
  RowsArguments,
  ShapeArguments,
} from './query-arguments.js';
import {
  FeedForwardLoop,
  Hub,
  MaskedPartner,
  NeuronBalance,
  NeuronShape,
  PartnerInRoi,
  RoiBalance,
  RoiCompleteness,
  RoiConnection,
  TriadCount,
  TypeConnection,
} from './types/circuit.js';
import { FlagMask } from './types/flag.js';

const mostRois = 500;
const rois = { type: () => [String], description: `At most ${mostRois}.` };
/** Every triple of them is looked at; whole brains have the analysis of motifs. */
const mostInTriads = 60;
/** Beyond it a page costs the graph as much as all before it. */
const deepestOffset = 100_000;

function requireRois(names: readonly string[]): string[] {
  if (names.length >= 1 && names.length <= mostRois) return [...names];
  throw badInput(`${names.length} regions are given.`, `Give 1 to ${mostRois}.`);
}

/** @param read the first rows, as many as it is asked for */
async function pageOf<Row>(
  { first, offset }: RowsArguments,
  read: (limit: number) => Promise<Row[]>,
): Promise<Row[]> {
  if (!(offset >= 0 && offset <= deepestOffset))
    throw badInput(`offset is ${offset}.`, `Give 0 to ${deepestOffset}; /api/queries gives whole tables.`);
  return (await read(offset + requireFirst(first))).slice(offset);
}

/** The circuit queries of cypher/queries that give lists: one field each, of the query's name. */
@Resolver()
export class QueryLibraryResolver {
  constructor(private readonly reader: GraphReader) {}

  /** Rows of a page at the head, or at an earlier revision. */
  private paged<Params extends { dataset: string; limit: number }, Row extends object>(
    head: Statement<Params, Row>,
    at: Statement<Params & { readonly revision: bigint }, Row>,
    params: Omit<Params, 'limit'>,
    page: RowsArguments,
    pinned: number | undefined,
  ): Promise<Row[]> {
    return pageOf(page, (limit) =>
      this.reader.rowsAt(head, at, { ...params, limit } as unknown as Params, pinned),
    );
  }

  @Query(() => [Hub], { complexity: listCost, description: 'Neurons with the most partners.' })
  async hubs(
    @Args('dataset') dataset: string,
    @Args() args: MaskedRowsArguments,
    @Args('revision', revisionArgument) revision?: number,
  ): Promise<Hub[]> {
    const pinned = await this.reader.pinned(dataset, revision);
    const mask = await this.reader.mask(dataset, args, pinned);
    const asked = { dataset, minWeight: BigInt(args.minWeight), ...mask };
    return this.paged(queries.hubs, queries.hubsAt, asked, args, pinned);
  }

  @Query(() => [TypeConnection], {
    complexity: listCost,
    description: 'Connections by cell type, strongest first.',
  })
  async typeConnections(
    @Args('dataset') dataset: string,
    @Args('type', { type: () => String, nullable: true, description: 'On either side; all when left out.' })
    type: string | undefined,
    @Args() args: MaskedRowsArguments,
    @Args('revision', revisionArgument) revision?: number,
  ): Promise<TypeConnection[]> {
    const pinned = await this.reader.pinned(dataset, revision);
    const mask = await this.reader.mask(dataset, args, pinned);
    const asked = { dataset, type: type ?? null, minWeight: BigInt(args.minWeight), ...mask };
    return this.paged(queries.typeConnections, queries.typeConnectionsAt, asked, args, pinned);
  }

  @Query(() => [PartnerInRoi], {
    complexity: listCost,
    description: 'Partners inside a region, strongest there first.',
  })
  async partnersInRoi(
    @Args('dataset') dataset: string,
    @Args('bodyIds', bodies) bodyIds: bigint[],
    @Args('roi') roi: string,
    @Args('direction', { description: 'upstream or downstream' }) direction: string,
    @Args() args: MaskedRowsArguments,
  ): Promise<PartnerInRoi[]> {
    const mask = await this.reader.mask(dataset, args);
    const asked = {
      dataset,
      bodyIds: requireBodies(bodyIds),
      roi,
      direction: requireDirection(direction),
      minWeight: BigInt(args.minWeight),
      ...mask,
    };
    return pageOf(args, (limit) => this.reader.rowsOf(queries.partnersInRoi, { ...asked, limit }));
  }

  @Query(() => [MaskedPartner], {
    complexity: listCost,
    description: 'Downstream partners by synapses of a minimum confidence, under a quality mask.',
  })
  async partnersByConfidence(
    @Args('dataset') dataset: string,
    @Args('bodyId', { type: () => Int64 }) bodyId: bigint,
    @Args() args: MaskArguments,
    @Args('revision', revisionArgument) revision?: number,
  ): Promise<MaskedPartner[]> {
    const pinned = await this.reader.pinned(dataset, revision);
    const at = pinned === undefined ? (await this.reader.dataset(dataset)).revision : BigInt(pinned);
    const { minConfidence, layer = null, measure = null, lowest = null, highest = null } = args;
    const mask = { minConfidence, layer, measure, lowest, highest, revision: at };
    const asked = { dataset, bodyId, minWeight: BigInt(args.minWeight), ...mask };
    const { partnersByConfidence, partnersByConfidenceAt } = queries;
    return this.paged(partnersByConfidence, partnersByConfidenceAt, asked, args, pinned);
  }

  @Query(() => [RoiConnection], { complexity: 1000, description: 'How strongly regions feed each other.' })
  async roiMatrix(
    @Args('dataset') dataset: string,
    @Args('rois', rois) names: string[],
    @Args() mask: CountedSites,
  ): Promise<RoiConnection[]> {
    const left = await this.reader.mask(dataset, mask);
    return this.reader.rowsOf(queries.roiMatrix, { dataset, rois: requireRois(names), ...left });
  }

  @Query(() => [RoiCompleteness], {
    complexity: 500,
    description: 'How much of each region is on traced neurons.',
  })
  async roiCompleteness(
    @Args('dataset') dataset: string,
    @Args('rois', rois) names: string[],
    @Args('statuses', { type: () => [String], defaultValue: ['Traced'] }) statuses: string[],
    @Args() mask: CountedSites,
  ): Promise<RoiCompleteness[]> {
    const left = await this.reader.mask(dataset, mask);
    return this.reader.rowsOf(queries.roiCompleteness, {
      dataset,
      rois: requireRois(names),
      statuses,
      ...left,
    });
  }

  @Query(() => [NeuronBalance], {
    complexity: 500,
    description: 'Excitation and inhibition of some neurons.',
  })
  async excitationInhibition(
    @Args('dataset') dataset: string,
    @Args('bodyIds', bodies) bodyIds: bigint[],
    @Args() mask: CountedSites,
    @Args('revision', revisionArgument) revision?: number,
  ): Promise<NeuronBalance[]> {
    const pinned = await this.reader.pinned(dataset, revision);
    const left = await this.reader.mask(dataset, mask, pinned);
    const asked = { dataset, bodyIds: requireBodies(bodyIds), ...left };
    const { excitationInhibition, excitationInhibitionAt } = queries;
    return this.reader.rowsAt(excitationInhibition, excitationInhibitionAt, asked, pinned);
  }

  @Query(() => [RoiBalance], { complexity: 1000, description: 'Excitation and inhibition of regions.' })
  async excitationInhibitionByRoi(
    @Args('dataset') dataset: string,
    @Args('rois', rois) names: string[],
    @Args() mask: CountedSites,
  ): Promise<RoiBalance[]> {
    const left = await this.reader.mask(dataset, mask);
    return this.reader.rowsOf(queries.excitationInhibitionByRoi, {
      dataset,
      rois: requireRois(names),
      ...left,
    });
  }

  @Query(() => [NeuronShape], {
    complexity: listCost,
    description: 'Neurons of a shape, longest cable first.',
  })
  async neuronsByMorphology(
    @Args('dataset') dataset: string,
    @Args() { first, offset, ...bounds }: ShapeArguments,
    @Args('revision', revisionArgument) revision?: number,
  ): Promise<NeuronShape[]> {
    const pinned = await this.reader.pinned(dataset, revision);
    const open = {
      minCableUm: null,
      maxCableUm: null,
      minSizeVoxels: null,
      maxSizeVoxels: null,
      minBranches: null,
      maxBranches: null,
    };
    const given = Object.fromEntries(Object.entries(bounds).filter(([, value]) => value !== undefined));
    const asked = { dataset, ...open, ...given };
    const { neuronsByMorphology, neuronsByMorphologyAt } = queries;
    return this.paged(neuronsByMorphology, neuronsByMorphologyAt, asked, { first, offset }, pinned);
  }

  @Query(() => [TriadCount], { complexity: 2000, description: 'The 13 connected triads among some neurons.' })
  async triads(
    @Args('dataset') dataset: string,
    @Args('bodyIds', { ...bodies, description: `At most ${mostInTriads}.` }) bodyIds: bigint[],
    @Args('minWeight', { type: () => Int, defaultValue: 1, description: 'Synapses of a connection.' })
    minWeight: number,
    @Args('maskFlagged', maskFlaggedArgument) maskFlagged?: FlagMask,
    @Args('minConfidence', leastConfidenceArgument) minConfidence?: number,
    @Args('revision', revisionArgument) revision?: number,
  ): Promise<TriadCount[]> {
    const pinned = await this.reader.pinned(dataset, revision);
    const mask = await this.reader.mask(dataset, { maskFlagged, minConfidence }, pinned);
    const asked = { dataset, bodyIds: requireBodies(bodyIds, mostInTriads), minWeight: BigInt(minWeight) };
    const { connectedTriples, connectedTriplesAt } = queries;
    return this.reader.rowsAt(connectedTriples, connectedTriplesAt, { ...asked, ...mask }, pinned);
  }

  @Query(() => [FeedForwardLoop], {
    complexity: listCost,
    description: 'Feed-forward loops from some neurons.',
  })
  async feedForwardLoops(
    @Args('dataset') dataset: string,
    @Args('bodyIds', bodies) bodyIds: bigint[],
    @Args() args: MaskedRowsArguments,
    @Args('revision', revisionArgument) revision?: number,
  ): Promise<FeedForwardLoop[]> {
    const pinned = await this.reader.pinned(dataset, revision);
    const mask = await this.reader.mask(dataset, args, pinned);
    const asked = { dataset, bodyIds: requireBodies(bodyIds), minWeight: BigInt(args.minWeight), ...mask };
    return this.paged(queries.feedForwardLoops, queries.feedForwardLoopsAt, asked, args, pinned);
  }
}
