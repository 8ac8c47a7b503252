import { addVec, intersectBox, isEmpty, mulVec, shapeOf, type Box, type Vec3 } from './box.js';

/**
 * A regular grid of boxes over a volume, anchored at voxel 0,0,0.
 *
 * Every grid of a dataset (storage chunks, inference windows, supervoxel blocks, quality cells) is one of
 * these, so that what a voxel belongs to depends on the dataset alone and never on how a run was cut up.
 */
export class BlockGrid {
  /** Blocks along z, y, x. */
  readonly counts: Vec3;

  constructor(
    readonly shape: Vec3,
    readonly block: Vec3,
  ) {
    this.counts = [0, 1, 2].map((k) => Math.max(0, Math.ceil(shape[k] / block[k]))) as unknown as Vec3;
  }

  get length(): number {
    return this.counts[0] * this.counts[1] * this.counts[2];
  }

  /** The linear number of a block, x fastest. */
  indexOf([z, y, x]: Vec3): number {
    return (z * this.counts[1] + y) * this.counts[2] + x;
  }

  position(index: number): Vec3 {
    const [, ny, nx] = this.counts;
    return [Math.floor(index / (ny * nx)), Math.floor(index / nx) % ny, index % nx];
  }

  /** The voxels of a block, cut at the volume's end. */
  box(position: Vec3): Box {
    const begin = mulVec(position, this.block);
    return intersectBox({ begin, end: addVec(begin, this.block) }, { begin: [0, 0, 0], end: this.shape });
  }

  /** Positions of the blocks that touch `box` (cut to the volume), x fastest. */
  *positionsIn(box: Box): Generator<Vec3> {
    const cut = intersectBox(box, { begin: [0, 0, 0], end: this.shape });
    if (isEmpty(cut)) return;
    const first = cut.begin.map((v, k) => Math.floor(v / this.block[k]));
    const last = cut.end.map((v, k) => Math.floor((v - 1) / this.block[k]));
    for (let z = first[0]; z <= last[0]; z++)
      for (let y = first[1]; y <= last[1]; y++) for (let x = first[2]; x <= last[2]; x++) yield [z, y, x];
  }

  *positions(): Generator<Vec3> {
    yield* this.positionsIn({ begin: [0, 0, 0], end: this.shape });
  }

  /**
   * Visits the voxels of `part`, block by block, in stretches along x: the block's linear number, and where the
   * stretch begins and ends in an array (C order) that holds `box`.
   */
  forEachStretch(part: Box, box: Box, visit: (block: number, from: number, to: number) => void): void {
    const inside = intersectBox(part, box);
    const [, ny, nx] = shapeOf(box);
    for (const position of this.positionsIn(inside)) {
      const { begin, end } = intersectBox(this.box(position), inside);
      const block = this.indexOf(position);
      for (let z = begin[0]; z < end[0]; z++)
        for (let y = begin[1]; y < end[1]; y++) {
          const row = ((z - box.begin[0]) * ny + y - box.begin[1]) * nx - box.begin[2];
          visit(block, row + begin[2], row + end[2]);
        }
    }
  }

  /** The linear number of the block that holds a point, or of one outside the volume the nearest. */
  indexAt(point: readonly number[]): number {
    const at = (k: number) => Math.max(0, Math.min(this.counts[k] - 1, Math.floor(point[k] / this.block[k])));
    return this.indexOf([at(0), at(1), at(2)]);
  }
}
