import { Inject } from '@nestjs/common';
import { Args, Mutation, Resolver } from '@nestjs/graphql';
import type { Graph } from '@stratome/connectome';
import { badInput, isEmpty, type Box } from '@stratome/core';
import { diagnosisParameters } from '@stratome/diagnostics';
import { diagnoseDataset } from '../diagnosis/diagnose-dataset.js';
import { graphToken } from './tokens.js';
import { Diagnosis } from './types/diagnosis.js';
import { namedAxes, VoxelBoxInput, type VoxelBox } from './types/places.js';

/** @throws StratomeError badInput for corners that are not whole, and boxes that are empty or inverted */
function toBox(what: string, { begin, end }: VoxelBoxInput): Box {
  const box: Box = { begin: [begin.z, begin.y, begin.x], end: [end.z, end.y, end.x] };
  if ([...box.begin, ...box.end].some((v) => !Number.isInteger(v)) || isEmpty(box))
    throw badInput(`The ${what} is no box of voxels.`, 'Give whole numbers, each end above its begin.');
  return box;
}

const named = ({ begin, end }: Box): VoxelBox => ({ begin: namedAxes(begin), end: namedAxes(end) });

@Resolver(() => Diagnosis)
export class DiagnosisResolver {
  constructor(@Inject(graphToken) private readonly graph: Graph) {}

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
    const { anomalies, diagnosis, diagnosisId, revision } = await diagnoseDataset(this.graph, {
      dataset,
      ...(region && { region: toBox('region', region) }),
      ...(against && { against: toBox('reference', against) }),
      parameters: diagnosisParameters.parse({}),
    });
    const plain = { ...diagnosis, diagnosisId, revision, region: named(diagnosis.region) };
    return structuredClone({
      ...plain,
      anomalies: anomalies.map((a) => ({ ...a, region: named(a.region) })),
    }) as unknown as Diagnosis;
  }
}
