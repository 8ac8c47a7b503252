import { UnionFind } from '@stratome/kernels';

const empty = -1;
const removed = -2;

/**
 * A graph of regions that can be contracted edge by edge.
 *
 * Nodes and edges are numbers; each edge carries whole sums (`sum`, `count` and any `parts`) that add up when the
 * contraction makes two edges parallel. Of two parallel edges the one with the smaller number stays, so that which
 * numbers live never depends on how the graph is held in memory. The adjacency is kept as linked lists of
 * half-edges (2e belongs to one end of e, 2e + 1 to the other); pairs are found through an open-addressing
 * hash of the live edges. A contraction walks the list of the end with fewer edges only.
 */
export class RegionGraph {
  /** The node at the far end of each half-edge. */
  readonly #far: Uint32Array;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #head: Int32Array;
  readonly #tail: Int32Array;
  readonly degree: Uint32Array;
  /** Edges that have become one: the root is the live (or contracted) edge that carries their sums. */
  readonly merged: UnionFind;
  #slots: Int32Array;
  #mask: number;
  #used = 0;

  constructor(
    nodes: number,
    u: Uint32Array,
    v: Uint32Array,
    readonly sum: Float64Array,
    readonly count: Float64Array,
    readonly parts: readonly Float64Array[] = [],
  ) {
    const edges = u.length;
    this.#far = new Uint32Array(2 * edges);
    this.#next = new Int32Array(2 * edges).fill(-1);
    this.#previous = new Int32Array(2 * edges).fill(-1);
    this.#head = new Int32Array(nodes).fill(-1);
    this.#tail = new Int32Array(nodes).fill(-1);
    this.degree = new Uint32Array(nodes);
    this.merged = new UnionFind(edges);
    let capacity = 16;
    while (capacity < 3 * edges) capacity *= 2;
    this.#slots = new Int32Array(capacity).fill(empty);
    this.#mask = capacity - 1;
    for (let e = 0; e < edges; e++) {
      this.#far[2 * e] = v[e];
      this.#far[2 * e + 1] = u[e];
      this.#link(2 * e, u[e]);
      this.#link(2 * e + 1, v[e]);
      this.#insert(e);
    }
  }

  endsOf(edge: number): [number, number] {
    return [this.#far[2 * edge + 1], this.#far[2 * edge]];
  }

  /**
   * Contracts a live edge: the end with fewer edges is absorbed by the other, whose number stays.
   * Of each two edges that become one, `combining(kept, gone)` is told before and `combined(kept)` after their
   * sums are added.
   * @returns the node that stays and the one that is gone
   */
  contract(
    edge: number,
    combining: (kept: number, gone: number) => void,
    combined: (kept: number) => void,
  ): { kept: number; gone: number } {
    const [u, v] = this.endsOf(edge);
    const kept = this.degree[u] > this.degree[v] || (this.degree[u] === this.degree[v] && u < v) ? u : v;
    const gone = kept === u ? v : u;
    this.#drop(edge);
    for (let half = this.#head[gone]; half >= 0; ) {
      const following = this.#next[half];
      const e = half >> 1;
      const parallel = this.#find(kept, this.#far[half]);
      this.#erase(e);
      this.#unlink(half, gone);
      this.#far[half ^ 1] = kept;
      this.#link(half, kept);
      if (parallel < 0) this.#insert(e);
      else {
        const [keep, lose] = e < parallel ? [e, parallel] : [parallel, e];
        combining(keep, lose);
        this.#combine(keep, lose, parallel);
        combined(keep);
      }
      half = following;
    }
    return { kept, gone };
  }

  /** Adds `lose` to `keep`, which joins the same nodes; `hashed` is the one of the two that is in the hash. */
  #combine(keep: number, lose: number, hashed: number): void {
    this.sum[keep] += this.sum[lose];
    this.count[keep] += this.count[lose];
    for (const part of this.parts) part[keep] += part[lose];
    this.merged.union(keep, lose);
    this.#erase(hashed);
    this.#unlink(2 * lose, this.#far[2 * lose + 1]);
    this.#unlink(2 * lose + 1, this.#far[2 * lose]);
    this.#insert(keep);
  }

  #drop(edge: number): void {
    this.#erase(edge);
    this.#unlink(2 * edge, this.#far[2 * edge + 1]);
    this.#unlink(2 * edge + 1, this.#far[2 * edge]);
  }

  #link(half: number, node: number): void {
    const tail = this.#tail[node];
    this.#previous[half] = tail;
    this.#next[half] = -1;
    if (tail >= 0) this.#next[tail] = half;
    else this.#head[node] = half;
    this.#tail[node] = half;
    this.degree[node]++;
  }

  #unlink(half: number, node: number): void {
    const before = this.#previous[half];
    const after = this.#next[half];
    if (before >= 0) this.#next[before] = after;
    else this.#head[node] = after;
    if (after >= 0) this.#previous[after] = before;
    else this.#tail[node] = before;
    this.degree[node]--;
  }

  #hash(a: number, b: number): number {
    const low = a < b ? a : b;
    const high = a < b ? b : a;
    let h = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca77);
    h = Math.imul(h ^ (h >>> 15), 0xc2b2ae3d);
    return (h ^ (h >>> 13)) & this.#mask;
  }

  /** The live edge between two nodes, or −1. */
  #find(a: number, b: number): number {
    let slot = this.#hash(a, b);
    for (let e = this.#slots[slot]; e !== empty; e = this.#slots[slot]) {
      if (e >= 0) {
        const p = this.#far[2 * e];
        const q = this.#far[2 * e + 1];
        if ((p === a && q === b) || (p === b && q === a)) return e;
      }
      slot = (slot + 1) & this.#mask;
    }
    return -1;
  }

  #insert(e: number): void {
    if (2 * this.#used > this.#mask) this.#rehash();
    let slot = this.#hash(this.#far[2 * e], this.#far[2 * e + 1]);
    while (this.#slots[slot] >= 0) slot = (slot + 1) & this.#mask;
    if (this.#slots[slot] === empty) this.#used++;
    this.#slots[slot] = e;
  }

  #erase(e: number): void {
    let slot = this.#hash(this.#far[2 * e], this.#far[2 * e + 1]);
    while (this.#slots[slot] !== e) slot = (slot + 1) & this.#mask;
    this.#slots[slot] = removed;
  }

  /** Clears out the marks of removed edges once half of the slots have been used. */
  #rehash(): void {
    const live = this.#slots.filter((e) => e >= 0);
    this.#slots.fill(empty);
    this.#used = 0;
    for (const e of live) this.#insert(e);
  }
}
