/**
 * A binary heap over the numbers 0 … capacity−1 that knows where each of them stands, so that an element whose
 * key has changed can be moved, and any element removed, in O(log n).
 *
 * `before(i, j)` says whether i leaves the heap before j. When it is a strict total order, the order in which
 * elements leave depends on their keys alone, never on the order in which they came.
 */
export class IndexedHeap {
  #items: Uint32Array;
  #position: Int32Array;
  #size = 0;

  constructor(
    capacity: number,
    private readonly before: (i: number, j: number) => boolean,
  ) {
    this.#items = new Uint32Array(capacity);
    this.#position = new Int32Array(capacity).fill(-1);
  }

  get size(): number {
    return this.#size;
  }

  has(i: number): boolean {
    return this.#position[i] >= 0;
  }

  /** Adds all of `items`, none of which may be in the heap yet, in O(n). */
  addAll(items: Iterable<number>): void {
    for (const i of items) {
      this.#items[this.#size] = i;
      this.#position[i] = this.#size++;
    }
    for (let at = (this.#size >> 1) - 1; at >= 0; at--) this.#sink(at);
  }

  /** Adds `i`, or moves it to its place when it is there already with another key. */
  update(i: number): void {
    let at = this.#position[i];
    if (at < 0) {
      at = this.#size++;
      this.#items[at] = i;
      this.#position[i] = at;
    }
    if (!this.#rise(at)) this.#sink(at);
  }

  /** Takes `i` out; nothing happens when it is not there. Its key must still be the one it was placed by. */
  remove(i: number): void {
    const at = this.#position[i];
    if (at < 0) return;
    this.#position[i] = -1;
    const last = this.#items[--this.#size];
    if (at === this.#size) return;
    this.#items[at] = last;
    this.#position[last] = at;
    if (!this.#rise(at)) this.#sink(at);
  }

  /** The element that leaves next, or −1. */
  peek(): number {
    return this.#size === 0 ? -1 : this.#items[0];
  }

  /** Takes out and returns the element that leaves next, or −1. */
  pop(): number {
    const top = this.peek();
    if (top >= 0) this.remove(top);
    return top;
  }

  #rise(at: number): boolean {
    const items = this.#items;
    const start = at;
    const item = items[at];
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.before(item, items[parent])) break;
      items[at] = items[parent];
      this.#position[items[at]] = at;
      at = parent;
    }
    items[at] = item;
    this.#position[item] = at;
    return at !== start;
  }

  #sink(at: number): void {
    const items = this.#items;
    const item = items[at];
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && this.before(items[child + 1], items[child])) child++;
      if (!this.before(items[child], item)) break;
      items[at] = items[child];
      this.#position[items[at]] = at;
      at = child;
    }
    items[at] = item;
    this.#position[item] = at;
  }
}
