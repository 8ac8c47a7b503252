import type { Vec3 } from '@stratome/core';
import { distanceTransform, labelComponents } from '@stratome/kernels';

/** Steps of the distance map: a sixteenth of a voxel. */
const stepsPerVoxel = 16;
const farthestVoxels = 1000;

export interface SeedParameters {
  /** Mean affinity (0 … 255) above which a voxel is inside a process. */
  readonly insideAffinity: number;
  /** A seed is the highest within this distance along every axis, in widths of a voxel in plane. */
  readonly seedRadiusVoxels: number;
  /** Affinities (0 … 255) at or below this are not flooded across. */
  readonly low: number;
  /** Width of a voxel along z, y, x in units of the least of them. */
  readonly widths: Vec3;
  /** Sections are treated one by one, for voxels much deeper than wide. */
  readonly planar: boolean;
}

/** Rounded mean of the affinities of each voxel with its neighbours (4 of them when planar, else 6). */
function meanAffinities(affinities: Uint8Array, [nz, ny, nx]: Vec3, planar: boolean): Uint8Array {
  const n = nz * ny * nx;
  const plane = ny * nx;
  const mean = new Uint8Array(n);
  let i = 0;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++, i++) {
        let sum = 0;
        let count = 0;
        if (!planar && z > 0) {
          count++;
          sum += affinities[i];
        }
        if (!planar && z + 1 < nz) {
          count++;
          sum += affinities[i + plane];
        }
        if (y > 0) {
          count++;
          sum += affinities[n + i];
        }
        if (y + 1 < ny) {
          count++;
          sum += affinities[n + i + nx];
        }
        if (x > 0) {
          count++;
          sum += affinities[2 * n + i];
        }
        if (x + 1 < nx) {
          count++;
          sum += affinities[2 * n + i + 1];
        }
        mean[i] = count === 0 ? 0 : Math.round(sum / count);
      }
    }
  }
  return mean;
}

/** The whole volume, or its sections one by one. */
function* slabs([nz, ny, nx]: Vec3, planar: boolean): Generator<{ begin: number; end: number; shape: Vec3 }> {
  const plane = ny * nx;
  if (!planar) yield { begin: 0, end: nz * plane, shape: [nz, ny, nx] };
  else for (let z = 0; z < nz; z++) yield { begin: z * plane, end: (z + 1) * plane, shape: [1, ny, nx] };
}

/** Calls `each` with the offset of every row of `inner` contiguous voxels across `axis` and its place along it. */
function acrossAxis(shape: Vec3, axis: number, each: (row: number, at: number, inner: number) => void): void {
  const inner = axis === 0 ? shape[1] * shape[2] : axis === 1 ? shape[2] : 1;
  const span = shape[axis] * inner;
  const n = shape[0] * shape[1] * shape[2];
  for (let outer = 0; outer < n; outer += span)
    for (let at = 0; at < shape[axis]; at++) each(outer + at * inner, at, inner);
}

/** Distance from the boundaries, in whole steps, smoothed: sums of binomial weights, so exact. */
function smoothedDistance(inside: Uint8Array, shape: Vec3, widths: Vec3): Int32Array {
  const open = { low: [true, true, true], high: [true, true, true] } as const;
  const exact = distanceTransform(inside, shape, widths, open);
  let steps = new Int32Array(exact.length);
  for (let i = 0; i < steps.length; i++)
    steps[i] = Math.round(stepsPerVoxel * Math.min(exact[i], farthestVoxels));
  for (let axis = 0; axis < 3; axis++) if (shape[axis] > 1) steps = smoothAlong(steps, shape, axis);
  return steps;
}

/** Binomial smoothing (1 4 6 4 1) along one axis, the ends repeated. */
function smoothAlong(values: Int32Array, shape: Vec3, axis: number): Int32Array<ArrayBuffer> {
  const out = new Int32Array(values.length);
  const last = shape[axis] - 1;
  acrossAxis(shape, axis, (row, at, inner) => {
    const below = row - Math.min(1, at) * inner;
    const farBelow = row - Math.min(2, at) * inner;
    const above = row + Math.min(1, last - at) * inner;
    const farAbove = row + Math.min(2, last - at) * inner;
    for (let k = 0; k < inner; k++) {
      out[row + k] =
        6 * values[row + k] +
        4 * (values[below + k] + values[above + k]) +
        values[farBelow + k] +
        values[farAbove + k];
    }
  });
  return out;
}

/** The largest value within `radius` voxels along each axis in turn (a box). */
function maximumFilter(values: Int32Array, shape: Vec3, radius: Vec3): Int32Array {
  let from = values;
  for (let axis = 0; axis < 3; axis++) {
    if (shape[axis] === 1 || radius[axis] === 0) continue;
    const source = from;
    const out = source.slice();
    acrossAxis(shape, axis, (row, at, inner) => {
      const first = row - Math.min(radius[axis], at) * inner;
      const last = row + Math.min(radius[axis], shape[axis] - 1 - at) * inner;
      for (let other = first; other <= last; other += inner)
        for (let k = 0; k < inner; k++)
          if (source[other + k] > out[row + k]) out[row + k] = source[other + k];
    });
    from = out;
  }
  return from;
}

