/**
 * Disjoint sets over the numbers 0 … n−1, held in one array of parents.
 *
 * The root of a set is always its smallest member, so that what `find` returns does not depend on the order
 * of the unions. Paths are halved on the way up.
 */
export class UnionFind {
  readonly parent: Uint32Array;

  constructor(readonly size: number) {
    this.parent = new Uint32Array(size);
    for (let i = 0; i < size; i++) this.parent[i] = i;
  }

  /** The smallest member of the set that holds `i`. */
  find(i: number): number {
    const parent = this.parent;
    while (parent[i] !== i) {
      parent[i] = parent[parent[i]];
      i = parent[i];
    }
    return i;
  }

  /** Joins two sets; returns the root of the union. */
  union(i: number, j: number): number {
    const a = this.find(i);
    const b = this.find(j);
    if (a < b) {
      this.parent[b] = a;
      return a;
    }
    this.parent[a] = b;
    return b;
  }
}
