import { z } from 'zod';

/** Parameters of L1; parse with `ingestParameters.parse({})` for the defaults. */
export const ingestParameters = z.strictObject({
  noDataAreaPx: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(256)
    .describe(
      'Smallest connected area of raw value 0 that counts as no data, px; smaller ones are dark tissue',
    ),
  flattening: z
    .enum(['auto', 'off', 'shared', 'perPosition'])
    .default('auto')
    .describe(
      'Illumination field removed from tiles: none, one shared by all tiles, or one for each grid position; ' +
        'auto is shared where there are several tile positions and enough sections, else off',
    ),
  flatteningSections: z
    .int()
    .min(3)
    .max(10_000)
    .default(16)
    .describe('Least sections with a tile at the same grid position for an illumination field, sections'),
  flatteningOrder: z
    .int()
    .min(1)
    .max(4)
    .default(2)
    .describe('Order of the polynomial of the illumination field, total degree'),
  flatteningGrid: z
    .int()
    .min(4)
    .max(64)
    .default(12)
    .describe('Cells along each tile axis whose median grey the illumination field is fitted to, cells'),
  patchPx: z.int().min(16).max(1024).default(64).describe('Side of a quality patch, px'),
});

export type IngestParameters = z.infer<typeof ingestParameters>;
