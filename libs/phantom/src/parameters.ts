import { badInput } from '@stratome/core';
import { z } from 'zod';

export const variants = ['isotropic', 'anisotropic'] as const;
export type Variant = (typeof variants)[number];

/** What depends on the variant alone: voxel size, default shape and how a section is imaged. */
export const variantSettings = {
  /** As a focused ion beam cuts it: the beam sees a thin layer, so nothing is integrated over depth. */
  isotropic: { voxelNm: [10, 10, 10], shape: [128, 288, 288], depthSamples: 1, blurNm: 12, noiseSd: 6 },
  /** Cut with a knife and imaged by transmission: grey is integrated over the section's thickness. */
  anisotropic: { voxelNm: [48, 8, 8], shape: [64, 416, 416], depthSamples: 3, blurNm: 3, noiseSd: 10 },
} as const;

const length = (low: number, high: number) => z.number().min(low).max(high);

export const phantomParameters = z
  .strictObject({
    seed: z.number().int().min(0).max(0xffffffff).default(1).describe('seed of all random numbers'),
    variant: z
      .enum(variants)
      .default('isotropic')
      .describe('isotropic (10×10×10 nm) or anisotropic (48×8×8 nm) voxels'),
    shape: z
      .tuple([length(8, 4096).int(), length(32, 8192).int(), length(32, 8192).int()])
      .optional()
      .describe('tissue volume z, y, x, voxels; unset: the default of the variant'),

    somataPerCubicUm: length(0, 2).default(0.3).describe('cell bodies, per µm³'),
    somaRadiusNm: length(150, 3000).default(430).describe('mean radius of a cell body (scaled to fit), nm'),
    dendritesPerCubicUm: length(0, 10).default(1.3).describe('dendrites without a soma here, per µm³'),
    dendriteRadiusNm: length(60, 1000).default(190).describe('mean radius of a dendrite at its root, nm'),
    axonsPerCubicUm: length(0, 30).default(11).describe('axons with boutons, per µm³'),
    axonRadiusNm: length(25, 200).default(50).describe('mean radius of an axon between boutons, nm'),
    boutonRadiusNm: length(60, 500).default(145).describe('mean radius of a bouton, nm'),
    twigsPerCubicUm: length(0, 200).default(60).describe('fine side branches of dendrites, per µm³'),
    irregularity: length(0, 2)
      .default(1)
      .describe('strength of the warp that makes profiles irregular, factor'),
    gliaFraction: length(0, 0.5)
      .default(0.12)
      .describe('share of the volume that glia aims to take, fraction'),
    vessels: length(0, 1).int().default(1).describe('blood vessels, count'),
    vesselRadiusNm: length(150, 5000).default(330).describe('radius of the vessel, nm'),

    synapsesPerCubicUm: length(0, 200).default(21).describe('synapses aimed at, per µm³'),
    synapseSpacingNm: length(50, 1000).default(200).describe('least distance between synapses, nm'),
    sparseSynapses: z
      .strictObject({
        begin: z.tuple([z.int().min(0), z.int().min(0), z.int().min(0)]),
        end: z.tuple([z.int().min(1), z.int().min(1), z.int().min(1)]),
        keep: length(0, 1),
      })
      .optional()
      .describe(
        'box (z, y, x, voxels) in which only the share `keep` of synapses exists; biology, not a fault',
      ),
    inhibitoryFraction: length(0, 1).default(0.25).describe('share of neurons that are inhibitory, fraction'),

    blurNm: length(0, 60).optional().describe('point spread of the microscope, standard deviation, nm'),
    noiseSd: length(0, 60).optional().describe('noise of the detector, standard deviation, grey levels'),

    tileRows: length(1, 8).int().default(2).describe('tiles of a section along y, count'),
    tileColumns: length(1, 8).int().default(2).describe('tiles of a section along x, count'),
    tileOverlapPx: length(4, 512).int().optional().describe('nominal overlap, pixels; unset: 14 % of a tile'),
    marginPx: length(0, 256)
      .int()
      .default(16)
      .describe('rim of the tissue that no tile is meant to show, pixels'),
    stageErrorPx: length(0, 40).default(3).describe('largest error of the stage along an axis, pixels'),
    sectionShiftPx: length(0, 40).default(3).describe('largest shift of a section along an axis, pixels'),
    sectionRotationDegrees: length(0, 5).default(0.4).describe('largest rotation of a section, degrees'),
    sectionScale: length(0, 0.05)
      .default(0.004)
      .describe('largest relative change of a section in size, fraction'),
    sectionWarpPx: length(0, 20).default(2).describe('largest elastic displacement along an axis, pixels'),
    sectionWarpSpacingPx: length(16, 1024).default(64).describe('spacing of the elastic grid, pixels'),
    illumination: length(0, 0.5)
      .default(0.1)
      .describe('largest relative brightness slope over a tile, fraction'),
    missingSections: z
      .array(z.number().int().min(0))
      .default([])
      .describe('sections left out, section numbers'),
    tiles: z.boolean().default(true).describe('whether tiles are cut, or the volume and its truth alone'),
  })
  .describe('synthetic EM tissue with complete truth');

