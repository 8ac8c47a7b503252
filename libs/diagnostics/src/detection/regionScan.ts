import { BlockGrid, seededRandom, type Vec3 } from '@stratome/core';
import type { QualityField } from '../field.js';
import { limitedScore } from './limitedScore.js';

export interface ScannedRegion {
  /** Cells of the region, 1 inside. */
  readonly mask: Uint8Array;
  readonly measure: string;
  /** Mean inside less mean outside, times √(inside · outside / all). */
  readonly score: number;
  /** How many times what healthy tissue scores by that measure at most. */
  readonly ratio: number;
  /** Of so large a score of that measure in any box, by permutation of blocks. */
  readonly p: number;
}

export interface ScanField {
  /** In standard deviations, 0 where nothing is unusual. */
  readonly field: QualityField;
  /** Score that healthy tissue reaches by itself; measures are held against each other by it. */
  readonly tissueScore: number;
}

/** Coarse cells along an axis, at most: the number of boxes grows with its fourth power. */
const mostCoarse = 12;

/** Sums over boxes that begin at 0,0,0: shape (nz+1, ny+1, nx+1), C order. */
function prefixSums(values: Float64Array, [nz, ny, nx]: Vec3): Float64Array {
  const out = new Float64Array((nz + 1) * (ny + 1) * (nx + 1));
  const at = (z: number, y: number, x: number) => (z * (ny + 1) + y) * (nx + 1) + x;
  for (let z = 0, i = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, i++)
        out[at(z + 1, y + 1, x + 1)] =
          values[i] +
          out[at(z, y + 1, x + 1)] +
          out[at(z + 1, y, x + 1)] +
          out[at(z + 1, y + 1, x)] -
          out[at(z, y, x + 1)] -
          out[at(z, y + 1, x)] -
          out[at(z + 1, y, x)] +
          out[at(z, y, x)];
  return out;
}

interface BoxOfCells {
  readonly begin: Vec3;
  readonly end: Vec3;
}

/** All boxes of at least `least` and at most half of the cells. */
function boxesOf([nz, ny, nx]: Vec3, least: number): BoxOfCells[] {
  const boxes: BoxOfCells[] = [];
  const half = (nz * ny * nx) / 2;
  for (let z0 = 0; z0 < nz; z0++)
    for (let z1 = z0 + 1; z1 <= nz; z1++)
      for (let y0 = 0; y0 < ny; y0++)
        for (let y1 = y0 + 1; y1 <= ny; y1++)
          for (let x0 = 0; x0 < nx; x0++)
            for (let x1 = x0 + 1; x1 <= nx; x1++) {
              const cells = (z1 - z0) * (y1 - y0) * (x1 - x0);
              if (cells >= least && cells <= half) boxes.push({ begin: [z0, y0, x0], end: [z1, y1, x1] });
            }
  return boxes;
}

/** Offsets of the eight corners of each box in a prefix sum, by sign. */
function cornersOf(boxes: readonly BoxOfCells[], [, ny, nx]: Vec3): Int32Array {
  const at = (z: number, y: number, x: number) => (z * (ny + 1) + y) * (nx + 1) + x;
  return Int32Array.from(
    boxes.flatMap(({ begin: [a, b, c], end: [z, y, x] }) => [
      at(z, y, x),
      at(a, b, x),
      at(a, y, c),
      at(z, b, c),
      at(a, y, x),
      at(z, b, x),
      at(z, y, c),
      at(a, b, c),
    ]),
  );
}

/** Coarse cells: the scores and counts of the cells they hold. */
function coarsen(grid: BlockGrid, scores: Float64Array, coarse: BlockGrid): [Float64Array, Float64Array] {
  const sum = new Float64Array(coarse.length);
  const count = new Float64Array(coarse.length);
  scores.forEach((score, cell) => {
    if (Number.isNaN(score)) return;
    const to = coarse.indexAt(grid.position(cell));
    sum[to] += limitedScore(score);
    count[to]++;
  });
  return [sum, count];
}

interface Best {
  readonly score: number;
  readonly box: number;
  readonly field: number;
}

/** Of each field the largest score over boxes: (mean inside − mean outside) · √(inside · outside / all). */
function largestOfEach(
  sums: readonly Float64Array[],
  counts: readonly Float64Array[],
  { coarse: { counts: shape }, boxes, corners }: Scan,
): Best[] {
  return sums.map((values, f) => {
    let best: Best = { score: 0, box: -1, field: f };
    const s = prefixSums(values, shape);
    const c = prefixSums(counts[f], shape);
    const [allSum, all] = [s[s.length - 1], c[c.length - 1]];
    const over = (p: Float64Array, k: number): number =>
      p[corners[k]] +
      p[corners[k + 1]] +
      p[corners[k + 2]] +
      p[corners[k + 3]] -
      p[corners[k + 4]] -
      p[corners[k + 5]] -
      p[corners[k + 6]] -
      p[corners[k + 7]];
    for (let b = 0; b < boxes.length; b++) {
      const inside = over(c, 8 * b);
      if (inside < 2 || all - inside < 2) continue;
      const sum = over(s, 8 * b);
      const difference = sum / inside - (allSum - sum) / (all - inside);
      const score = difference * Math.sqrt((inside * (all - inside)) / all);
      if (score > best.score) best = { score, box: b, field: f };
    }
    return best;
  });
}

