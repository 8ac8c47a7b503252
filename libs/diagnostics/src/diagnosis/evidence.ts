import type { BlockGrid, Box } from '@stratome/core';
import { robustScores, twoSidedP } from '../detection/robustScores.js';
import { compareBlocks, inflated, placementsOf, type BlockEffect } from '../effect/blockTest.js';
import { withoutCovariates } from '../effect/covariates.js';
import { matchStrata } from '../effect/matching.js';
import {
  blockWidthCells,
  designEffect,
  neighbourCorrelation,
  spatialBlocks,
  type SpatialBlock,
} from '../effect/spatialBlocks.js';
import type { QualityField } from '../field.js';
import type { Layer } from '../measures.js';
import { markerOf, markers, summaryMarkers, type Marker } from './markers.js';
import type { DiagnosisParameters } from './parameters.js';

/** What one measure says of the region against its reference. */
export interface Evidence {
  readonly measure: string;
  readonly layer: Layer;
  /** Region less reference, in the measure's unit. */
  readonly effect: number;
  readonly interval: readonly [number, number];
  readonly regionMean: number;
  readonly referenceMean: number;
  /** In standard errors. */
  readonly score: number;
  readonly p: number;
  /** Whether it is beyond doubt and of a size that matters. */
  readonly deviates: boolean;
  /** The same without what the marker's covariates lead to expect. */
  readonly own: OwnEffect;
}

/** What is left of an effect when what the tissue and the layers before lead to expect is taken off. */
export interface OwnEffect {
  readonly effect: number;
  readonly score: number;
  readonly p: number;
  readonly deviates: boolean;
}

export interface Comparison {
  readonly grid: BlockGrid;
  readonly region: Uint8Array;
  /** Every cell that the region touches: where it ends within a cell, what is exact is still seen. */
  readonly touched: Uint8Array;
  readonly reference: Uint8Array;
  readonly strata: Uint8Array;
  readonly parameters: DiagnosisParameters;
}

export interface GatheredEvidence {
  readonly found: ReadonlyMap<string, Evidence>;
  /** Measures that could not be tested, and why. */
  readonly untested: ReadonlyMap<string, string>;
  /** Synapses that the reference's density leads to expect in the region; NaN where no density is measured. */
  readonly expectedSynapses: number;
}

/** Fewer blocks than this on either side are no comparison. */
const leastBlocks = 3;

function isDeviation(
  marker: Marker,
  { effect, score, p }: Pick<BlockEffect, 'effect' | 'score' | 'p'>,
  q: DiagnosisParameters,
): boolean {
  const loud = marker.explained === true || Math.abs(score) >= q.leastScore;
  const sure = marker.exact === true || p <= q.significance;
  return Math.abs(effect) >= marker.leastEffect && loud && sure;
}

/** Synapses expected in the region from the density in the reference. */
export function expectedSynapses(
  fields: readonly QualityField[],
  region: Uint8Array,
  reference: Uint8Array,
): number {
  const density = fields.find(({ measure }) => measure === 'synapseDensity');
  if (!density) return NaN;
  let [count, um3, regionUm3] = [0, 0, 0];
  density.values.forEach((value, cell) => {
    if (Number.isNaN(value)) return;
    if (region[cell]) regionUm3 += density.weights[cell];
    if (!reference[cell]) return;
    count += value * density.weights[cell];
    um3 += density.weights[cell];
  });
  return (count / um3) * regionUm3;
}

/**
 * Region against reference by blocks as wide as their correlation demands; where that leaves too few, by single cells, with
 * the variance that their correlation adds. A sentence where it cannot be tested.
 */
