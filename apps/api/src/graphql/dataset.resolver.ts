import { Args, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { queries } from '@stratome/connectome';
import { isMeasureName, measures } from '@stratome/diagnostics';
import { Catalogue } from '../volumes/catalogue.js';
import {
  leastConfidenceArgument,
  listCost,
  maskFlaggedArgument,
  NeuronArguments,
  neuronQuery,
  requireFirst,
  revisionArgument,
} from './arguments.js';
import { GraphReader } from './graph-reader.js';
import { page, toDataset, toNeuron } from './rows.js';
import { Dataset, GraphSummary, Measure, Volume } from './types/dataset.js';
import type { FlagMask } from './types/flag.js';
import { NeuronConnection, NeuronPage } from './types/neuron.js';
import { namedAxes } from './types/places.js';

/** What the registry of measures says; a graph that was imported may hold others. */
function directionOf(measure: string): Pick<Measure, 'meaning' | 'high'> {
  const { meaning, high } = isMeasureName(measure) ? measures[measure] : { meaning: '', high: 'either' };
  return { meaning, high };
}

@Resolver(() => Dataset)
export class DatasetResolver {
  constructor(
    private readonly reader: GraphReader,
    private readonly catalogue: Catalogue,
  ) {}

  @Query(() => [Dataset], { description: 'All datasets, by name.' })
  async datasets(): Promise<Dataset[]> {
    return (await this.reader.datasets()).map(toDataset);
  }

  @Query(() => Dataset)
  async dataset(@Args('name') name: string): Promise<Dataset> {
    return toDataset(await this.reader.dataset(name));
  }

  @ResolveField(() => GraphSummary, { complexity: 20 })
  async summary(@Parent() { name }: Dataset): Promise<GraphSummary> {
    return (await this.reader.run(queries.graphSummary, { dataset: name }))[0];
  }

  @ResolveField(() => NeuronPage, { complexity: listCost, description: 'Neurons in order of id.' })
  async neurons(@Parent() { name: dataset }: Dataset, @Args() args: NeuronArguments): Promise<NeuronPage> {
    const pinned = await this.reader.pinned(dataset, args.revision);
    const asked = neuronQuery(dataset, args);
    const mask = await this.reader.mask(dataset, args, pinned);
    const rows = await this.reader.rowsAt(queries.neurons, queries.neuronsAt, { ...asked, ...mask }, pinned);
    return page(
      dataset,
      rows.map((row) => toNeuron(dataset, row, pinned)),
      args.first,
      (neuron) => neuron.bodyId,
    );
  }

  @ResolveField(() => [NeuronConnection], { complexity: listCost, description: 'The strongest connections.' })
  async connections(
    @Parent() { name: dataset }: Dataset,
    @Args('minWeight', { type: () => Int, defaultValue: 1 }) minWeight: number,
    @Args('first', { type: () => Int, defaultValue: 50 }) first: number,
    @Args('maskFlagged', maskFlaggedArgument) maskFlagged?: FlagMask,
    @Args('minConfidence', leastConfidenceArgument) minConfidence?: number,
    @Args('revision', revisionArgument) revision?: number,
  ): Promise<NeuronConnection[]> {
    const pinned = await this.reader.pinned(dataset, revision);
    const asked = { dataset, minWeight: BigInt(minWeight), limit: requireFirst(first) };
    const { strongestConnections, strongestConnectionsAt } = queries;
    const mask = await this.reader.mask(dataset, { maskFlagged, minConfidence }, pinned);
    const rows = await this.reader.rowsAt(
      strongestConnections,
      strongestConnectionsAt,
      { ...asked, ...mask },
      pinned,
    );
    return rows.map((row) => ({ dataset, pinned, ...row }));
  }

  @ResolveField(() => [Measure], { complexity: 20, description: 'What was measured of which layer.' })
  async measures(@Parent() { name: dataset }: Dataset): Promise<Measure[]> {
    const rows = await this.reader.run(queries.qualityMeasures, { dataset });
    return rows.map((row) => ({ ...row, ...directionOf(row.measure) }));
  }

  @ResolveField(() => [Volume], { complexity: 20 })
  async volumes(@Parent() { name, revision }: Dataset): Promise<Volume[]> {
    const metas = await this.catalogue.volumes(name, Number(revision));
    return metas.map((meta) => ({
      name: meta.name,
      content: meta.content,
      dtype: meta.dtype,
      shape: namedAxes(meta.mips[0].shape),
      voxelNm: namedAxes(meta.voxelNm),
      mips: meta.mips.length,
      path: `/volumes/${name}/${revision}/${meta.name}`,
    }));
  }
}
