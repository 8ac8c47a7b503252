import { voxelsIn, type BlockGrid, type Box, type CellMeasurement, type Vec3 } from '@stratome/core';
import { rowFinder, type Agglomeration } from './agglomeration.js';
import type { EdgeTable } from './edgeTable.js';
import { quantised, type AgglomerationParameters } from './parameters.js';
import type { SupervoxelTable } from './supervoxelTable.js';
import { tissueClasses } from './tissueClass.js';

/** Affinities strictly between these decide nothing. */
const lowAffinity = quantised(0.25);
const highAffinity = quantised(0.75);

/** A contact within this of the agglomeration threshold that holds for it was decided only just, affinity. */
export const narrowMargin = 0.1;

/** A segment that ends inside the volume and is shorter than this is no neurite, nm. */
export const orphanLengthNm = 1000;

/**
 * Mean of the affinities, and share of those that are neither low nor high, by quality cell.
 *
 * @param affinities uint8 of `box`, (c, z, y, x) with at least 3 channels, linking a voxel with its neighbour at
 *   z−1, y−1, x−1; links across the volume's low faces do not count. Not mutated.
 * @param box where it lies; parts of boxes of a fixed grid can be combined, weighted
 * @param cells the quality grid, in the voxels of the affinities
 */
export function measureAffinities(affinities: Uint8Array, box: Box, cells: BlockGrid): CellMeasurement[] {
  const rows: CellMeasurement[] = [];
  for (const position of cells.positionsIn(box)) {
    const { sum, ambiguous, count } = tallyAffinities(affinities, box, cells.box(position));
    if (count === 0) continue;
    const cell = cells.indexOf(position);
    rows.push(
      { cell, measure: 'meanAffinity', value: sum / count / 255, weight: count },
      { cell, measure: 'affinityAmbiguity', value: ambiguous / count, weight: count },
    );
  }
  return rows;
}

function tallyAffinities(affinities: Uint8Array, box: Box, cell: Box) {
  const [nz, ny, nx] = [0, 1, 2].map((k) => box.end[k] - box.begin[k]);
  const from = cell.begin.map((v, k) => Math.max(v, box.begin[k]));
  const to = cell.end.map((v, k) => Math.min(v, box.end[k]));
  let [sum, ambiguous, count] = [0, 0, 0];
  for (let c = 0; c < 3; c++) {
    const first = from.map((v, k) => (k === c ? Math.max(1, v) : v));
    for (let z = first[0]; z < to[0]; z++) {
      for (let y = first[1]; y < to[1]; y++) {
        let i = ((c * nz + z - box.begin[0]) * ny + y - box.begin[1]) * nx + first[2] - box.begin[2];
        for (let x = first[2]; x < to[2]; x++, i++) {
          const affinity = affinities[i];
          sum += affinity;
          if (affinity > lowAffinity && affinity < highAffinity) ambiguous++;
        }
        count += Math.max(0, to[2] - first[2]);
      }
    }
  }
  return { sum, ambiguous, count };
}

/** Everything that an agglomeration was made from and what it made. */
export interface MeasuredAgglomeration {
  readonly edges: EdgeTable;
  readonly supervoxels: SupervoxelTable;
  readonly agglomeration: Agglomeration;
}

/**
 * How sure supervoxels and segments are, by quality cell.
 *
 * Tables do not say where things lie voxel by voxel: a supervoxel and a segment count where their centroid lies,
 * a contact at the middle of where the bounding boxes of its two supervoxels meet. The tables are those of the
 * whole volume, so nothing depends on how it was cut into tasks.
 *
 * @param cells the quality grid, in the voxels of the tables
 * @param voxelNm voxel size z, y, x, nm
 * @returns densities of every cell, the rest where there is something to measure
 */
export function measureAgglomeration(
  measured: MeasuredAgglomeration,
  cells: BlockGrid,
  voxelNm: Vec3,
  parameters: AgglomerationParameters,
): CellMeasurement[] {
  return [
    ...measureSupervoxels(measured.supervoxels, cells, voxelNm),
    ...measureContacts(measured, cells),
    ...measureSegments(measured, cells, voxelNm, parameters),
  ].sort((p, q) => p.cell - q.cell);
}

/** The cell that holds a point, which may lie on the far face of the volume. */
function cellAt(cells: BlockGrid, at: (k: number) => number): number {
  const place = (k: number) => Math.max(0, Math.min(cells.counts[k] - 1, Math.floor(at(k) / cells.block[k])));
  return cells.indexOf([place(0), place(1), place(2)]);
}

function densities(
  measure: string,
  counts: Float64Array,
  cells: BlockGrid,
  voxelNm: Vec3,
): CellMeasurement[] {
  const voxelUm3 = (voxelNm[0] * voxelNm[1] * voxelNm[2]) / 1e9;
  return Array.from(counts, (count, cell) => {
    const weight = voxelsIn(cells.box(cells.position(cell))) * voxelUm3;
    return { cell, measure, value: count / weight, weight };
  });
}

/** Σ value·weight over Σ weight of each cell that has weight. */
function means(measure: string, sums: Float64Array, weights: Float64Array): CellMeasurement[] {
  return Array.from(weights).flatMap((weight, cell) =>
    weight > 0 ? [{ cell, measure, value: sums[cell] / weight, weight }] : [],
  );
}

