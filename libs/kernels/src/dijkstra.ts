import { badInput, type Vec3 } from '@stratome/core';
import { BucketQueue, NodeQueue } from './dijkstraQueue.js';

/**
 * The voxels of one object as a graph: 26 neighbours, edges as long as the distance between voxel centres.
 *
 * The mask is kept in a frame one voxel wider than its box on every side, so that a neighbour's number is the
 * voxel's plus a constant and no step needs a bounds test. All voxel numbers taken and returned by the methods
 * are numbers in that frame, and so are the arrays; `inFrame` and `position` convert.
 *
 * Dijkstra 1959. Ties are broken by voxel number, so that results are a function of the mask alone and do not
 * change when the box around the object does.
 */
export class VoxelGraph {
  /** Shape of the frame: the mask's shape plus 2. */
  readonly frame: Vec3;
  /** 1 in the object, 0 elsewhere; framed. */
  readonly mask: Uint8Array;
  /** Framed numbers of the object's voxels, ascending. */
  readonly voxels: Int32Array;
  readonly #offsets: Int32Array;
  readonly #lengthsNm: Float64Array;
  /** Less than the shortest edge by more than rounding can take away. */
  readonly #bucketNm: number;
  readonly #queue = new NodeQueue();
  readonly #buckets = new BucketQueue();
  #waiting: Uint8Array | undefined;
  #best: Float64Array | undefined;
  #parent: Int32Array | undefined;

  /**
   * @param mask non-zero in the object, C order z, y, x. Not mutated.
   * @throws badInput when the array does not fit the shape.
   */
  constructor(
    mask: Uint8Array,
    readonly shape: Vec3,
    voxelNm: Vec3,
  ) {
    const [nz, ny, nx] = shape;
    if (mask.length !== nz * ny * nx) {
      throw badInput(
        `A mask of ${mask.length} voxels does not have shape ${shape.join('×')}.`,
        'Pass its true shape.',
      );
    }
    this.frame = [nz + 2, ny + 2, nx + 2];
    this.mask = new Uint8Array((nz + 2) * (ny + 2) * (nx + 2));
    let count = 0;
    for (let z = 0; z < nz; z++) {
      for (let y = 0; y < ny; y++) {
        const from = (z * ny + y) * nx;
        const to = this.inFrame(z, y, 0);
        for (let x = 0; x < nx; x++) {
          if (mask[from + x] === 0) continue;
          this.mask[to + x] = 1;
          count++;
        }
      }
    }
    this.voxels = new Int32Array(count);
    for (let i = 0, n = 0; n < count; i++) if (this.mask[i]) this.voxels[n++] = i;
    const steps = neighbourSteps(this.frame, voxelNm);
    this.#offsets = steps.offsets;
    this.#lengthsNm = steps.lengthsNm;
    this.#bucketNm = 0.9 * Math.min(...voxelNm);
  }

  /** The framed number of voxel z, y, x of the mask. */
  inFrame(z: number, y: number, x: number): number {
    return ((z + 1) * this.frame[1] + y + 1) * this.frame[2] + x + 1;
  }

  /** z, y, x in the mask of a framed number. */
  position(voxel: number): [number, number, number] {
    const [, ny, nx] = this.frame;
    return [Math.floor(voxel / (ny * nx)) - 1, (Math.floor(voxel / nx) % ny) - 1, (voxel % nx) - 1];
  }

  /** A field for `relax`: Infinity in the object; −Infinity elsewhere, so that nothing can be lowered there. */
  emptyField(): Float32Array {
    const field = new Float32Array(this.mask.length).fill(-Infinity);
    for (const voxel of this.voxels) field[voxel] = Infinity;
    return field;
  }

  /**
   * Length in nanometres of the shortest path inside the object from the nearest of `sources`; Infinity where
   * no path leads, −Infinity outside the object.
   */
  distanceField(sources: ArrayLike<number>): Float32Array {
    const field = this.emptyField();
    this.relax(field, sources, new Float64Array(sources.length));
    return field;
  }