export function compareField(
  field: QualityField,
  c: Comparison,
  covariates: readonly QualityField[] = [],
): BlockEffect | string {
  const marker = markers.get(field.measure);
  const inside = marker?.exact ? c.touched : c.region;
  const outside = marker?.exact ? c.reference.map((v, cell) => (c.touched[cell] ? 0 : v)) : c.reference;
  const matched = withoutCovariates(matchStrata(field, c.strata, outside), covariates, outside);
  const correlation = neighbourCorrelation(c.grid, matched, outside);
  const { permutations, seed, leastPlacements, blockCorrelation, widestBlockCells } = c.parameters;
  const sidesOf = (width: number) => [inside, outside].map((m) => spatialBlocks(c.grid, matched, m, width));
  const wide = sidesOf(blockWidthCells(correlation, blockCorrelation, widestBlockCells));
  const sides = whyUntested(wide, leastPlacements) === undefined ? wide : sidesOf(1);
  const untested = whyUntested(sides, leastPlacements);
  if (untested !== undefined) return untested;
  const leastSpread = marker?.leastEffect ?? 0;
  const [region, reference] = sides;
  const result = compareBlocks(region, reference, leastSpread, permutations, `${seed}/${field.measure}`);
  return sides === wide ? result : inflated(result, designEffect(c.grid, inside, correlation));
}

/** What a field's covariates do not explain of its effect. */
function ownEffect(
  field: QualityField,
  fields: readonly QualityField[],
  raw: BlockEffect,
  c: Comparison,
): OwnEffect {
  const marker = markers.get(field.measure)!;
  const covariates = fields.filter(({ measure }) => marker.given?.some((name) => name === measure));
  const left = covariates.length > 0 ? compareField(field, c, covariates) : raw;
  const { effect, score, p } = typeof left === 'string' ? raw : left;
  return { effect, score, p, deviates: isDeviation(marker, { effect, score, p }, c.parameters) };
}

/** What healthy tissue differs by from the reference, in the measure's unit; what matters, where tissue has none of its own. */
function tissueReach({ measure, referenceMean }: Evidence): number {
  const { leastEffect, tissueEffect = leastEffect, tissueShare } = markerOf(measure)!;
  return tissueShare === undefined ? tissueEffect : tissueShare * Math.abs(referenceMean);
}

/**
 * Whether what is left of an effect is more than healthy tissue does by itself: only then can it convict.
 *
 * @param share of what tissue does that is enough
 */
export const isBeyondTissue = (evidence: Evidence, share = 1): boolean =>
  evidence.own.deviates && timesTissue(evidence) >= share;

/** How many times what healthy tissue does by itself is left of an effect; of what matters, where tissue has none. */
export const timesTissue = (evidence: Evidence): number =>
  Math.abs(evidence.own.effect) / tissueReach(evidence);

/** Why blocks of a region and of its reference are too few to compare; undefined where they are not. */
function whyUntested([region, reference]: SpatialBlock[][], leastPlacements: number): string | undefined {
  if (region.length < leastBlocks || reference.length < leastBlocks)
    return `only ${region.length} and ${reference.length} blocks were measured`;
  const placements = placementsOf(region.length + reference.length, region.length);
  return placements < leastPlacements ? `only ${placements} placements are possible` : undefined;
}

/** Tests every field that the diagnosis knows. */
export function gatherEvidence(
  fields: readonly QualityField[],
  sections: readonly QualityField[],
  sectionRange: readonly [number, number],
  c: Comparison,
): GatheredEvidence {
  const found = new Map<string, Evidence>();
  const untested = new Map<string, string>();
  const expected = expectedSynapses(fields, c.region, c.reference);
  const enough = expected >= c.parameters.leastSynapses;
  for (const field of fields) {
    const marker = markers.get(field.measure);
    if (!marker) continue;
    if (marker.countsSynapses && !enough) {
      untested.set(
        field.measure,
        `${Math.round(expected) || 0} synapses are expected, and ${c.parameters.leastSynapses} are needed`,
      );
      continue;
    }
    const result = compareField(field, c);
    if (typeof result === 'string') {
      untested.set(field.measure, result);
      continue;
    }
    const { effect, interval, regionMean, referenceMean, score, p } = result;
    found.set(field.measure, {
      measure: field.measure,
      layer: marker.layer,
      effect,
      interval,
      regionMean,
      referenceMean,
      score,
      p,
      deviates: isDeviation(marker, result, c.parameters),
      own: ownEffect(field, fields, result, c),
    });
  }
  for (const summary of [
    ...sectionEvidence(sections, sectionRange, c.parameters),
    ...(enough ? emptyRegion(fields, c) : []),
  ])
    found.set(summary.measure, summary);
  return { found, untested, expectedSynapses: expected };
}

