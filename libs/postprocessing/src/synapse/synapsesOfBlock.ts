import {
  badInput,
  boxContains,
  formatBox,
  growBox,
  intersectBox,
  shapeOf,
  voxelsIn,
  type Box,
  type Vec3,
} from '@stratome/core';
import { distanceTransform } from '@stratome/kernels';
import type { SynapseParameters } from '../parameters.js';
import { numberSegments } from '../segments.js';
import { aboveThreshold, cleftsOfBlock, isLargeEnough, type Cleft } from './clefts.js';
import { divideCleft } from './divideClefts.js';
import { choosePartners, openOnAllSides, surroundingsOf, type Partner, type Partners } from './partners.js';
import type { SynapseRecord } from './record.js';

/** Everything about one block of the data set's synapse grid. */
export interface SynapseBlock {
  /** [4, z, y, x] of the data box: presynaptic, cleft, postsynaptic, excitatory; probability, 255 = 1. */
  readonly channels: Uint8Array;
  /** Of the data box, C order z, y, x; 0 is background. */
  readonly segmentation: BigUint64Array;
  readonly supervoxels?: BigUint64Array;
  /** What the arrays hold: `synapseSource` of the block, or more. */
  readonly box: Box;
  /** A block of the grid which the data set has for synapses, whatever a task covers. */
  readonly block: Box;
  readonly volumeShape: Vec3;
  readonly voxelNm: Vec3;
  /** Segments that cannot be partners: glia, vessels, what is no object. */
  readonly excluded: (segment: bigint) => boolean;
}

/** The voxels that a block needs: as far as its clefts, their surroundings and competing clefts may reach. */
export function synapseSource(
  block: Box,
  volumeShape: Vec3,
  voxelNm: Vec3,
  { maxExtentNm, partnerRadiusNm }: SynapseParameters,
): Box {
  const margin = voxelNm.map(
    (width) => Math.ceil(maxExtentNm / width) + 2 * Math.ceil(partnerRadiusNm / width),
  );
  const grown = growBox(block, [margin[0], margin[1], margin[2]]);
  return intersectBox(grown, { begin: [0, 0, 0], end: volumeShape });
}

/**
 * The synapses that a block owns: clefts are 26-connected components of the thresholded cleft probability, a
 * cleft belongs to the block that holds its representative voxel (with all pieces into which `divideCleft` cuts it), and partners are the segments with the most
 * pre- and postsynaptic probability around it. A cleft with several postsynaptic partners (polyadic) gives one
 * record for each, a cleft with none one record that says so.
 *
 * What a block gives depends on its box in the grid alone: reading more around it changes nothing.
 *
 * @returns records by id. Inputs are not mutated.
 * @throws badInput when arrays do not fit the box or the box holds too little.
 */
