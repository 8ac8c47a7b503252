import { badInput, formatBox, shapeOf, voxelsIn, type Box, type Vec3 } from '@stratome/core';
import { numberSegments } from '../segments.js';

/** One segment, in one block or in the whole data set. Lengths and positions are in voxels of the data set. */
export interface ObjectRow {
  readonly id: bigint;
  readonly voxels: number;
  readonly box: Box;
  /** Summed z, y, x of its voxels; the centroid is this over `voxels`. Exact up to 2^53. */
  readonly sum: Vec3;
  /** The first voxel in raster order, z, y, x. */
  readonly firstVoxel: Vec3;
  /** Which faces of the data set it touches: bits 1, 2, 4 for the low faces of z, y, x; 8, 16, 32 for the high. */
  readonly faces: number;
}

/** Centre of mass, z, y, x in voxels. */
export const centroid = ({ sum, voxels }: ObjectRow): Vec3 => [
  sum[0] / voxels,
  sum[1] / voxels,
  sum[2] / voxels,
];

const faceBits = ({ begin, end }: Box, volumeShape: Vec3): number =>
  [0, 1, 2].reduce(
    (bits, k) => bits | (begin[k] === 0 ? 1 << k : 0) | (end[k] === volumeShape[k] ? 8 << k : 0),
    0,
  );

/**
 * Describes the segments of one block.
 *
 * @param segmentation C order z, y, x, of the box's shape; 0 is background. Not mutated.
 * @returns rows by id; rows of several blocks are put together by `combineObjects`.
 * @throws badInput when the array does not fill the box.
 */
export function objectTable(segmentation: BigUint64Array, box: Box, volumeShape: Vec3): ObjectRow[] {
  if (segmentation.length !== voxelsIn(box)) {
    throw badInput(
      `A block of ${segmentation.length} voxels does not fill ${formatBox(box)}.`,
      'Pass its true box.',
    );
  }
  const { local, ids } = numberSegments(segmentation);
  const tally = new Tally(ids.length + 1);
  const [nz, ny, nx] = shapeOf(box);
  for (let z = 0, i = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; ) {
        const label = local[i];
        const from = x;
        while (x < nx && local[i] === label) {
          x++;
          i++;
        }
        if (label !== 0)
          tally.addRun(label, z + box.begin[0], y + box.begin[1], from + box.begin[2], x + box.begin[2]);
      }
    }
  }
  return byId(Array.from(ids, (id, n) => tally.row(id, n + 1, volumeShape)));
}

/** Running counts, sums and bounds by local number of the segment. */
class Tally {
  readonly #voxels: Float64Array;
  /** Three numbers a segment, as are the others below. */
  readonly #sum: Float64Array;
  readonly #low: Float64Array;
  readonly #high: Float64Array;
  readonly #first: Float64Array;

  constructor(segments: number) {
    this.#voxels = new Float64Array(segments);
    this.#sum = new Float64Array(3 * segments);
    this.#low = new Float64Array(3 * segments).fill(Infinity);
    this.#high = new Float64Array(3 * segments);
    this.#first = new Float64Array(3 * segments);
  }

  /** Adds the voxels x in [from, to) of one row; runs must come in raster order. */
  addRun(segment: number, z: number, y: number, from: number, to: number): void {
    const n = to - from;
    const k = 3 * segment;
    if (this.#voxels[segment] === 0) this.#first.set([z, y, from], k);
    this.#voxels[segment] += n;
    this.#sum[k] += n * z;
    this.#sum[k + 1] += n * y;
    this.#sum[k + 2] += (n * (from + to - 1)) / 2;
    this.#low[k] = Math.min(this.#low[k], z);
    this.#low[k + 1] = Math.min(this.#low[k + 1], y);
    this.#low[k + 2] = Math.min(this.#low[k + 2], from);
    this.#high[k] = Math.max(this.#high[k], z + 1);
    this.#high[k + 1] = Math.max(this.#high[k + 1], y + 1);
    this.#high[k + 2] = Math.max(this.#high[k + 2], to);
  }

  row(id: bigint, segment: number, volumeShape: Vec3): ObjectRow {
    const three = (from: Float64Array): Vec3 => [
      from[3 * segment],
      from[3 * segment + 1],
      from[3 * segment + 2],
    ];
    const box: Box = { begin: three(this.#low), end: three(this.#high) };
    return {
      id,
      voxels: this.#voxels[segment],
      box,
      sum: three(this.#sum),
      firstVoxel: three(this.#first),
      faces: faceBits(box, volumeShape),
    };
  }
}

const byId = (rows: ObjectRow[]): ObjectRow[] =>
  rows.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));

const rasterBefore = (a: Vec3, b: Vec3): boolean => (a[0] - b[0] || a[1] - b[1] || a[2] - b[2]) < 0;

/**
 * Puts the tables of disjoint blocks together. All counts are whole numbers, so the result is exactly that of the
 * whole volume at once, in whatever order the tables come.
 *
 * @returns rows by id.
 */
export function combineObjects(tables: Iterable<readonly ObjectRow[]>): ObjectRow[] {
  const rows = new Map<bigint, ObjectRow>();
  for (const table of tables) {
    for (const row of table) {
      const known = rows.get(row.id);
      rows.set(row.id, known ? combineTwo(known, row) : row);
    }
  }
  return byId([...rows.values()]);
}

function combineTwo(a: ObjectRow, b: ObjectRow): ObjectRow {
  const zip = (p: Vec3, q: Vec3, f: (v: number, w: number) => number): Vec3 => [
    f(p[0], q[0]),
    f(p[1], q[1]),
    f(p[2], q[2]),
  ];
  return {
    id: a.id,
    voxels: a.voxels + b.voxels,
    box: { begin: zip(a.box.begin, b.box.begin, Math.min), end: zip(a.box.end, b.box.end, Math.max) },
    sum: zip(a.sum, b.sum, (v, w) => v + w),
    firstVoxel: rasterBefore(a.firstVoxel, b.firstVoxel) ? a.firstVoxel : b.firstVoxel,
    faces: a.faces | b.faces,
  };
}