const summary = (measure: string, effect: number, score: number, p: number, deviates: boolean): Evidence => ({
  measure,
  layer: summaryMarkers.get(measure)!.layer,
  effect,
  interval: [effect, effect],
  regionMean: effect,
  referenceMean: 0,
  score,
  p,
  deviates,
  own: { effect, score, p, deviates },
});

/** Whole sections without image, and the largest jump between two sections, among the sections of the region. */
function sectionEvidence(
  sections: readonly QualityField[],
  [from, to]: readonly [number, number],
  parameters: DiagnosisParameters,
): Evidence[] {
  const out: Evidence[] = [];
  const missing = sections.find(({ measure }) => measure === 'missing');
  if (missing) {
    const count = missing.values.subarray(from, to).filter((share) => share >= 0.9).length;
    out.push(summary('missingSections', count, count > 0 ? 10 : 0, count > 0 ? 0 : 1, count > 0));
  }
  const residual = sections.find(({ measure }) => measure === 'residualMedianPx');
  if (residual) {
    const marker = summaryMarkers.get('sectionJump')!;
    const { scores, centre } = robustScores(residual.values, 0.1);
    let worst = -1;
    for (let z = from; z < to; z++) {
      // A pair next to a missing section was not measured.
      if (!Number.isNaN(scores[z]) && (worst < 0 || scores[z] > scores[worst])) worst = z;
    }
    if (worst >= 0) {
      const effect = residual.values[worst] - centre;
      const p = Math.min(1, twoSidedP(scores[worst]) * (to - from));
      out.push(
        summary(
          'sectionJump',
          effect,
          scores[worst],
          p,
          effect >= marker.leastEffect && scores[worst] >= 2 * parameters.leastScore,
        ),
      );
    }
  }
  return out;
}

/** Share of the expected synapses at and below which a region holds next to none. */
const nextToNone = 0.01;

/** Synapses that must be expected within the region, away from its rim, to say that it holds none. */
const leastWithin = 20;

/**
 * The cells of a mask whose neighbours by a face are in it as well: its rim may be half outside of what is looked at.
 *
 * @param outside whether there are such neighbours beyond the volume's faces
 */
function innerCells(grid: BlockGrid, mask: Uint8Array, outside: 0 | 1): Uint8Array {
  const [nz, ny, nx] = grid.counts;
  const steps = [ny * nx, nx, 1];
  return mask.map((inside, cell) => {
    const whole = grid.position(cell).every((v, k) => {
      const before = v === 0 ? outside : mask[cell - steps[k]];
      const after = v === [nz, ny, nx][k] - 1 ? outside : mask[cell + steps[k]];
      return before === 1 && after === 1;
    });
    return inside && whole ? 1 : 0;
  });
}

/** Whether the region holds next to no synapse; nothing where too few are to be expected away from its rim. */
function emptyRegion(fields: readonly QualityField[], c: Comparison): Evidence[] {
  const density = fields.find(({ measure }) => measure === 'synapseDensity')!;
  // A region that ends just before a face of the volume has a rim there as well.
  const inner = ([0, 1] as const)
    .map((outside) => innerCells(c.grid, c.region, outside))
    .find((cells) => expectedSynapses(fields, cells, c.reference) >= leastWithin);
  if (!inner) return [];
  const expected = expectedSynapses(fields, inner, c.reference);
  let count = 0;
  density.values.forEach((value, cell) => {
    if (inner[cell] && !Number.isNaN(value)) count += value * density.weights[cell];
  });
  const empty = count <= nextToNone * expected;
  return [summary('noSynapses', empty ? 1 : 0, empty ? 10 : 0, empty ? 0 : 1, empty)];
}

/** The sections that a box reaches through. */
export const sectionRange = (box: Box): [number, number] => [box.begin[0], box.end[0]];
