import type { Vec3 } from '@stratome/core';
import type { MatchParameters } from '../parameters.js';
import type { SynapseKind } from './record.js';

/** A synapse as scoring sees it. Bodies are truth's: map found segments to bodies first (see `matchBodies`). */
export interface MatchableSynapse {
  /** z, y, x, nm. */
  readonly pointNm: Vec3;
  /** 0n when it is not known. */
  readonly preBody: bigint;
  readonly postBody: bigint;
  readonly kind: SynapseKind;
}

export interface SynapseScore {
  /** Pairs [found, true] of indices, by found. */
  readonly pairs: readonly (readonly [number, number])[];
  /** Matched share of the found; 1 when none was found. */
  readonly precision: number;
  /** Matched share of the true; 1 when there are none. */
  readonly recall: number;
  readonly f1: number;
  /** Share of matched pairs with the same kind; 1 when none is matched. */
  readonly kindAccuracy: number;
  /** Share of matched pairs with the same pre- and postsynaptic body; 1 when none is matched. */
  readonly partnerAccuracy: number;
}

/**
 * Scores found synapses against true ones, each used once at most.
 *
 * The assignment has as many pairs as is possible (Kuhn 1955): candidates within `maxDistanceNm` are taken
 * nearest first, and rearranged along augmenting paths while that adds a pair.
 */
export function matchSynapses(
  found: readonly MatchableSynapse[],
  truth: readonly MatchableSynapse[],
  { maxDistanceNm, requirePartners }: MatchParameters,
): SynapseScore {
  const samePartners = (f: MatchableSynapse, t: MatchableSynapse) =>
    f.preBody === t.preBody && f.postBody === t.postBody;
  const candidates = found.map((f) =>
    truth
      .map((t, index) => ({ index, nm: Math.hypot(...f.pointNm.map((v, k) => v - t.pointNm[k])), t }))
      .filter(({ nm, t }) => nm <= maxDistanceNm && (!requirePartners || samePartners(f, t)))
      .sort((a, b) => a.nm - b.nm || a.index - b.index)
      .map(({ index, nm }) => ({ index, nm })),
  );
  const pairs = assign(candidates, truth.length);
  const share = (hits: number, all: number) => (all === 0 ? 1 : hits / all);
  const precision = share(pairs.length, found.length);
  const recall = share(pairs.length, truth.length);
  return {
    pairs,
    precision,
    recall,
    f1: harmonicMean(precision, recall),
    kindAccuracy: share(pairs.filter(([f, t]) => found[f].kind === truth[t].kind).length, pairs.length),
    partnerAccuracy: share(pairs.filter(([f, t]) => samePartners(found[f], truth[t])).length, pairs.length),
  };
}

const harmonicMean = (a: number, b: number): number => (a + b === 0 ? 0 : (2 * a * b) / (a + b));

interface Candidate {
  readonly index: number;
  readonly nm: number;
}

/** Largest one-to-one assignment, nearest pairs first. */
function assign(candidates: readonly (readonly Candidate[])[], count: number): [number, number][] {
  const foundOf = new Int32Array(count).fill(-1);
  const assigned = new Uint8Array(candidates.length);
  const nearestFirst = candidates
    .flatMap((list, f) => list.map(({ index, nm }) => ({ f, t: index, nm })))
    .sort((a, b) => a.nm - b.nm || a.f - b.f || a.t - b.t);
  for (const { f, t } of nearestFirst) {
    if (assigned[f] || foundOf[t] >= 0) continue;
    foundOf[t] = f;
    assigned[f] = 1;
  }
  const augment = (f: number, visited: Set<number>): boolean => {
    for (const { index } of candidates[f]) {
      if (visited.has(index)) continue;
      visited.add(index);
      if (foundOf[index] >= 0 && !augment(foundOf[index], visited)) continue;
      foundOf[index] = f;
      return true;
    }
    return false;
  };
  for (let f = 0; f < candidates.length; f++) if (!assigned[f]) augment(f, new Set());
  const pairs: [number, number][] = [];
  foundOf.forEach((f, t) => f >= 0 && pairs.push([f, t]));
  return pairs.sort((a, b) => a[0] - b[0]);
}
