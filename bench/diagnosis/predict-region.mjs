/** A network over a part of a small volume, in one window cut for it: what the anchored windows of a run are for a large one. */
import { boxOfShape, copyOverlap, growBox, intersectBox, voxelsIn } from '@stratome/core';
import { predictBox, reflectIndex } from '@stratome/inference';
import { cut } from './volumes.mjs';

/** Poolings of the networks: windows begin at multiples of this, as those of a run do. */
const alignment = 8;

/**
 * Predicts `keep` of a volume, with the model's margin around it, mirrored at the volume's faces, into `out` (mutated).
 * A run's windows are anchored in the volume; these are cut to what is needed, so that a small volume is not computed two or
 * three times over. Both leave the same margin between a voxel that is kept and the window's end.
 */
export async function predictRegion(session, model, em, shape, keep, out) {
  const { channels, margin } = model.card;
  const begin = keep.begin.map((v, k) => Math.floor((v - margin[k]) / alignment) * alignment);
  const window = keep.end.map((v, k) => Math.ceil((v + margin[k] - begin[k]) / alignment) * alignment);
  const [zs, ys, xs] = window.map((n, k) =>
    Int32Array.from({ length: n }, (_, i) => reflectIndex(begin[k] + i, shape[k])),
  );
  const data = new Uint8Array(window[0] * window[1] * window[2]);
  let i = 0;
  for (const z of zs)
    for (const y of ys) {
      const row = (z * shape[1] + y) * shape[2];
      for (const x of xs) data[i++] = em[row + x];
    }
  const cutModel = { ...model, card: { ...model.card, window, margin: [0, 0, 0] } };
  const predicted = await predictBox(session, cutModel, { data, shape: window }, boxOfShape(window), window);
  const inside = {
    begin: keep.begin.map((v, k) => v - begin[k]),
    end: keep.end.map((v, k) => v - begin[k]),
  };
  const kept = cut(predicted.data, window, inside, channels.length).data;
  copyOverlap(kept, keep, out, boxOfShape(shape), channels.length);
  return data.length;
}

/** The box in which two volumes differ; undefined where they are the same. */
export function changedBox(a, b, [nz, ny, nx]) {
  const [begin, end] = [
    [nz, ny, nx],
    [0, 0, 0],
  ];
  for (let z = 0; z < nz; z++)
    for (let y = 0; y < ny; y++) {
      const row = (z * ny + y) * nx;
      if (!Buffer.compare(a.subarray(row, row + nx), b.subarray(row, row + nx))) continue;
      let [x0, x1] = [0, nx];
      while (a[row + x0] === b[row + x0]) x0++;
      while (a[row + x1 - 1] === b[row + x1 - 1]) x1--;
      [z, y, x0].forEach((v, k) => (begin[k] = Math.min(begin[k], v)));
      [z + 1, y + 1, x1].forEach((v, k) => (end[k] = Math.max(end[k], v)));
    }
  return end[0] > 0 ? { begin, end } : undefined;
}

/** Voxels that one window may keep, so that its activations stay within about two gigabytes. */
const mostVoxels = 3_200_000;

/** A box cut along its longest axes into parts that one window can take. */
export function partsOf(box) {
  if (voxelsIn(box) <= mostVoxels) return [box];
  const sides = box.end.map((v, k) => v - box.begin[k]);
  const axis = sides.indexOf(Math.max(...sides));
  const middle = box.begin[axis] + Math.ceil(sides[axis] / 2 / alignment) * alignment;
  const [low, high] = [
    { begin: [...box.begin], end: [...box.end] },
    { begin: [...box.begin], end: [...box.end] },
  ];
  low.end[axis] = middle;
  high.begin[axis] = middle;
  return [...partsOf(low), ...partsOf(high)];
}

/** What of a network's output changes when `changed` of its input does: as far as the margin reaches. */
export const reachOf = (model, changed, shape) =>
  intersectBox(growBox(changed, model.card.margin), boxOfShape(shape));
