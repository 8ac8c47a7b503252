import {
  badInput,
  boxOfShape,
  formatBox,
  intersectBox,
  voxelsIn,
  type BlockGrid,
  type Box,
} from '@stratome/core';
import { placeStrata } from '../effect/matching.js';
import { boxOfCells, cellsInBox } from '../field.js';
import { findAnomalies } from './anomalies.js';
import { gatherEvidence, sectionRange, type Comparison, type GatheredEvidence } from './evidence.js';
import type { DiagnosisInput } from './input.js';
import { markers } from './markers.js';
import type { DiagnosisParameters } from './parameters.js';
import type { Anomaly, Diagnosis, DiagnosisReport, Refuted } from './result.js';
import { referenceOf, requireBox, restOf } from './sides.js';
import { suspects, whySynapsesUnsearched, type Shortfall, type Suspect } from './suspects.js';
import { walk } from './walk.js';

/**
 * Finds anomalies and walks from connectivity down to images to the layer that caused them.
 *
 * Every layer's measures in the region are compared with a reference of like places; the layer's verdict, effect and
 * interval come from blocks of cells that change sides in a permutation test. Then each candidate cause is held
 * against what it would do to the measures of its own layer, and its share of the downstream effect is read off the
 * dose-response outside the region. Lineage differences are evidence among other evidence, and say where to look as well:
 * a candidate that nothing measured speaks for is never convicted by them.
 *
 * @returns the same report for the same input; nothing is mutated
 * @throws badInput for a region or reference outside the volume or smaller than a cell, or a reference too small to test
 */
export function diagnose(input: DiagnosisInput, parameters: DiagnosisParameters): DiagnosisReport {
  const { grid, region, lineage = [] } = input;
  const { anomalies, diagnosis } = region
    ? diagnoseRegion(input, parameters, { mask: requireBox(region, grid, 'region'), box: region, lineage })
    : diagnoseSuspects(input, parameters);
  return { anomalies: [...anomalies, ...findAnomalies(input, parameters)], diagnosis };
}

/** The first suspect region that has a cause; else one that may have, what stands out most, or nothing. */
function diagnoseSuspects(input: DiagnosisInput, parameters: DiagnosisParameters): DiagnosisReport {
  let [doubtful, first]: (DiagnosisReport | undefined)[] = [];
  for (const suspect of suspects(input, parameters)) {
    const report = diagnoseRegion(input, parameters, suspect);
    const { cause } = report.diagnosis;
    const isNamed = cause !== null && (suspect.causes?.has(cause) ?? true);
    if (isNamed && !suspect.shortfall) return report;
    if (isNamed) doubtful ??= { ...report, diagnosis: inDoubt(report.diagnosis, suspect.shortfall!) };
    // What stands out most is shown even where no cause explains it.
    else if (!suspect.causes) first ??= report;
  }
  return (
    doubtful ??
    first ?? { anomalies: [], diagnosis: nothingFound(input.grid, whySynapsesUnsearched(input, parameters)) }
  );
}

/** That a region looks like the cause that the walk names, and that this is too little for a search to say so. */
function inDoubt(diagnosis: Diagnosis, { score, enough }: Shortfall): Diagnosis {
  const why =
    `It looks like that by ${score.toFixed(1)} standard errors, and ${enough.toFixed(1)} would be enough: of 200 healthy volumes one has ` +
    'such a region. Ask for the region itself, or make it again to try it.';
  return {
    ...diagnosis,
    verdict: 'insufficient',
    layer: null,
    cause: null,
    confidence: 0,
    explainedShare: null,
    steps: diagnosis.steps.map((s) => (s.verdict === 'origin' ? { ...s, verdict: 'follows' as const } : s)),
    doubt: { layer: diagnosis.layer, cause: diagnosis.cause!, why },
  };
}

/** The walk of one region, with what deviates there. */
function diagnoseRegion(
  input: DiagnosisInput,
  parameters: DiagnosisParameters,
  { mask, box, lineage }: Suspect,
): DiagnosisReport {
  const { grid, cells, sections = [], tissue } = input;
  const region = box ?? boxOfCells(grid, mask);
  // A section that was found by itself may lie in cells that are all there are: then only the series of sections speaks.
  const reference =
    input.region || input.against
      ? referenceOf(grid, mask, input.against, parameters.guardCells)
      : restOf(grid, mask, parameters.guardCells);
  const strata = placeStrata(grid, tissue);
  const touched = box ? cellsInBox(grid, box, 0) : mask;
  const comparison: Comparison = { grid, region: mask, touched, reference, strata, parameters };
  const evidence = gatherEvidence(cells, sections, sectionRange(region), comparison);
  if (input.against) requireTested(evidence, formatBox(input.against));
  const cellsInside = mask.reduce((sum, v) => sum + v, 0);
  const anomalies: Anomaly[] = [...evidence.found.values()]
    .filter((e) => e.deviates && markers.has(e.measure))
    .map(({ layer, measure, effect, p }) => ({
      region,
      layer,
      measure,
      pattern: 'region' as const,
      grid: 'cell' as const,
      effect,
      p,
      cells: cellsInside,
    }))
    .sort((a, b) => a.p - b.p || (a.measure < b.measure ? -1 : 1));
  const refuted = refutedIn(region, input.refuted ?? []);
  return { anomalies, diagnosis: walk(evidence, cells, comparison, { region, lineage, refuted }) };
}

/** What is ruled out in a region: what was refuted where half and more of it lies. */
const refutedIn = (region: Box, refuted: readonly Refuted[]): ReadonlySet<string> =>
  new Set(
    refuted
      .filter((each) => 2 * voxelsIn(intersectBox(each.region, region)) >= voxelsIn(region))
      .flatMap(({ causes }) => causes),
  );

/** @throws badInput when a named reference is so small that nothing at all could be compared with it */
function requireTested({ found, untested }: GatheredEvidence, reference: string): void {
  const tested = [...found.keys()].some((measure) => markers.has(measure));
  const sizes = [...untested.values()].find((why) => why.startsWith('only '));
  if (!tested && sizes)
    throw badInput(
      `The reference ${reference} is too small to test against: ${sizes}.`,
      'Name a larger reference, or leave it out to compare with all the rest.',
    );
}

/** @param unsearched why connectivity could not be searched: then that nothing was found does not say that nothing is there */
function nothingFound(grid: BlockGrid, unsearched: string | undefined): Diagnosis {
  const answer = {
    layer: null,
    cause: null,
    region: boxOfShape(grid.shape),
    doubt: null,
    explainedShare: null,
    rejected: [],
  };
  if (unsearched === undefined) return { ...answer, verdict: 'none', confidence: 0.95, steps: [] };
  const untested = [{ measure: 'synapseDensity', why: unsearched }];
  const step = { layer: 'L5', verdict: 'untested', measures: [], lineage: [], untested } as const;
  return { ...answer, verdict: 'insufficient', confidence: 0, steps: [step] };
}
