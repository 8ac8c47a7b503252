import type { BlockGrid } from '@stratome/core';
import { discriminantWeights, localScores } from '../detection/discriminant.js';
import type { ScanField } from '../detection/regionScan.js';
import type { QualityField } from '../field.js';
import { candidates, fewerSynapses, type Candidate, type Expectation } from './candidates.js';
import { markerOf, markers } from './markers.js';

/** A measure's score counts up to here in a signature. */
const largestScore = 6;

/** Cells of this share of vessel or soma and more are no neuropil. */
const mostTissue = 0.9;

/** Spread of a signature below which differences do not matter: about what it has where nothing is wrong. */
const leastSigma = 0.5;

/**
 * Measures that vary with the tissue as those of a layer do, and that no cause of that layer is known by: they take out of
 * the signatures what only tissue does. Where the network is as sure as ever, fewer membranes make less contrast, and not
 * paler ones; where the image is as crisp as ever, an unsure network is another one. With the spread below which differences
 * do not matter, in their unit.
 */
const covariates = [
  { measure: 'meanGrey', layer: 'L1', leastSigma: 2 },
  { measure: 'affinityAmbiguity', layer: 'L1', leastSigma: 0.01 },
  { measure: 'meanAffinity', layer: 'L1', leastSigma: 0.02 },
  { measure: 'somaFraction', layer: 'L1', leastSigma: 0.1 },
  { measure: 'contrast', layer: 'L3', leastSigma: 4 },
  { measure: 'focus', layer: 'L3', leastSigma: 0.03 },
  { measure: 'meanGrey', layer: 'L3', leastSigma: 2 },
  { measure: 'somaFraction', layer: 'L3', leastSigma: 0.1 },
  { measure: 'cleftFraction', layer: 'L4', leastSigma: 0.0002 },
];

/** Measures that are 0 in most cells and large in some: a search for them finds tissue; a region's mean can be told. */
const unsearched = new Set(['splitIndex', 'mergeIndex', 'orphanDensity', 'supervoxelDensity']);

const limited = (score: number): number => Math.max(-largestScore, Math.min(largestScore, score));

const unmoved = (measure: string): Expectation => ({ measure, direction: 0, weight: 0 });

/** Cell by cell how much it looks like what a cause does, by the discriminant of the measures that it moves or leaves. */
function signatureOf(
  grid: BlockGrid,
  { cause, layer, expectations }: Candidate,
  scoresOf: ReadonlyMap<string, Float64Array>,
): QualityField | undefined {
  const beside = covariates.filter((c) => c.layer === layer).map(({ measure }) => unmoved(measure));
  const known = [...expectations, ...beside].filter(
    ({ measure }) => scoresOf.has(measure) && !unsearched.has(measure),
  );
  if (!known.some(({ direction }) => direction !== 0)) return undefined;
  const columns = known.map(({ measure }) => scoresOf.get(measure)!.map(limited));
  const weights = discriminantWeights(
    grid,
    columns,
    known.map(({ direction, weight }) => direction * weight),
  );
  const values = new Float64Array(grid.length).fill(NaN);
  for (let cell = 0; cell < grid.length; cell++) {
    let sum = NaN;
    columns.forEach((column, i) => {
      if (Number.isNaN(column[cell])) return;
      if (known[i].direction !== 0 && Number.isNaN(sum)) sum = 0;
    });
    if (Number.isNaN(sum)) continue;
    columns.forEach((column, i) => (sum += Number.isNaN(column[cell]) ? 0 : weights[i] * column[cell]));
    values[cell] = sum;
  }
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
      sum += weight * limited(field.values[cell] / markers.get(field.measure)!.leastEffect);
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

/**
 * One field for each cause that the measures at hand can show. Searching for these instead of for any difference passes
 * over what only tissue does: a soma raises the focus measure, and no fault does.
 *
 * @param tissue share of each cell that is vessel or soma: such cells are not like the rest, and only what is exact counts there
 */
export function signatureFields(
  grid: BlockGrid,
  fields: readonly QualityField[],
  tissue?: Float64Array,
): ScanField[] {
  const isTissue = (cell: number): boolean => tissue !== undefined && tissue[cell] >= mostTissue;
  const scoresOf = new Map(
    fields.flatMap((field) => {
      const least =
        markers.get(field.measure)?.leastEffect ??
        covariates.find(({ measure }) => measure === field.measure)?.leastSigma;
      if (least === undefined) return [];
      const exact = markers.get(field.measure)?.exact === true;
      const values = exact ? field.values : field.values.map((v, cell) => (isTissue(cell) ? NaN : v));
      return [[field.measure, localScores(grid, { values, weights: field.weights }, least)] as const];
    }),
  );
  return [...candidates, fewerSynapses].flatMap((candidate) => {
    const { tissueScore } = candidate;
    if (isExact(candidate)) {
      const field = exactSignature(candidate, fields);
      return field ? [{ field, leastSigma: 1, tissueScore, healthy: 0 }] : [];
    }
    const field = signatureOf(grid, candidate, scoresOf);
    return field ? [{ field, leastSigma, tissueScore }] : [];
  });
}
