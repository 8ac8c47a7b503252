import { seededRandom } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { IndexedHeap } from './heap.js';

describe('IndexedHeap', () => {
  it('gives the elements in the order of their keys while keys change and elements leave', () => {
    const random = seededRandom('heap');
    const n = 200;
    const key = Float64Array.from({ length: n }, () => random.below(50));
    const before = (i: number, j: number) => key[i] < key[j] || (key[i] === key[j] && i < j);
    const heap = new IndexedHeap(n, before);
    heap.addAll(Array.from({ length: 100 }, (_, i) => i));
    const present = new Set(Array.from({ length: 100 }, (_, i) => i));
    for (let step = 0; step < 2000; step++) {
      const i = random.below(n);
      if (random.next() < 0.3) {
        heap.remove(i);
        present.delete(i);
      } else {
        key[i] = random.below(50);
        heap.update(i);
        present.add(i);
      }
      const expected = [...present].sort((a, b) => (before(a, b) ? -1 : 1))[0] ?? -1;
      expect(heap.peek()).toBe(expected);
      expect(heap.has(i)).toBe(present.has(i));
    }
    const order: number[] = [];
    while (heap.size > 0) order.push(heap.pop());
    expect(order).toEqual([...present].sort((a, b) => (before(a, b) ? -1 : 1)));
    expect(heap.pop()).toBe(-1);
  });
});