export type PhantomParametersInput = z.input<typeof phantomParameters>;
type Parsed = z.output<typeof phantomParameters>;

/** Parameters with everything that the variant decides filled in. */
export type PhantomParameters = Omit<Parsed, 'shape' | 'blurNm' | 'noiseSd' | 'tileOverlapPx'> & {
  shape: readonly [number, number, number];
  voxelNm: readonly [number, number, number];
  depthSamples: number;
  blurNm: number;
  noiseSd: number;
  tileShape: readonly [number, number];
  tileOverlapPx: readonly [number, number];
};

/**
 * Checks parameters and fills in what the variant decides.
 * @throws badInput naming the parameter that is out of range, or tiles that would leave the tissue.
 */
export function resolvePhantomParameters(input: PhantomParametersInput = {}): PhantomParameters {
  const parsed = phantomParameters.safeParse(input);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw badInput(
      `Phantom parameter ${issue.path.join('.') || '(object)'}: ${issue.message}.`,
      'See phantomParameters for the ranges.',
    );
  }
  const p = parsed.data;
  const setting = variantSettings[p.variant];
  const shape = p.shape ?? setting.shape;
  const beyond = p.missingSections.find((section) => section >= shape[0]);
  if (beyond !== undefined) {
    throw badInput(
      `missingSections names section ${beyond}, but there are ${shape[0]}.`,
      `Name sections from 0 to ${shape[0] - 1}.`,
    );
  }
  const tiling = p.tiles
    ? layTiles(p, shape)
    : { tileShape: [0, 0] as const, tileOverlapPx: [0, 0] as const };
  return {
    ...p,
    shape,
    voxelNm: setting.voxelNm,
    depthSamples: setting.depthSamples,
    blurNm: p.blurNm ?? setting.blurNm,
    noiseSd: p.noiseSd ?? setting.noiseSd,
    ...tiling,
  };
}

type Pair = readonly [number, number];

/** Size and overlap of tiles that together show the tissue less its rim. */
function layTiles(
  p: Parsed,
  shape: readonly [number, number, number],
): { tileShape: Pair; tileOverlapPx: Pair } {
  const counts = [p.tileRows, p.tileColumns];
  const sizes = counts.map((n, k) => {
    const field = shape[k + 1] - 2 * p.marginPx;
    const tile =
      p.tileOverlapPx === undefined
        ? Math.ceil(field / (n - 0.14 * (n - 1)))
        : Math.ceil((field + (n - 1) * p.tileOverlapPx) / n);
    const overlap = n === 1 ? 0 : Math.floor((n * tile - field) / (n - 1));
    if (field < 16 || tile < 16 || overlap >= tile / 2) {
      throw badInput(
        `${n} tiles with this overlap do not fit on a tissue of ${shape[k + 1]} px with a rim of ${p.marginPx} px.`,
        'Use a larger shape, fewer tiles, a smaller tileOverlapPx or a smaller marginPx.',
      );
    }
    return { tile, overlap };
  });
  const half = Math.max(shape[1], shape[2]) / 2;
  const reach =
    p.stageErrorPx +
    p.sectionShiftPx +
    p.sectionWarpPx +
    half * ((p.sectionRotationDegrees * Math.PI) / 180 + p.sectionScale);
  if (reach + 2 > p.marginPx) {
    throw badInput(
      `Sections and tiles may move by ${reach.toFixed(1)} px, more than the tissue's rim of ${p.marginPx} px allows.`,
      `Set marginPx to ${Math.ceil(reach + 2)} or more, or smaller stage and section errors.`,
    );
  }
  return {
    tileShape: [sizes[0].tile, sizes[1].tile],
    tileOverlapPx: [sizes[0].overlap, sizes[1].overlap],
  };
}

/** A phantom small enough for tests: a second or two, with thinner processes so that it still holds many. */
export const tinyPhantom: PhantomParametersInput = {
  shape: [24, 192, 192],
  somataPerCubicUm: 2,
  somaRadiusNm: 160,
  dendritesPerCubicUm: 5,
  dendriteRadiusNm: 100,
  axonsPerCubicUm: 30,
  boutonRadiusNm: 110,
  vessels: 0,
  synapsesPerCubicUm: 40,
  marginPx: 14,
  tileOverlapPx: 24,
};
