import type { BlockGrid, Box, CellMeasurement } from '@stratome/core';
import { rowFinder, type Agglomeration } from './agglomeration.js';
import type { EdgeTable } from './edgeTable.js';
import type { AgglomerationParameters } from './parameters.js';
import type { SupervoxelTable } from './supervoxelTable.js';

/** Share of each cell: hits over all, in the cells that have any. */
const shares = (measure: string, hits: Float64Array, all: Float64Array): CellMeasurement[] =>
  Array.from(all).flatMap((weight, cell) =>
    weight > 0 ? [{ cell, measure, value: hits[cell] / weight, weight }] : [],
  );

/**
 * Share of the voxels with image that belong to no supervoxel, by quality cell: what was left out, or cut away as
 * boundary.
 *
 * @param image uint8 of `box`, 0 = no data. Not mutated.
 * @param supervoxels of `box`, 0 = none. Not mutated.
 * @param box where they lie; parts of the blocks of a fixed grid can be combined, weighted
 * @param cells the quality grid, in the voxels of the arrays
 */
export function measureUnsegmented(
  image: Uint8Array,
  supervoxels: BigUint64Array,
  box: Box,
  cells: BlockGrid,
): CellMeasurement[] {
  const words = new Uint32Array(supervoxels.buffer, supervoxels.byteOffset, 2 * supervoxels.length);
  const [seen, bare] = [new Float64Array(cells.length), new Float64Array(cells.length)];
  cells.forEachStretch(box, box, (cell, from, to) => {
    for (let i = from; i < to; i++) {
      if (image[i] === 0) continue;
      seen[cell]++;
      if ((words[2 * i] | words[2 * i + 1]) === 0) bare[cell]++;
    }
  });
  return shares('unsegmented', bare, seen);
}

/** The decisions on contacts as they stand on record, however they came to be. */
export interface RecordedDecisions {
  readonly edges: Pick<EdgeTable, 'a' | 'b' | 'count'>;
  readonly supervoxels: Pick<SupervoxelTable, 'id' | 'voxels' | 'coordinateSum'>;
  readonly agglomeration: Pick<Agglomeration, 'decisiveScore' | 'joined' | 'betweenClasses'>;
}

/**
 * Share of contact that was joined below the threshold or not joined above it, by quality cell: 0 where the
 * agglomeration did what the parameters say. Contacts on which dust or tissue classes decided are left out. A
 * contact lies midway between the centroids of its supervoxels.
 *
 * @param cells the quality grid, in the voxels of the tables
 * @param parameters of the dataset, not those that whoever decided went by
 */
export function measureDecisions(
  { edges, supervoxels, agglomeration }: RecordedDecisions,
  cells: BlockGrid,
  parameters: Pick<AgglomerationParameters, 'agglomerationThreshold' | 'dustVoxels'>,
): CellMeasurement[] {
  const { decisiveScore, joined, betweenClasses } = agglomeration;
  const rowOf = rowFinder(supervoxels.id);
  const { voxels, coordinateSum } = supervoxels;
  const [faces, conflict] = [new Float64Array(cells.length), new Float64Array(cells.length)];
  for (let e = 0; e < edges.a.length; e++) {
    const [p, q] = [rowOf(edges.a[e]), rowOf(edges.b[e])];
    const above = decisiveScore[e] >= parameters.agglomerationThreshold;
    const dust = Math.min(voxels[p], voxels[q]) < parameters.dustVoxels;
    if (joined[e] && !above && dust) continue;
    if (!joined[e] && above && betweenClasses[e]) continue;
    const centre = (row: number, k: number) => coordinateSum[3 * row + k] / voxels[row];
    const cell = cells.indexAt([0, 1, 2].map((k) => (centre(p, k) + centre(q, k)) / 2));
    faces[cell] += edges.count[e];
    if ((joined[e] === 1) !== above) conflict[cell] += edges.count[e];
  }
  return shares('decisionConflict', conflict, faces);
}