export function synapsesOfBlock(input: SynapseBlock, parameters: SynapseParameters): SynapseRecord[] {
  const { box, block, voxelNm } = input;
  checkBlock(input, parameters);
  const n = voxelsIn(box);
  const channel = (c: number) => input.channels.subarray(c * n, (c + 1) * n);
  const probability = channel(1);
  const mask = aboveThreshold(probability, parameters.cleftThreshold);
  const clefts = cleftsOfBlock(mask, { probability, box, block, voxelNm }, parameters);
  if (clefts.length === 0) return [];
  const { local, ids } = numberSegments(input.segmentation);
  const excluded = Uint8Array.from(ids, (id) => (input.excluded(id) ? 1 : 0));
  const elsewhere = mask.map((m) => 1 - m);
  const toAnyCleftNm = distanceTransform(elsewhere, shapeOf(box), voxelNm, openOnAllSides);
  const source = { pre: channel(0), post: channel(2), probability, local, toAnyCleftNm, box, block, voxelNm };
  const idOf = (segment: number) => ids[segment - 1];
  const eligible = (segment: number) => excluded[segment - 1] === 0;
  const largeEnough = isLargeEnough(voxelNm, parameters);
  const records = clefts.flatMap((cleft) => {
    const around = surroundingsOf(cleft, source, parameters.partnerRadiusNm);
    const pieces = divideCleft(cleft, around, source, eligible, idOf, parameters);
    return pieces.filter(largeEnough).flatMap((piece) => {
      const near = piece === cleft ? around : surroundingsOf(piece, source, parameters.partnerRadiusNm);
      const partners = choosePartners(near, source, eligible, idOf, parameters);
      return recordsOf(piece, partners, input, channel(3), idOf, parameters);
    });
  });
  return records.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function checkBlock(
  { channels, segmentation, supervoxels, box, block, volumeShape, voxelNm }: SynapseBlock,
  parameters: SynapseParameters,
) {
  const n = voxelsIn(box);
  if (channels.length !== 4 * n || segmentation.length !== n || (supervoxels && supervoxels.length !== n)) {
    throw badInput(
      `Arrays of a synapse block do not fill ${formatBox(box)}.`,
      'Pass four channels, a segmentation and supervoxels of that box.',
    );
  }
  const needed = synapseSource(block, volumeShape, voxelNm, parameters);
  if (!boxContains(box, needed)) {
    throw badInput(
      `Synapses of ${formatBox(block)} need ${formatBox(needed)}, got ${formatBox(box)}.`,
      'Read a wider margin.',
    );
  }
}

function mean(values: Uint8Array, voxels: Int32Array): number {
  let sum = 0;
  for (const v of voxels) sum += values[v];
  return sum / voxels.length / 255;
}

/**
 * Confidence in one synapse, 0 … 1: p · s · √(a · b), where p is the mean cleft probability, s = min(1, √(area /
 * `fullConfidenceUm2`)), and a and b are the shares of the pre- and postsynaptic mass around the cleft that
 * the chosen partners hold (0 where there is none, so that a synapse without a partner has confidence 0).
 */
export function synapseConfidence(
  meanCleft: number,
  areaNm2: number,
  preShare: number,
  postShare: number,
  { fullConfidenceUm2 }: Pick<SynapseParameters, 'fullConfidenceUm2'>,
): number {
  const size = Math.min(1, Math.sqrt(areaNm2 / 1e6 / fullConfidenceUm2));
  return meanCleft * size * Math.sqrt(preShare * postShare);
}

function recordsOf(
  cleft: Cleft,
  { pre, preShare, posts, postShare }: Partners,
  input: SynapseBlock,
  excitatory: Uint8Array,
  idOf: (segment: number) => bigint,
  parameters: SynapseParameters,
): SynapseRecord[] {
  const [z, y, x] = cleft.representative;
  const siteId =
    (BigInt(z) * BigInt(input.volumeShape[1]) + BigInt(y)) * BigInt(input.volumeShape[2]) + BigInt(x);
  const shape = shapeOf(input.box);
  const excitatoryProbability = mean(excitatory, cleft.voxels);
  const meanCleft = mean(input.channels.subarray(voxelsIn(input.box), 2 * voxelsIn(input.box)), cleft.voxels);
  const supervoxelAt = (partner: Partner | undefined): bigint | undefined => {
    if (!partner || !input.supervoxels) return undefined;
    const [pz, py, px] = partner.point.map((v, k) => v - input.box.begin[k]);
    return input.supervoxels[(pz * shape[1] + py) * shape[2] + px];
  };
  return (posts.length > 0 ? posts : [undefined]).map((post, rank) => ({
    id: 16n * siteId + BigInt(rank),
    siteId,
    cleftPoint: cleft.representative,
    prePoint: pre?.point ?? cleft.representative,
    postPoint: post?.point ?? cleft.representative,
    preSegment: pre ? idOf(pre.segment) : 0n,
    postSegment: post ? idOf(post.segment) : 0n,
    preSupervoxel: supervoxelAt(pre),
    postSupervoxel: supervoxelAt(post),
    kind: excitatoryProbability >= 0.5 ? 'excitatory' : 'inhibitory',
    excitatoryProbability,
    confidence: synapseConfidence(meanCleft, cleft.areaNm2, preShare, postShare, parameters),
    cleftVoxels: cleft.voxels.length,
    areaNm2: cleft.areaNm2,
    unassigned: pre ? (post ? 'none' : 'post') : post ? 'pre' : 'both',
    split: cleft.split,
  }));
}
