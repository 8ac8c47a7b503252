import type { SegmentationParameters } from './parameters.js';

/** Coarse classes of segments and supervoxels; `none` where nothing is known or the object is too small. */
export const tissueClasses = ['none', 'neurite', 'glia', 'vessel'] as const;
export type TissueClass = (typeof tissueClasses)[number];

export type ClassParameters = Pick<
  SegmentationParameters,
  'gliaThreshold' | 'vesselThreshold' | 'neuriteThreshold' | 'classVoxels'
>;

/**
 * The class of an object when it is sure, else `none`.
 *
 * @param gliaSum sum over its voxels of the glia probability, 0 … 255 each; `vesselSum` likewise
 */
export function sureClass(
  voxels: number,
  gliaSum: number,
  vesselSum: number,
  p: ClassParameters,
): TissueClass {
  if (voxels < p.classVoxels || voxels === 0) return 'none';
  const glia = gliaSum / voxels / 255;
  const vessel = vesselSum / voxels / 255;
  if (vessel >= p.vesselThreshold && vessel >= glia) return 'vessel';
  if (glia >= p.gliaThreshold) return 'glia';
  return glia <= p.neuriteThreshold && vessel <= p.neuriteThreshold ? 'neurite' : 'none';
}

/** The most probable class of an object of at least `classVoxels`; smaller ones are `none`. */
export function likeliestClass(
  voxels: number,
  gliaSum: number,
  vesselSum: number,
  p: ClassParameters,
): TissueClass {
  if (voxels < p.classVoxels || voxels === 0) return 'none';
  const neuriteSum = 255 * voxels - gliaSum - vesselSum;
  if (vesselSum > neuriteSum && vesselSum >= gliaSum) return 'vessel';
  return gliaSum > neuriteSum ? 'glia' : 'neurite';
}
