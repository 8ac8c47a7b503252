import { badInput, boxOfShape, formatBox, type BlockGrid, type Box } from '@stratome/core';
import { scanRegions } from '../detection/regionScan.js';
import { robustScores, twoSidedP } from '../detection/robustScores.js';
import { placeStrata } from '../effect/matching.js';
import { boxOfCells, cellsInBox, type QualityField } from '../field.js';
import { findAnomalies } from './anomalies.js';
import { candidates } from './candidates.js';
import {
  expectedSynapses,
  gatherEvidence,
  sectionRange,
  type Comparison,
  type GatheredEvidence,
} from './evidence.js';
import { markers } from './markers.js';
import type { DiagnosisParameters } from './parameters.js';
import type { Anomaly, DiagnosisReport, LineageDifference } from './result.js';
import { referenceOf, requireBox } from './sides.js';
import { isExact, signatureFields } from './signatures.js';
import { walk } from './walk.js';

export interface DiagnosisInput {
  /** Cells over the volume, in voxels. */
  readonly grid: BlockGrid;
  /** Measures by cell; those that the diagnosis does not know are left alone. */
  readonly cells: readonly QualityField[];
  /** Measures by section. */
  readonly sections?: readonly QualityField[];
  /** Share of each cell that is vessel or soma, 0 to 1. */
  readonly tissue?: Float64Array;
  /** What to explain; absent: the region that differs most is looked for. */
  readonly region?: Box;
  /** What to compare it with; absent: all the rest. */
  readonly against?: Box;
  readonly lineage?: readonly LineageDifference[];
}

/** Where to look. */
interface Suspect {
  readonly mask: Uint8Array;
  /** The only cause that the region may be found guilty of; absent: any. */
  readonly cause?: string;
}

/** Sections whose series shows a jump or no image at all: as wide as the cells they lie in. */
function sectionRegion(
  input: DiagnosisInput,
  leastScore: number,
): { mask: Uint8Array; p: number } | undefined {
  const { grid, sections = [] } = input;
  let best: { z: number; score: number } | undefined;
  for (const field of sections) {
    if (field.measure !== 'missing' && field.measure !== 'residualMedianPx') continue;
    const { scores } = robustScores(field.values, field.measure === 'missing' ? 0.05 : 0.1);
    scores.forEach((score, z) => {
      if (field.measure === 'missing' && field.values[z] < 0.9) return;
      if (score >= 2 * leastScore && (!best || score > best.score)) best = { z, score };
    });
  }
  if (!best) return undefined;
  const depth = Math.floor(best.z / grid.block[0]);
  const mask = Uint8Array.from({ length: grid.length }, (_, cell) =>
    grid.position(cell)[0] === depth ? 1 : 0,
  );
  return { mask, p: Math.min(1, twoSidedP(best.score) * grid.shape[0]) };
}

/**
 * Regions that look more like one of the causes than tissue does by itself, the most striking first. One that is not
 * beyond all that healthy tissue scores counts only where the walk names the very cause that it looks like.
 */
function findSuspects(input: DiagnosisInput, parameters: DiagnosisParameters): Suspect[] {
  const { grid, cells, tissue } = input;
  const slab = sectionRegion(input, parameters.leastScore);
  if (slab && slab.p <= parameters.significance) return [slab];
  const { scanPermutations, seed, widestBlockCells, scanSignificance } = parameters;
  const everywhere = new Uint8Array(grid.length).fill(1);
  // A region is half of the volume at most.
  const few = !(expectedSynapses(cells, everywhere, everywhere) >= 2 * parameters.leastSynapses);
  const signatures = signatureFields(grid, cells, tissue, few);
  const leastP = Math.max(scanSignificance, 1 / (scanPermutations + 1));
  // What is exact is 0 in healthy data: where it is not, no permutation has to say that it is not chance.
  const exact = new Set(candidates.filter(isExact).map(({ cause }) => cause));
  return scanRegions(grid, signatures, widestBlockCells, scanPermutations, seed)
    .filter(
      ({ ratio, p, measure }) =>
        ratio >= parameters.leastAgreeingScanRatio && (p <= leastP || exact.has(measure)),
    )
    .map(({ mask, ratio, measure }) =>
      ratio >= parameters.leastScanRatio ? { mask } : { mask, cause: measure },
    );
}

/**
 * Finds anomalies and walks from connectivity down to images to the layer that caused them.
 *
 * Every layer's measures in the region are compared with a reference of like places; the layer's verdict, effect and
 * interval come from blocks of cells that change sides in a permutation test. Then each candidate cause is held
 * against what it would do to the measures of its own layer, and its share of the downstream effect is read off the
 * dose-response outside the region. Lineage differences are evidence among other evidence: a candidate that nothing
 * measured speaks for is never convicted by them.
 *
 * @returns the same report for the same input; nothing is mutated
 * @throws badInput for a region or reference outside the volume or smaller than a cell, or a reference too small to test
 */
export function diagnose(input: DiagnosisInput, parameters: DiagnosisParameters): DiagnosisReport {
  const { grid, cells, region } = input;
  const { anomalies, diagnosis } = region
    ? diagnoseRegion(input, parameters, requireBox(region, grid, 'region'))
    : diagnoseSuspects(input, parameters);
  return { anomalies: [...anomalies, ...findAnomalies(grid, cells, parameters)], diagnosis };
}

/** The first suspect region that has a cause; else what stands out most, or nothing. */
function diagnoseSuspects(input: DiagnosisInput, parameters: DiagnosisParameters): DiagnosisReport {
  let first: DiagnosisReport | undefined;
  for (const { mask, cause } of findSuspects(input, parameters)) {
    const report = diagnoseRegion(input, parameters, mask);
    const named = report.diagnosis.cause;
    if (named !== null && (!cause || cause === named)) return report;
    // What stands out most is shown even where no cause explains it.
    if (!cause) first ??= report;
  }
  return first ?? { anomalies: [], diagnosis: nothingFound(input.grid) };
}

/** The walk of one region, with what deviates there. */
function diagnoseRegion(
  input: DiagnosisInput,
  parameters: DiagnosisParameters,
  mask: Uint8Array,
): DiagnosisReport {
  const { grid, cells, sections = [], tissue, lineage = [] } = input;
  const region = input.region ?? boxOfCells(grid, mask);
  const reference = referenceOf(grid, mask, input.against, parameters.guardCells);
  const strata = placeStrata(grid, tissue);
  const touched = input.region ? cellsInBox(grid, input.region, 0) : mask;
  const comparison: Comparison = { grid, region: mask, touched, reference, strata, parameters };
  const evidence = gatherEvidence(cells, sections, sectionRange(region), comparison);
  if (input.against) requireTested(evidence, formatBox(input.against));
  const cellsInside = mask.reduce((sum, v) => sum + v, 0);
  const anomalies: Anomaly[] = [...evidence.found.values()]
    .filter((e) => e.deviates && markers.has(e.measure))
    .map(({ layer, measure, effect, p }) => ({ region, layer, measure, effect, p, cells: cellsInside }))
    .sort((a, b) => a.p - b.p || (a.measure < b.measure ? -1 : 1));
  return { anomalies, diagnosis: walk(evidence, cells, comparison, region, lineage) };
}

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

const nothingFound = (grid: BlockGrid): DiagnosisReport['diagnosis'] => ({
  verdict: 'none',
  layer: null,
  cause: null,
  confidence: 0.95,
  region: boxOfShape(grid.shape),
  explainedShare: null,
  steps: [],
  rejected: [],
});
