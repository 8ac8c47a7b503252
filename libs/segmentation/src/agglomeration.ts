import { badInput } from '@stratome/core';
import { IndexedHeap, LabelPairTable } from '@stratome/kernels';
import { facesBySet, type ContactThreshold, type RegionalThresholds } from './contactThresholds.js';
import type { EdgeTable } from './edgeTable.js';
import type { AgglomerationParameters } from './parameters.js';
import { RegionGraph } from './regionGraph.js';
import type { SupervoxelTable } from './supervoxelTable.js';
import { likeliestClass, sureClass, tissueClasses } from './tissueClass.js';

/** Merges in the order in which they were made. */
export interface MergeHistory {
  /** The segment that stays and the one that ends, by the ids they had; `segment` < `absorbed`. */
  readonly segment: BigUint64Array;
  readonly absorbed: BigUint64Array;
  /** Mean affinity of the faces between the two, 0 … 1. */
  readonly score: Float64Array;
  /** Voxel faces between the two. */
  readonly faces: Float64Array;
  /** Voxels of the smaller of the two. */
  readonly smallerVoxels: Float64Array;
}

export interface Agglomeration {
  /** Supervoxel ids in rising order, and the segment of each: the smallest supervoxel id in it. */
  readonly supervoxel: BigUint64Array;
  readonly segment: BigUint64Array;
  /** Segment ids in rising order with their size and likeliest class (an index into `tissueClasses`). */
  readonly segments: {
    readonly id: BigUint64Array;
    readonly voxels: Float64Array;
    readonly tissueClass: Uint8Array;
  };
  readonly merges: MergeHistory;
  /**
   * For each row of the edge table the mean affinity, 0 … 1, that decided it: of the contact over which its
   * two sides were merged, or of the contact that is left between them. `joined` is 1 where they are one segment.
   */
  readonly decisiveScore: Float64Array;
  readonly joined: Uint8Array;
  /**
   * For each row 1 where the two sides are apart and surely of different classes, or were when their contact was
   * weighed. As they grow their classes may change; what was kept apart stays so.
   */
  readonly betweenClasses: Uint8Array;
  /** For each row the agglomeration threshold, 0 … 1, that held for that contact. */
  readonly decisiveThreshold: Float64Array;
}

/** Rows of `ids` (sorted, unique) by id. */
export function rowFinder(ids: BigUint64Array): (id: bigint) => number {
  const words = new Uint32Array(ids.buffer, ids.byteOffset, 2 * ids.length);
  const table = new LabelPairTable(ids.length + 1);
  for (let row = 0; row < ids.length; row++) table.entry(words[2 * row], words[2 * row + 1]);
  return (id) => table.find(Number(id & 0xffffffffn), Number(id >> 32n));
}

function rowsOf(ids: BigUint64Array, find: (id: bigint) => number): Uint32Array {
  return Uint32Array.from(ids, (id) => {
    const row = find(id);
    if (row < 0)
      throw badInput(`Edge of unknown supervoxel ${id}.`, 'Pass the supervoxel tables of all blocks.');
    return row;
  });
}

/** Compares sumA / countA with sumB / countB exactly; positive when the first is larger. */
export function compareMeans(sumA: number, countA: number, sumB: number, countB: number): number {
  const a = sumA * countB;
  const b = sumB * countA;
  if (a <= Number.MAX_SAFE_INTEGER && b <= Number.MAX_SAFE_INTEGER) return a - b;
  const difference = BigInt(sumA) * BigInt(countB) - BigInt(sumB) * BigInt(countA);
  return difference > 0n ? 1 : difference < 0n ? -1 : 0;
}

/** State of an agglomeration under way; nodes are rows of the supervoxel table, edges rows of the edge table. */
class Agglomerator {
  readonly #graph: RegionGraph;
  readonly #voxels: Float64Array;
  readonly #glia: Float64Array;
  readonly #vessel: Float64Array;
  /** The smallest row in a node's segment. */
  readonly #least: Uint32Array;
  /** The row a row was absorbed by, or itself. */
  readonly #into: Uint32Array;
  readonly #contracted: Uint8Array;
  /** Live edges whose ends' classes clashed when they were last weighed. */
  readonly #betweenClasses: Uint8Array;
  readonly #merges: { segment: number; absorbed: number; edge: number; smaller: number }[] = [];

