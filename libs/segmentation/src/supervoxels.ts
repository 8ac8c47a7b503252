import {
  badInput,
  boxContains,
  copyOverlap,
  formatBox,
  growBox,
  intersectBox,
  shapeOf,
  supervoxelId,
  supervoxelLocalBits,
  voxelsIn,
  type Box,
  type Vec3,
} from '@stratome/core';
import { labelComponents } from '@stratome/kernels';
import { mergeSmallBasins } from './basinMerging.js';
import { quantised, type SupervoxelParameters } from './parameters.js';
import { seededBasins } from './seededWatershed.js';
import { watershedBasins } from './watershed.js';

/** Supervoxels of one block of the dataset's fixed grid: `labels` 1 … count, 0 is background; C order z, y, x. */
export interface BlockSupervoxels {
  readonly labels: Uint32Array;
  readonly count: number;
}

/** The box of affinities that a supervoxel block needs: the block and its halo, cut at the volume's faces. */
export function affinityBoxOf(
  blockBox: Box,
  shape: Vec3,
  { haloVoxels }: Pick<SupervoxelParameters, 'haloVoxels'>,
): Box {
  return intersectBox(growBox(blockBox, haloVoxels), { begin: [0, 0, 0], end: shape });
}

/** The affinities with those that touch a masked voxel set to zero. */
function maskedAffinities(affinities: Uint8Array, mask: Uint8Array, [nz, ny, nx]: Vec3): Uint8Array {
  const n = nz * ny * nx;
  const out = affinities.slice(0, 3 * n);
  const steps = [ny * nx, nx, 1];
  for (let c = 0; c < 3; c++) {
    for (let i = 0; i < n; i++) {
      if (mask[i] === 0) {
        out[c * n + i] = 0;
        // Where this wraps into another row it is the link across the volume's face, which nobody reads.
        if (i + steps[c] < n) out[c * n + i + steps[c]] = 0;
      }
    }
  }
  return out;
}

type Basins = (
  affinities: Uint8Array,
  shape: Vec3,
  voxelNm: Vec3,
  p: SupervoxelParameters,
) => Uint32Array<ArrayBuffer>;

const seeded: Basins = (affinities, shape, voxelNm, p) => {
  const least = Math.min(...voxelNm);
  return seededBasins(affinities, shape, {
    insideAffinity: quantised(p.insideAffinity),
    seedRadiusVoxels: p.seedRadiusVoxels,
    low: quantised(p.watershedLow),
    widths: [voxelNm[0] / least, voxelNm[1] / least, voxelNm[2] / least],
    planar: voxelNm[0] >= p.planarAspect * Math.max(voxelNm[1], voxelNm[2]),
  }).labels;
};

const steepest: Basins = (affinities, shape, _voxelNm, p) => {
  const { labels, count } = watershedBasins(
    affinities,
    shape,
    quantised(p.watershedLow),
    quantised(p.watershedHigh),
  );
  mergeSmallBasins(labels, count, affinities, shape, p.basinSizeVoxels, quantised(p.basinMergeAffinity));
  return labels;
};

/**
 * Supervoxels of one block: watershed over the block and its halo, cut to the block.
 *
 * The halo lets a basin that straddles the block's face be found whole; what the cut separates gets labels of
 * its own. The result depends on the stored affinities inside `affinityBox` alone.
 *
 * @param affinities uint8 of `affinityBox`, (c, z, y, x) with at least 3 channels: channel 0, 1, 2 at a voxel
 *   links it with its neighbour at z−1, y−1, x−1. Not mutated.
 * @param affinityBox what `affinityBoxOf` gives for the block
 * @param blockBox the block; must lie inside `affinityBox`
 * @param mask uint8 of `affinityBox`, 0 where there is no tissue to segment; absent: everything is tissue
 * @param voxelNm voxel size z, y, x, nm; its ratios decide how distances are measured
 * @returns labels of the block in the order of their first voxels
 * @throws badInput when arrays and boxes do not fit, or a block has more supervoxels than ids
 */
export function supervoxelsOfBlock(
  affinities: Uint8Array,
  affinityBox: Box,
  blockBox: Box,
  mask: Uint8Array | undefined,
  voxelNm: Vec3,
  parameters: SupervoxelParameters,
): BlockSupervoxels {
  requireFit(affinities, affinityBox, blockBox, mask);
  const shape = shapeOf(affinityBox);
  const seen = mask ? maskedAffinities(affinities, mask, shape) : affinities;
  const basins = parameters.supervoxelMethod === 'seeded' ? seeded : steepest;
  const labels = basins(seen, shape, voxelNm, parameters);
  const cut = new Uint32Array(voxelsIn(blockBox));
  copyOverlap(labels, affinityBox, cut, blockBox);
  const supervoxels = labelComponents(cut, shapeOf(blockBox), 6);
  if (supervoxels.count >= 2 ** Number(supervoxelLocalBits))
    throw badInput(
      `The block ${formatBox(blockBox)} has ${supervoxels.count} supervoxels.`,
      'Use smaller blocks.',
    );
  return supervoxels;
}

function requireFit(affinities: Uint8Array, affinityBox: Box, blockBox: Box, mask?: Uint8Array): void {
  const voxels = voxelsIn(affinityBox);
  if (affinities.length < 3 * voxels)
    throw badInput(
      `${affinities.length} affinities are too few for ${formatBox(affinityBox)}.`,
      'Pass three channels.',
    );
  if (mask && mask.length !== voxels)
    throw badInput(
      `A mask of ${mask.length} voxels does not fit ${formatBox(affinityBox)}.`,
      'Pass the same box.',
    );
  if (!boxContains(affinityBox, blockBox))
    throw badInput(
      `${formatBox(affinityBox)} does not hold ${formatBox(blockBox)}.`,
      'Read the block with its halo.',
    );
}

/** The dataset's ids of a block's supervoxels (0 stays 0); see `supervoxelId`. */
export function globalSupervoxels(labels: Uint32Array, blockIndex: number): BigUint64Array {
  const ids = new BigUint64Array(labels.length);
  // Both halves of the id as 32-bit words (little-endian): far faster than one bigint a voxel.
  const words = new Uint32Array(ids.buffer);
  const base = supervoxelId(blockIndex, 0);
  const low = Number(base & 0xffffffffn);
  const high = Number(base >> 32n);
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === 0) continue;
    words[2 * i] = low | labels[i];
    words[2 * i + 1] = high;
  }
  return ids;
}
