import { crop, pearson, type CorrelationSurface, type MaskedImage, type ShiftRange } from '@stratome/kernels';
import type { Point } from './transform.js';

/** A regular grid of square blocks that overlap: each is `cells` × `cells` grid cells. */
export interface BlockGridLayout {
  /** First pixel of the first cell. */
  readonly corner: Point;
  readonly cellPx: number;
  /** Cells of the grid along y and x. */
  readonly counts: readonly [number, number];
  /** Cells along a block's side. */
  readonly cells: number;
}

/** Lays blocks over an image, centred; at least one block, which may reach beyond a small image. */
export function layBlocks(shape: readonly [number, number], cellPx: number, cells: number): BlockGridLayout {
  const counts = shape.map((extent) => Math.max(cells, Math.floor(extent / cellPx))) as [number, number];
  const corner = shape.map((extent, k) => Math.floor((extent - counts[k] * cellPx) / 2)) as [number, number];
  return { corner, cellPx, counts, cells };
}

/** Number of blocks along y and x. */
export const blocksOf = ({ counts, cells }: BlockGridLayout): [number, number] => [
  counts[0] - cells + 1,
  counts[1] - cells + 1,
];

/** Sums over a cell that the correlation needs: n, Σa, Σb, Σa², Σb², Σab over pixels with data in both. */
const terms = 6;

/**
 * Correlates all blocks of a with b over one range of shifts. Blocks overlap, so sums are made a cell at a time
 * and shared.
 *
 * @returns a correlation surface a block, C order
 */
export function correlateBlocks(
  a: MaskedImage,
  b: MaskedImage,
  layout: BlockGridLayout,
  range: ShiftRange,
  leastOverlapPx: number,
): CorrelationSurface[] {
  const { corner, cellPx, counts, cells } = layout;
  const extent = [counts[0] * cellPx, counts[1] * cellPx] as const;
  const shape = [range.to[0] - range.from[0] + 1, range.to[1] - range.from[1] + 1] as const;
  const template = new Field(crop(a, corner, extent));
  const searchedCorner = [corner[0] + range.from[0], corner[1] + range.from[1]] as const;
  const searched = new Field(crop(b, searchedCorner, [extent[0] + shape[0] - 1, extent[1] + shape[1] - 1]));
  const [by, bx] = blocksOf(layout);
  const surfaces = Array.from({ length: by * bx }, () => ({
    range,
    shape,
    correlation: new Float32Array(shape[0] * shape[1]),
    overlapPx: new Float32Array(shape[0] * shape[1]),
  }));
  const sums = new Float64Array(terms * counts[0] * counts[1]);
  const block = new Float64Array(terms);
  for (let dy = 0, d = 0; dy < shape[0]; dy++) {
    for (let dx = 0; dx < shape[1]; dx++, d++) {
      for (let cy = 0, c = 0; cy < counts[0]; cy++)
        for (let cx = 0; cx < counts[1]; cx++, c++)
          addCell(template, searched, cy * cellPx, cx * cellPx, dy, dx, cellPx, sums, terms * c);
      for (let k = 0; k < surfaces.length; k++) {
        const first = Math.floor(k / bx) * counts[1] + (k % bx);
        block.fill(0);
        for (let i = 0; i < cells; i++)
          for (let j = 0; j < cells; j++)
            for (let t = 0; t < terms; t++) block[t] += sums[terms * (first + i * counts[1] + j) + t];
        surfaces[k].overlapPx[d] = block[0];
        surfaces[k].correlation[d] = block[0] < leastOverlapPx ? 0 : pearson(block);
      }
    }
  }
  return surfaces;
}

/** Values with 0 for no data, mask and squares, each with its integral image. */
class Field {
  readonly width: number;
  readonly values: Float64Array;
  readonly squares: Float64Array;
  readonly mask: Float64Array;
  readonly sumOfValues: Float64Array;
  readonly sumOfSquares: Float64Array;
  readonly sumOfMask: Float64Array;

  constructor({ data, mask, shape }: MaskedImage) {
    this.width = shape[1];
    this.values = Float64Array.from(data);
    this.mask = Float64Array.from(mask);
    for (let i = 0; i < mask.length; i++) if (mask[i] === 0) this.values[i] = 0;
    this.squares = this.values.map((v) => v * v);
    this.sumOfValues = integral(this.values, shape);
    this.sumOfSquares = integral(this.squares, shape);
    this.sumOfMask = integral(this.mask, shape);
  }

  /** Sum over the square of side n whose first pixel is (y, x). */
  over(sums: Float64Array, y: number, x: number, n: number): number {
    const stride = this.width + 1;
    const top = y * stride + x;
    const bottom = top + n * stride;
    return sums[bottom + n] - sums[top + n] - sums[bottom] + sums[top];
  }
}

function integral(data: Float64Array, [h, w]: readonly [number, number]): Float64Array {
  const out = new Float64Array((h + 1) * (w + 1));
  for (let y = 0; y < h; y++) {
    let row = 0;
    for (let x = 0; x < w; x++) {
      row += data[y * w + x];
      out[(y + 1) * (w + 1) + x + 1] = out[y * (w + 1) + x + 1] + row;
    }
  }
  return out;
}

/** The six sums of one cell at one shift, into `sums` from `at` on. */
function addCell(
  a: Field,
  b: Field,
  y0: number,
  x0: number,
  dy: number,
  dx: number,
  n: number,
  sums: Float64Array,
  at: number,
): void {
  const full = a.over(a.sumOfMask, y0, x0, n) === n * n && b.over(b.sumOfMask, y0 + dy, x0 + dx, n) === n * n;
  if (!full) return addHoledCell(a, b, y0, x0, dy, dx, n, sums, at);
  const [va, vb] = [a.values, b.values];
  let product = 0;
  for (let y = 0; y < n; y++) {
    let p = (y0 + y) * a.width + x0;
    let q = (y0 + dy + y) * b.width + x0 + dx;
    for (const end = p + n; p < end; p++, q++) product += va[p] * vb[q];
  }
  sums[at] = n * n;
  sums[at + 1] = a.over(a.sumOfValues, y0, x0, n);
  sums[at + 2] = b.over(b.sumOfValues, y0 + dy, x0 + dx, n);
  sums[at + 3] = a.over(a.sumOfSquares, y0, x0, n);
  sums[at + 4] = b.over(b.sumOfSquares, y0 + dy, x0 + dx, n);
  sums[at + 5] = product;
}

function addHoledCell(
  a: Field,
  b: Field,
  y0: number,
  x0: number,
  dy: number,
  dx: number,
  n: number,
  sums: Float64Array,
  at: number,
): void {
  let count = 0;
  let sa = 0;
  let sb = 0;
  let saa = 0;
  let sbb = 0;
  let sab = 0;
  for (let y = 0; y < n; y++) {
    let p = (y0 + y) * a.width + x0;
    let q = (y0 + dy + y) * b.width + x0 + dx;
    for (const end = p + n; p < end; p++, q++) {
      count += a.mask[p] * b.mask[q];
      sa += a.values[p] * b.mask[q];
      sb += a.mask[p] * b.values[q];
      saa += a.squares[p] * b.mask[q];
      sbb += a.mask[p] * b.squares[q];
      sab += a.values[p] * b.values[q];
    }
  }
  sums[at] = count;
  sums[at + 1] = sa;
  sums[at + 2] = sb;
  sums[at + 3] = saa;
  sums[at + 4] = sbb;
  sums[at + 5] = sab;
}
