import { growBox, intersectBox, shapeOf, voxelsIn, type Box, type Vec3 } from '@stratome/core';
import { distanceTransform } from '@stratome/kernels';
import type { SynapseParameters } from '../parameters.js';
import { nearestToCentroid, positionIn, type Cleft } from './clefts.js';

/** What lies around a cleft, summed by segment. */
export interface Surroundings {
  /** Local number of each segment met. */
  readonly segments: number[];
  /** Summed presynaptic probability, 255 = one voxel. */
  readonly preMass: Map<number, number>;
  readonly postMass: Map<number, number>;
  /** Voxels of the cleft and within `contactNm` of it. */
  readonly contact: Map<number, number>;
  /** Voxel numbers in the data box, by segment. */
  readonly voxels: Map<number, number[]>;
  /** Presynaptic and postsynaptic probability summed over all voxels, of segments or not; 255 = one voxel. */
  preTotal: number;
  postTotal: number;
}

export interface PartnerSource {
  readonly pre: Uint8Array;
  readonly post: Uint8Array;
  /** Segment of each voxel under small numbers, 0 none. */
  readonly local: Uint32Array;
  /** Distance of each voxel to the nearest cleft voxel of any cleft, nm. */
  readonly toAnyCleftNm: Float32Array;
  readonly box: Box;
  readonly voxelNm: Vec3;
}

/**
 * Sums probabilities by segment over the voxels within `partnerRadiusNm` of a cleft to which no other cleft is
 * nearer, so that the vesicles of a neighbouring synapse do not speak for this one.
 */
export function surroundingsOf(
  cleft: Cleft,
  source: PartnerSource,
  { partnerRadiusNm: radiusNm, contactNm }: SynapseParameters,
): Surroundings {
  const shape = shapeOf(source.box);
  const { crop, toCleftNm } = distanceToCleft(cleft, source, radiusNm);
  const found: Surroundings = {
    segments: [],
    preMass: new Map(),
    postMass: new Map(),
    contact: new Map(),
    voxels: new Map(),
    preTotal: 0,
    postTotal: 0,
  };
  let i = 0;
  for (let z = crop.begin[0]; z < crop.end[0]; z++) {
    for (let y = crop.begin[1]; y < crop.end[1]; y++) {
      let v = (z * shape[1] + y) * shape[2] + crop.begin[2];
      for (let x = crop.begin[2]; x < crop.end[2]; x++, v++, i++) {
        // Both distances are rounded to float32 from sums in different boxes, hence the tolerance.
        if (toCleftNm[i] > radiusNm || toCleftNm[i] > source.toAnyCleftNm[v] + 0.01) continue;
        found.preTotal += source.pre[v];
        found.postTotal += source.post[v];
        const segment = source.local[v];
        if (segment === 0) continue;
        const voxels = found.voxels.get(segment);
        if (voxels) voxels.push(v);
        else {
          found.segments.push(segment);
          found.voxels.set(segment, [v]);
        }
        if (toCleftNm[i] <= contactNm) found.contact.set(segment, (found.contact.get(segment) ?? 0) + 1);
        found.preMass.set(segment, (found.preMass.get(segment) ?? 0) + source.pre[v]);
        found.postMass.set(segment, (found.postMass.get(segment) ?? 0) + source.post[v]);
      }
    }
  }
  return found;
}

/** The smallest box (of positions in the data box) that holds some voxels, grown and cut to the data. */
export function boxAround(voxels: ArrayLike<number>, shape: Vec3, margin: Vec3 = [0, 0, 0]) {
  const low = [Infinity, Infinity, Infinity];
  const high = [0, 0, 0];
  for (let i = 0; i < voxels.length; i++) {
    const at = positionIn(voxels[i], shape);
    for (let k = 0; k < 3; k++) {
      low[k] = Math.min(low[k], at[k]);
      high[k] = Math.max(high[k], at[k] + 1);
    }
  }
  const grown = growBox({ begin: [low[0], low[1], low[2]], end: [high[0], high[1], high[2]] }, margin);
  const crop = intersectBox(grown, { begin: [0, 0, 0], end: shape });
  const [, ny, nx] = shapeOf(crop);
  const numberOf = (voxel: number): number => {
    const [z, y, x] = positionIn(voxel, shape);
    return ((z - crop.begin[0]) * ny + y - crop.begin[1]) * nx + x - crop.begin[2];
  };
  return { crop, numberOf, voxels: voxelsIn(crop) };
}

