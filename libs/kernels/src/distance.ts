import { badInput, type Vec3 } from '@stratome/core';

/** Which of the array's six faces are cuts through the tissue rather than ends of it. */
export interface OpenFaces {
  /** Faces at index 0 of z, y, x. */
  readonly low: readonly [boolean, boolean, boolean];
  /** Faces at the last index of z, y, x. */
  readonly high: readonly [boolean, boolean, boolean];
}

export const closedFaces: OpenFaces = { low: [false, false, false], high: [false, false, false] };

/**
 * Exact Euclidean distance of every voxel to the nearest voxel of another label, in nanometres.
 *
 * Distances run from voxel centre to voxel centre, so that a voxel beside another label has one voxel's width.
 * Label 0 is background and gets 0. Outside the array counts as another label, except beyond the faces named
 * in `open`, where nothing is assumed. A label that nothing bounds gets Infinity.
 *
 * Felzenszwalb & Huttenlocher 2012, "Distance transforms of sampled functions": squared distances, one axis at
 * a time, by lower envelopes of parabolas, here of stretches of equal label so that all labels are done in one
 * pass (as in the `edt` package of Silversmith).
 *
 * @param labels C order z, y, x. Not mutated.
 * @param voxelNm width of a voxel along z, y, x.
 * @throws badInput when the array does not fit the shape.
 */
export function distanceTransform(
  labels: Uint8Array | Uint16Array | Uint32Array,
  shape: Vec3,
  voxelNm: Vec3,
  open: OpenFaces = closedFaces,
): Float32Array {
  const [nz, ny, nx] = shape;
  if (labels.length !== nz * ny * nx) {
    throw badInput(
      `An array of ${labels.length} voxels does not have shape ${shape.join('×')}.`,
      'Pass its true shape.',
    );
  }
  const squared = new Float32Array(labels.length);
  distanceAlongRows(labels, squared, nx, voxelNm[2], open.low[2], open.high[2]);
  const along = new ParabolaPass(labels, squared, Math.max(ny, nz));
  along.run(nz, nx, (a, b) => a * ny * nx + b, nx, ny, voxelNm[1], open.low[1], open.high[1]);
  along.run(ny, nx, (a, b) => a * nx + b, ny * nx, nz, voxelNm[0], open.low[0], open.high[0]);
  for (let i = 0; i < squared.length; i++) squared[i] = Math.sqrt(squared[i]);
  return squared;
}

/** First axis: squared distance to the nearer end of each stretch of equal label. */
function distanceAlongRows(
  labels: ArrayLike<number>,
  squared: Float32Array,
  nx: number,
  widthNm: number,
  openLow: boolean,
  openHigh: boolean,
): void {
  for (let row = 0; row < labels.length; row += nx) {
    let begin = row;
    while (begin < row + nx) {
      const label = labels[begin];
      let end = begin + 1;
      while (end < row + nx && labels[end] === label) end++;
      if (label !== 0) {
        const lowEnd = begin === row && openLow ? -Infinity : begin - 1;
        const highEnd = end === row + nx && openHigh ? Infinity : end;
        for (let i = begin; i < end; i++) {
          const d = widthNm * Math.min(i - lowEnd, highEnd - i);
          squared[i] = d * d;
        }
      }
      begin = end;
    }
  }
}

/** The later axes: along each line, within each stretch of equal label, the lower envelope of its parabolas. */
class ParabolaPass {
  readonly #apex: Float64Array;
  readonly #height: Float64Array;
  /** Where each parabola of the envelope begins to be the lowest. */
  readonly #from: Float64Array;
  readonly #line: Float64Array;

  constructor(
    private readonly labels: ArrayLike<number>,
    private readonly squared: Float32Array,
    longest: number,
  ) {
    this.#apex = new Float64Array(longest + 2);
    this.#height = new Float64Array(longest + 2);
    this.#from = new Float64Array(longest + 3);
    this.#line = new Float64Array(longest);
  }

  run(
    outer: number,
    inner: number,
    start: (a: number, b: number) => number,
    stride: number,
    length: number,
    widthNm: number,
    openLow: boolean,
    openHigh: boolean,
  ): void {
    const { labels } = this;
    for (let a = 0; a < outer; a++) {
      for (let b = 0; b < inner; b++) {
        const origin = start(a, b);
        let begin = 0;
        while (begin < length) {
          const label = labels[origin + begin * stride];
          let end = begin + 1;
          while (end < length && labels[origin + end * stride] === label) end++;
          if (label !== 0) {
            const low = !(begin === 0 && openLow);
            const high = !(end === length && openHigh);
            this.#stretch(origin + begin * stride, stride, end - begin, widthNm, low, high);
          }
          begin = end;
        }
      }
    }
  }

  /** One stretch of `n` voxels; `low` and `high` say whether another label lies before and after it. */
  #stretch(origin: number, stride: number, n: number, widthNm: number, low: boolean, high: boolean): void {
    const { squared } = this;
    const line = this.#line;
    const w2 = widthNm * widthNm;
    let size = low ? this.#push(0, -1, 0, w2) : 0;
    for (let i = 0; i < n; i++) {
      line[i] = squared[origin + i * stride];
      if (line[i] < Infinity) size = this.#push(size, i, line[i], w2);
    }
    if (high) size = this.#push(size, n, 0, w2);
    if (size === 0) return;
    this.#from[size] = Infinity;
    for (let i = 0, k = 0; i < n; i++) {
      while (this.#from[k + 1] < i) k++;
      const d = i - this.#apex[k];
      squared[origin + i * stride] = w2 * d * d + this.#height[k];
    }
  }

  /** Adds a parabola to the envelope of `size`; returns the envelope's new size. */
  #push(size: number, apex: number, height: number, w2: number): number {
    const [apexes, heights, from] = [this.#apex, this.#height, this.#from];
    let start = -Infinity;
    while (size > 0) {
      const v = apexes[size - 1];
      // The difference of squares is written as a product so that no digits are lost far from the origin.
      start = ((height - heights[size - 1]) / w2 / (apex - v) + apex + v) / 2;
      if (start > from[size - 1]) break;
      size--;
      start = -Infinity;
    }
    apexes[size] = apex;
    heights[size] = height;
    from[size] = size === 0 ? -Infinity : start;
    return size + 1;
  }
}
