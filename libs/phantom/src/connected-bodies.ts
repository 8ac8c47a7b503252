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
 * Makes every label one 6-connected piece (`volume` mutated). First pieces below `minVoxels` go to the
 * neighbour they touch most, or become 0 where they touch none; then the largest piece of a label keeps it and
 * every other becomes a label of its own, from `nextLabel` on. `onChange` is told each voxel that changes.
 */
export function makeConnected(
  volume: Uint16Array | Uint32Array,
  shape: Vec3,
  minVoxels: number,
  nextLabel: number,
  onChange: (voxel: number, before: number, after: number) => void,
): Split[] {
  const relabel = (components: Components, target: Int32Array): number => {
    let changed = 0;
    for (let i = 0; i < volume.length; i++) {
      const to = target[components.of[i]];
      if (to < 0 || components.of[i] === 0) continue;
      onChange(i, volume[i], to);
      volume[i] = to;
      changed++;
    }
    return changed;
  };
  for (;;) {
    const components = componentsOf(volume, shape);
    const isRemnant = (c: number) => c > 0 && components.sizes[c] < minVoxels;
    const target = neighboursOfRemnants(volume, shape, components, minVoxels);
    // A remnant between remnants finds a neighbour once they have; repeat until none changes.
    if (relabel(components, target) > 0) continue;
    relabel(
      components,
      target.map((_, c) => (isRemnant(c) ? 0 : -1)),
    );
    const { target: apart, splits } = splitPieces(components, minVoxels, nextLabel);
    relabel(components, apart);
    return splits;
  }
}

function splitPieces({ sizes, labels }: Components, minVoxels: number, nextLabel: number) {
  const splits: Split[] = [];
  const target = new Int32Array(sizes.length).fill(-1);
  const largest = new Map<number, number>();
  for (let c = 1; c < sizes.length; c++) {
    const best = largest.get(labels[c]);
    if (best === undefined || sizes[c] > sizes[best]) largest.set(labels[c], c);
  }
  for (let c = 1; c < sizes.length; c++) {
    if (sizes[c] < minVoxels || largest.get(labels[c]) === c) continue;
    splits.push({ label: nextLabel, from: labels[c] });
    target[c] = nextLabel++;
  }
  return { target, splits };
}

/** For each component below `minVoxels` the label of the component at or above it which it touches most, else −1. */
function neighboursOfRemnants(
  volume: Uint16Array | Uint32Array,
  [nz, ny, nx]: Vec3,
  { of, sizes }: Components,
  minVoxels: number,
): Int32Array {
  const contact = new Map<number, Map<number, number>>();
  const touch = (c: number, other: number, label: number) => {
    if (sizes[c] >= minVoxels || sizes[other] < minVoxels) return;
    let counts = contact.get(c);
    if (!counts) contact.set(c, (counts = new Map()));
    counts.set(label, (counts.get(label) ?? 0) + 1);
  };
  const pair = (i: number, j: number) => {
    if (of[i] === of[j] || of[i] === 0 || of[j] === 0) return;
    touch(of[i], of[j], volume[j]);
    touch(of[j], of[i], volume[i]);
  };
  let i = 0;
  for (let z = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, i++) {
        if (x > 0) pair(i, i - 1);
        if (y > 0) pair(i, i - nx);
        if (z > 0) pair(i, i - ny * nx);
      }
  const target = new Int32Array(sizes.length).fill(-1);
  for (const [c, counts] of contact) {
    let most = 0;
    for (const [label, n] of counts) {
      if (n < most || (n === most && label > target[c])) continue;
      most = n;
      target[c] = label;
    }
  }
  return target;
}
