import { Args, Query, Resolver } from '@nestjs/graphql';
import { queries } from '@stratome/connectome';
import { notFound } from '@stratome/core';
import { GraphReader } from './graph-reader.js';
import { Int64 } from './int64.scalar.js';
import { namedBox } from './types/places.js';
import { QualityField } from './types/quality.js';

@Resolver(() => QualityField)
export class QualityResolver {
  constructor(private readonly reader: GraphReader) {}

  @Query(() => QualityField, { complexity: 200, description: 'One measure of one layer over all cells.' })
  async qualityField(
    @Args('dataset') dataset: string,
    @Args('layer') layer: string,
    @Args('measure') measure: string,
    @Args('revision', { type: () => Int64, nullable: true, description: 'The head when left out.' })
    revision?: bigint,
    @Args('grid', { type: () => String, nullable: true, description: 'cell or section; both when left out.' })
    grid?: string,
  ): Promise<QualityField> {
    const at = revision ?? (await this.reader.dataset(dataset)).revision;
    const field = { dataset, layer, measure };
    const rows = await this.reader.rowsOf(queries.qualityField, {
      ...field,
      revision: at,
      grid: grid ?? null,
    });
    if (rows.length === 0) {
      throw notFound(
        `"${measure}" of ${layer} was not measured in "${dataset}" at revision ${at}.`,
        'measures of the dataset lists what there is.',
      );
    }
    const values = rows.map((row) => ({ ...row, box: namedBox(row) }));
    return { ...field, unit: rows[0].unit, revision: at, values };
  }
}
