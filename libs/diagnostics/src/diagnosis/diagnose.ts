import { badInput, boxOfShape, formatBox, type BlockGrid, type Box } from '@stratome/core';
import { scanRegions } from '../detection/regionScan.js';
import { robustScores, twoSidedP } from '../detection/robustScores.js';
import { placeStrata } from '../effect/matching.js';
import { boxOfCells, cellsInBox, type QualityField } from '../field.js';
import { findAnomalies } from './anomalies.js';
import { candidates } from './candidates.js';
import { gatherEvidence, sectionRange, type Comparison, type GatheredEvidence } from './evidence.js';
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

interface FoundRegion {
  readonly mask: Uint8Array;
  readonly p: number;
}

/** Sections whose series shows a jump or no image at all: as wide as the cells they lie in. */
function sectionRegion(input: DiagnosisInput, leastScore: number): FoundRegion | undefined {
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

/** The region that looks most like one of the causes; undefined where none does more than tissue would by itself. */
function findRegion(input: DiagnosisInput, parameters: DiagnosisParameters): FoundRegion | undefined {
  const { grid, cells, tissue } = input;
  const slab = sectionRegion(input, parameters.leastScore);
  if (slab && slab.p <= parameters.significance) return slab;
  const { scanPermutations, seed, widestBlockCells, scanSignificance, leastScanRatio } = parameters;
  const signatures = signatureFields(grid, cells, tissue);
  const found = scanRegions(grid, signatures, widestBlockCells, scanPermutations, seed);
  if (!found || found.ratio < leastScanRatio) return undefined;
  // What is exact is 0 in healthy data: where it is not, no permutation has to say that it is not chance.
  if (candidates.some((c) => c.cause === found.measure && isExact(c))) return found;
  return found.p <= Math.max(scanSignificance, 1 / (scanPermutations + 1)) ? found : undefined;
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
  const { grid, cells, sections = [], tissue, lineage = [] } = input;
  const anomalies = findAnomalies(grid, cells, parameters);
  const found: FoundRegion | undefined = input.region
    ? { mask: requireBox(input.region, grid, 'region'), p: 0 }
    : findRegion(input, parameters);
  if (!found) return { anomalies, diagnosis: nothingFound(grid) };
  const region = input.region ?? boxOfCells(grid, found.mask);
  const reference = referenceOf(grid, found.mask, input.against, parameters.guardCells);
  const strata = placeStrata(grid, tissue);
  const touched = input.region ? cellsInBox(grid, input.region, 0) : found.mask;
  const comparison: Comparison = { grid, region: found.mask, touched, reference, strata, parameters };
  const evidence = gatherEvidence(cells, sections, sectionRange(region), comparison);
  if (input.against) requireTested(evidence, formatBox(input.against));
  const cellsInside = found.mask.reduce((sum, v) => sum + v, 0);
  const regional: Anomaly[] = [...evidence.found.values()]
    .filter((e) => e.deviates && markers.has(e.measure))
    .map(({ layer, measure, effect, p }) => ({ region, layer, measure, effect, p, cells: cellsInside }))
    .sort((a, b) => a.p - b.p || (a.measure < b.measure ? -1 : 1));
  return {
    anomalies: [...regional, ...anomalies],
    diagnosis: walk(evidence, cells, comparison, region, lineage),
  };
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
