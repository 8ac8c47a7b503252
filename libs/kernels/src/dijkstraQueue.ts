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