const sumsPerCell = (cells: BlockGrid) => new Float64Array(cells.length);

function measureSupervoxels(table: SupervoxelTable, cells: BlockGrid, voxelNm: Vec3): CellMeasurement[] {
  const [count, doubt, voxels] = [sumsPerCell(cells), sumsPerCell(cells), sumsPerCell(cells)];
  for (let r = 0; r < table.id.length; r++) {
    const size = table.voxels[r];
    const cell = cellAt(cells, (k) => table.coordinateSum[3 * r + k] / size);
    const [glia, vessel] = [table.gliaSum[r] / 255, table.vesselSum[r] / 255];
    count[cell]++;
    doubt[cell] += size - Math.max(glia, vessel, size - glia - vessel);
    voxels[cell] += size;
  }
  return [
    ...densities('supervoxelDensity', count, cells, voxelNm),
    ...means('classAmbiguity', doubt, voxels),
  ];
}

/** The cell in which the contact of two touching supervoxels lies: both boxes, grown by a voxel, hold it. */
function cellOfContact(box: Uint32Array, a: number, b: number, cells: BlockGrid): number {
  return cellAt(cells, (k) => {
    const low = Math.max(box[6 * a + k], box[6 * b + k]) - 1;
    const high = Math.min(box[6 * a + 3 + k], box[6 * b + 3 + k]) + 1;
    return (low + high) / 2;
  });
}

function measureContacts(
  { edges, supervoxels, agglomeration: { decisiveScore, decisiveThreshold, joined } }: MeasuredAgglomeration,
  cells: BlockGrid,
): CellMeasurement[] {
  const rowOf = rowFinder(supervoxels.id);
  const [faces, margin] = [sumsPerCell(cells), sumsPerCell(cells)];
  const [between, justSplit] = [sumsPerCell(cells), sumsPerCell(cells)];
  const [within, justMerged] = [sumsPerCell(cells), sumsPerCell(cells)];
  for (let e = 0; e < edges.a.length; e++) {
    const cell = cellOfContact(supervoxels.box, rowOf(edges.a[e]), rowOf(edges.b[e]), cells);
    const count = edges.count[e];
    const distance = Math.abs(decisiveScore[e] - decisiveThreshold[e]);
    const narrow = distance <= narrowMargin;
    faces[cell] += count;
    margin[cell] += count * distance;
    const [all, only] = joined[e] ? [within, justMerged] : [between, justSplit];
    all[cell] += count;
    if (narrow) only[cell] += count;
  }
  return [
    ...means('agglomerationMargin', margin, faces),
    ...means('splitIndex', justSplit, between),
    ...means('mergeIndex', justMerged, within),
  ];
}

/** What is known of every segment; rows in the order of `segments` of the agglomeration. */
interface SegmentShapes {
  /** Three a row: sums of the coordinates. */
  readonly coordinateSum: Float64Array;
  /** Six a row: the half-open bounding box, begin z, y, x then end z, y, x. */
  readonly box: Uint32Array;
}

function shapesOf({ supervoxels, agglomeration }: MeasuredAgglomeration): SegmentShapes {
  const rowOf = rowFinder(agglomeration.segments.id);
  const rows = agglomeration.segments.id.length;
  const coordinateSum = new Float64Array(3 * rows);
  const box = new Uint32Array(6 * rows);
  for (let n = 0; n < rows; n++) box.fill(0xffffffff, 6 * n, 6 * n + 3);
  agglomeration.segment.forEach((id, r) => {
    const n = rowOf(id);
    for (let k = 0; k < 3; k++) {
      coordinateSum[3 * n + k] += supervoxels.coordinateSum[3 * r + k];
      box[6 * n + k] = Math.min(box[6 * n + k], supervoxels.box[6 * r + k]);
      box[6 * n + 3 + k] = Math.max(box[6 * n + 3 + k], supervoxels.box[6 * r + 3 + k]);
    }
  });
  return { coordinateSum, box };
}

function measureSegments(
  measured: MeasuredAgglomeration,
  cells: BlockGrid,
  voxelNm: Vec3,
  { dustVoxels }: AgglomerationParameters,
): CellMeasurement[] {
  const { voxels, tissueClass } = measured.agglomeration.segments;
  const { coordinateSum, box } = shapesOf(measured);
  const [orphans, fragments] = [sumsPerCell(cells), sumsPerCell(cells)];
  for (let n = 0; n < voxels.length; n++) {
    const cell = cellAt(cells, (k) => coordinateSum[3 * n + k] / voxels[n]);
    const [begin, end] = [box.subarray(6 * n, 6 * n + 3), box.subarray(6 * n + 3, 6 * n + 6)];
    const inside = [0, 1, 2].every((k) => begin[k] > 0 && end[k] < cells.shape[k]);
    const lengthNm = Math.max(...[0, 1, 2].map((k) => (end[k] - begin[k]) * voxelNm[k]));
    const other = ['glia', 'vessel'].includes(tissueClasses[tissueClass[n]]);
    if (voxels[n] < dustVoxels) fragments[cell]++;
    else if (inside && !other && lengthNm < orphanLengthNm) orphans[cell]++;
  }
  return [
    ...densities('orphanDensity', orphans, cells, voxelNm),
    ...densities('smallFragmentDensity', fragments, cells, voxelNm),
  ];
}
