import type { Vec3 } from '@stratome/core';
import type { MatchParameters } from '../parameters.js';
import type { SynapseKind, SynapseRecord } from './record.js';

/** A synapse as scoring sees it. Bodies are truth's: map found segments to bodies first (see `matchBodies`). */
export interface MatchableSynapse {
  /** z, y, x, nm. */
  readonly pointNm: Vec3;
  /** 0n when it is not known. */
  readonly preBody: bigint;
  readonly postBody: bigint;
  readonly kind: SynapseKind;
}

/** Where a found synapse is compared with truth: halfway between its two partners' points, z, y, x, nm. */
export function synapsePointNm({ prePoint, postPoint }: SynapseRecord, voxelNm: Vec3): Vec3 {
  const middle = (k: number) => ((prePoint[k] + postPoint[k]) / 2 + 0.5) * voxelNm[k];
  return [middle(0), middle(1), middle(2)];
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
 * Scores found synapses against true ones, each used once at most: of all pairs within `maxDistanceNm` the nearest
 * is taken first, ties by index. (An assignment with as many pairs as possible would do worse: where synapses
 * are dense it shifts right pairs to wrong neighbours for the sake of one more.)
 */
export function matchSynapses(
  found: readonly MatchableSynapse[],
  truth: readonly MatchableSynapse[],
  { maxDistanceNm, requirePartners }: MatchParameters,
): SynapseScore {
  const samePartners = (f: MatchableSynapse, t: MatchableSynapse) =>
    f.preBody === t.preBody && f.postBody === t.postBody;
  const nearestFirst = found
    .flatMap((a, f) =>
      truth.map((b, t) => ({ f, t, nm: Math.hypot(...a.pointNm.map((v, k) => v - b.pointNm[k])) })),
    )
    .filter(({ f, t, nm }) => nm <= maxDistanceNm && (!requirePartners || samePartners(found[f], truth[t])))
    .sort((a, b) => a.nm - b.nm || a.f - b.f || a.t - b.t);
  const usedFound = new Set<number>();
  const usedTruth = new Set<number>();
  const pairs: [number, number][] = [];
  for (const { f, t } of nearestFirst) {
    if (usedFound.has(f) || usedTruth.has(t)) continue;
    usedFound.add(f);
    usedTruth.add(t);
    pairs.push([f, t]);
  }
  pairs.sort((a, b) => a[0] - b[0]);
  const share = (hits: number, all: number) => (all === 0 ? 1 : hits / all);
  const precision = share(pairs.length, found.length);
  const recall = share(pairs.length, truth.length);
  return {
    pairs,
    precision,
    recall,
    f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall),
    kindAccuracy: share(pairs.filter(([f, t]) => found[f].kind === truth[t].kind).length, pairs.length),
    partnerAccuracy: share(pairs.filter(([f, t]) => samePartners(found[f], truth[t])).length, pairs.length),
  };
}
