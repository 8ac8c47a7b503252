import type { Layer } from '../measures.js';
import { candidates, isToldBy, type Candidate, type Expectation, type Telling } from './candidates.js';
import type { Evidence, GatheredEvidence } from './evidence.js';
import { markers } from './markers.js';
import type { DiagnosisParameters } from './parameters.js';
import type { LineageDifference } from './result.js';

/** A candidate held against the evidence. */
export interface Attribution {
  readonly candidate: Candidate;
  /** −1 (the evidence is the opposite) to 1 (all of it is as expected). */
  readonly fit: number;
  /** The loudest convicting measure that the candidate expects to move; undefined when a telling one does not convict. */
  readonly lead: Evidence | undefined;
  /** The expectation that fits worst, for the reason why it was rejected. */
  readonly against: string;
  readonly lineageFits: boolean;
}

/** Scores count up to here. */
const fullScore = 8;

/** How decidedly a better fit wins: log odds per unit of fit. */
const sharpness = 8;

/** The score on a scale from −1 to 1. What compares stored results exactly is all or nothing. */
function strengthOf({ measure, effect, score }: Evidence): number {
  const marker = markers.get(measure);
  if (marker?.exact) return Math.abs(effect) >= marker.leastEffect ? Math.sign(effect) : 0;
  return Math.max(-1, Math.min(1, score / fullScore));
}

function matchOf({ direction, measure }: Expectation, found: ReadonlyMap<string, Evidence>, sign: 1 | -1) {
  const evidence = found.get(measure);
  if (!evidence) return undefined;
  const score = strengthOf(evidence);
  if (direction === 0) return evidence.deviates ? -Math.abs(score) : 1 - 2 * Math.abs(score);
  return sign * direction * score;
}

function fitOf(candidate: Candidate, found: ReadonlyMap<string, Evidence>, sign: 1 | -1) {
  let [sum, weight] = [0, 0];
  let against = 'nothing that it would move was measured';
  let worst = 2;
  for (const expectation of candidate.expectations) {
    const match = matchOf(expectation, found, sign);
    if (match === undefined) continue;
    // That something stayed as it was is weak evidence: it is so in healthy tissue.
    const counts = expectation.direction === 0 && match > 0 ? 0 : expectation.weight;
    sum += counts * match;
    weight += counts;
    if (match < worst) {
      worst = match;
      against = reason(expectation, found.get(expectation.measure)!, sign);
    }
  }
  return { fit: weight > 0 ? sum / weight : -1, against };
}

function reason({ measure, direction }: Expectation, { score, deviates }: Evidence, sign: 1 | -1): string {
  const found = `${measure} is ${deviates ? (score > 0 ? 'raised' : 'lowered') : 'normal'} (score ${score.toFixed(1)})`;
  if (direction === 0) return `${found} and would not be`;
  return `${found} and would be ${direction * sign > 0 ? 'raised' : 'lowered'}`;
}

/** Whether an effect is twice what tissue reaches by itself. */
function isFar({ measure, effect }: Evidence): boolean {
  const marker = markers.get(measure);
  return Math.abs(effect) >= 2 * (marker?.tissueEffect ?? marker?.leastEffect ?? 0);
}

/** Whether a measure deviates against a direction. */
const isOpposed = (evidence: Evidence | undefined, direction: number): boolean =>
  evidence?.deviates === true && evidence.score * direction < 0;

/** Holds every candidate against the evidence. */
export function attribute({ found }: GatheredEvidence, lineage: readonly LineageDifference[]): Attribution[] {
  return candidates.map((candidate) => {
    const forward = fitOf(candidate, found, 1);
    const mirrored = candidate.eitherWay ? fitOf(candidate, found, -1) : forward;
    const better = mirrored.fit > forward.fit ? mirrored : forward;
    const sign = better === forward ? 1 : -1;
    const moves = (way: 'convicts' | 'deviates') => (e: Expectation) => {
      const evidence = found.get(e.measure);
      const direction = e.direction * sign;
      return (
        direction !== 0 && evidence?.[way] === true && (candidate.eitherWay || evidence.score * direction > 0)
      );
    };
    const tellers = (telling: Telling) =>
      candidate.expectations.filter((e) => e.telling === telling && found.has(e.measure));
    const moved = candidate.expectations.filter(moves('convicts')).map(({ measure }) => found.get(measure)!);
    const told =
      [...tellers('each'), ...tellers('far')].every(moves('convicts')) &&
      tellers('far').every(({ measure }) => isFar(found.get(measure)!)) &&
      (tellers('beside').every(moves('deviates')) || moved.some(isFar)) &&
      !candidate.unopposed.some(({ measure, direction }) => isOpposed(found.get(measure), direction));
    const known = candidate.expectations.some((e) => e.telling && found.has(e.measure));
    const leads = told && known ? moved : [];
    leads.sort((a, b) => Math.abs(b.score) - Math.abs(a.score));
    return { candidate, ...better, lead: leads[0], lineageFits: isToldBy(candidate, lineage) };
  });
}

/** Candidates of a layer that something speaks for, the likeliest first, with their probabilities within the layer. */
export function rankWithin(
  attributions: readonly Attribution[],
  layer: Layer,
  { lineageBonus }: DiagnosisParameters,
): { attribution: Attribution; probability: number }[] {
  const own = attributions.filter((a) => a.candidate.layer === layer && a.lead && a.fit > 0);
  const logits = own.map((a) => sharpness * a.fit + (a.lineageFits ? lineageBonus : 0));
  const top = Math.max(...logits);
  const odds = logits.map((l) => Math.exp(l - top));
  const sum = odds.reduce((a, b) => a + b, 0);
  return own
    .map((attribution, i) => ({ attribution, probability: odds[i] / sum }))
    .sort((a, b) => b.probability - a.probability);
}
