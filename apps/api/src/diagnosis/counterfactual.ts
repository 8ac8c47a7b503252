import { queries, type Graph } from '@stratome/connectome';
import type { Box } from '@stratome/core';
import {
  diagnose,
  type Diagnosis,
  type DiagnosisReport,
  type Layer,
  type Verdict,
} from '@stratome/diagnostics';
import type { RegionalParameters, TrialMeasurements } from '@stratome/reconstruction-worker';
import { datasetShape, type DiagnosisRequest } from './diagnose-dataset.js';
import { fieldsOf } from './quality-fields.js';

/** How one measure of the region differed from its reference, and differs when the region is made again. */
export interface MeasureAgain {
  readonly measure: string;
  readonly layer: Layer;
  /** In the measure's unit. */
  readonly before: number;
  /** Null where it could no longer be compared. */
  readonly after: number | null;
}

/** What became of a diagnosed region that was made again as the rest of its dataset was. */
export interface Counterfactual {
  /** Of the measures that deviated. */
  readonly measures: readonly MeasureAgain[];
  /** What a diagnosis says of the region as made again. */
  readonly verdict: Verdict;
  readonly layer: Layer | null;
  readonly cause: string | null;
  /** Share of the effect that convicted which came off; 1 when nothing is left of it. */
  readonly undone: { readonly of: string; readonly share: number };
  /** Whether at least half of it came off, and the same cause is named no more. */
  readonly confirmed: boolean;
}

/** Parameters that a box had of its own, by group. */
export interface OwnSettings {
  readonly region: Box;
  readonly set: RegionalParameters['set'];
}

/** A counterfactual with how the region was made again. */
export interface TriedCounterfactual extends Counterfactual {
  /** The layer from which on. */
  readonly from: Layer;
  /** What it was made without. */
  readonly without: readonly OwnSettings[];
}

const confirmedFrom = 0.5;

/** The layer from which on a region is to be made again to try a diagnosis, or why that would show nothing. */
export function layerToTry({ verdict, layer }: Diagnosis): { from: Layer } | { why: string } {
  if (verdict === 'graph') return { from: 'L5' };
  if (verdict !== 'cause')
    return { why: `The verdict "${verdict}" names nothing that could be made otherwise.` };
  if (layer === 'L1') return { why: 'What images lack comes back by no way of making the region again.' };
  if (layer === 'L2')
    return { why: 'Alignment works on whole sections, so no region can be aligned again alone.' };
  return { from: layer! };
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

/** Diagnoses a region once more, of what a trial measured, and holds that against the diagnosis before. */
export async function counterfactualOf(
  graph: Graph,
  { dataset, against, parameters }: Omit<DiagnosisRequest, 'region'>,
  { diagnosis }: DiagnosisReport,
  { rows, weights }: TrialMeasurements,
): Promise<Counterfactual> {
  const { shape, voxelNm } = await datasetShape(graph, dataset);
  const { grid, cells, sections, tissue } = fieldsOf(rows, weights, shape, voxelNm);
  const { region } = diagnosis;
  const again = diagnose({ grid, cells, sections, tissue, region, against }, parameters).diagnosis;
  return comparison(diagnosis, again);
}

function comparison(diagnosis: Diagnosis, again: Diagnosis): Counterfactual {
  const after = new Map(again.steps.flatMap((step) => step.measures).map((e) => [e.measure, e.effect]));
  const measures = diagnosis.steps
    .flatMap((step) => step.measures)
    .filter(({ deviates }) => deviates)
    .map(({ measure, layer, effect }) => ({
      measure,
      layer,
      before: effect,
      after: after.get(measure) ?? null,
    }));
  const origin = diagnosis.steps.find((step) => step.verdict === 'origin')!;
  const left = after.get(origin.measure!) ?? origin.effect!;
  const undone = { of: origin.measure!, share: 1 - left / origin.effect! };
  const { verdict, layer, cause } = again;
  const confirmed = undone.share >= confirmedFrom && cause !== diagnosis.cause;
  return { measures, verdict, layer, cause, undone, confirmed };
}
