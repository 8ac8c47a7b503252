import { shapeOf, voxelsIn, type Vec3 } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import type { Model } from './model-card.js';
import { alignedTaskBoxes, coreShape, reflectIndex, requiredInputBox } from './windows.js';

const model = { card: { id: 'm', window: [8, 12, 16], margin: [1, 2, 3] } } as unknown as Model; // core 6, 8, 10

describe('reflectIndex', () => {
  it('mirrors without repeating the face, as often as needed', () => {
    expect([-3, -2, -1, 0, 1, 2, 3, 4, 5, 6].map((i) => reflectIndex(i, 3))).toEqual([
      1, 2, 1, 0, 1, 2, 1, 0, 1, 2,
    ]);
    expect(reflectIndex(-7, 1)).toBe(0);
  });
});

describe('requiredInputBox', () => {
  it('is the windows of the cores the box touches, cut at the faces', () => {
    const box = requiredInputBox(model, { begin: [7, 9, 11], end: [8, 10, 31] }, [60, 80, 100]);
    expect(box).toEqual({ begin: [5, 6, 7], end: [13, 18, 43] });
    expect(requiredInputBox(model, { begin: [0, 0, 0], end: [1, 1, 1] }, [60, 80, 100])).toEqual({
      begin: [0, 0, 0],
      end: [7, 10, 13],
    });
  });

  it('holds what a partial last window mirrors back to', () => {
    // The last core begins at 60 of 62; its window is 57..73 and index 72 mirrors to 50.
    expect(requiredInputBox(model, { begin: [0, 0, 61], end: [1, 1, 62] }, [60, 80, 62]).begin[2]).toBe(50);
  });

  it('refuses boxes that leave the volume or are empty', () => {
    expect(() => requiredInputBox(model, { begin: [0, 0, 0], end: [61, 1, 1] }, [60, 80, 100])).toThrow(
      /not inside/,
    );
    expect(() => requiredInputBox(model, { begin: [5, 0, 0], end: [5, 1, 1] }, [60, 80, 100])).toThrow(
      /not inside/,
    );
  });
});

describe('alignedTaskBoxes', () => {
  it.each([1, 500, 5_000, 40_000, 1e9])('tiles the volume with whole cores at %d voxels', (target) => {
    const shape: Vec3 = [20, 33, 47];
    const boxes = alignedTaskBoxes(model, shape, target);
    const seen = new Uint8Array(20 * 33 * 47);
    const core = coreShape(model);
    for (const box of boxes) {
      box.begin.forEach((b, k) => expect(b % core[k]).toBe(0));
      expect(box.end.every((e, k) => e === shape[k] || e % core[k] === 0)).toBe(true);
      for (let z = box.begin[0]; z < box.end[0]; z++)
        for (let y = box.begin[1]; y < box.end[1]; y++)
          for (let x = box.begin[2]; x < box.end[2]; x++) seen[(z * 33 + y) * 47 + x]++;
    }
    expect(seen.every((n) => n === 1)).toBe(true);
    const largest = Math.max(...boxes.map(voxelsIn));
    expect(largest).toBeLessThanOrEqual(Math.max(target, 6 * 8 * 10));
    if (target === 1e9) expect(boxes.map(shapeOf)).toEqual([shape]);
  });
});
