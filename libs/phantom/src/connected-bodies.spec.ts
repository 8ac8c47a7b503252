import { describe, expect, it } from 'vitest';
import { makeConnected } from './connected-bodies.js';

const ignore = () => {};

describe('makeConnected', () => {
  it('gives a small remnant to the neighbour it touches most', () => {
    const row = Uint32Array.from([1, 1, 1, 1, 2, 2, 1, 2, 2, 2]);
    const changes: number[][] = [];
    const splits = makeConnected(row, [1, 1, 10], 2, 3, (...change) => changes.push(change));
    expect([...row]).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 2, 2]);
    expect(splits).toEqual([]);
    expect(changes).toEqual([[6, 1, 2]]);
  });

  it('makes a large piece that was cut off a body of its own', () => {
    const row = Uint32Array.from([1, 1, 1, 2, 2, 2, 1, 1]);
    expect(makeConnected(row, [1, 1, 8], 2, 7, ignore)).toEqual([{ label: 7, from: 1 }]);
    expect([...row]).toEqual([1, 1, 1, 2, 2, 2, 7, 7]);
  });

  it('does not join pieces that touch at an edge only', () => {
    const square = Uint32Array.from([1, 1, 2, 1, 1, 2, 2, 2, 0]);
    makeConnected(square, [1, 3, 3], 2, 5, ignore);
    expect([...square]).toEqual([1, 1, 2, 1, 1, 2, 5, 5, 0]);
  });

  it('clears a remnant that touches nothing', () => {
    const row = Uint32Array.from([0, 3, 0, 2, 2, 2]);
    makeConnected(row, [1, 1, 6], 2, 5, ignore);
    expect([...row]).toEqual([0, 0, 0, 2, 2, 2]);
  });
});
