import type { ArrayOf, Vec3, Volume } from '@stratome/core';

const ceilDivide = (shape: Vec3, factor: Vec3): Vec3 => [
  Math.ceil(shape[0] / factor[0]),
  Math.ceil(shape[1] / factor[1]),
  Math.ceil(shape[2] / factor[2]),
];

/**
 * Shrinks a grey volume by the mean of each block, leaving out voxels of value 0 (no data); a block without
 * data stays 0. Rounds half up. Cut blocks at the far faces are averaged over what they hold.
 * When a chunk begins at a multiple of `factor` the result does not depend on chunking.
 *
 * @param volume uint8 or uint16, z, y, x; not mutated
 * @param factor voxels per block along z, y, x
 */
export function downsampleMean<A extends ArrayOf<'uint8' | 'uint16'>>(
  volume: Volume<A>,
  factor: Vec3,
): Volume<A> {
  const { data, shape } = volume;
  const out = ceilDivide(shape, factor);
  const row = out[2];
  const result = new (data.constructor as new (n: number) => A)(out[0] * out[1] * row);
  const sums = new Float64Array(row);
  const counts = new Uint32Array(row);
  for (let z = 0, o = 0; z < out[0]; z++) {
    const zEnd = Math.min(shape[0], (z + 1) * factor[0]);
    for (let y = 0; y < out[1]; y++, o += row) {
      sums.fill(0);
      counts.fill(0);
      const yEnd = Math.min(shape[1], (y + 1) * factor[1]);
      for (let sz = z * factor[0]; sz < zEnd; sz++)
        for (let sy = y * factor[1]; sy < yEnd; sy++)
          addRow(data, (sz * shape[1] + sy) * shape[2], shape[2], factor[2], sums, counts);
      for (let x = 0; x < row; x++) if (counts[x]) result[o + x] = Math.floor(sums[x] / counts[x] + 0.5);
    }
  }
  return { data: result, shape: out };
}

function addRow(
  data: Uint8Array | Uint16Array,
  from: number,
  length: number,
  factor: number,
  sums: Float64Array,
  counts: Uint32Array,
): void {
  for (let x = 0, i = from; x < length; ) {
    const at = (x / factor) | 0;
    const end = Math.min(length, x + factor);
    let sum = 0;
    let n = 0;
    for (; x < end; x++, i++) {
      const v = data[i];
      sum += v;
      if (v > 0) n++;
    }
    sums[at] += sum;
    counts[at] += n;
  }
}

type Labels = ArrayOf<'uint8' | 'uint16' | 'uint32' | 'uint64'>;

/**
 * Shrinks a label volume by the most frequent label of each block. Background (0) takes part but loses ties;
 * other ties go to the label met first in z, y, x order.
 *
 * @param volume labels, z, y, x; not mutated
 * @param factor voxels per block along z, y, x
 */
export function downsampleMode<A extends Labels>(volume: Volume<A>, factor: Vec3): Volume<A> {
  const { data, shape } = volume;
  const out = ceilDivide(shape, factor);
  const result = new (data.constructor as new (n: number) => A)(out[0] * out[1] * out[2]);
  // A uint64 label is handled as two 32-bit halves: BigInt arithmetic would allocate for every voxel.
  const wide = data instanceof BigUint64Array;
  const halves = (a: Labels) => (wide ? new Uint32Array(a.buffer, a.byteOffset, 2 * a.length) : a);
  const source = halves(data) as Uint32Array;
  const target = halves(result) as Uint32Array;
  const size = factor[0] * factor[1] * factor[2];
  const block: Block = {
    low: new Uint32Array(size),
    high: new Uint32Array(size),
    counts: new Uint32Array(size),
    labels: 0,
  };
  let o = 0;
  for (let z = 0; z < out[0]; z++) {
    for (let y = 0; y < out[1]; y++) {
      for (let x = 0; x < out[2]; x++, o++) {
        countBlock(source, shape, factor, [z, y, x], wide, block);
        const winner = mostFrequent(block);
        if (wide) {
          target[2 * o] = block.low[winner];
          target[2 * o + 1] = block.high[winner];
        } else target[o] = block.low[winner];
      }
    }
  }
  return { data: result, shape: out };
}

/** Labels of one block in the order they were met, with how often each occurs. */
interface Block {
  readonly low: Uint32Array;
  readonly high: Uint32Array;
  readonly counts: Uint32Array;
  labels: number;
}

function countBlock(
  source: Uint32Array,
  shape: Vec3,
  factor: Vec3,
  at: Vec3,
  wide: boolean,
  block: Block,
): void {
  const { low, high, counts } = block;
  const zEnd = Math.min(shape[0], (at[0] + 1) * factor[0]);
  const yEnd = Math.min(shape[1], (at[1] + 1) * factor[1]);
  const xEnd = Math.min(shape[2], (at[2] + 1) * factor[2]);
  let labels = 0;
  for (let z = at[0] * factor[0]; z < zEnd; z++) {
    for (let y = at[1] * factor[1]; y < yEnd; y++) {
      let i = (z * shape[1] + y) * shape[2] + at[2] * factor[2];
      for (let x = at[2] * factor[2]; x < xEnd; x++, i++) {
        const l = wide ? source[2 * i] : source[i];
        const h = wide ? source[2 * i + 1] : 0;
        let k = 0;
        while (k < labels && (low[k] !== l || high[k] !== h)) k++;
        if (k === labels) {
          low[k] = l;
          high[k] = h;
          counts[k] = 0;
          labels++;
        }
        counts[k]++;
      }
    }
  }
  block.labels = labels;
}

function mostFrequent({ low, high, counts, labels }: Block): number {
  let best = 0;
  for (let k = 1; k < labels; k++) {
    const bestIsBackground = low[best] === 0 && high[best] === 0;
    if (counts[k] > counts[best] || (counts[k] === counts[best] && bestIsBackground)) best = k;
  }
  return best;
}

/** Below this extent along every axis an image fits a screen corner, and the pyramid ends. */
const smallestLevelVoxels = 64;

/**
 * The factors from each pyramid level to the next: the finest axes are halved until voxels are nearly
 * isotropic, then all axes, until no axis is longer than 64 voxels.
 *
 * @param voxelNm voxel size z, y, x, nm
 * @param shape voxels z, y, x of the full-resolution volume
 * @returns one factor a level above level 0, e.g. [[1,2,2], [2,2,2]]
 */
export function pyramidFactors(voxelNm: Vec3, shape: Vec3): Vec3[] {
  const factors: Vec3[] = [];
  let voxel = [...voxelNm];
  let extent = [...shape];
  while (Math.max(...extent) > smallestLevelVoxels) {
    const finest = Math.min(...voxel.filter((_, k) => extent[k] > 1));
    // An axis is left alone while its voxels are already longer than the others will be after halving.
    const factor = voxel.map((nm, k) => (extent[k] > 1 && nm < finest * Math.SQRT2 * 1.001 ? 2 : 1));
    factors.push(factor as unknown as Vec3);
    voxel = voxel.map((nm, k) => nm * factor[k]);
    extent = extent.map((n, k) => Math.ceil(n / factor[k]));
  }
  return factors;
}
