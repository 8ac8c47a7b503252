import { z } from 'zod';

const px = (low: number, high: number) => z.number().min(low).max(high);

/** Parameters of L2; parse with `alignmentParameters.parse({})` for the defaults. */
export const alignmentParameters = z.strictObject({
  montage: z
    .strictObject({
      searchRadiusPx: px(2, 512).int().default(24).describe('Largest stage error between two tiles, px'),
      stageSigmaPx: px(0.1, 512).default(6).describe('Standard deviation of a stage position, px'),
      leastOverlapPx: px(1, 4096)
        .int()
        .default(6)
        .describe('Least width of an overlap that is correlated, px'),
      fineSigmaPx: px(0, 10).default(1).describe('Blur that removes noise before correlation, px'),
      coarseRadiusPx: px(2, 200).int().default(12).describe('Half width of the box that removes shading, px'),
      leastPeakRatio: px(1, 20).default(1.15).describe('Least ratio of best to second-best peak'),
      leastCorrelation: px(0, 1).default(0.2).describe('Least correlation of an accepted overlap'),
      affine: z.boolean().default(false).describe('Whether tiles may be sheared, scaled and rotated too'),
    })
    .prefault({})
    .describe('Stitching of the tiles of one section'),
  match: z
    .strictObject({
      neighbours: z.int().min(1).max(4).default(2).describe('Sections matched with each section, sections'),
      coarseShiftPx: px(4, 4096).default(48).describe('Largest shift between two sections, px'),
      maxRotationDegrees: px(0, 180).default(6).describe('Largest rotation between two sections, degrees'),
      blockPx: px(16, 1024)
        .int()
        .default(64)
        .describe('Side of a matching block; a multiple of spacingPx, px'),
      spacingPx: px(8, 1024).int().multipleOf(2).default(32).describe('Distance of block centres; even, px'),
      searchRadiusPx: px(2, 128).int().default(10).describe('Search around the rigid prediction, px'),
      fineSigmaPx: px(0, 10).default(1).describe('Blur that removes noise before correlation, px'),
      coarseRadiusPx: px(2, 400).int().default(16).describe('Half width of the box that removes shading, px'),
      leastPeakRatio: px(1, 20).default(1.2).describe('Least ratio of best to second-best peak'),
      leastCorrelation: px(0, 1).default(0.15).describe('Least correlation of an accepted block'),
      leastDataFraction: px(0.1, 1).default(0.6).describe('Least share of data pixels in a block, fraction'),
      outlierPx: px(0.5, 128)
        .default(8)
        .describe('Largest distance of a match from the pair’s affine map, px'),
      consistencyPx: px(0.2, 64).default(2.5).describe('Largest distance of a match from its neighbours, px'),
    })
    .refine((p) => p.blockPx % p.spacingPx === 0, { message: 'blockPx must be a multiple of spacingPx' })
    .prefault({})
    .describe('Block matching of two sections'),
  solve: z
    .strictObject({
      meshSpacingPx: px(8, 2048).default(64).describe('Distance of the mesh’s control points, px'),
      jitterPx: z
        .strictObject({
          shift: px(0.001, 1e4),
          rotation: px(0.001, 1e4),
          shape: px(0.001, 1e4),
          mesh: px(0.001, 1e3),
        })
        .optional()
        .describe(
          'How far sections are expected to lie from their stage position: shift, and displacement at the ' +
            'border by rotation, by scale and shear, and of mesh control points, px; estimated when absent',
        ),
      smoothness: px(0, 100)
        .default(0.3)
        .describe('Strength of the mesh’s bending term against its size term, factor'),
      flowAreaPx: px(1, 1e4).default(100).describe('Side of the area over which tissue slants alike, px'),
      huber: px(0.5, 10)
        .default(1.5)
        .describe('Residual from which a match counts less, standard deviations'),
      iterations: z.int().min(1).max(50).default(6).describe('Reweighted solves, count'),
      keepWithinPx: px(0, 1)
        .default(0.02)
        .describe('A transform that moved less than this everywhere is kept, px'),
    })
    .prefault({})
    .describe('Global solve'),
  render: z
    .strictObject({
      interpolation: z
        .enum(['cubic', 'linear'])
        .default('cubic')
        .describe('Interpolation between tile pixels'),
      featherPx: px(1, 512).default(12).describe('Width of the blend between overlapping tiles, px'),
    })
    .prefault({})
    .describe('Rendering of the aligned volume'),
  residual: z
    .strictObject({
      patchPx: px(16, 512).int().multipleOf(2).default(56).describe('Side of a residual patch; even, px'),
      spacingPx: px(8, 512).int().default(32).describe('Distance of residual patches, px'),
      searchRadiusPx: px(4, 64).int().default(10).describe('Largest residual looked for, px'),
      leastCorrelation: px(0, 1)
        .default(0.2)
        .describe('Least correlation of a patch that counts as measured'),
      leastPeakRatio: px(1, 20).default(1.3).describe('Least peak ratio of a patch that counts as measured'),
    })
    .prefault({})
    .describe('Residual of the rendered volume'),
});

export type AlignmentParameters = z.infer<typeof alignmentParameters>;
