/**
 * An open-addressing hash table from ordered pairs of 32-bit labels to running sums.
 *
 * Entries are numbered 0 … size−1 in the order in which their pairs were first met; `first`, `second`,
 * `count`, `sum` and `max` are arrays over entries (longer than `size`: read only the first `size` of them).
 * Counts and sums are whole numbers held exactly as doubles up to 2^53.
 */
export class LabelPairTable {
  size = 0;
  first: Uint32Array;
  second: Uint32Array;
  count: Float64Array;
  sum: Float64Array;
  max: Uint8Array;
  #slots: Int32Array;
  #mask: number;

  constructor(expectedPairs = 1024) {
    let capacity = 16;
    while (capacity < expectedPairs) capacity *= 2;
    this.first = new Uint32Array(capacity);
    this.second = new Uint32Array(capacity);
    this.count = new Float64Array(capacity);
    this.sum = new Float64Array(capacity);
    this.max = new Uint8Array(capacity);
    this.#slots = new Int32Array(2 * capacity).fill(-1);
    this.#mask = 2 * capacity - 1;
  }

  /** The entry of a pair, or −1 when it was never added. */
  find(a: number, b: number): number {
    return this.#slots[this.#slotOf(a, b)];
  }

  /** The entry of a pair, made with zero sums when it is new. */
  entry(a: number, b: number): number {
    const slot = this.#slotOf(a, b);
    const found = this.#slots[slot];
    if (found >= 0) return found;
    const entry = this.size++;
    this.#slots[slot] = entry;
    this.first[entry] = a;
    this.second[entry] = b;
    if (this.size === this.first.length) this.#grow();
    return entry;
  }

  /** Adds one observation of 0 … 255 to the pair (a, b): counts it, sums it, keeps the largest. */
  add(a: number, b: number, value: number): void {
    const entry = this.entry(a, b);
    this.count[entry]++;
    this.sum[entry] += value;
    if (value > this.max[entry]) this.max[entry] = value;
  }

  /** Adds `n` to the count of the pair (a, b). */
  addCount(a: number, b: number, n: number): void {
    this.count[this.entry(a, b)] += n;
  }

  #slotOf(a: number, b: number): number {
    let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca77);
    h = Math.imul(h ^ (h >>> 15), 0xc2b2ae3d);
    let slot = (h ^ (h >>> 13)) & this.#mask;
    for (let entry = this.#slots[slot]; entry >= 0; entry = this.#slots[slot]) {
      if (this.first[entry] === a && this.second[entry] === b) return slot;
      slot = (slot + 1) & this.#mask;
    }
    return slot;
  }

  #grow(): void {
    const capacity = 2 * this.first.length;
    const copy = <A extends Uint32Array | Float64Array | Uint8Array>(from: A, to: A): A => {
      to.set(from);
      return to;
    };
    this.first = copy(this.first, new Uint32Array(capacity));
    this.second = copy(this.second, new Uint32Array(capacity));
    this.count = copy(this.count, new Float64Array(capacity));
    this.sum = copy(this.sum, new Float64Array(capacity));
    this.max = copy(this.max, new Uint8Array(capacity));
    this.#slots = new Int32Array(2 * capacity).fill(-1);
    this.#mask = 2 * capacity - 1;
    for (let entry = 0; entry < this.size; entry++) {
      this.#slots[this.#slotOf(this.first[entry], this.second[entry])] = entry;
    }
  }
}
