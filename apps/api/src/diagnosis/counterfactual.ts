import { queries, type Graph } from '@stratome/connectome';
import type { Box } from '@stratome/core';
import {
  compareMadeAgain,
  diagnose,
  type Counterfactual,
  type DiagnosisReport,
  type Layer,
} from '@stratome/diagnostics';
import type { RegionalParameters, TrialMeasurements } from '@stratome/reconstruction-worker';
import { datasetShape, type DiagnosisRequest } from './diagnose-dataset.js';
import { fieldsOf } from './quality-fields.js';

/** Parameters that a box had of its own, by group. */
export interface OwnSettings {
  readonly region: Box;
  readonly set: RegionalParameters['set'];
}

/** A counterfactual with what the region was made again without. */
export interface TriedCounterfactual extends Counterfactual {
  readonly without: readonly OwnSettings[];
}

/** Keeps a counterfactual with its diagnosis in the graph. */
export async function recordCounterfactual(
  graph: Graph,
  dataset: string,
  diagnosisId: string,
  tried: TriedCounterfactual,
): Promise<void> {
  const counterfactualJson = JSON.stringify(tried);
  await graph.run(queries.recordCounterfactual, { dataset, diagnosisId, counterfactualJson });
}

/**
 * Diagnoses a region once more, of what a trial measured, and holds that against the diagnosis before.
 *
 * @param from the layer from which on the trial made the region again
 */
export async function counterfactualOf(
  graph: Graph,
  { dataset, against, parameters }: Omit<DiagnosisRequest, 'region' | 'tried' | 'refuted'>,
  { diagnosis }: DiagnosisReport,
  { rows, weights }: TrialMeasurements,
  from: Layer,
): Promise<Counterfactual> {
  const { shape, voxelNm } = await datasetShape(graph, dataset);
  const { grid, cells, sections, tissue } = fieldsOf(rows, weights, shape, voxelNm);
  const { region } = diagnosis;
  const again = diagnose({ grid, cells, sections, tissue, region, against }, parameters).diagnosis;
  return compareMadeAgain(diagnosis, again, from);
}
