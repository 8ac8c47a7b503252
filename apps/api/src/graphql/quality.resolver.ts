import { Args, Context, Parent, ResolveField, Query, Resolver } from '@nestjs/graphql';
import { queries } from '@stratome/connectome';
import { badInput, notFound } from '@stratome/core';
import { diagnosisParameters } from '@stratome/diagnostics';
import { compareInDataset } from '../diagnosis/diagnose-dataset.js';
import { GraphReader } from './graph-reader.js';
import { Int64 } from './int64.scalar.js';
import { NeuronQuality } from './types/neuron.js';
import { loadersOf } from './loaders.js';
import { namedBox, toBox, VoxelBoxInput } from './types/places.js';
import { QualityColumns, QualityField, QualityValue, RegionComparison } from './types/quality.js';

@Resolver(() => QualityField)
export class QualityResolver {
  constructor(private readonly reader: GraphReader) {}

  @Query(() => QualityField, { complexity: 200, description: 'One measure of one layer over all cells.' })
  async qualityField(
    @Args('dataset') dataset: string,
    @Args('layer') layer: string,
    @Args('measure') measure: string,
    @Args('grid', { type: () => String, defaultValue: 'cell', description: 'cell or section.' })
    grid: string,
    @Args('revision', { type: () => Int64, nullable: true, description: 'The head when left out.' })
    revision?: bigint,
  ): Promise<QualityField> {
    if (grid !== 'cell' && grid !== 'section')
      throw badInput(`There is no grid "${grid}".`, 'Name cell or section.');
    const at = revision ?? (await this.reader.dataset(dataset)).revision;
    const field = { dataset, layer, measure };
    const rows = await this.reader.rowsOf(queries.qualityField, {
      ...field,
      revision: at,
      grid,
    });
    if (rows.length === 0) {
      throw notFound(
        `"${measure}" of ${layer} was not measured by ${grid} in "${dataset}" at revision ${at}.`,
        'measures of the dataset lists what there is.',
      );
    }
    const pinned = revision === undefined || revision === null ? undefined : Number(revision);
    const values = rows.map((row) => ({ ...row, dataset, pinned, box: namedBox(row) }));
    return { ...field, unit: rows[0].unit, grid, revision: at, values };
  }

  @ResolveField(() => QualityColumns, { complexity: 20 })
  columns(@Parent() { values }: QualityField): QualityColumns {
    return {
      cellKeys: values.map(({ cellKey }) => cellKey),
      values: values.map(({ value }) => value),
      counts: values.map(({ count }) => count),
      begins: values.flatMap(({ boxBegin }) => boxBegin),
      ends: values.flatMap(({ boxEnd }) => boxEnd),
    };
  }

  @Query(() => RegionComparison, {
    complexity: 300,
    description: 'One measure of a box of cells against another box, as a diagnosis compares them.',
  })
  compareRegions(
    @Args('dataset') dataset: string,
    @Args('measure') measure: string,
    @Args('region') region: VoxelBoxInput,
    @Args('against', {
      type: () => VoxelBoxInput,
      nullable: true,
      description: 'All the rest, less a rim of one cell, when left out.',
    })
    against?: VoxelBoxInput,
  ): Promise<RegionComparison> {
    return compareInDataset(this.reader.graph, {
      dataset,
      measure,
      region: toBox('region', region),
      ...(against && { against: toBox('reference', against) }),
      parameters: diagnosisParameters.parse({}),
    });
  }

  @Query(() => [NeuronQuality], {
    complexity: 20,
    description: 'What was measured where the synapses of a connection are: the uncertainty of an edge.',
  })
  async connectionQuality(
    @Args('dataset') dataset: string,
    @Args('pre', { type: () => Int64 }) preBodyId: bigint,
    @Args('post', { type: () => Int64 }) postBodyId: bigint,
  ): Promise<NeuronQuality[]> {
    const { revision } = await this.reader.dataset(dataset);
    const found = await this.reader.run(queries.connectionQuality, {
      dataset,
      preBodyId,
      postBodyId,
      revision,
    });
    if (found.length === 0)
      throw notFound(
        `No synapse from ${preBodyId} to ${postBodyId} lies in a measured cell of "${dataset}".`,
        'downstreamPartners of a neuron lists its connections.',
      );
    return found;
  }
}

@Resolver(() => QualityValue)
export class QualityValueResolver {
  constructor(private readonly reader: GraphReader) {}

  @ResolveField(() => [String], { complexity: 2, description: 'Ids of the flags on the cell.' })
  qualityFlags(
    @Parent() { dataset, pinned, cellKey }: QualityValue,
    @Context() context: object,
  ): Promise<readonly string[]> {
    return loadersOf(context, this.reader).cellFlags.load({ dataset, pinned, cellKey });
  }
}