  /**
   * Lowers `field` (mutated, made by `emptyField`) to min(field, path length from a source + the source's start
   * value), spreading only while values are at most `limit`. With start value −radius and limit 0 it marks balls
   * measured along the object's inside.
   *
   * Values are queued in buckets narrower than the shortest edge, within which order does not matter
   * (Denardo & Fox 1979), so the cost is linear.
   *
   * @param entered called once for each voxel that was lowered, in the order of values to within a voxel's
   * width; the order depends on the object alone.
   */
  relax(
    field: Float32Array,
    sources: ArrayLike<number>,
    startNm: ArrayLike<number>,
    limit = Infinity,
    entered?: (voxel: number) => void,
  ): void {
    const offsets = this.#offsets;
    const lengths = this.#lengthsNm;
    const waiting = (this.#waiting ??= new Uint8Array(this.mask.length));
    const queue = this.#buckets;
    let least = Infinity;
    for (let s = 0; s < sources.length; s++) least = Math.min(least, startNm[s]);
    queue.begin(least, this.#bucketNm);
    for (let s = 0; s < sources.length; s++) {
      const start = Math.fround(startNm[s]);
      if (start >= field[sources[s]]) continue;
      field[sources[s]] = start;
      waiting[sources[s]] = 1;
      queue.push(start, sources[s]);
    }
    for (let voxel = queue.pop(); voxel >= 0; voxel = queue.pop()) {
      if (waiting[voxel] === 0) continue;
      waiting[voxel] = 0;
      const value = field[voxel];
      entered?.(voxel);
      for (let k = 0; k < 26; k++) {
        const next = voxel + offsets[k];
        const reached = Math.fround(value + lengths[k]);
        if (reached < field[next] && reached <= limit) {
          field[next] = reached;
          waiting[next] = 1;
          queue.push(reached, next);
        }
      }
    }
  }

  /**
   * The cheapest path inside the object from `from` to any voxel for which `reached` is non-zero, where a
   * step costs the `cost` of the voxel it enters (framed, ≥ 0) and a reached voxel costs nothing.
   *
   * @returns framed numbers from `from` to the voxel reached, both included; empty when none can be reached.
   */
  cheapestPath(from: number, cost: Float32Array, reached: Uint8Array | Int32Array): Int32Array {
    const best = (this.#best ??= new Float64Array(this.mask.length).fill(Infinity));
    const parent = (this.#parent ??= new Int32Array(this.mask.length));
    const queue = this.#queue;
    const { mask } = this;
    const offsets = this.#offsets;
    const touched: number[] = [from];
    best[from] = 0;
    parent[from] = -1;
    queue.push(0, from);
    let end = -1;
    while (queue.size > 0) {
      const value = queue.topKey;
      const voxel = queue.pop();
      if (value > best[voxel]) continue;
      if (reached[voxel]) {
        end = voxel;
        break;
      }
      for (let k = 0; k < 26; k++) {
        const next = voxel + offsets[k];
        if (mask[next] === 0) continue;
        const total = reached[next] ? value : value + cost[next];
        if (total >= best[next]) continue;
        if (best[next] === Infinity) touched.push(next);
        best[next] = total;
        parent[next] = voxel;
        queue.push(total, next);
      }
    }
    queue.clear();
    const path: number[] = [];
    for (let voxel = end; voxel >= 0; voxel = parent[voxel]) path.push(voxel);
    for (const voxel of touched) best[voxel] = Infinity;
    return Int32Array.from(path.toReversed());
  }
}

/** The 26 neighbours: differences of voxel number in a frame, ascending, and distances in nanometres. */
function neighbourSteps([, ny, nx]: Vec3, voxelNm: Vec3): { offsets: Int32Array; lengthsNm: Float64Array } {
  const offsets = new Int32Array(26);
  const lengthsNm = new Float64Array(26);
  let n = 0;
  for (let z = -1; z <= 1; z++) {
    for (let y = -1; y <= 1; y++) {
      for (let x = -1; x <= 1; x++) {
        if (z === 0 && y === 0 && x === 0) continue;
        offsets[n] = (z * ny + y) * nx + x;
        lengthsNm[n++] = Math.hypot(z * voxelNm[0], y * voxelNm[1], x * voxelNm[2]);
      }
    }
  }
  return { offsets, lengthsNm };
}
