import { badInput, formatBox, intersectBox, shapeOf, voxelsIn } from '@stratome/core';
import type { ArrayOf, Box, Vec3, Volume } from '@stratome/core';
import { closeShortGaps } from './gaps.js';
import type { Model } from './model-card.js';
import type { Session } from './session.js';
import { coreGrid, mirroredOffsets, requiredInputBox, windowBox } from './windows.js';

type Bytes = ArrayOf<'uint8'>;

/** Ingested grey values have this median and this 1.4826·MAD per section; 0 is no data. */
export const inputMedian = 128;
export const inputSpread = 40;

/**
 * Predicts every channel of a model in `box`.
 *
 * Grey values v go in as (v − 128) / 40, voxels without data (0) as 0; gaps of up to two sections are closed
 * first (`closeShortGaps`). Windows reaching beyond the volume are mirrored at its faces. The result of a voxel is
 * that of the one anchored window that owns it, so it does not depend on how a volume is cut into boxes.
 *
 * @param em uint8 (z, y, x) of exactly `requiredInputBox(model, box, volumeShape)`; not changed.
 * @param box voxels to predict, inside the volume.
 * @param volumeShape extent of the whole volume at this resolution, z, y, x.
 * @returns uint8 (channel, z, y, x) of `box`: probability as round(255 p); 0 where em has no data and no gap was
 *   closed, and for affinities to such a voxel.
 * @throws badInput when `em` has another extent than it must.
 */
export async function predictBox(
  session: Session,
  model: Model,
  em: Volume<Bytes>,
  box: Box,
  volumeShape: Vec3,
): Promise<Volume<Bytes>> {
  const emBox = requiredInputBox(model, box, volumeShape);
  if (shapeOf(emBox).some((n, k) => n !== em.shape[k]) || em.data.length !== voxelsIn(emBox)) {
    throw badInput(
      `Predicting ${formatBox(box)} with ${model.card.id} needs the voxels ${formatBox(emBox)}, but was given ${em.shape.join('×')}.`,
      'Read the box that requiredInputBox names.',
    );
  }
  const { channels, window: shape } = model.card;
  const voxels = voxelsIn(box);
  const out = new Uint8Array(channels.length * voxels);
  const grid = coreGrid(model, volumeShape);
  const grey = new Uint8Array(shape[0] * shape[1] * shape[2]);
  const input = new Float32Array(grey.length);
  for (const position of grid.positionsIn(box)) {
    const owned = intersectBox(grid.box(position), box);
    const window = windowBox(model, position);
    fillWindow(grey, window, em, emBox, volumeShape);
    const empty = closeShortGaps(grey, shape);
    if (empty && !hasData(grey, window, owned)) continue;
    for (let i = 0; i < grey.length; i++)
      input[i] = grey[i] === 0 ? 0 : (grey[i] - inputMedian) / inputSpread;
    const predicted = await session.run(input, shape);
    predicted.forEach((probability, c) => {
      if (empty) clearWithoutData(probability, grey, shape, channels[c]);
      quantiseInto(probability, window, out.subarray(c * voxels, (c + 1) * voxels), box, owned);
    });
  }
  return { data: out, shape: shapeOf(box), channels: channels.length };
}

/** Calls `visit` for each row along x of `part` with its first index in the blocks `a` and `b`. */
function forEachRow(part: Box, a: Box, b: Box, visit: (inA: number, inB: number) => void): void {
  const indexIn = (outer: Box, z: number, y: number): number => {
    const [, height, width] = shapeOf(outer);
    return ((z - outer.begin[0]) * height + y - outer.begin[1]) * width + part.begin[2] - outer.begin[2];
  };
  for (let z = part.begin[0]; z < part.end[0]; z++)
    for (let y = part.begin[1]; y < part.end[1]; y++) visit(indexIn(a, z, y), indexIn(b, z, y));
}

function hasData(grey: Uint8Array, window: Box, part: Box): boolean {
  const length = part.end[2] - part.begin[2];
  let found = false;
  forEachRow(part, window, window, (row) => {
    for (let x = 0; x < length && !found; x++) found = grey[row + x] !== 0;
  });
  return found;
}

/** Fills `grey` (mutated) with the voxels of `window`, mirrored at the volume's faces. */
function fillWindow(grey: Uint8Array, window: Box, em: Volume<Bytes>, emBox: Box, volumeShape: Vec3): void {
  const [depth, height, width] = shapeOf(window);
  const offsets = [depth, height, width].map((length, k) =>
    mirroredOffsets(window.begin[k], length, volumeShape[k], emBox.begin[k]),
  );
  let i = 0;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const row = (offsets[0][z] * em.shape[1] + offsets[1][y]) * em.shape[2];
      for (let x = 0; x < width; x++) grey[i++] = em.data[row + offsets[2][x]];
    }
  }
}

/** Writes `owned` of one channel of a window into `target` (mutated), a block over `box`, as round(255 p). */
function quantiseInto(
  probability: Float32Array,
  window: Box,
  target: Uint8Array,
  box: Box,
  owned: Box,
): void {
  const length = owned.end[2] - owned.begin[2];
  forEachRow(owned, window, box, (from, to) => {
    for (let x = 0; x < length; x++) target[to + x] = Math.floor(probability[from + x] * 255 + 0.5);
  });
}

/** Sets a channel of a window (mutated) to 0 where there are no data, and affinities also where they lead there. */
function clearWithoutData(
  probability: Float32Array,
  grey: Uint8Array,
  [, height, width]: Vec3,
  channel: string,
): void {
  const steps: Record<string, number> = { affinityZ: height * width, affinityY: width, affinityX: 1 };
  const step = steps[channel] ?? 0;
  for (let i = 0; i < grey.length; i++) {
    if (grey[i] === 0 || (i >= step && grey[i - step] === 0)) probability[i] = 0;
  }
}