  constructor(
    private readonly edges: EdgeTable,
    private readonly supervoxels: SupervoxelTable,
    private readonly parameters: AgglomerationParameters,
    private readonly regional: RegionalThresholds,
  ) {
    const find = rowFinder(supervoxels.id);
    const n = supervoxels.id.length;
    const [u, v] = [rowsOf(edges.a, find), rowsOf(edges.b, find)];
    this.#graph = new RegionGraph(
      n,
      u,
      v,
      edges.sum.slice(),
      edges.count.slice(),
      facesBySet(edges, regional),
    );
    this.#voxels = supervoxels.voxels.slice();
    this.#glia = supervoxels.gliaSum.slice();
    this.#vessel = supervoxels.vesselSum.slice();
    this.#least = Uint32Array.from({ length: n }, (_, i) => i);
    this.#into = this.#least.slice();
    this.#contracted = new Uint8Array(u.length);
    this.#betweenClasses = new Uint8Array(u.length);
  }

  /**
   * What the affinities of an edge's faces must add up to, on the scale of their sums: every face asks for the
   * threshold that holds for it. Whole numbers of faces are multiplied once, so that the order of merging rounds
   * nothing.
   */
  #needed(edge: number, thresholdOf: (set: ContactThreshold) => number): number {
    const { count, parts } = this.#graph;
    let [own, needed] = [count[edge], 0];
    for (let n = 0; n < parts.length; n++) {
      own -= parts[n][edge];
      needed += 255 * thresholdOf(this.regional.sets[n]) * parts[n][edge];
    }
    return needed + 255 * thresholdOf(this.parameters) * own;
  }

  /**
   * Merges along the edge of highest mean affinity, again and again, while it reaches the threshold of its faces.
   * Equal means go by the edge's number, that is by the ids of the first two supervoxels it ever joined.
   * An edge between classes, or that `mayMerge` refuses, is looked at again only when it is combined with another.
   */
  mergeFrom(
    thresholdOf: (set: ContactThreshold) => number,
    mayMerge: (u: number, v: number) => boolean = () => true,
  ): void {
    const graph = this.#graph;
    const { sum, count } = graph;
    const reaches = (e: number) => sum[e] >= this.#needed(e, thresholdOf);
    const heap = new IndexedHeap(sum.length, (e, f) => {
      const order = compareMeans(sum[e], count[e], sum[f], count[f]);
      return order > 0 || (order === 0 && e < f);
    });
    const open: number[] = [];
    for (let e = 0; e < sum.length; e++)
      if (this.#contracted[e] === 0 && graph.merged.parent[e] === e && reaches(e)) open.push(e);
    heap.addAll(open);
    // Sums change before the heap is told: the edges concerned leave it first.
    const combining = (kept: number, gone: number) => {
      heap.remove(kept);
      heap.remove(gone);
    };
    const combined = (kept: number) => {
      if (reaches(kept)) heap.update(kept);
    };
    for (let edge = heap.pop(); edge >= 0; edge = heap.pop()) {
      const [u, v] = graph.endsOf(edge);
      if (!mayMerge(u, v)) continue;
      this.#betweenClasses[edge] = this.#classesClash(u, v) ? 1 : 0;
      if (!this.#betweenClasses[edge]) this.#merge(edge, u, v, combining, combined);
    }
  }

  #merge(
    edge: number,
    u: number,
    v: number,
    combining: (kept: number, gone: number) => void,
    combined: (kept: number) => void,
  ): void {
    const [p, q] = [this.#least[u], this.#least[v]];
    const [segment, absorbed] = p < q ? [p, q] : [q, p];
    this.#merges.push({ segment, absorbed, edge, smaller: Math.min(this.#voxels[u], this.#voxels[v]) });
    this.#into[absorbed] = segment;
    this.#contracted[edge] = 1;
    const { kept, gone } = this.#graph.contract(edge, combining, combined);
    this.#least[kept] = segment;
    this.#voxels[kept] += this.#voxels[gone];
    this.#glia[kept] += this.#glia[gone];
    this.#vessel[kept] += this.#vessel[gone];
  }

  voxelsOf = (node: number): number => this.#voxels[node];

  /** Whether two nodes are both sure of their class and the classes differ. */
  #classesClash(u: number, v: number): boolean {
    const classOf = (node: number) =>
      sureClass(this.#voxels[node], this.#glia[node], this.#vessel[node], this.parameters);
    const a = classOf(u);
    if (a === 'none') return false;
    const b = classOf(v);
    return b !== 'none' && a !== b;
  }

  result(): Agglomeration {
    const { id, voxels, gliaSum, vesselSum } = this.supervoxels;
    const into = this.#into;
    const sums = { voxels: voxels.slice(), glia: gliaSum.slice(), vessel: vesselSum.slice() };
    const segment = new BigUint64Array(id.length);
    const roots: number[] = [];
    for (let row = 0; row < id.length; row++) {
      // A row is absorbed by a smaller one only, whose own root is therefore known already.
      const root = (into[row] = into[into[row]]);
      segment[row] = id[root];
      if (root === row) {
        roots.push(row);
        continue;
      }
      sums.voxels[root] += voxels[row];
      sums.glia[root] += gliaSum[row];
      sums.vessel[root] += vesselSum[row];
    }
    const classOf = (row: number) =>
      likeliestClass(sums.voxels[row], sums.glia[row], sums.vessel[row], this.parameters);
    return {
      supervoxel: id.slice(),
      segment,
      segments: {
        id: BigUint64Array.from(roots, (row) => id[row]),
        voxels: Float64Array.from(roots, (row) => sums.voxels[row]),
        tissueClass: Uint8Array.from(roots, (row) => tissueClasses.indexOf(classOf(row))),
      },
      merges: this.#history(),
      ...this.#decisions(),
    };
  }

  #scoreOf(edge: number): number {
    return this.#graph.sum[edge] / this.#graph.count[edge] / 255;
  }

  #history(): MergeHistory {
    const id = this.supervoxels.id;
    return {
      segment: BigUint64Array.from(this.#merges, (m) => id[m.segment]),
      absorbed: BigUint64Array.from(this.#merges, (m) => id[m.absorbed]),
      score: Float64Array.from(this.#merges, (m) => this.#scoreOf(m.edge)),
      faces: Float64Array.from(this.#merges, (m) => this.#graph.count[m.edge]),
      smallerVoxels: Float64Array.from(this.#merges, (m) => m.smaller),
    };
  }

  #thresholdOf(edge: number): number {
    const { count, parts } = this.#graph;
    const own = this.parameters.agglomerationThreshold;
    return parts.reduce(
      (mean, part, n) =>
        mean + ((this.regional.sets[n].agglomerationThreshold - own) * part[edge]) / count[edge],
      own,
    );
  }

  #decisions(): Pick<Agglomeration, 'decisiveScore' | 'joined' | 'betweenClasses' | 'decisiveThreshold'> {
    const rows = this.edges.a.length;
    const decisiveScore = new Float64Array(rows);
    const decisiveThreshold = new Float64Array(rows);
    const joined = new Uint8Array(rows);
    const betweenClasses = new Uint8Array(rows);
    for (let e = 0; e < rows; e++) {
      const carrier = this.#graph.merged.find(e);
      decisiveScore[e] = this.#scoreOf(carrier);
      decisiveThreshold[e] = this.#thresholdOf(carrier);
      joined[e] = this.#contracted[carrier];
      const clashed = this.#betweenClasses[carrier] || this.#classesClash(...this.#graph.endsOf(carrier));
      betweenClasses[e] = !joined[e] && clashed ? 1 : 0;
    }
    return { decisiveScore, joined, betweenClasses, decisiveThreshold };
  }
}

/**
 * Hierarchical agglomeration by mean affinity, over the whole dataset at once.
 *
 * The touching pair with the highest mean affinity is merged until none reaches `agglomerationThreshold`; then
 * segments below `dustVoxels` are merged, best first, while a contact reaches `dustAffinity`. Two segments that
 * are both sure of their class and differ in it are not merged. Means are compared as fractions of whole
 * numbers and ties go by supervoxel id, so the partition depends on the tables' contents alone: never on how
 * the volume was cut into tasks (cf. Lu et al. 2021, ABISS, arXiv:2106.10795).
 *
 * With regional thresholds a contact of two segments is merged when its mean affinity reaches the mean, over its
 * faces, of the thresholds that hold for them (`regionalThresholds` says which). The order stays that of the means.
 *
 * @param edges one merged table of all blocks (`mergeEdgeTables`). Not mutated.
 * @param supervoxels one merged table of all blocks. Not mutated.
 * @throws badInput when an edge names a supervoxel that the table lacks
 */
export function agglomerate(
  edges: EdgeTable,
  supervoxels: SupervoxelTable,
  parameters: AgglomerationParameters,
  regional: RegionalThresholds = { sets: [], setOf: new Uint8Array() },
): Agglomeration {
  const state = new Agglomerator(edges, supervoxels, parameters, regional);
  state.mergeFrom((set) => set.agglomerationThreshold);
  const isDust = (node: number) => state.voxelsOf(node) < parameters.dustVoxels;
  state.mergeFrom(
    (set) => set.dustAffinity,
    (u, v) => isDust(u) || isDust(v),
  );
  return state.result();
}
