import type { Vec3 } from '@stratome/core';

/** What the agglomeration wrote: its decisions about touching supervoxels, and the merges in the order it made them. */
export interface DecisionTables {
  /** A row for each touching pair of supervoxels. */
  readonly decisions: {
    readonly a: BigUint64Array;
    readonly b: BigUint64Array;
    /** Voxel faces between the two. */
    readonly faces: Float64Array;
    /** Mean affinity, 0 … 1, of the contact that decided about the pair. */
    readonly decisiveScore: Float64Array;
    /** The agglomeration threshold, 0 … 1, that held for that contact: regions may have one of their own. */
    readonly decisiveThreshold: Float64Array;
    /** 1 where the two are in one segment. */
    readonly joined: Uint8Array;
    /** 1 where tissue classes kept the two apart. */
    readonly betweenClasses: Uint8Array;
  };
  /** The segment of each supervoxel; supervoxels rise. */
  readonly agglomeration: { readonly supervoxel: BigUint64Array; readonly segment: BigUint64Array };
  readonly merges: {
    readonly segment: BigUint64Array;
    readonly absorbed: BigUint64Array;
    readonly score: Float64Array;
    readonly faces: Float64Array;
    readonly smallerVoxels: Float64Array;
  };
  /** Rows sorted by id; six coordinates a row: half-open box, begin z, y, x then end z, y, x, working voxels. */
  readonly supervoxels: { readonly id: BigUint64Array; readonly box: Uint32Array };
}

/** The touching pair of supervoxels at which a decision can be seen: the one with the most faces. */
export interface ContactSite {
  readonly supervoxels: readonly [bigint, bigint];
  /** Where their boxes meet, grown by a voxel; working voxels. */
  readonly begin: Vec3;
  readonly end: Vec3;
}

/** Two segments that touch and were not joined. */
export interface ContactLeft {
  readonly segments: readonly [bigint, bigint];
  readonly score: number;
  readonly threshold: number;
  readonly betweenClasses: boolean;
  readonly faces: number;
  readonly site: ContactSite;
}

/** Two parts of one segment that were joined. */
export interface MergeMade {
  /** The segment both are in at the end. */
  readonly segment: bigint;
  readonly score: number;
  readonly threshold: number;
  readonly faces: number;
  /** Of the smaller part, when the two were joined. */
  readonly smallerVoxels: number;
  /** Synapses on the part that has fewer of them, when the two were joined. */
  readonly synapsesMoved: number;
  readonly site: ContactSite;
}

type Rows = (id: bigint) => number;

function rowsBy(ids: BigUint64Array): Rows {
  const rows = new Map<bigint, number>();
  ids.forEach((id, row) => rows.set(id, row));
  return (id) => rows.get(id) ?? -1;
}

/** Where two supervoxels touch: both boxes, grown by a voxel, hold it. */
function siteOf(tables: DecisionTables, rowOf: Rows, edge: number): ContactSite {
  const { decisions, supervoxels } = tables;
  const [a, b] = [decisions.a[edge], decisions.b[edge]];
  const [p, q] = [6 * rowOf(a), 6 * rowOf(b)];
  const { box } = supervoxels;
  const low = (k: number) => Math.max(0, Math.max(box[p + k], box[q + k]) - 1);
  const high = (k: number) => Math.min(box[p + 3 + k], box[q + 3 + k]) + 1;
  return { supervoxels: [a, b], begin: [low(0), low(1), low(2)], end: [high(0), high(1), high(2)] };
}

