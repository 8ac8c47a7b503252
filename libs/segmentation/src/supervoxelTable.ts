import { badInput, shapeOf, supervoxelId, type Box } from '@stratome/core';
import type { LabelledBlock } from './regionEdges.js';

/** What is known of every supervoxel; rows sorted by id. Coordinates are voxels of the dataset, z, y, x. */
export interface SupervoxelTable {
  readonly id: BigUint64Array;
  readonly voxels: Float64Array;
  /** Three a row: the first voxel in raster order. */
  readonly first: Uint32Array;
  /** Six a row: the half-open bounding box, begin z, y, x then end z, y, x. */
  readonly box: Uint32Array;
  /** Three a row: sums of the coordinates (the centroid times `voxels`). */
  readonly coordinateSum: Float64Array;
  /** Sums over the voxels of the glia and vessel probabilities, 0 … 255 each. */
  readonly gliaSum: Float64Array;
  readonly vesselSum: Float64Array;
}

/** Probabilities 0 … 255 of the block's voxels that they belong to glia or to a vessel. */
export interface TissueProbabilities {
  readonly glia: Uint8Array;
  readonly vessel: Uint8Array;
}

const emptyTable = (rows: number): SupervoxelTable => ({
  id: new BigUint64Array(rows),
  voxels: new Float64Array(rows),
  first: new Uint32Array(3 * rows),
  box: new Uint32Array(6 * rows),
  coordinateSum: new Float64Array(3 * rows),
  gliaSum: new Float64Array(rows),
  vesselSum: new Float64Array(rows),
});

/**
 * Measures the supervoxels of one block.
 *
 * @param block labels 1 … count without gaps
 * @param blockBox where the block lies in the dataset
 * @param tissue probabilities of the block; absent: all sums are 0
 * @throws badInput when arrays and box do not fit
 */
export function supervoxelTable(
  block: LabelledBlock,
  count: number,
  blockBox: Box,
  tissue?: TissueProbabilities,
): SupervoxelTable {
  const shape = shapeOf(blockBox);
  if (shape.some((n, k) => n !== block.shape[k]) || (tissue && tissue.glia.length !== block.labels.length))
    throw badInput(`The block of ${block.shape.join('×')} does not fit its box or its tissue probabilities.`);
  const table = emptyTable(count);
  for (let r = 0; r < count; r++) table.id[r] = supervoxelId(block.blockIndex, r + 1);
  const [bz, by, bx] = blockBox.begin;
  let i = 0;
  for (let z = bz; z < blockBox.end[0]; z++) {
    for (let y = by; y < blockBox.end[1]; y++) {
      for (let x = bx; x < blockBox.end[2]; x++, i++) {
        const row = block.labels[i] - 1;
        if (row < 0) continue;
        addVoxel(table, row, z, y, x);
        if (tissue) {
          table.gliaSum[row] += tissue.glia[i];
          table.vesselSum[row] += tissue.vessel[i];
        }
      }
    }
  }
  return table;
}

function addVoxel(
  { voxels, first, box, coordinateSum }: SupervoxelTable,
  row: number,
  z: number,
  y: number,
  x: number,
) {
  const p = 3 * row;
  const q = 6 * row;
  if (voxels[row]++ === 0) {
    first[p] = box[q] = z;
    first[p + 1] = box[q + 1] = y;
    first[p + 2] = box[q + 2] = x;
    box[q + 4] = y + 1;
    box[q + 5] = x + 1;
  }
  // Raster order: z never falls, so only its end can grow.
  box[q + 3] = z + 1;
  if (y < box[q + 1]) box[q + 1] = y;
  if (x < box[q + 2]) box[q + 2] = x;
  if (y >= box[q + 4]) box[q + 4] = y + 1;
  if (x >= box[q + 5]) box[q + 5] = x + 1;
  coordinateSum[p] += z;
  coordinateSum[p + 1] += y;
  coordinateSum[p + 2] += x;
}

/** One table from those of many blocks (whose ids are disjoint), sorted by id; the order of tables is free. */
export function mergeSupervoxelTables(tables: readonly SupervoxelTable[]): SupervoxelTable {
  const filled = tables.filter((t) => t.id.length > 0).sort((s, t) => (s.id[0] < t.id[0] ? -1 : 1));
  const out = emptyTable(filled.reduce((rows, t) => rows + t.id.length, 0));
  let at = 0;
  for (const table of filled) {
    out.id.set(table.id, at);
    out.voxels.set(table.voxels, at);
    out.first.set(table.first, 3 * at);
    out.box.set(table.box, 6 * at);
    out.coordinateSum.set(table.coordinateSum, 3 * at);
    out.gliaSum.set(table.gliaSum, at);
    out.vesselSum.set(table.vesselSum, at);
    at += table.id.length;
  }
  for (let r = 1; r < out.id.length; r++) {
    if (out.id[r - 1] >= out.id[r])
      throw badInput(`Supervoxel ${out.id[r]} is in two tables.`, 'Pass each block once.');
  }
  return out;
}
