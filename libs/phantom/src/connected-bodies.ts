import type { Vec3 } from '@stratome/core';
import { labelComponents } from '@stratome/kernels';

interface Components {
  /** Component of each voxel, numbered from 1 in order of the first voxel; 0 where the label is 0. */
  of: Uint32Array;
  /** Voxels of each component, index 0 unused. */
  sizes: Float64Array;
  /** Label of each component, index 0 unused. */
  labels: Uint32Array;
}

function componentsOf(volume: Uint16Array | Uint32Array, shape: Vec3): Components {
  const { labels: of, count } = labelComponents(volume, shape);
  const sizes = new Float64Array(count + 1);
  const labels = new Uint32Array(count + 1);
  for (let i = 0; i < of.length; i++) {
    sizes[of[i]]++;
    labels[of[i]] = volume[i];
  }
  return { of, sizes, labels };
}

export interface Split {
  /** The new label of what was cut off. */
  label: number;
  /** The label it was cut off from. */
  from: number;
}

/**
 * Makes every label one 6-connected piece (`volume` mutated): the largest piece of a label keeps it; another
 * piece of at least `minVoxels` becomes a label of its own, from `nextLabel` on; a smaller one goes to the
 * neighbour it touches most. `onChange` is told each voxel that changes.
 */
export function makeConnected(
  volume: Uint16Array | Uint32Array,
  shape: Vec3,
  minVoxels: number,
  nextLabel: number,
  onChange: (voxel: number, before: number, after: number) => void,
): Split[] {
  const splits: Split[] = [];
  for (;;) {
    const { of, sizes, labels } = componentsOf(volume, shape);
    const largest = new Map<number, number>();
    for (let c = 1; c < sizes.length; c++) {
      const best = largest.get(labels[c]);
      if (best === undefined || sizes[c] > sizes[best]) largest.set(labels[c], c);
    }
    const target = new Int32Array(sizes.length).fill(-1);
    let moving = 0;
    for (let c = 1; c < sizes.length; c++) {
      if (sizes[c] >= minVoxels && largest.get(labels[c]) !== c) {
        splits.push({ label: nextLabel, from: labels[c] });
        target[c] = nextLabel++;
      }
      // A whole body below the limit is a remnant as well.
      if (sizes[c] < minVoxels) moving++;
    }
    if (moving > 0) chooseNeighbours(volume, shape, of, sizes, minVoxels, target);
    let changed = 0;
    for (let i = 0; i < volume.length; i++) {
      const to = target[of[i]];
      if (to < 0 || of[i] === 0) continue;
      onChange(i, volume[i], to);
      volume[i] = to;
      if (sizes[of[i]] < minVoxels) changed++;
    }
    // Neighbours of remnants may have been remnants themselves; repeat until none is left.
    if (changed > 0) continue;
    if (moving === 0) return splits;
    for (let i = 0; i < volume.length; i++) {
      if (of[i] === 0 || sizes[of[i]] >= minVoxels) continue;
      onChange(i, volume[i], 0);
      volume[i] = 0;
    }
    return splits;
  }
}

/** For each component below `minVoxels` the label, of a component that is not, which it touches most. */
function chooseNeighbours(
  volume: Uint16Array | Uint32Array,
  [nz, ny, nx]: Vec3,
  of: Uint32Array,
  sizes: Float64Array,
  minVoxels: number,
  target: Int32Array,
): void {
  const contact = new Map<number, Map<number, number>>();
  const touch = (c: number, other: number, label: number) => {
    if (sizes[c] >= minVoxels || other === 0 || sizes[other] < minVoxels) return;
    let counts = contact.get(c);
    if (!counts) contact.set(c, (counts = new Map()));
    counts.set(label, (counts.get(label) ?? 0) + 1);
  };
  const pair = (i: number, j: number) => {
    if (of[i] === of[j]) return;
    if (of[i] !== 0) touch(of[i], of[j], labelOf(j));
    if (of[j] !== 0) touch(of[j], of[i], labelOf(i));
  };
  const labelOf = (i: number) => (target[of[i]] >= 0 ? target[of[i]] : volume[i]);
  let i = 0;
  for (let z = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, i++) {
        if (x > 0) pair(i, i - 1);
        if (y > 0) pair(i, i - nx);
        if (z > 0) pair(i, i - ny * nx);
      }
  for (const [c, counts] of contact) {
    let best = -1;
    let most = 0;
    for (const [label, n] of counts) if (n > most || (n === most && label < best)) [best, most] = [label, n];
    target[c] = best;
  }
}
