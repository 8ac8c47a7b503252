import type { BlockGrid, Box } from '@stratome/core';
import { scanRegions } from '../detection/regionScan.js';
import { robustScores, twoSidedP } from '../detection/robustScores.js';
import { cellsInBox } from '../field.js';
import { allCandidates, cellsOfHealthyScores, isToldBy, type Candidate } from './candidates.js';
import { isUndoneByMakingAgain } from './counterfactual.js';
import { expectedSynapses } from './evidence.js';
import type { DiagnosisInput } from './input.js';
import type { DiagnosisParameters } from './parameters.js';
import type { LineageDifference, LineageRegion } from './result.js';
import { countsSynapses, isExact, signatureFields } from './signatures.js';

/** Where to look. */
export interface Suspect {
  readonly mask: Uint8Array;
  /** Voxels; absent: those of the mask's cells. */
  readonly box?: Box;
  /** The only causes that the region may be found guilty of; absent: any. */
  readonly causes?: ReadonlySet<string>;
  readonly lineage: readonly LineageDifference[];
  /** Where it looks like the cause no more than tissue does now and then; absent: healthy tissue hardly looks so. */
  readonly shortfall?: Shortfall;
}

/** Standard errors by which a region looks like a cause, and those that would be enough to say so. */
export interface Shortfall {
  readonly score: number;
  readonly enough: number;
}

/** Sections whose series shows a jump or no image at all: as wide as the cells they lie in. */
function sectionRegion(
  { grid, sections = [] }: DiagnosisInput,
  leastScore: number,
): { mask: Uint8Array; p: number } | undefined {
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

/** Causes by name: those for which a predicate holds. */
const causesThat = (holds: (candidate: Candidate) => boolean): ReadonlySet<string> =>
  new Set(allCandidates.filter(holds).map(({ cause }) => cause));

/** Lineage differences that hold for half of a region's cells and more. */
function lineageOf(
  grid: BlockGrid,
  mask: Uint8Array,
  regions: readonly LineageRegion[],
): LineageDifference[] {
  const count = mask.reduce((sum, v) => sum + v, 0);
  return regions.flatMap(({ region, differences }) => {
    const there = cellsInBox(grid, region);
    const common = mask.reduce((sum, v, cell) => sum + v * there[cell], 0);
    return 2 * common >= count ? differences : [];
  });
}

/**
 * Regions that were made in another way than the rest. That alone says nothing, so that one counts only where the walk
 * names a cause of which such a difference tells; but where to look, and for what, is known without a search.
 */
function* lineageSuspects(grid: BlockGrid, regions: readonly LineageRegion[]): Generator<Suspect> {
  for (const { region, differences } of regions) {
    const mask = cellsInBox(grid, region);
    const causes = causesThat((candidate) => isToldBy(candidate, differences));
    if (causes.size > 0 && mask.includes(1) && mask.includes(0))
      yield { mask, box: region, causes, lineage: lineageOf(grid, mask, regions) };
  }
}

/** A region of this share of the volume must hold enough synapses to be tested for a search to say that there is nothing. */
const testedShare = 0.4;

/** Why no region could be found by its number of synapses; undefined where one could. */
export function whySynapsesUnsearched(
  { grid, cells }: DiagnosisInput,
  { leastSynapses }: DiagnosisParameters,
): string | undefined {
  const everywhere = new Uint8Array(grid.length).fill(1);
  const count = expectedSynapses(cells, everywhere, everywhere);
  if (Number.isNaN(count)) return 'no synapse density was measured';
  const least = leastSynapses / testedShare;
  return count >= least
    ? undefined
    : `${Math.round(count)} synapses are in the volume, and ${least} are needed to look for a region`;
}

/**
 * Regions that look more like one of the causes than tissue does by itself, the most striking first. One that is not
 * beyond all that healthy tissue scores counts only where the walk names the very cause that it looks like; in doubt, only
 * where making the region again will refute what is false.
 */
function* scannedSuspects(input: DiagnosisInput, parameters: DiagnosisParameters): Generator<Suspect> {
  const { grid, cells, tissue, lineageRegions = [], tried = false } = input;
  const { scanPermutations, seed, widestBlockCells, scanSignificance } = parameters;
  const signatures = signatureFields(grid, cells, tissue);
  const leastP = Math.max(scanSignificance, 1 / (scanPermutations + 1));
  // What is exact is 0 in healthy data: where it is not, no permutation has to say that it is not chance.
  const exact = causesThat(isExact);
  // Of few synapses any number is chance, unless the walk finds enough to test.
  const few = whySynapsesUnsearched(input, parameters) !== undefined;
  const onlyNamed = causesThat((candidate) => few && countsSynapses(candidate));
  const growth = 1 + parameters.scanGrowth * Math.max(0, Math.log(grid.length / cellsOfHealthyScores));
  const byCause = new Map(allCandidates.map((c) => [c.cause, c]));
  const scanned = scanRegions(grid, signatures, widestBlockCells, scanPermutations, seed);
  for (const { mask, score, ratio, p, measure: cause } of scanned) {
    const usual = exact.has(cause) ? 1 : growth;
    const beyondTissue =
      !onlyNamed.has(cause) &&
      ratio >= parameters.leastScanRatio * usual &&
      (p <= leastP || exact.has(cause));
    const asked = usual * parameters.leastNamedScanRatio;
    const candidate = byCause.get(cause)!;
    if (!beyondTissue && score < asked * candidate.doubtScore) continue;
    const suspect = { mask, lineage: lineageOf(grid, mask, lineageRegions) };
    const enough = asked * candidate.namedScore;
    const isDoubtful = score < enough && !(tried && isUndoneByMakingAgain(candidate));
    if (beyondTissue) yield suspect;
    else yield { ...suspect, causes: new Set([cause]), ...(isDoubtful && { shortfall: { score, enough } }) };
  }
}

/**
 * Where to look for a fault, in order: sections that jump or are missing, regions that were made in another way, regions
 * that look like a cause. The last are searched for only when they are asked for.
 */
export function* suspects(input: DiagnosisInput, parameters: DiagnosisParameters): Generator<Suspect> {
  const { grid, lineageRegions = [] } = input;
  const slab = sectionRegion(input, parameters.leastScore);
  if (slab && slab.p <= parameters.significance) {
    yield { mask: slab.mask, lineage: lineageOf(grid, slab.mask, lineageRegions) };
    return;
  }
  yield* lineageSuspects(grid, lineageRegions);
  yield* scannedSuspects(input, parameters);
}
