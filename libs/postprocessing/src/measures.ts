import { voxelsIn, type BlockGrid, type Vec3 } from '@stratome/core';
import type { Skeleton } from './skeleton/skeleton.js';
import { edgeLengthNm } from './skeleton/skeleton.js';
import type { SynapseRecord } from './synapse/record.js';

/** One quality measurement of one cell of the data set's quality grid. */
export interface CellMeasurement {
  /** Linear number of the cell in its grid. */
  readonly cell: number;
  readonly measure: string;
  readonly value: number;
  /** How much the value rests on, in the unit that the measure names; for weighted means over cells. */
  readonly weight: number;
}

/** The measures of this layer: unit of the value, unit of the weight. */
export const postprocessingMeasures = {
  synapseDensity: { value: 'synapses/µm³', weight: 'µm³' },
  synapseConfidence: { value: 'mean of synapses with both partners', weight: 'synapses' },
  unassignedPartners: { value: 'share of synapses', weight: 'synapses' },
  cableDensity: { value: 'µm/µm³', weight: 'µm³' },
  skeletonDeadEndsPerUm: { value: 'ends/µm', weight: 'µm' },
  largeObjectFlags: { value: 'share of voxels', weight: 'voxels' },
  vesselFraction: { value: 'share of voxels', weight: 'voxels' },
  somaFraction: { value: 'share of voxels', weight: 'voxels' },
} as const;

const cellVolumeUm3 = (cells: BlockGrid, cell: number, voxelNm: Vec3): number =>
  (voxelsIn(cells.box(cells.position(cell))) * voxelNm[0] * voxelNm[1] * voxelNm[2]) / 1e9;

/**
 * Density, confidence and unassigned partners of synapses by cell; a synapse counts where its cleft point lies.
 * Density is measured in every cell, the other two where there is a synapse to measure.
 */
export function measureSynapses(
  synapses: readonly SynapseRecord[],
  cells: BlockGrid,
  voxelNm: Vec3,
): CellMeasurement[] {
  const count = new Float64Array(cells.length);
  const assigned = new Float64Array(cells.length);
  const confidence = new Float64Array(cells.length);
  for (const synapse of synapses) {
    const cell = cells.indexAt(synapse.cleftPoint);
    count[cell]++;
    if (synapse.unassigned !== 'none') continue;
    assigned[cell]++;
    confidence[cell] += synapse.confidence;
  }
  return Array.from(count).flatMap((n, cell) => {
    const um3 = cellVolumeUm3(cells, cell, voxelNm);
    const rows = [{ cell, measure: 'synapseDensity', value: n / um3, weight: um3 }];
    if (assigned[cell] > 0)
      rows.push({
        cell,
        measure: 'synapseConfidence',
        value: confidence[cell] / assigned[cell],
        weight: assigned[cell],
      });
    if (n > 0) rows.push({ cell, measure: 'unassignedPartners', value: (n - assigned[cell]) / n, weight: n });
    return rows;
  });
}

/**
 * Cable density and dead ends per cable by cell. An edge counts where its middle lies. Dead ends nearer than
 * `faceMarginNm` to a face of the data set are neurites cut off by it and do not count.
 */
export function measureSkeletons(
  skeletons: Iterable<Skeleton>,
  cells: BlockGrid,
  voxelNm: Vec3,
  faceMarginNm: number,
): CellMeasurement[] {
  const cableUm = new Float64Array(cells.length);
  const ends = new Float64Array(cells.length);
  for (const skeleton of skeletons) {
    const vertex = (v: number) => [0, 1, 2].map((k) => skeleton.verticesNm[3 * v + k] / voxelNm[k]);
    for (let e = 0; 2 * e < skeleton.edges.length; e++) {
      const a = vertex(skeleton.edges[2 * e]);
      const b = vertex(skeleton.edges[2 * e + 1]);
      cableUm[cells.indexAt(a.map((v, k) => (v + b[k]) / 2))] += edgeLengthNm(skeleton, e) / 1000;
    }
    for (const v of skeleton.deadEnds) {
      const at = vertex(v);
      const toFaceNm = at.map((p, k) => Math.min(p, cells.shape[k] - p) * voxelNm[k]);
      if (Math.min(...toFaceNm) >= faceMarginNm) ends[cells.indexAt(at)]++;
    }
  }
  return Array.from(cableUm).flatMap((um, cell) => {
    const um3 = cellVolumeUm3(cells, cell, voxelNm);
    const rows = [{ cell, measure: 'cableDensity', value: um / um3, weight: um3 }];
    if (um > 0) rows.push({ cell, measure: 'skeletonDeadEndsPerUm', value: ends[cell] / um, weight: um });
    return rows;
  });
}