/** The cells of a box of coarse cells, 1 inside. */
function maskOf(grid: BlockGrid, { begin, end }: BoxOfCells, step: Vec3): Uint8Array {
  return Uint8Array.from({ length: grid.length }, (_, cell) => {
    const inside = grid.position(cell).every((v, axis) => {
      const c = Math.floor(v / step[axis]);
      return c >= begin[axis] && c < end[axis];
    });
    return inside ? 1 : 0;
  });
}

/**
 * (mean inside − mean outside) · √(inside · outside / all): what a scan takes for the score of a region.
 *
 * @param values scores cell by cell, limited as they count; NaN is not measured
 * @param mask 1 inside
 * @returns 0 where fewer than two cells of either side are measured
 */
export function regionContrast(values: Float64Array, mask: Uint8Array): number {
  const sides = [
    { sum: 0, count: 0 },
    { sum: 0, count: 0 },
  ];
  values.forEach((v, cell) => {
    if (Number.isNaN(v)) return;
    const side = sides[mask[cell]];
    side.sum += limitedScore(v);
    side.count++;
  });
  const [rest, region] = sides;
  if (region.count < 2 || rest.count < 2) return 0;
  const difference = region.sum / region.count - rest.sum / rest.count;
  return difference * Math.sqrt((region.count * rest.count) / (region.count + rest.count));
}

/**
 * For each measure the box of cells in which it is raised most above all the rest: a scan statistic over all boxes and
 * measures (M. Kulldorff, A spatial scan statistic, Communications in Statistics 26, 1997). The p-values permute blocks
 * of cells, all measures together, and compare with the measure's largest score in any box, so that searching costs what it
 * must.
 *
 * @param blockCells side of the permuted blocks, cells
 * @returns those that stand out most against the rest of the volume first; no box where a measure is nowhere raised
 */
export function scanRegions(
  grid: BlockGrid,
  fields: readonly ScanField[],
  blockCells: number,
  permutations: number,
  seed: string,
): ScannedRegion[] {
  const scan = prepareScan(grid, fields);
  const found = largestOfEach(scan.sums, scan.counts, scan).filter(({ box }) => box >= 0);
  if (found.length === 0) return [];
  const random = seededRandom(`scan/${seed}`);
  const blocks = blockMembers(scan.coarse, blockCells);
  const largest = Array.from({ length: permutations }, () => {
    const order = permutedCells(blocks, scan.coarse.length, random);
    const moved = (values: Float64Array) => Float64Array.from(order, (from) => values[from]);
    return largestOfEach(scan.sums.map(moved), scan.counts.map(moved), scan).map(({ score }) => score);
  });
  return found
    .map(({ box, field, score: scanned }) => {
      const mask = maskOf(grid, scan.boxes[box], scan.step);
      // The search itself goes by coarse cells.
      const score = regionContrast(fields[field].field.values, mask);
      const atLeast = largest.filter((others) => others[field] >= scanned).length;
      return {
        mask,
        measure: fields[field].field.measure,
        score,
        ratio: score / fields[field].tissueScore,
        p: (atLeast + 1) / (permutations + 1),
      };
    })
    .sort((a, b) => b.ratio - a.ratio);
}

/** What a scan goes over: coarse cells of every field, and all boxes of them. */
interface Scan {
  readonly coarse: BlockGrid;
  /** Cells in a coarse cell, by axis. */
  readonly step: Vec3;
  readonly boxes: readonly BoxOfCells[];
  readonly corners: Int32Array;
  /** Of each field, by coarse cell. */
  readonly sums: readonly Float64Array[];
  readonly counts: readonly Float64Array[];
}

function prepareScan(grid: BlockGrid, fields: readonly ScanField[]): Scan {
  const step = grid.counts.map((n) => Math.ceil(n / mostCoarse)) as unknown as Vec3;
  const coarse = new BlockGrid(grid.counts, step);
  const coarsened = fields.map(({ field }) => coarsen(grid, field.values, coarse));
  const boxes = boxesOf(coarse.counts, 2);
  return {
    coarse,
    step,
    boxes,
    corners: cornersOf(boxes, coarse.counts),
    sums: coarsened.map(([sum]) => sum),
    counts: coarsened.map(([, count]) => count),
  };
}

/** Cells of each block of `width`³ cells; blocks that the grid's end cuts are grouped by their shape. */
function blockMembers(grid: BlockGrid, width: number): Int32Array[][] {
  const blocks = new Map<string, number[]>();
  for (let cell = 0; cell < grid.length; cell++) {
    const key = grid
      .position(cell)
      .map((v) => Math.floor(v / width))
      .join();
    blocks.set(key, [...(blocks.get(key) ?? []), cell]);
  }
  const byShape = new Map<string, Int32Array[]>();
  for (const cells of blocks.values()) {
    const first = grid.position(cells[0]);
    const last = grid.position(cells[cells.length - 1]);
    const key = last.map((v, k) => v - first[k]).join();
    byShape.set(key, [...(byShape.get(key) ?? []), Int32Array.from(cells)]);
  }
  return [...byShape.values()];
}

/** Where each cell's values come from when blocks of equal shape change places. */
function permutedCells(
  groups: readonly Int32Array[][],
  cells: number,
  random: ReturnType<typeof seededRandom>,
): Int32Array {
  const from = new Int32Array(cells);
  for (const blocks of groups) {
    const order = Int32Array.from(blocks.keys());
    for (let i = order.length - 1; i > 0; i--) {
      const j = random.below(i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    blocks.forEach((block, b) => block.forEach((cell, k) => (from[cell] = blocks[order[b]][k])));
  }
  return from;
}
