import { alignmentParameters } from '@stratome/alignment';
import { ingestParameters } from '@stratome/ingest';
import {
  meshParameters,
  refinementParameters,
  skeletonParameters,
  synapseParameters,
} from '@stratome/postprocessing';
import { segmentationParameters } from '@stratome/segmentation';
import { z } from 'zod';
import { gridParameters } from './stages/geometry.js';
import { graphParameters } from './stages/graph-parameters.js';

/** Every parameter of a run, by group; each group is defined once, in the library that uses it. */
export const parameterGroups = z.object({
  grid: gridParameters.prefault({}),
  ingest: ingestParameters.prefault({}),
  alignment: alignmentParameters.prefault({}),
  segmentation: segmentationParameters.prefault({}),
  refinement: refinementParameters.prefault({}),
  skeleton: skeletonParameters.prefault({}),
  mesh: meshParameters.prefault({}),
  synapse: synapseParameters.prefault({}),
  graph: graphParameters.prefault({}),
});

export type ParameterGroups = z.infer<typeof parameterGroups>;
