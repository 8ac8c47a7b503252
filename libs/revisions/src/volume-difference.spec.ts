import { describe, expect, it } from 'vitest';
import { countDifferingVoxels } from './volume-difference.js';

describe('voxels that differ', () => {
  it('are counted by value, not by byte', () => {
    const a = new Uint8Array(new BigUint64Array([1n, 2n, 3n, 256n]).buffer);
    const b = new Uint8Array(new BigUint64Array([1n, 5n, 3n, 1n]).buffer);
    expect(countDifferingVoxels(a, b, 8, 1)).toBe(2);
    expect(countDifferingVoxels(a, a, 8, 1)).toBe(0);
  });

  it('are counted once, however many channels differ', () => {
    expect(countDifferingVoxels(new Uint8Array([1, 2, 3, 4]), new Uint8Array([9, 2, 9, 4]), 1, 2)).toBe(1);
  });

  it('are those above zero where a chunk is nothing but zeros', () => {
    expect(countDifferingVoxels(undefined, new Uint8Array([0, 7, 0]), 1, 1)).toBe(1);
    expect(countDifferingVoxels(new Uint8Array([1, 7, 0]), undefined, 1, 1)).toBe(2);
    expect(countDifferingVoxels(undefined, undefined, 1, 1)).toBe(0);
  });

  it('cannot be told of chunks of unlike size', () => {
    expect(() => countDifferingVoxels(new Uint8Array(2), new Uint8Array(3), 1, 1)).toThrow(/2 and 3 bytes/);
  });
});
