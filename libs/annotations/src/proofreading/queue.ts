import type { Vec3 } from '@stratome/core';
import { falseSynapse, mergeError, missingPartner, openEnd, splitError } from './calibration.js';
import {
  contactsLeft,
  mergesMade,
  type ContactLeft,
  type ContactSite,
  type DecisionTables,
  type MergeMade,
} from './decisions.js';
import { probability } from './logistic.js';

export const decisionKinds = [
  'splitError',
  'mergeError',
  'deadEnd',
  'falseSynapse',
  'missingPartner',
] as const;

/** What a person would look at: two segments left apart, two parts joined, an end, a doubtful or lone synapse. */
export type DecisionKind = (typeof decisionKinds)[number];

/** An object of the segmentation as far as the queue asks about it. */
export interface QueueObject {
  readonly id: bigint;
  readonly voxels: number;
  /** Glia and vessels have no synapses to win. */
  readonly neurite: boolean;
  readonly touchesFace: boolean;
}

export interface QueueSynapse {
  readonly id: bigint;
  /** Of the cleft, working voxels. */
  readonly voxel: Vec3;
  readonly confidence: number;
  readonly unassigned: 'none' | 'pre' | 'post' | 'both';
  /** 0n when unassigned. */
  readonly preSegment: bigint;
  readonly postSegment: bigint;
  readonly preSupervoxel?: bigint;
  readonly postSupervoxel?: bigint;
}

/** The end of a skeleton, away from the faces of the volume. */
export interface DeadEnd {
  readonly segment: bigint;
  /** Working voxels. */
  readonly voxel: Vec3;
}

/** What the stages wrote of a revision. */
export interface QueueInput {
  readonly tables: DecisionTables;
  /** Working voxels, nm. */
  readonly voxelNm: Vec3;
  readonly objects: readonly QueueObject[];
  readonly synapses: readonly QueueSynapse[];
  readonly deadEnds: readonly DeadEnd[];
}

export interface QueueItem {
  readonly kind: DecisionKind;
  /** The segments concerned, one or two. */
  readonly bodies: readonly bigint[];
  /** Where to look; working voxels. */
  readonly voxel: Vec3;
  /** The touching supervoxels, where the decision was about a contact. */
  readonly site?: ContactSite;
  readonly synapseId?: bigint;
  /** That the stages decided wrongly, 0 … 1; see `calibration.ts`. */
  readonly probability: number;
  /** Synapses that change owner, or are won or lost, if they did. */
  readonly synapses: number;
  /** `probability` × `synapses`. */
  readonly gain: number;
  /** What speaks for an error, in words. */
  readonly evidence: readonly string[];
}

/** A dead end belongs to a contact this near, nm. */
const endReachNm = 300;
/** Contacts of fewer faces touch by chance, voxel faces. */
const leastFaces = 10;

const distanceNm = (a: Vec3, b: Vec3, voxelNm: Vec3): number =>
  Math.hypot(...a.map((v, k) => (v - b[k]) * voxelNm[k]));

const middleOf = ({ begin, end }: ContactSite): Vec3 => [
  Math.floor((begin[0] + end[0]) / 2),
  Math.floor((begin[1] + end[1]) / 2),
  Math.floor((begin[2] + end[2]) / 2),
];

/** Synaptic sites by segment and by supervoxel. */
class SiteCounts {
  readonly bySegment = new Map<bigint, number>();
  readonly bySupervoxel = new Map<bigint, number>();

  constructor(synapses: readonly QueueSynapse[]) {
    const add = (counts: Map<bigint, number>, id: bigint | undefined) => {
      if (id) counts.set(id, (counts.get(id) ?? 0) + 1);
    };
    for (const synapse of synapses) {
      add(this.bySegment, synapse.preSegment);
      add(this.bySegment, synapse.postSegment);
      add(this.bySupervoxel, synapse.preSupervoxel);
      add(this.bySupervoxel, synapse.postSupervoxel);
    }
  }
}

const item = (given: Omit<QueueItem, 'gain'>): QueueItem => ({
  ...given,
  gain: given.probability * given.synapses,
});

/** What the model of split errors sees of a contact. */
export function splitFeatures(
  { score, faces }: Pick<ContactLeft, 'score' | 'faces'>,
  smaller: QueueObject,
  ends: number,
) {
  return {
    score,
    logFaces: Math.log10(faces),
    logVoxels: Math.log10(smaller.voxels),
    orphan: smaller.touchesFace ? 0 : 1,
    deadEnd: ends > 0 ? 1 : 0,
  };
}

function againstThreshold({ score, threshold }: { score: number; threshold: number }): string {
  const margin = score - threshold;
  return `mean affinity ${score.toFixed(3)}, ${Math.abs(margin).toFixed(3)} ${margin < 0 ? 'below' : 'above'} the threshold`;
}

