/**
 * A queue of (key, node) pairs that gives the smallest key first, ties by smallest node: a binary heap in two
 * typed arrays that grow. A node whose key has been lowered is pushed again; the reader skips stale entries.
 */
export class NodeQueue {
  #keys = new Float64Array(1024);
  #nodes = new Int32Array(1024);
  size = 0;

  /** The smallest key. Undefined behaviour when the queue is empty. */
  get topKey(): number {
    return this.#keys[0];
  }

  push(key: number, node: number): void {
    if (this.size === this.#nodes.length) this.#grow();
    const keys = this.#keys;
    const nodes = this.#nodes;
    let at = this.size++;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (keys[above] < key || (keys[above] === key && nodes[above] <= node)) break;
      keys[at] = keys[above];
      nodes[at] = nodes[above];
      at = above;
    }
    keys[at] = key;
    nodes[at] = node;
  }

  /** Takes out the pair with the smallest key and returns its node; −1 when the queue is empty. */
  pop(): number {
    if (this.size === 0) return -1;
    const keys = this.#keys;
    const nodes = this.#nodes;
    const top = nodes[0];
    const last = --this.size;
    const key = keys[last];
    const node = nodes[last];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= last) break;
      const right = child + 1;
      if (
        right < last &&
        (keys[right] < keys[child] || (keys[right] === keys[child] && nodes[right] < nodes[child]))
      )
        child = right;
      if (key < keys[child] || (key === keys[child] && node <= nodes[child])) break;
      keys[at] = keys[child];
      nodes[at] = nodes[child];
      at = child;
    }
    keys[at] = key;
    nodes[at] = node;
    return top;
  }

  clear(): void {
    this.size = 0;
  }

  #grow(): void {
    const keys = new Float64Array(this.#keys.length * 2);
    keys.set(this.#keys);
    this.#keys = keys;
    const nodes = new Int32Array(this.#nodes.length * 2);
    nodes.set(this.#nodes);
    this.#nodes = nodes;
  }
}

/**
 * A queue that gives nodes bucket by bucket of their keys, and within a bucket the last pushed first. Keys may not
 * be pushed below the bucket that is being emptied. Buckets are chains in typed arrays that grow.
 */
export class BucketQueue {
  #heads = new Int32Array(1024).fill(-1);
  #nodes = new Int32Array(1024);
  #next = new Int32Array(1024);
  #free = -1;
  #used = 0;
  #current = 0;
  #last = -1;
  #least = 0;
  #width = 1;

  /** Empties the queue; keys from now on are at least `least`. */
  begin(least: number, width: number): void {
    for (let b = this.#current; b <= this.#last; b++) this.#heads[b] = -1;
    this.#free = -1;
    this.#used = 0;
    this.#current = 0;
    this.#last = -1;
    this.#least = least;
    this.#width = width;
  }

  push(key: number, node: number): void {
    // Rounding of the first key to float32 may put it just below `least`.
    const bucket = Math.max(0, Math.floor((key - this.#least) / this.#width));
    if (bucket > this.#last) this.#last = bucket;
    if (bucket >= this.#heads.length) this.#growHeads(bucket);
    let entry = this.#free;
    if (entry >= 0) this.#free = this.#next[entry];
    else {
      entry = this.#used++;
      if (entry === this.#nodes.length) this.#growEntries();
    }
    this.#nodes[entry] = node;
    this.#next[entry] = this.#heads[bucket];
    this.#heads[bucket] = entry;
  }

  /** Takes out a node of the lowest bucket that is not empty; −1 when there is none. */
  pop(): number {
    while (this.#current <= this.#last && this.#heads[this.#current] < 0) this.#current++;
    if (this.#current > this.#last) return -1;
    const entry = this.#heads[this.#current];
    this.#heads[this.#current] = this.#next[entry];
    this.#next[entry] = this.#free;
    this.#free = entry;
    return this.#nodes[entry];
  }

  #growHeads(bucket: number): void {
    const heads = new Int32Array(2 * Math.max(this.#heads.length, bucket)).fill(-1);
    heads.set(this.#heads);
    this.#heads = heads;
  }

  #growEntries(): void {
    const grow = (from: Int32Array) => {
      const to = new Int32Array(2 * from.length);
      to.set(from);
      return to;
    };
    this.#nodes = grow(this.#nodes);
    this.#next = grow(this.#next);
  }
}
