import { shapeOf, type Vec3 } from '@stratome/core';
import { distanceTransform, labelComponents } from '@stratome/kernels';
import type { SynapseParameters } from '../parameters.js';
import { describeCleft, type Cleft, type CleftSource } from './clefts.js';
import {
  boxAround,
  isEnough,
  openOnAllSides,
  type PartnerSource,
  type Polarity,
  type Surroundings,
} from './partners.js';

/**
 * Divides a cleft on which several segments release: synapses that lie side by side often run together above the
 * threshold. Each voxel goes to the segment whose presynaptic voxels are nearest; pieces that are apart are clefts
 * of their own. Several postsynaptic partners of one presynaptic segment are no reason to divide.
 *
 * @param sides polarity of the segments that may be partners, by id.
 * @returns the cleft itself when one segment alone releases on it.
 */
export function divideCleft(
  cleft: Cleft,
  around: Surroundings,
  sides: readonly Polarity[],
  source: PartnerSource & CleftSource,
  parameters: SynapseParameters,
): Cleft[] {
  const { minPreShare } = parameters;
  const releasing = sides
    .filter(
      ({ preMass, preShare, tilt }) => tilt > 0 && preShare >= minPreShare && isEnough(preMass, parameters),
    )
    .map(({ segment }) => segment);
  if (releasing.length < 2 || minPreShare >= 1) return [cleft];
  const shape = shapeOf(source.box);
  const nearest = nearestOf(
    cleft,
    releasing.map((s) => around.voxels.get(s)!.filter((v) => source.pre[v] >= 128)),
    source,
  );
  return piecesOf(cleft, nearest, shape).map((voxels) => describeCleft(voxels, source, shape, cleft.split));
}

/** For each voxel of the cleft, the set of voxels which is nearest; the first of equals. */
function nearestOf(cleft: Cleft, sets: number[][], { box, voxelNm }: PartnerSource): Uint8Array {
  const shape = shapeOf(box);
  const { crop, numberOf, voxels: count } = boxAround([...cleft.voxels, ...sets.flat()], shape);
  const nearest = new Uint8Array(cleft.voxels.length);
  const least = new Float64Array(cleft.voxels.length).fill(Infinity);
  sets.forEach((set, n) => {
    const elsewhere = new Uint8Array(count).fill(1);
    for (const v of set) elsewhere[numberOf(v)] = 0;
    const distanceNm = distanceTransform(elsewhere, shapeOf(crop), voxelNm, openOnAllSides);
    cleft.voxels.forEach((v, i) => {
      const d = distanceNm[numberOf(v)];
      // Rounding of float32 must not decide between sets that are equally near.
      if (d >= least[i] - 0.01) return;
      least[i] = d;
      nearest[i] = n;
    });
  });
  return nearest;
}

/** Connected pieces of equal `part` among the voxels of a cleft, by first voxel. */
function piecesOf(cleft: Cleft, part: Uint8Array, shape: Vec3): Int32Array[] {
  const { crop, numberOf, voxels: count } = boxAround(cleft.voxels, shape);
  const image = new Uint8Array(count);
  cleft.voxels.forEach((v, i) => (image[numberOf(v)] = part[i] + 1));
  const { labels, count: pieces } = labelComponents(image, shapeOf(crop), 26);
  const voxels: number[][] = Array.from({ length: pieces }, () => []);
  for (const v of cleft.voxels) voxels[labels[numberOf(v)] - 1].push(v);
  return voxels.map((list) => Int32Array.from(list));
}
