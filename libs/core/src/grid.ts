import { addVec, intersectBox, isEmpty, mulVec, type Box, type Vec3 } from './box.js';

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
}