function splitErrors(input: QueueInput, counts: SiteCounts, explained: Set<DeadEnd>): QueueItem[] {
  const { voxelNm, deadEnds } = input;
  const objects = new Map(input.objects.map((o) => [o.id, o]));
  const endsOf = new Map<bigint, DeadEnd[]>();
  for (const end of deadEnds) endsOf.set(end.segment, [...(endsOf.get(end.segment) ?? []), end]);
  return contactsLeft(input.tables).flatMap((contact): QueueItem[] => {
    const [a, b] = contact.segments.map((id) => objects.get(id));
    if (!a?.neurite || !b?.neurite || contact.faces < leastFaces) return [];
    const voxel = middleOf(contact.site);
    const own = contact.segments.flatMap((id) => endsOf.get(id) ?? []);
    const ends = own.filter((end) => distanceNm(end.voxel, voxel, voxelNm) <= endReachNm);
    const smaller = a.voxels <= b.voxels ? a : b;
    const features = splitFeatures(contact, smaller, ends.length);
    const p = probability(splitError, features);
    if (p >= 0.5) for (const end of ends) explained.add(end);
    const [m, n] = contact.segments.map((id) => counts.bySegment.get(id) ?? 0);
    return [
      item({
        kind: 'splitError',
        bodies: contact.segments,
        voxel,
        site: contact.site,
        probability: p,
        synapses: Math.min(m, n),
        evidence: [
          againstThreshold(contact),
          ...(contact.betweenClasses ? ['kept apart by their tissue classes'] : []),
          ...(features.orphan ? [`segment ${smaller.id} touches no face of the volume`] : []),
          ...(features.deadEnd ? ['a skeleton ends there'] : []),
        ],
      }),
    ];
  });
}

/** What the model of merge errors sees of a merge. */
export const mergeFeatures = ({ score, faces, smallerVoxels }: MergeMade) => ({
  score,
  logFaces: Math.log10(faces),
  logVoxels: Math.log10(smallerVoxels),
});

function mergeErrors({ tables, objects }: QueueInput, counts: SiteCounts): QueueItem[] {
  const neurites = new Set(objects.filter(({ neurite }) => neurite).map(({ id }) => id));
  return mergesMade(tables, (id) => counts.bySupervoxel.get(id) ?? 0).flatMap((merge): QueueItem[] => {
    if (!neurites.has(merge.segment)) return [];
    const features = mergeFeatures(merge);
    return [
      item({
        kind: 'mergeError',
        bodies: [merge.segment],
        voxel: middleOf(merge.site),
        site: merge.site,
        probability: probability(mergeError, features),
        synapses: merge.synapsesMoved,
        evidence: [againstThreshold(merge)],
      }),
    ];
  });
}

function doubtfulSynapses(synapses: readonly QueueSynapse[]): QueueItem[] {
  return synapses.map(({ id, voxel, confidence, unassigned, preSegment, postSegment }) => {
    const lone = unassigned !== 'none';
    return item({
      kind: lone ? 'missingPartner' : 'falseSynapse',
      bodies: [preSegment, postSegment].filter((body) => body !== 0n),
      voxel,
      synapseId: id,
      probability: probability(lone ? missingPartner : falseSynapse, { confidence }),
      synapses: 1,
      evidence: [
        `confidence ${confidence.toFixed(2)}`,
        ...(lone ? [unassigned === 'both' ? 'no partners' : `no ${unassigned}synaptic partner`] : []),
      ],
    });
  });
}

function openEnds(
  ends: readonly DeadEnd[],
  counts: SiteCounts,
  explained: ReadonlySet<DeadEnd>,
): QueueItem[] {
  return ends
    .filter((end) => !explained.has(end))
    .map(({ segment, voxel }) =>
      item({
        kind: 'deadEnd',
        bodies: [segment],
        voxel,
        probability: openEnd,
        synapses: counts.bySegment.get(segment) ? 1 : 0,
        evidence: ['a skeleton ends inside the volume'],
      }),
    );
}

const compare = <T>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

/** Highest gain first; the order of equal ones follows from what they are, not from how they were read. */
export const byGain = (a: QueueItem, b: QueueItem): number =>
  b.gain - a.gain ||
  b.probability - a.probability ||
  compare(a.kind, b.kind) ||
  a.voxel.reduce((order, v, k) => order || v - b.voxel[k], 0) ||
  compare(a.synapseId ?? 0n, b.synapseId ?? 0n);

/**
 * Everything the stages decided about neurites and synapses that may be wrong, most to be won first.
 *
 * The expected gain is the probability that a decision is wrong times the synapses that would change owner, or be won
 * or lost: for two segments left apart those of the one that has fewer; for two parts joined those of the part that had
 * fewer; one for a synapse. What would win nothing is left out.
 */
export function proofreadingQueue(input: QueueInput): QueueItem[] {
  const counts = new SiteCounts(input.synapses);
  const explained = new Set<DeadEnd>();
  return [
    ...splitErrors(input, counts, explained),
    ...mergeErrors(input, counts),
    ...openEnds(input.deadEnds, counts, explained),
    ...doubtfulSynapses(input.synapses),
  ]
    .filter(({ gain }) => gain > 0)
    .sort(byGain);
}
