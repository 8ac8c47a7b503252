import type { BlockGrid } from '@stratome/core';
import { discriminantWeights, localScores } from '../detection/discriminant.js';
import { limitedScore } from '../detection/limitedScore.js';
import type { ScanField } from '../detection/regionScan.js';
import type { Layer, MeasureName } from '../measures.js';
import type { QualityField } from '../field.js';
import { allCandidates, type Candidate, type Expectation } from './candidates.js';
import { markerOf, markers, summaryMarkers } from './markers.js';
import { tissueCovarianceOf } from './tissueCovariance.js';

/** Cells of this share of vessel or soma and more are no neuropil. */
const mostTissue = 0.9;

/**
 * Measures that vary with the tissue as those of a layer do, and that no cause of that layer is known by: they take out of
 * the signatures what only tissue does. Where the network is as sure as ever, fewer membranes make less contrast, and not
 * paler ones; where the image is as crisp as ever, an unsure network is another one.
 */
const covariates: Readonly<Record<Layer, readonly MeasureName[]>> = {
  L1: ['meanGrey', 'affinityAmbiguity', 'meanAffinity', 'somaFraction'],
  L2: ['contrast', 'focus', 'noise', 'meanGrey'],
  L3: ['contrast', 'focus', 'meanGrey', 'meanAffinity', 'somaFraction', 'neighbourCorrelation'],
  L4: ['cleftFraction', 'cableDensity', 'meanAffinity'],
  L5: ['somaFraction', 'meanAffinity'],
};

/** Spread below which differences of a covariate do not matter that no cause moves, in its unit. */
const leastSigmaOf: Partial<Record<string, number>> = { meanGrey: 2, meanAffinity: 0.02, somaFraction: 0.1 };

/** Measures that are 0 in most cells and large in some: a search for them finds tissue; a region's mean can be told. */
const unsearched = new Set(['splitIndex', 'mergeIndex', 'orphanDensity', 'supervoxelDensity']);

/** Whether a signature may be made of a measure: of what is exact no discriminant has to tell that it deviates. */
const isSearched = (measure: string): boolean =>
  !unsearched.has(measure) && !summaryMarkers.has(measure) && markers.get(measure)?.exact !== true;

const unmoved = (measure: string): Expectation => ({ measure, direction: 0, weight: 0 });

/**
 * Cell by cell how much it looks like what a cause does: the discriminant of the measures that it moves or leaves against
 * what they do in healthy tissue.
 */
function signatureOf(
  { cause, layer, expectations }: Candidate,
  scoresOf: ReadonlyMap<string, Float64Array>,
): QualityField | undefined {
  const beside = covariates[layer].filter((name) => !expectations.some(({ measure }) => measure === name));
  const known = [...expectations, ...beside.map(unmoved)].filter(
    ({ measure }) => scoresOf.has(measure) && isSearched(measure),
  );
  if (!known.some(({ direction }) => direction !== 0)) return undefined;
  const columns = known.map(({ measure }) => scoresOf.get(measure)!);
  const weights = discriminantWeights(
    tissueCovarianceOf(known.map(({ measure }) => measure)),
    known.map(({ direction, weight }) => direction * weight),
  );
  const values = columns[0].map((_, cell) => {
    const isMeasured = known.some(({ direction }, i) => direction !== 0 && !Number.isNaN(columns[i][cell]));
    if (!isMeasured) return NaN;
    return columns.reduce(
      (sum, column, i) => sum + (Number.isNaN(column[cell]) ? 0 : weights[i] * column[cell]),
      0,
    );
  });
  return { measure: cause, values, weights: values.map((v) => (Number.isNaN(v) ? 0 : 1)) };
}

/** Whether all that a cause moves is exact: 0 wherever nothing is wrong, so that any cell with more convicts. */
export const isExact = ({ expectations }: Candidate): boolean =>
  expectations.every(({ measure, direction }) => direction === 0 || markers.get(measure)?.exact === true);

/** Cell by cell by how much the exact measures that a cause raises are above 0, in least effects that matter. */
function exactSignature(
  { cause, expectations }: Candidate,
  fields: readonly QualityField[],
): QualityField | undefined {
  const moved = expectations.flatMap(({ measure, direction, weight }) => {
    const field = fields.find((f) => f.measure === measure);
    return field && direction !== 0 ? [{ field, weight: direction * weight }] : [];
  });
  if (moved.length === 0) return undefined;
  const values = moved[0].field.values.map((_, cell) => {
    let [sum, total] = [0, 0];
    for (const { field, weight } of moved) {
      if (Number.isNaN(field.values[cell])) continue;
      sum += weight * limitedScore(field.values[cell] / markers.get(field.measure)!.leastEffect);
      total += Math.abs(weight);
    }
    return sum / total;
  });
  return { measure: cause, values, weights: values.map((v) => (Number.isNaN(v) ? 0 : 1)) };
}

/** Whether all that a cause moves counts synapses. */
export const countsSynapses = ({ expectations }: Candidate): boolean =>
  expectations.every(
    ({ measure, direction }) => direction === 0 || markerOf(measure)?.countsSynapses === true,
  );

/** All measures that signatures are made of, by name. */
export const searchedMeasures: readonly string[] = [
  ...new Set([
    ...allCandidates
      .filter((candidate) => !isExact(candidate))
      .flatMap(({ expectations }) => expectations.map(({ measure }) => measure)),
    ...Object.values(covariates).flat(),
  ]),
]
  .filter(isSearched)
  .sort();

/**
 * Measures cell by cell in local standard deviations, limited, as signatures are made of them.
 *
 * @param tissue share of each cell that is vessel or soma: such cells are not like the rest, and only what is exact counts there
 */
export function searchedScores(
  grid: BlockGrid,
  fields: readonly QualityField[],
  tissue?: Float64Array,
): Map<string, Float64Array> {
  const isTissue = (cell: number): boolean => tissue !== undefined && tissue[cell] >= mostTissue;
  return new Map(
    fields.flatMap((field) => {
      const least = markers.get(field.measure)?.leastEffect ?? leastSigmaOf[field.measure];
      if (least === undefined) return [];
      const exact = markers.get(field.measure)?.exact === true;
      const values = exact ? field.values : field.values.map((v, cell) => (isTissue(cell) ? NaN : v));
      const scores = localScores(grid, { values, weights: field.weights }, least).map(limitedScore);
      return [[field.measure, scores] as const];
    }),
  );
}

/**
 * One field for each cause that the measures at hand can show. Searching for these instead of for any difference passes
 * over what only tissue does: a soma raises the focus measure, and no fault does.
 *
 * @param tissue share of each cell that is vessel or soma
 */
export function signatureFields(
  grid: BlockGrid,
  fields: readonly QualityField[],
  tissue?: Float64Array,
): ScanField[] {
  const scoresOf = searchedScores(grid, fields, tissue);
  return allCandidates.flatMap((candidate) => {
    const { tissueScore } = candidate;
    const field = isExact(candidate) ? exactSignature(candidate, fields) : signatureOf(candidate, scoresOf);
    return field ? [{ field, tissueScore }] : [];
  });
}
