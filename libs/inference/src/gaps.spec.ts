import { describe, expect, it } from 'vitest';
import { closeShortGaps } from './gaps.js';

const column = (...grey: number[]) => Uint8Array.from(grey);

describe('closeShortGaps', () => {
  it('blends gaps of one and two sections', () => {
    const grey = column(10, 0, 0, 40, 0, 60);
    expect(closeShortGaps(grey, [6, 1, 1])).toBe(true);
    expect([...grey]).toEqual([10, 20, 30, 40, 50, 60]);
  });

  it('leaves longer gaps and those at the ends empty', () => {
    const grey = column(0, 10, 0, 0, 0, 50, 0);
    closeShortGaps(grey, [7, 1, 1]);
    expect([...grey]).toEqual([0, 10, 0, 0, 0, 50, 0]);
  });

  it('treats every column by itself, and says when nothing was empty', () => {
    const grey = column(10, 20, 0, 40, 30, 0);
    closeShortGaps(grey, [3, 1, 2]);
    expect([...grey]).toEqual([10, 20, 20, 40, 30, 0]);
    expect(closeShortGaps(column(1, 2), [2, 1, 1])).toBe(false);
  });
});
