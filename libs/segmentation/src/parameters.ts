import { z } from 'zod';

const probability = (meaning: string) => z.number().min(0).max(1).describe(`${meaning}, 0 to 1`);

const haloAxis = z.number().int().min(0).max(128);

/**
 * Parameters of L3 after the network: supervoxels, agglomeration, tissue classes.
 *
 * The block grid on which supervoxels are made (`supervoxelBlock`) is a property of the dataset and is not
 * here: it must never differ between two runs that are to share ids.
 */
export const segmentationParameters = z.object({
  supervoxelMethod: z
    .enum(['seeded', 'steepest'])
    .default('seeded')
    .describe(
      'How supervoxels are made: flooded from seeds far from boundaries, or by steepest ascent of affinities',
    ),
  watershedLow: probability(
    'Affinity at or below which two voxels are never joined by the watershed',
  ).default(0),
  insideAffinity: probability(
    'Mean affinity above which a voxel is taken to be inside a process (seeded)',
  ).default(0.5),
  seedRadiusVoxels: z
    .number()
    .int()
    .min(1)
    .max(50)
    .default(2)
    .describe(
      'A seed is farthest from boundaries within this distance along every axis (seeded), voxels in plane',
    ),
  planarAspect: z
    .number()
    .min(1)
    .max(100)
    .default(3)
    .describe(
      'Voxels at least this many times deeper than wide get supervoxels within sections (seeded), ratio',
    ),
  watershedHigh: probability('Affinity at or above which two voxels are always joined (steepest)').default(1),
  basinSizeVoxels: z
    .number()
    .int()
    .min(0)
    .max(1_000_000)
    .default(50)
    .describe('Basins smaller than this are joined to their best neighbour (steepest), voxels'),
  basinMergeAffinity: probability(
    'Affinity a small basin needs to be joined to its neighbour (steepest)',
  ).default(0.1),
  haloVoxels: z
    .tuple([haloAxis, haloAxis, haloAxis])
    .default([8, 8, 8])
    .describe('Context around a supervoxel block in which the watershed sees affinities; z, y, x, voxels'),
  agglomerationThreshold: probability('Mean affinity at or above which two segments are merged').default(0.2),
  dustVoxels: z
    .number()
    .int()
    .min(0)
    .max(10_000_000)
    .default(1000)
    .describe('Segments smaller than this are merged into their best neighbour, voxels'),
  dustAffinity: probability('Mean affinity that dust needs to be merged').default(0.1),
  gliaThreshold: probability('Mean glia probability from which a supervoxel is surely glia').default(0.6),
  vesselThreshold: probability('Mean vessel probability from which a supervoxel is surely vessel').default(
    0.6,
  ),
  neuriteThreshold: probability(
    'Glia and vessel probability up to which a supervoxel is surely neurite',
  ).default(0.2),
  classVoxels: z
    .number()
    .int()
    .min(0)
    .max(10_000_000)
    .default(500)
    .describe('Segments smaller than this have no sure class, voxels'),
});

/** The parameters that supervoxels depend on. */
export const supervoxelParameters = segmentationParameters.pick({
  supervoxelMethod: true,
  watershedLow: true,
  insideAffinity: true,
  seedRadiusVoxels: true,
  planarAspect: true,
  watershedHigh: true,
  basinSizeVoxels: true,
  basinMergeAffinity: true,
  haloVoxels: true,
});

/** The parameters that the agglomeration depends on. */
export const agglomerationParameters = segmentationParameters.pick({
  agglomerationThreshold: true,
  dustVoxels: true,
  dustAffinity: true,
  gliaThreshold: true,
  vesselThreshold: true,
  neuriteThreshold: true,
  classVoxels: true,
});

export type SupervoxelParameters = z.infer<typeof supervoxelParameters>;
export type AgglomerationParameters = z.infer<typeof agglomerationParameters>;
export type SegmentationParameters = z.infer<typeof segmentationParameters>;

/** A threshold given as probability, on the scale 0 … 255 of stored affinities. */
export const quantised = (fraction: number): number => Math.round(fraction * 255);
