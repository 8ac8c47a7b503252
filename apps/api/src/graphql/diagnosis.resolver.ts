import { Args, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { queries } from '@stratome/connectome';
import { notFound } from '@stratome/core';
import { diagnosisParameters } from '@stratome/diagnostics';
import { diagnoseDataset } from '../diagnosis/diagnose-dataset.js';
import { toAnomaly, toDiagnosis } from '../diagnosis/stored-diagnoses.js';
import { listCost, requireFirst } from './arguments.js';
import { GraphReader } from './graph-reader.js';
import { Anomaly, Diagnosis } from './types/diagnosis.js';
import { toBox, VoxelBoxInput } from './types/places.js';

@Resolver(() => Diagnosis)
export class DiagnosisResolver {
  constructor(private readonly reader: GraphReader) {}

  @Mutation(() => Diagnosis, {
    complexity: 500,
    description:
      'Walks from connectivity down to images to the layer that caused a deviation; stores the walk.',
  })
  async diagnose(
    @Args('dataset') dataset: string,
    @Args('region', {
      type: () => VoxelBoxInput,
      nullable: true,
      description: 'What to explain; looked for when left out.',
    })
    region?: VoxelBoxInput,
    @Args('against', {
      type: () => VoxelBoxInput,
      nullable: true,
      description: 'What to compare it with; all the rest when left out.',
    })
    against?: VoxelBoxInput,
  ): Promise<Diagnosis> {
    const { diagnosisId } = await diagnoseDataset(this.reader.graph, {
      dataset,
      ...(region && { region: toBox('region', region) }),
      ...(against && { against: toBox('reference', against) }),
      parameters: diagnosisParameters.parse({}),
    });
    return this.diagnosis(dataset, diagnosisId);
  }

  @Query(() => [Diagnosis], { complexity: listCost, description: 'Stored walks, the latest first.' })
  async diagnoses(
    @Args('dataset') dataset: string,
    @Args('first', { type: () => Int, defaultValue: 50 }) first: number,
  ): Promise<Diagnosis[]> {
    const asked = { dataset, diagnosisId: null, limit: requireFirst(first) };
    return (await this.reader.rowsOf(queries.diagnoses, asked)).map(toDiagnosis);
  }

  @Query(() => Diagnosis, { complexity: 50, description: 'A stored walk.' })
  async diagnosis(
    @Args('dataset') dataset: string,
    @Args('diagnosisId') diagnosisId: string,
  ): Promise<Diagnosis> {
    const [row] = await this.reader.rowsOf(queries.diagnoses, { dataset, diagnosisId, limit: 1 });
    if (!row)
      throw notFound(
        `"${dataset}" has no diagnosis ${diagnosisId}.`,
        'diagnoses lists those that are kept; diagnose makes one.',
      );
    return toDiagnosis(row);
  }

  @Query(() => [Anomaly], {
    complexity: listCost,
    description: 'Anomalies that diagnoses of the head revision found, the surest first.',
  })
  async anomalies(
    @Args('dataset') dataset: string,
    @Args('first', { type: () => Int, defaultValue: 200 }) first: number,
  ): Promise<Anomaly[]> {
    const { revision } = await this.reader.dataset(dataset);
    const asked = { dataset, revision, limit: requireFirst(first) };
    return (await this.reader.run(queries.anomalies, asked)).map(toAnomaly);
  }
}
