import { shapeOf, type BlockGrid, type Box, type CellMeasurement, type Vec3 } from '@stratome/core';
import { aboveThreshold } from './synapse/clefts.js';
import type { SynapseRecord } from './synapse/record.js';

/** The network's output that synapses are held against. */
export interface SynapseMaps {
  /** [4, z, y, x] of the box: presynaptic, cleft, postsynaptic, excitatory; probability, 255 = 1. Not mutated. */
  readonly channels: Uint8Array;
  readonly box: Box;
}

/**
 * How much of each quality cell the network takes for a cleft, and how many synapses were made of that.
 *
 * @param cleft probability of `block`, 255 = 1. Not mutated.
 * @param image uint8 of `block`, 0 = no data: does not count. Not mutated.
 * @param block where they lie; parts of the blocks of a fixed grid can be combined, weighted
 * @param synapses those whose cleft point lies in the block; others are passed over
 * @param cells the quality grid, in voxels of the maps
 * @param cleftThreshold of the dataset, not that which whoever found the synapses went by
 * @returns the share wherever there is image, synapses per cleft wherever there is cleft
 */
export function measureClefts(
  cleft: Uint8Array,
  image: Uint8Array,
  block: Box,
  synapses: readonly SynapseRecord[],
  cells: BlockGrid,
  voxelNm: Vec3,
  cleftThreshold: number,
): CellMeasurement[] {
  const mask = aboveThreshold(cleft, cleftThreshold);
  const sums = () => new Float64Array(cells.length);
  const [seen, clefts, found] = [sums(), sums(), sums()];
  cells.forEachStretch(block, block, (cell, from, to) => {
    for (let i = from; i < to; i++) {
      if (image[i] === 0) continue;
      seen[cell]++;
      clefts[cell] += mask[i];
    }
  });
  for (const { cleftPoint } of synapses) if (isIn(block, cleftPoint)) found[cells.indexAt(cleftPoint)]++;
  const voxelUm3 = (voxelNm[0] * voxelNm[1] * voxelNm[2]) / 1e9;
  return Array.from(seen).flatMap((voxels, cell) => {
    if (voxels === 0) return [];
    const rows = [{ cell, measure: 'cleftFraction', value: clefts[cell] / voxels, weight: voxels }];
    const value = found[cell] / (clefts[cell] * voxelUm3);
    if (clefts[cell] > 0) rows.push({ cell, measure: 'synapsesPerCleft', value, weight: clefts[cell] });
    return rows;
  });
}

const isIn = ({ begin, end }: Box, point: readonly number[]): boolean =>
  point.every((v, k) => v >= begin[k] && v < end[k]);

/** Half the side of the cube around a site in which the maps are averaged, nm. */
const siteNm = 40;

/**
 * Whether the network's maps bear out which side of a synapse is which, by quality cell: presynaptic less
 * postsynaptic probability around the presynaptic site, plus the reverse around the postsynaptic one.
 *
 * @param block whose synapses are measured: those with their cleft point in it
 * @param synapses those without both partners are passed over, as are those with a site outside the maps
 * @returns the mean of the synapses of each cell that has any
 */
export function measureDirections(
  maps: SynapseMaps,
  block: Box,
  synapses: readonly SynapseRecord[],
  cells: BlockGrid,
  voxelNm: Vec3,
): CellMeasurement[] {
  const sums = new Map<number, { sum: number; count: number }>();
  for (const { cleftPoint, prePoint, postPoint, unassigned } of synapses) {
    if (unassigned !== 'none' || !isIn(block, cleftPoint)) continue;
    if (!isIn(maps.box, prePoint) || !isIn(maps.box, postPoint)) continue;
    const [pre, post] = [prePoint, postPoint].map((at) => sideOf(maps, at, voxelNm));
    const cell = cells.indexAt(cleftPoint);
    const entry = sums.get(cell) ?? { sum: 0, count: 0 };
    sums.set(cell, { sum: entry.sum + pre - post, count: entry.count + 1 });
  }
  return [...sums]
    .sort(([a], [b]) => a - b)
    .map(([cell, { sum, count }]) => ({
      cell,
      measure: 'directionSupport',
      value: sum / count,
      weight: count,
    }));
}

/** Mean presynaptic less postsynaptic probability around a voxel. */
function sideOf({ channels, box }: SynapseMaps, at: Vec3, voxelNm: Vec3): number {
  const [nz, ny, nx] = shapeOf(box);
  const n = nz * ny * nx;
  const reach = voxelNm.map((nm) => Math.round(siteNm / nm));
  const low = at.map((v, k) => Math.max(box.begin[k], v - reach[k]) - box.begin[k]);
  const high = at.map((v, k) => Math.min(box.end[k], v + reach[k] + 1) - box.begin[k]);
  let [sum, count] = [0, 0];
  for (let z = low[0]; z < high[0]; z++)
    for (let y = low[1]; y < high[1]; y++) {
      const row = (z * ny + y) * nx;
      for (let i = row + low[2]; i < row + high[2]; i++, count++) sum += channels[i] - channels[2 * n + i];
    }
  return sum / count / 255;
}
