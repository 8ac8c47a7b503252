import { badInput, type Vec3 } from '@stratome/core';
import { UnionFind } from './unionFind.js';

export type LabelArray = Uint8Array | Uint16Array | Uint32Array;

/** Maximal stretches of equal, non-zero voxels along x, in raster order. */
interface Runs {
  readonly begin: Uint32Array;
  readonly end: Uint32Array;
  /** Index of the first run of each row (z·ny + y), one more entry at the end. */
  readonly firstOfRow: Uint32Array;
}

function countRuns(image: LabelArray, nx: number): number {
  let count = 0;
  for (let row = 0; row < image.length; row += nx) {
    let previous = 0;
    for (let i = row; i < row + nx; i++) {
      const value = image[i];
      if (value !== previous) {
        if (value !== 0) count++;
        previous = value;
      }
    }
  }
  return count;
}

function findRuns(image: LabelArray, rows: number, nx: number): Runs {
  const count = countRuns(image, nx);
  const begin = new Uint32Array(count);
  const end = new Uint32Array(count);
  const firstOfRow = new Uint32Array(rows + 1);
  let n = 0;
  for (let row = 0; row < rows; row++) {
    firstOfRow[row] = n;
    const last = (row + 1) * nx;
    let i = row * nx;
    while (i < last) {
      const value = image[i];
      let j = i + 1;
      while (j < last && image[j] === value) j++;
      if (value !== 0) {
        begin[n] = i;
        end[n++] = j;
      }
      i = j;
    }
  }
  firstOfRow[rows] = n;
  return { begin, end, firstOfRow };
}

/** Joins runs of two rows that touch: those that overlap along x after growing one of them by `reach`. */
function joinRows(
  image: LabelArray,
  runs: Runs,
  sets: UnionFind,
  row: number,
  other: number,
  nx: number,
  reach: number,
) {
  const { begin, end, firstOfRow } = runs;
  const shift = (row - other) * nx;
  const last = firstOfRow[row + 1];
  const otherLast = firstOfRow[other + 1];
  let i = firstOfRow[row];
  let j = firstOfRow[other];
  while (i < last && j < otherLast) {
    const otherBegin = begin[j] + shift;
    const otherEnd = end[j] + shift;
    if (otherBegin < end[i] + reach && begin[i] < otherEnd + reach && image[begin[i]] === image[begin[j]])
      sets.union(i, j);
    if (end[i] < otherEnd) i++;
    else if (otherEnd < end[i]) j++;
    else if (reach === 0) {
      i++;
      j++;
    } else {
      // Both end at the same voxel: either may still touch the other's successor across the corner.
      if (j + 1 < otherLast && begin[j + 1] + shift === otherEnd && image[begin[i]] === image[begin[j + 1]])
        sets.union(i, j + 1);
      i++;
    }
  }
}

/**
 * Connected components of equal, non-zero voxels.
 *
 * Two passes over run lengths joined by union-find: rows are cut into runs of equal voxels, runs of
 * neighbouring rows that touch are united, and components are numbered 1 … count by their first voxel in
 * raster order (so the result is canonical).
 *
 * @param image labels or a mask, C order z, y, x; 0 is background. Not mutated.
 * @param connectivity 6 (faces) or 26 (faces, edges and corners).
 * @returns `labels` of the image's shape, and how many components there are.
 * @throws badInput when the array does not fit the shape.
 */
export function labelComponents(
  image: LabelArray,
  shape: Vec3,
  connectivity: 6 | 26 = 6,
): { labels: Uint32Array<ArrayBuffer>; count: number } {
  const [nz, ny, nx] = shape;
  if (image.length !== nz * ny * nx)
    throw badInput(
      `An image of ${image.length} voxels does not have shape ${shape.join('×')}.`,
      'Pass its true shape.',
    );
  const runs = findRuns(image, nz * ny, nx);
  const sets = new UnionFind(runs.begin.length);
  const reach = connectivity === 26 ? 1 : 0;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const row = z * ny + y;
      if (y > 0) joinRows(image, runs, sets, row, row - 1, nx, reach);
      if (z === 0) continue;
      joinRows(image, runs, sets, row, row - ny, nx, reach);
      if (reach === 0) continue;
      if (y > 0) joinRows(image, runs, sets, row, row - ny - 1, nx, reach);
      if (y + 1 < ny) joinRows(image, runs, sets, row, row - ny + 1, nx, reach);
    }
  }
  return paintRuns(runs, sets, image.length);
}

function paintRuns(
  { begin, end }: Runs,
  sets: UnionFind,
  voxels: number,
): { labels: Uint32Array<ArrayBuffer>; count: number } {
  const labels = new Uint32Array(voxels);
  const labelOfRun = new Uint32Array(begin.length);
  let count = 0;
  for (let run = 0; run < begin.length; run++) {
    // Roots are the smallest run of their set, so a root is always met before its members.
    const root = sets.find(run);
    const label = root === run ? ++count : labelOfRun[root];
    labelOfRun[run] = label;
    for (let i = begin[run]; i < end[run]; i++) labels[i] = label;
  }
  return { labels, count };
}
