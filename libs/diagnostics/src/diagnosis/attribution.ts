import type { Layer } from '../measures.js';
import { candidates, isToldBy, type Candidate, type Expectation, type Telling } from './candidates.js';
import { isBeyondTissue, timesTissue, type Evidence, type GatheredEvidence } from './evidence.js';
import { markers } from './markers.js';
import type { DiagnosisParameters } from './parameters.js';
import { isMade, type LineageDifference } from './result.js';

/** A candidate held against the evidence. */
export interface Attribution {
  readonly candidate: Candidate;
  /** −1 (the evidence is the opposite) to 1 (all of it is as expected). */
  readonly fit: number;
  /** The loudest convicting measure that the candidate expects to move; undefined when a telling one does not convict. */
  readonly lead: Evidence | undefined;
  /** The expectation that fits worst, for the reason why it was rejected. */
  readonly against: string;
  /** What the lineage adds to it, as a share of what it can add; 0 where no difference fits. */
  readonly lineageShare: number;
}

/** Scores count up to here. */
const fullScore = 8;

/** How decidedly a better fit wins: log odds per unit of fit. */
const sharpness = 8;

/** The score on a scale from −1 to 1. What compares stored results exactly is all or nothing. */
function strengthOf({ measure, own }: Evidence): number {
  const marker = markers.get(measure);
  if (marker?.exact) return Math.abs(own.effect) >= marker.leastEffect ? Math.sign(own.effect) : 0;
  return Math.max(-1, Math.min(1, own.score / fullScore));
}

function matchOf({ direction, measure }: Expectation, found: ReadonlyMap<string, Evidence>, sign: 1 | -1) {
  const evidence = found.get(measure);
  if (!evidence) return undefined;
  const score = strengthOf(evidence);
  if (direction === 0) return evidence.own.deviates ? -Math.abs(score) : 1 - 2 * Math.abs(score);
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

function reason({ measure, direction }: Expectation, { own }: Evidence, sign: 1 | -1): string {
  const { score, deviates } = own;
  const found = `${measure} is ${deviates ? (score > 0 ? 'raised' : 'lowered') : 'normal'} (score ${score.toFixed(1)})`;
  if (direction === 0) return `${found} and would not be`;
  return `${found} and would be ${direction * sign > 0 ? 'raised' : 'lowered'}`;
}

const loudest = (evidence: readonly Evidence[]): Evidence | undefined =>
  [...evidence].sort((a, b) => Math.abs(b.own.score) - Math.abs(a.own.score))[0];

/** Whether an effect is twice what tissue reaches by itself. */
const isFar = (evidence: Evidence): boolean => timesTissue(evidence) >= 2;

/** Whether a measure deviates against a direction. */
const isOpposed = (evidence: Evidence | undefined, direction: number): boolean =>
  evidence?.own.deviates === true && evidence.own.score * direction < 0;

/** What a difference of inputs tells, of what one of how something was made does. */
const inputsShare = 0.25;

/** Against what a cause usually does, this many times what tissue does by itself is asked of a measure. */
const againstUsual = 2;

/**
 * What measures that tell of a cause together have to reach on average, times what tissue does. Of 896 boxes in 112 clean
 * phantoms one reaches it by what stained membranes move (1.24), and three exceed what tissue does in each of the three.
 */
const togetherLeast = 1.15;

/**
 * Whether measures tell of a cause together: all move its way, most of them deviate, and their mean is beyond what tissue does.
 *
 * One alone may fall short, as noise and the tissue's own differences have it, where the others leave no doubt.
 *
 * @param least times what tissue does
 */
function tellTogether(
  expectations: readonly Expectation[],
  found: ReadonlyMap<string, Evidence>,
  least: number,
): boolean {
  const all = expectations.map(({ measure }) => found.get(measure)!);
  const mean = all.reduce((sum, evidence) => sum + timesTissue(evidence), 0) / all.length;
  const deviating = all.filter(({ own }) => own.deviates).length;
  return (
    expectations.every(({ direction }, i) => all[i].own.score * direction > 0) &&
    2 * deviating > all.length &&
    mean >= least
  );
}

/**
 * The loudest measure that convicts a candidate; undefined when a telling one does not.
 *
 * @param isTold whether the lineage tells of it: then less is asked of its measures, and nothing beside them
 * @param toldShare of what tissue does by itself that convicts it then
 */
function leadOf(
  candidate: Candidate,
  found: ReadonlyMap<string, Evidence>,
  isTold: boolean,
  toldShare: number,
): Evidence | undefined {
  const share = isTold ? toldShare : 1;
  const moves = (least: number) => (e: Expectation) => {
    const evidence = found.get(e.measure);
    if (e.direction === 0 || !evidence) return false;
    if (evidence.own.score * e.direction > 0) return isBeyondTissue(evidence, least);
    return candidate.eitherWay && isBeyondTissue(evidence, againstUsual);
  };
  const tellers = (telling: Telling) =>
    candidate.expectations.filter((e) => e.telling === telling && found.has(e.measure));
  const moved = candidate.expectations.filter(moves(share)).map(({ measure }) => found.get(measure)!);
  const convicts =
    candidate.expectations.some((e) => e.telling && found.has(e.measure)) &&
    [...tellers('each'), ...tellers('far')].every(moves(share)) &&
    (tellers('together').length === 0 || tellTogether(tellers('together'), found, share * togetherLeast)) &&
    tellers('far').every(({ measure }) => isFar(found.get(measure)!)) &&
    (isTold || tellers('beside').every(moves(0)) || moved.some(isFar)) &&
    !candidate.unopposed.some(({ measure, direction }) => isOpposed(found.get(measure), direction));
  return convicts ? loudest(moved) : undefined;
}

/** Holds every candidate against the evidence. */
export function attribute(
  { found }: GatheredEvidence,
  lineage: readonly LineageDifference[],
  { toldShare }: Pick<DiagnosisParameters, 'toldShare'>,
): Attribution[] {
  const made = lineage.filter(isMade);
  return candidates.map((candidate) => {
    const forward = fitOf(candidate, found, 1);
    const mirrored = candidate.eitherWay ? fitOf(candidate, found, -1) : forward;
    const isTold = isToldBy(candidate, made);
    return {
      candidate,
      ...(mirrored.fit > forward.fit ? mirrored : forward),
      lead: leadOf(candidate, found, isTold, toldShare),
      lineageShare: isTold ? 1 : isToldBy(candidate, lineage) ? inputsShare : 0,
    };
  });
}

/** Candidates of a layer that something speaks for, the likeliest first, with their probabilities within the layer. */
export function rankWithin(
  attributions: readonly Attribution[],
  layer: Layer,
  { lineageBonus }: DiagnosisParameters,
): { attribution: Attribution; probability: number }[] {
  const own = attributions.filter((a) => a.candidate.layer === layer && a.lead && a.fit > 0);
  const logits = own.map((a) => sharpness * a.fit + lineageBonus * a.lineageShare);
  const top = Math.max(...logits);
  const odds = logits.map((l) => Math.exp(l - top));
  const sum = odds.reduce((a, b) => a + b, 0);
  return own
    .map((attribution, i) => ({ attribution, probability: odds[i] / sum }))
    .sort((a, b) => b.probability - a.probability);
}
