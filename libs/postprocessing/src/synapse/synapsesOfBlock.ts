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
import {
  choosePartners,
  openOnAllSides,
  polarities,
  surroundingsOf,
  type Partner,
  type Partners,
  type Surroundings,
} from './partners.js';
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
 * cleft belongs to the block that holds its representative voxel (with all pieces into which `divideCleft`
 * cuts it), and partners follow from the pre- and postsynaptic probability around it. A cleft with several postsynaptic partners (polyadic) gives one
 * record for each, a cleft with none one record that says so.
 *
 * All are given that pass the size filters; `mergeSynapses` drops those of low confidence.
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
    const around = surroundingsOf(cleft, source, parameters);
    const sides = polarities(around, eligible, idOf);
    const pieces = divideCleft(cleft, around, sides, source, parameters);
    return pieces.filter(largeEnough).flatMap((piece) => {
      const near = piece === cleft ? around : surroundingsOf(piece, source, parameters);
      const partners = choosePartners(near, polarities(near, eligible, idOf), source, parameters);
      return recordsOf(piece, near, partners, input, idOf, parameters);
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

/** What speaks for a synapse, whatever its partners. */
export interface SynapseEvidence {
  /** Mean cleft probability, 0 … 1. */
  readonly meanCleft: number;
  readonly areaNm2: number;
  /** Summed presynaptic and postsynaptic probability around the cleft times the volume of a voxel, µm³. */
  readonly preUm3: number;
  readonly postUm3: number;
}

/**
 * Confidence that there is a synapse, 0 … 1: p · s · e, where p is the mean cleft probability,
 * s = min(1, √(area / `fullConfidenceUm2`)) and e = min(1, √(pre · post) / `fullEvidenceUm3`).
 */
export function synapseConfidence(
  { meanCleft, areaNm2, preUm3, postUm3 }: SynapseEvidence,
  { fullConfidenceUm2, fullEvidenceUm3 }: Pick<SynapseParameters, 'fullConfidenceUm2' | 'fullEvidenceUm3'>,
): number {
  const size = Math.min(1, Math.sqrt(areaNm2 / 1e6 / fullConfidenceUm2));
  return meanCleft * size * Math.min(1, Math.sqrt(preUm3 * postUm3) / fullEvidenceUm3);
}

function recordsOf(
  cleft: Cleft,
  around: Surroundings,
  { pre, posts }: Partners,
  input: SynapseBlock,
  idOf: (segment: number) => bigint,
  parameters: SynapseParameters,
): SynapseRecord[] {
  const { box, volumeShape, voxelNm, channels, supervoxels } = input;
  const n = voxelsIn(box);
  const shape = shapeOf(box);
  const [z, y, x] = cleft.representative;
  const siteId = (BigInt(z) * BigInt(volumeShape[1]) + BigInt(y)) * BigInt(volumeShape[2]) + BigInt(x);
  const excitatoryProbability = mean(channels.subarray(3 * n), cleft.voxels);
  const um3 = (voxelNm[0] * voxelNm[1] * voxelNm[2]) / 1e9 / 255;
  const evidence: SynapseEvidence = {
    meanCleft: mean(channels.subarray(n, 2 * n), cleft.voxels),
    areaNm2: cleft.areaNm2,
    preUm3: around.preTotal * um3,
    postUm3: around.postTotal * um3,
  };
  const supervoxelAt = (partner: Partner | undefined): bigint | undefined => {
    if (!partner || !supervoxels) return undefined;
    const [pz, py, px] = partner.point.map((v, k) => v - box.begin[k]);
    return supervoxels[(pz * shape[1] + py) * shape[2] + px];
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
    kind: excitatoryProbability >= parameters.excitatoryThreshold ? 'excitatory' : 'inhibitory',
    excitatoryProbability,
    confidence: synapseConfidence(evidence, parameters),
    directionCertainty: pre && post ? Math.max(0, (pre.tilt - post.tilt) / 2) : 0,
    cleftVoxels: cleft.voxels.length,
    areaNm2: cleft.areaNm2,
    unassigned: pre ? (post ? 'none' : 'post') : post ? 'pre' : 'both',
    split: cleft.split,
  }));
}
