import type { Vec3 } from '@stratome/core';
import { LabelPairTable, UnionFind } from '@stratome/kernels';

/** Counts, sums and largest values of the affinities between every two touching labels (0 is skipped). */
export function touchingPairs(
  labels: Uint32Array,
  affinities: Uint8Array,
  [nz, ny, nx]: Vec3,
): LabelPairTable {
  const n = nz * ny * nx;
  const steps = [ny * nx, nx, 1];
  const pairs = new LabelPairTable(n >> 4);
  let i = 0;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++, i++) {
        const a = labels[i];
        if (a === 0) continue;
        if (z > 0) addPair(pairs, a, labels[i - steps[0]], affinities[i]);
        if (y > 0) addPair(pairs, a, labels[i - steps[1]], affinities[n + i]);
        if (x > 0) addPair(pairs, a, labels[i - 1], affinities[2 * n + i]);
      }
    }
  }
  return pairs;
}

function addPair(pairs: LabelPairTable, a: number, b: number, affinity: number): void {
  if (b === 0 || a === b) return;
  if (a < b) pairs.add(a, b, affinity);
  else pairs.add(b, a, affinity);
}

/** Entries of a pair table from the largest to the smallest `max`; equal ones by their labels. */
function entriesByMaxAffinity(pairs: LabelPairTable): Uint32Array {
  return Uint32Array.from({ length: pairs.size }, (_, e) => e).sort(
    (e, f) =>
      pairs.max[f] - pairs.max[e] || pairs.first[e] - pairs.first[f] || pairs.second[e] - pairs.second[f],
  );
}

/**
 * Size-dependent single linkage: from the strongest touching pair to the weakest, two basins are joined when
 * their largest affinity is at least `leastAffinity` and one of them is smaller than `sizeVoxels`
 * (Zlateski & Seung 2015, step 4). Mutates `labels`: each union takes its smallest label.
 *
 * @param labels 0 … count, C order z, y, x
 * @param affinities uint8, (3, z, y, x), as in `watershedBasins`
 */
export function mergeSmallBasins(
  labels: Uint32Array,
  count: number,
  affinities: Uint8Array,
  shape: Vec3,
  sizeVoxels: number,
  leastAffinity: number,
): void {
  if (sizeVoxels <= 1) return;
  const size = new Uint32Array(count + 1);
  for (let i = 0; i < labels.length; i++) size[labels[i]]++;
  const pairs = touchingPairs(labels, affinities, shape);
  const sets = new UnionFind(count + 1);
  for (const e of entriesByMaxAffinity(pairs)) {
    if (pairs.max[e] < leastAffinity) break;
    const a = sets.find(pairs.first[e]);
    const b = sets.find(pairs.second[e]);
    if (a === b || (size[a] >= sizeVoxels && size[b] >= sizeVoxels)) continue;
    const total = size[a] + size[b];
    size[sets.union(a, b)] = total;
  }
  for (let i = 0; i < labels.length; i++) labels[i] = sets.find(labels[i]);
}
