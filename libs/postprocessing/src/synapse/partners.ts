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
  /** Voxel numbers in the data box, by segment. */
  readonly voxels: Map<number, number[]>;
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
export function surroundingsOf(cleft: Cleft, source: PartnerSource, radiusNm: number): Surroundings {
  const shape = shapeOf(source.box);
  const { crop, toCleftNm } = distanceToCleft(cleft, source, radiusNm);
  const found: Surroundings = { segments: [], preMass: new Map(), postMass: new Map(), voxels: new Map() };
  let i = 0;
  for (let z = crop.begin[0]; z < crop.end[0]; z++) {
    for (let y = crop.begin[1]; y < crop.end[1]; y++) {
      let v = (z * shape[1] + y) * shape[2] + crop.begin[2];
      for (let x = crop.begin[2]; x < crop.end[2]; x++, v++, i++) {
        const segment = source.local[v];
        // Both distances are rounded to float32 from sums in different boxes, hence the tolerance.
        if (segment === 0 || toCleftNm[i] > radiusNm || toCleftNm[i] > source.toAnyCleftNm[v] + 0.01)
          continue;
        const voxels = found.voxels.get(segment);
        if (voxels) voxels.push(v);
        else {
          found.segments.push(segment);
          found.voxels.set(segment, [v]);
        }
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
  readonly mass: number;
  /** Voxel z, y, x of the data set inside the segment. */
  readonly point: Vec3;
}

export interface Partners {
  readonly pre: Partner | undefined;
  /** Share of the eligible presynaptic mass that `pre` holds, 0 … 1. */
  readonly preShare: number;
  /** By mass, largest first. */
  readonly posts: Partner[];
  /** Share of the eligible postsynaptic mass outside `pre` that `posts` hold together, 0 … 1. */
  readonly postShare: number;
}

/**
 * Chooses partners: presynaptic is the segment with the most presynaptic mass, postsynaptic every other one with
 * at least `minPostShare` of the rest's postsynaptic mass (and always the first). Segments that are not
 * eligible (by local number), and masses below `minPartnerMass`, are out. Ties go to the smaller id.
 */
export function choosePartners(
  around: Surroundings,
  source: PartnerSource,
  isEligible: (segment: number) => boolean,
  idOf: (segment: number) => bigint,
  { minPostShare, minPartnerMass }: SynapseParameters,
): Partners {
  const eligible = around.segments.filter(isEligible);
  const byMass = (mass: Map<number, number>) => (a: number, b: number) =>
    mass.get(b)! - mass.get(a)! || (idOf(a) < idOf(b) ? -1 : 1);
  const enough = (mass: number) => mass >= 255 * minPartnerMass && mass > 0;
  const total = (mass: Map<number, number>, segments: number[]) =>
    segments.reduce((sum, s) => sum + mass.get(s)!, 0);
  const partner = (segment: number, mass: Map<number, number>, channel: Uint8Array): Partner => {
    const voxels = around.voxels.get(segment)!;
    const weights = voxels.map((v) => channel[v]);
    const point = nearestToCentroid(voxels, weights, source.box, shapeOf(source.box), source.voxelNm);
    return { segment, mass: mass.get(segment)!, point };
  };
  const first = [...eligible].sort(byMass(around.preMass)).at(0);
  const pre = first !== undefined && enough(around.preMass.get(first)!) ? first : undefined;
  const others = eligible.filter((s) => s !== pre).sort(byMass(around.postMass));
  const postTotal = total(around.postMass, others);
  const posts = others.filter((s, rank) => {
    const mass = around.postMass.get(s)!;
    return enough(mass) && rank < maxPostPartners && (rank === 0 || mass >= minPostShare * postTotal);
  });
  return {
    pre: pre === undefined ? undefined : partner(pre, around.preMass, source.pre),
    preShare: pre === undefined ? 0 : around.preMass.get(pre)! / total(around.preMass, eligible),
    posts: posts.map((s) => partner(s, around.postMass, source.post)),
    postShare: posts.length === 0 ? 0 : total(around.postMass, posts) / postTotal,
  };
}

/** Ids leave four bits for a partner's rank. */
const maxPostPartners = 16;