/** Seeds numbered 1 … count: plateaus of the smoothed distance that are highest in their surroundings. */
function findSeeds(
  mean: Uint8Array,
  shape: Vec3,
  p: SeedParameters,
): { labels: Uint32Array<ArrayBuffer>; count: number } {
  const labels = new Uint32Array(mean.length);
  const steps = (width: number) => Math.round(p.seedRadiusVoxels / width);
  const radius: Vec3 = [steps(p.widths[0]), steps(p.widths[1]), steps(p.widths[2])];
  let count = 0;
  for (const slab of slabs(shape, p.planar)) {
    const inside = mean.subarray(slab.begin, slab.end).map((m) => (m > p.insideAffinity ? 1 : 0));
    const distance = smoothedDistance(inside, slab.shape, p.widths);
    const highest = maximumFilter(distance, slab.shape, radius);
    const peaks = inside.map((v, i) => (v !== 0 && distance[i] === highest[i] ? 1 : 0));
    const seeds = labelComponents(peaks, slab.shape, 26);
    for (let i = 0; i < peaks.length; i++)
      if (seeds.labels[i] !== 0) labels[slab.begin + i] = count + seeds.labels[i];
    count += seeds.count;
  }
  return { labels, count };
}

/** First-in first-out lists of voxels for each of 256 levels; each voxel waits in one list at most. */
class LevelQueue {
  readonly #first = new Int32Array(256).fill(-1);
  readonly #last = new Int32Array(256).fill(-1);
  readonly #next: Int32Array;
  #top = 0;

  constructor(voxels: number) {
    this.#next = new Int32Array(voxels);
  }

  push(voxel: number, level: number): void {
    this.#next[voxel] = -1;
    if (this.#last[level] >= 0) this.#next[this.#last[level]] = voxel;
    else this.#first[level] = voxel;
    this.#last[level] = voxel;
    if (level > this.#top) this.#top = level;
  }

  /** The voxel that has waited longest at the highest level, or −1. */
  pop(): number {
    while (this.#top > 0 && this.#first[this.#top] < 0) this.#top--;
    const voxel = this.#first[this.#top];
    if (voxel < 0) return -1;
    this.#first[this.#top] = this.#next[voxel];
    if (this.#next[voxel] < 0) this.#last[this.#top] = -1;
    return voxel;
  }
}

/** Floods from the seeds, voxels of high mean affinity first. Mutates `labels`. */
function floodSeeds(
  labels: Uint32Array,
  mean: Uint8Array,
  affinities: Uint8Array,
  shape: Vec3,
  p: SeedParameters,
): void {
  const [nz, ny, nx] = shape;
  const n = labels.length;
  const plane = ny * nx;
  const queue = new LevelQueue(n);
  for (let i = 0; i < n; i++) if (labels[i] !== 0) queue.push(i, mean[i]);
  const reach = (from: number, to: number, affinity: number) => {
    if (labels[to] !== 0 || affinity <= p.low) return;
    labels[to] = labels[from];
    queue.push(to, mean[to]);
  };
  for (let i = queue.pop(); i >= 0; i = queue.pop()) {
    const z = (i / plane) | 0;
    const y = ((i - z * plane) / nx) | 0;
    const x = i - z * plane - y * nx;
    if (!p.planar && z > 0) reach(i, i - plane, affinities[i]);
    if (y > 0) reach(i, i - nx, affinities[n + i]);
    if (x > 0) reach(i, i - 1, affinities[2 * n + i]);
    if (!p.planar && z + 1 < nz) reach(i, i + plane, affinities[i + plane]);
    if (y + 1 < ny) reach(i, i + nx, affinities[n + i + nx]);
    if (x + 1 < nx) reach(i, i + 1, affinities[2 * n + i + 1]);
  }
}

/**
 * Seeded watershed: seeds where the distance from boundaries (voxels of low mean affinity) is locally highest,
 * flooded in the order of mean affinity. Gives fewer and rounder basins than steepest ascent, and does not leak
 * through single wrong affinities. (Beucher & Meyer 1993; seeds as in Funke et al. 2019, doi
 * 10.1109/TPAMI.2018.2835450.) All arithmetic that decides is on whole numbers.
 *
 * @param affinities uint8, (c, z, y, x) with c ≥ 3, as in `watershedBasins`. Not mutated.
 * @returns labels 1 … count (of seeds in raster order), 0 where no flood came
 */
export function seededBasins(
  affinities: Uint8Array,
  shape: Vec3,
  parameters: SeedParameters,
): { labels: Uint32Array<ArrayBuffer>; count: number } {
  const mean = meanAffinities(affinities, shape, parameters.planar);
  const { labels, count } = findSeeds(mean, shape, parameters);
  floodSeeds(labels, mean, affinities, shape, parameters);
  return { labels, count };
}
