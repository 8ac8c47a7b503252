import { expect, it } from 'vitest';
import { UnionFind } from './unionFind.js';

it('has the smallest member of a set as its root, whatever the order of the unions', () => {
  const forwards = new UnionFind(6);
  forwards.union(5, 4);
  forwards.union(4, 2);
  const backwards = new UnionFind(6);
  backwards.union(2, 4);
  backwards.union(4, 5);
  for (const sets of [forwards, backwards]) {
    expect([0, 1, 2, 3, 4, 5].map((i) => sets.find(i))).toEqual([0, 1, 2, 3, 2, 2]);
  }
});
