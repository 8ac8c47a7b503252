import { badInput, BlockGrid, boxContains, boxOfShape, formatBox, isEmpty } from '@stratome/core';
import type { Box, Vec3 } from '@stratome/core';
import type { Model } from './model-card.js';

/**
 * Windows are anchored at voxel 0,0,0 of the volume. Each owns its core, the window less the margin on both
 * sides; the cores tile the volume. So a voxel's prediction depends on the volume alone, never on which box was
 * asked for.
 */
export function coreShape({ card }: Model): Vec3 {
  return [0, 1, 2].map((k) => card.window[k] - 2 * card.margin[k]) as unknown as Vec3;
}

export const coreGrid = (model: Model, volumeShape: Vec3) => new BlockGrid(volumeShape, coreShape(model));

/** The window that owns the core at `position`; may reach beyond the volume. */
export function windowBox(model: Model, position: Vec3): Box {
  const core = coreShape(model);
  const { window, margin } = model.card;
  const begin = position.map((p, k) => p * core[k] - margin[k]) as unknown as Vec3;
  return { begin, end: begin.map((b, k) => b + window[k]) as unknown as Vec3 };
}

/** Mirrors an index into [0, size) without repeating the face: …2 1 0 1 2…; as often as needed. */
export function reflectIndex(index: number, size: number): number {
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const folded = ((index % period) + period) % period;
  return folded < size ? folded : period - folded;
}

/**
 * The voxels that predicting `box` reads: all windows that own a part of it, mirrored at the volume's faces.
 *
 * @throws badInput when the box is empty or not inside the volume.
 */
export function requiredInputBox(model: Model, box: Box, volumeShape: Vec3): Box {
  if (isEmpty(box) || !boxContains(boxOfShape(volumeShape), box)) {
    throw badInput(
      `The box ${formatBox(box)} is not inside the volume of ${volumeShape.join('×')} voxels.`,
      'Ask for a box inside the volume.',
    );
  }
  const core = coreShape(model);
  const begin: number[] = [];
  const end: number[] = [];
  for (let k = 0; k < 3; k++) {
    const first = Math.floor(box.begin[k] / core[k]) * core[k] - model.card.margin[k];
    const last =
      Math.floor((box.end[k] - 1) / core[k]) * core[k] - model.card.margin[k] + model.card.window[k];
    let low = volumeShape[k];
    let high = 0;
    for (let i = first; i < last; i++) {
      const j = reflectIndex(i, volumeShape[k]);
      low = Math.min(low, j);
      high = Math.max(high, j + 1);
    }
    begin.push(low);
    end.push(high);
  }
  return { begin: begin as unknown as Vec3, end: end as unknown as Vec3 };
}

/**
 * Cuts the volume into boxes of whole cores (cut at the volume's end) of about `targetVoxels` each, which is
 * the cut that computes no window twice. Boxes come in x-fastest order and tile the volume.
 */
export function alignedTaskBoxes(model: Model, volumeShape: Vec3, targetVoxels: number): Box[] {
  const core = coreShape(model);
  const counts = coreGrid(model, volumeShape).counts;
  const cores: [number, number, number] = [1, 1, 1];
  const voxels = () => core.reduce((n, c, k) => n * Math.min(c * cores[k], volumeShape[k]), 1);
  // Grows the axis whose extent is shortest, x first, as long as the box stays within the target.
  for (;;) {
    const axes = [2, 1, 0].filter((k) => cores[k] < counts[k]);
    axes.sort((a, b) => core[a] * cores[a] - core[b] * cores[b]);
    const axis = axes.find((k) => {
      cores[k]++;
      const fits = voxels() <= targetVoxels;
      cores[k]--;
      return fits;
    });
    if (axis === undefined) break;
    cores[axis]++;
  }
  const grid = new BlockGrid(volumeShape, [core[0] * cores[0], core[1] * cores[1], core[2] * cores[2]]);
  return [...grid.positions()].map((position) => grid.box(position));
}

/** Where each index of a window axis lies in a block that begins at `blockBegin`, mirrored at the volume's faces. */
export function mirroredOffsets(begin: number, length: number, size: number, blockBegin: number): Int32Array {
  return Int32Array.from({ length }, (_, i) => reflectIndex(begin + i, size) - blockBegin);
}