/** Distances to one cleft in the box around it that holds all voxels within `radiusNm`. */
function distanceToCleft(cleft: Cleft, { box, voxelNm }: PartnerSource, radiusNm: number) {
  const [z, y, x] = voxelNm.map((width) => Math.floor(radiusNm / width));
  const { crop, numberOf, voxels } = boxAround(cleft.voxels, shapeOf(box), [z, y, x]);
  const elsewhere = new Uint8Array(voxels).fill(1);
  for (const v of cleft.voxels) elsewhere[numberOf(v)] = 0;
  return { crop, toCleftNm: distanceTransform(elsewhere, shapeOf(crop), voxelNm, openOnAllSides) };
}

export const openOnAllSides = {
  low: [true, true, true],
  high: [true, true, true],
} as const;

export interface Partner {
  /** Local number of the segment. */
  readonly segment: number;
  readonly tilt: number;
  /** Voxel z, y, x of the data set inside the segment. */
  readonly point: Vec3;
}

export interface Partners {
  readonly pre: Partner | undefined;
  /** By mass, largest first. */
  readonly posts: Partner[];
}

/** How one segment stands to a cleft. */
export interface Polarity {
  readonly segment: number;
  /** Summed presynaptic probability, 255 = one voxel, and its share of that of all eligible segments. */
  readonly preMass: number;
  readonly preShare: number;
  readonly postMass: number;
  /** Share of the voxels in contact with the cleft. */
  readonly contactShare: number;
  /**
   * Share of the presynaptic less share of the postsynaptic mass, −1 … 1: positive for the side that releases.
   * Scale and bias of the channels cancel.
   */
  readonly tilt: number;
}

/** Polarity of the eligible segments around a cleft, by id. */
export function polarities(
  around: Surroundings,
  isEligible: (segment: number) => boolean,
  idOf: (segment: number) => bigint,
): Polarity[] {
  const eligible = around.segments.filter(isEligible).sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
  const shareOf = (mass: Map<number, number>) => {
    const total = eligible.reduce((sum, s) => sum + (mass.get(s) ?? 0), 0) || 1;
    return (segment: number) => (mass.get(segment) ?? 0) / total;
  };
  const preShareOf = shareOf(around.preMass);
  const postShareOf = shareOf(around.postMass);
  const contactShareOf = shareOf(around.contact);
  return eligible.map((segment) => ({
    segment,
    preMass: around.preMass.get(segment)!,
    preShare: preShareOf(segment),
    postMass: around.postMass.get(segment)!,
    contactShare: contactShareOf(segment),
    tilt: preShareOf(segment) - postShareOf(segment),
  }));
}

/** Whether a summed probability is enough for a partner. */
export const isEnough = (
  mass: number,
  { minPartnerMass }: Pick<SynapseParameters, 'minPartnerMass'>,
): boolean => mass > 0 && mass >= 255 * minPartnerMass;

/**
 * Chooses partners. Presynaptic is, of the segments that tilt to that side, the one with the largest tilt times share
 * of the contact: a network that is unsure puts some of either channel on both sides and on segments that
 * merely pass by. Postsynaptic are, of the segments that tilt to the other side (of all others if none does),
 * the first by postsynaptic mass times share of the contact and those with at least `minPostShare` of the sum
 * of that. Masses below `minPartnerMass` do not count. Ties go to the smaller id.
 *
 * @param sides of the eligible segments, by id.
 */
export function choosePartners(
  around: Surroundings,
  sides: readonly Polarity[],
  source: PartnerSource,
  parameters: SynapseParameters,
): Partners {
  const releases = ({ tilt, contactShare }: Polarity) => tilt * contactShare;
  const receives = ({ postMass, contactShare }: Polarity) => postMass * contactShare;
  const pre = sides
    .filter(({ tilt, preMass }) => tilt >= 0 && isEnough(preMass, parameters))
    .sort((a, b) => releases(b) - releases(a))
    .at(0);
  const others = sides.filter((side) => side !== pre);
  const receiving = others.some(({ tilt }) => tilt < 0) ? others.filter(({ tilt }) => tilt < 0) : others;
  const least = parameters.minPostShare * others.reduce((sum, side) => sum + receives(side), 0);
  const posts = receiving
    .filter(({ postMass }) => isEnough(postMass, parameters))
    .sort((a, b) => receives(b) - receives(a))
    .filter((side, rank) => rank === 0 || receives(side) >= least)
    .slice(0, maxPostPartners);
  const partner = ({ segment, tilt }: Polarity, channel: Uint8Array): Partner => {
    const voxels = around.voxels.get(segment)!;
    const weights = voxels.map((v) => channel[v]);
    const point = nearestToCentroid(voxels, weights, source.box, shapeOf(source.box), source.voxelNm);
    return { segment, tilt, point };
  };
  return { pre: pre && partner(pre, source.pre), posts: posts.map((post) => partner(post, source.post)) };
}

/** Ids leave four bits for a partner's rank. */
const maxPostPartners = 16;