/** Contacts between segments that were not joined, a pair once. */
export function contactsLeft(tables: DecisionTables): ContactLeft[] {
  const { decisions, agglomeration, supervoxels } = tables;
  const rowOf = rowsBy(supervoxels.id);
  const segmentRow = rowsBy(agglomeration.supervoxel);
  const segmentOf = (id: bigint) => agglomeration.segment[segmentRow(id)];
  const pairs = new Map<string, { segments: [bigint, bigint]; faces: number; edge: number }>();
  for (let e = 0; e < decisions.a.length; e++) {
    if (decisions.joined[e]) continue;
    const [s, t] = [segmentOf(decisions.a[e]), segmentOf(decisions.b[e])];
    const segments: [bigint, bigint] = s < t ? [s, t] : [t, s];
    const key = segments.join(' ');
    const pair = pairs.get(key);
    if (!pair) pairs.set(key, { segments, faces: decisions.faces[e], edge: e });
    else {
      pair.faces += decisions.faces[e];
      if (decisions.faces[e] > decisions.faces[pair.edge]) pair.edge = e;
    }
  }
  return [...pairs.values()].map(({ edge, ...pair }) => ({
    ...pair,
    // One contact of two segments: the same in all of its rows.
    score: decisions.decisiveScore[edge],
    threshold: decisions.decisiveThreshold[edge],
    betweenClasses: decisions.betweenClasses[edge] === 1,
    site: siteOf(tables, rowOf, edge),
  }));
}

/** The forest of merges: each supervoxel and each merge points to the merge that took it in. */
class MergeForest {
  /** By supervoxel row, the merge that first took it in; −1 for none. */
  private readonly first: Int32Array;
  /** By merge, the one that took its result in; −1 for none. */
  private readonly next: Int32Array;
  /** By merge, synapses on either part when the two were joined: the fewer. */
  readonly fewer: Float64Array;

  constructor({ merges, agglomeration }: DecisionTables, synapsesOf: (supervoxel: bigint) => number) {
    const rowOf = rowsBy(agglomeration.supervoxel);
    const count = merges.segment.length;
    this.first = new Int32Array(agglomeration.supervoxel.length).fill(-1);
    this.next = new Int32Array(count).fill(-1);
    this.fewer = new Float64Array(count);
    /** By segment under way (its least supervoxel): the last merge and its synapses. */
    const last = new Map<bigint, number>();
    const synapses = new Map<bigint, number>();
    const of = (id: bigint) => synapses.get(id) ?? synapsesOf(id);
    for (let m = 0; m < count; m++) {
      const [kept, gone] = [merges.segment[m], merges.absorbed[m]];
      for (const id of [kept, gone]) {
        const before = last.get(id);
        if (before === undefined) this.first[rowOf(id)] = m;
        else this.next[before] = m;
      }
      this.fewer[m] = Math.min(of(kept), of(gone));
      synapses.set(kept, of(kept) + of(gone));
      last.set(kept, m);
    }
  }

  /** The merge that brought two supervoxels (by row) together; −1 when none did. */
  joining(a: number, b: number): number {
    let [p, q] = [this.first[a], this.first[b]];
    // Merges only ever point to later ones, so the earlier of the two climbs.
    while (p !== q) {
      if (p < 0 || q < 0) return -1;
      if (p < q) p = this.next[p];
      else q = this.next[q];
    }
    return p;
  }
}

/**
 * The merges of an agglomeration, with the contact over which each was made.
 *
 * @param synapsesOf how many synaptic sites lie in a supervoxel
 */
export function mergesMade(tables: DecisionTables, synapsesOf: (supervoxel: bigint) => number): MergeMade[] {
  const { decisions, agglomeration, merges, supervoxels } = tables;
  const rowOf = rowsBy(supervoxels.id);
  const agglomerated = rowsBy(agglomeration.supervoxel);
  const forest = new MergeForest(tables, synapsesOf);
  const edgeOf = new Int32Array(merges.segment.length).fill(-1);
  for (let e = 0; e < decisions.a.length; e++) {
    if (!decisions.joined[e]) continue;
    const merge = forest.joining(agglomerated(decisions.a[e]), agglomerated(decisions.b[e]));
    if (merge < 0) continue;
    if (edgeOf[merge] < 0 || decisions.faces[e] > decisions.faces[edgeOf[merge]]) edgeOf[merge] = e;
  }
  return Array.from(edgeOf).flatMap((edge, m) =>
    edge < 0
      ? []
      : [
          {
            segment: agglomeration.segment[agglomerated(merges.segment[m])],
            score: merges.score[m],
            threshold: decisions.decisiveThreshold[edge],
            faces: merges.faces[m],
            smallerVoxels: merges.smallerVoxels[m],
            synapsesMoved: forest.fewer[m],
            site: siteOf(tables, rowOf, edge),
          },
        ],
  );
}
