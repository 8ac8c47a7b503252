import { z } from 'zod';

const nm = z.number().nonnegative();

/** Size filter and flags of objects. */
export const refinementParameters = z.object({
  minVolumeUm3: nm.default(0.0005).describe('Objects below this volume are dust and get no skeleton, µm³'),
  orphanVolumeUm3: nm
    .default(0.02)
    .describe('Neurites below this volume which touch no face of the data set are orphans, µm³'),
  largeMad: z
    .number()
    .min(1)
    .default(5)
    .describe(
      'A neurite is suspiciously large when its log volume lies this many robust standard deviations (1.4826 MAD) above the median of neurites, dimensionless',
    ),
  largeShare: z
    .number()
    .gt(0)
    .max(1)
    .default(0.2)
    .describe(
      'A neurite with more than this share of the data set is suspiciously large, fraction of all voxels',
    ),
  somaDepthNm: nm
    .positive()
    .default(350)
    .describe('Where a ball of this radius fits into an object is soma, for the share of soma by cell, nm'),
});
export type RefinementParameters = z.infer<typeof refinementParameters>;

/** TEASAR skeletons. */
export const skeletonParameters = z.object({
  resolutionNm: nm
    .positive()
    .default(20)
    .describe('Axes with finer voxels are pooled, by powers of two, up to this voxel width, nm'),
  maxCropVoxels: z
    .number()
    .int()
    .min(1000)
    .default(16_000_000)
    .describe('Objects whose pooled box would be larger are pooled further by two along all axes, voxels'),
  scale: nm.default(1.5).describe('Invalidation radius per distance to the boundary, dimensionless'),
  constNm: nm.default(130).describe('Constant part of the invalidation radius, nm'),
  pdrfScale: nm.default(1e5).describe('Weight of the penalty for leaving the centre line, dimensionless'),
  pdrfExponent: z
    .number()
    .int()
    .min(1)
    .max(16)
    .default(4)
    .describe('Exponent of that penalty, dimensionless'),
  somaDetectNm: nm
    .default(1100)
    .describe(
      'Holes are filled before a soma is looked for when the distance to the boundary exceeds this, nm',
    ),
  somaAcceptNm: nm
    .default(3500)
    .describe('An object has a soma when the distance to its boundary exceeds this, nm'),
  somaScale: nm.default(2).describe('Invalidation radius of the soma per its radius, dimensionless'),
  somaConstNm: nm.default(300).describe('Constant part of the invalidation radius of the soma, nm'),
  minComponentUm3: nm
    .default(0.0005)
    .describe('Separate parts of an object below this volume are left out unless they are all of it, µm³'),
  joinGapNm: nm
    .default(100)
    .describe('Parts of one object nearer than this are joined at their nearest vertices, nm; 0 joins none'),
  smoothingPasses: z
    .number()
    .int()
    .min(0)
    .max(100)
    .default(4)
    .describe('Passes of smoothing along the paths, which else zigzag from voxel to voxel, count'),
});
export type SkeletonParameters = z.infer<typeof skeletonParameters>;

/** Surface meshes. */
export const meshParameters = z.object({
  reduction: z
    .number()
    .gt(0)
    .max(1)
    .default(0.25)
    .describe(
      'Share of the triangles that simplification aims to keep, fraction; 1 leaves meshes as they are',
    ),
  maxErrorNm: nm
    .default(10)
    .describe('Simplification stops before it moves the surface further than this, nm'),
});
export type MeshParameters = z.infer<typeof meshParameters>;

/** Synapses from probability maps and a segmentation. */
export const synapseParameters = z.object({
  cleftThreshold: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.6)
    .describe('Cleft voxels are at or above this, probability'),
  minCleftUm3: nm.default(0.00002).describe('Clefts below this volume are dropped, µm³'),
  minAreaUm2: nm.default(0.001).describe('Clefts below this area are dropped, µm²'),
  maxExtentNm: nm
    .positive()
    .default(500)
    .describe('Clefts wider than this along an axis are split at the faces of the block grid, nm'),
  partnerRadiusNm: nm
    .positive()
    .default(60)
    .describe('Partners are looked for up to this distance from the cleft, nm'),
  contactNm: nm
    .default(20)
    .describe(
      'Voxels up to this distance from the cleft are in contact with it, nm; at most partnerRadiusNm counts',
    ),
  minPostShare: z
    .number()
    .gt(0)
    .max(1)
    .default(0.45)
    .describe(
      'Every segment with at least this share of the postsynaptic mass, weighted by contact, is a partner, fraction; lower it for polyadic tissue',
    ),
  minPreShare: z
    .number()
    .gt(0)
    .max(1)
    .default(0.25)
    .describe(
      'A cleft is divided among all segments with at least this share of the presynaptic mass, fraction; 1 never divides',
    ),
  minPartnerMass: nm
    .default(4)
    .describe('A partner needs this summed probability near the cleft; below it stays unassigned, voxels'),
  mergeDistanceNm: nm
    .default(150)
    .describe('Synapses between the same partners nearer than this are pieces of one, nm; 0 merges none'),
  fullConfidenceUm2: nm
    .positive()
    .default(0.02)
    .describe('Clefts of this area and more get the full size term in the confidence, µm²'),
  fullEvidenceUm3: nm
    .positive()
    .default(0.0003)
    .describe(
      'Pre- and postsynaptic probability of this volume (their geometric mean) gets the full evidence term in the confidence, µm³',
    ),
  excitatoryThreshold: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.5)
    .describe(
      'Synapses with at least this excitatory probability are excitatory; the shipped networks are balanced between the kinds, probability',
    ),
  kindByNeuron: z
    .boolean()
    .default(true)
    .describe('Judge the kind by all synapses of the presynaptic neuron together'),
  minConfidence: nm.max(1).default(0.4).describe('Synapses of lower confidence are dropped, dimensionless'),
});
export type SynapseParameters = z.infer<typeof synapseParameters>;

/** The parameters of putting the synapses of all blocks together. */
export const synapseMergeParameters = synapseParameters.pick({
  mergeDistanceNm: true,
  minConfidence: true,
  excitatoryThreshold: true,
  kindByNeuron: true,
});

/** Scoring against truth. */
export const matchParameters = z.object({
  maxDistanceNm: nm.positive().default(150).describe('A found and a true synapse may lie this far apart, nm'),
  requirePartners: z
    .boolean()
    .default(false)
    .describe('A match also needs the right pre- and postsynaptic body'),
});
export type MatchParameters = z.infer<typeof matchParameters>;
