import { shapeOf, type BlockGrid, type Box, type Volume } from '@stratome/core';
import {
  directCorrelation,
  findPeak,
  halve,
  maskedBlur,
  maskedImage,
  quantile,
  subtractBackground,
  type MaskedImage,
  type Window,
} from '@stratome/kernels';
import type { AlignmentParameters } from './parameters.js';
import { climbToPeak } from './peak-climb.js';
import type { Point } from './transform.js';

type ResidualParameters = AlignmentParameters['residual'];

/** A measurement of one quality cell; `weight` is the number of patches behind it. */
export interface ResidualMeasurement {
  readonly cell: number;
  readonly measure: 'residualMedianPx' | 'residualP95Px' | 'neighbourCorrelation' | 'peakRatio';
  readonly value: number;
  readonly weight: number;
}

/** How a patch of one section meets the next section. */
interface Patch {
  /** z, y, x in the aligned volume, voxels. */
  readonly centre: readonly number[];
  /** Correlation where the patch lies. */
  readonly correlation: number;
  /** Displacement at which it would fit best, px, and that peak over its rival; absent without a clear peak. */
  readonly clear?: { readonly residualPx: number; readonly peakRatio: number };
}

/** Filters other than those of matching, so that the measure is not blind where the matching was. */
const fineSigmaPx = 1.3;
const backgroundRadiusPx = 20;

/** A rival of the best shift must lie farther off than this, px. */
const peakHalfWidthPx = 4;

/** Share of a patch that must hold data in both sections. */
const leastDataFraction = 0.7;

/** A section filtered for measuring, at full and at half resolution. */
interface Filtered {
  readonly full: MaskedImage;
  readonly half: MaskedImage;
}

function filtered({ data, shape: [, height, width] }: Volume<Uint8Array>, z: number): Filtered {
  const plane = data.subarray(z * height * width, (z + 1) * height * width);
  const image = maskedImage({ data: plane, shape: [height, width] });
  const full = maskedBlur(subtractBackground(image, backgroundRadiusPx), fineSigmaPx);
  return { full, half: halve(full) };
}

function measurePatch(
  a: Filtered,
  b: Filtered,
  [y, x]: Point,
  centre: readonly number[],
  p: ResidualParameters,
): Patch | undefined {
  const window = { corner: [y, x] as const, shape: [p.patchPx, p.patchPx] as const };
  const least = leastDataFraction * p.patchPx ** 2;
  const here = directCorrelation(a.full, window, b.full, { from: [0, 0], to: [0, 0] }, least);
  if (here.overlapPx[0] < least) return undefined;
  const clear = clearPeak(a, b, window, least, p);
  return { centre, correlation: here.correlation[0], ...(clear && { clear }) };
}

function clearPeak(
  a: Filtered,
  b: Filtered,
  window: Window,
  least: number,
  p: ResidualParameters,
): Patch['clear'] {
  const r = Math.ceil(p.searchRadiusPx / 2);
  const half = {
    corner: [Math.round(window.corner[0] / 2), Math.round(window.corner[1] / 2)] as const,
    shape: [Math.round(window.shape[0] / 2), Math.round(window.shape[1] / 2)] as const,
  };
  const surface = directCorrelation(a.half, half, b.half, { from: [-r, -r], to: [r, r] }, least / 4);
  const coarse = findPeak(surface, peakHalfWidthPx / 2);
  if (!coarse || coarse.atBorder || coarse.peakRatio < p.leastPeakRatio) return undefined;
  const expected = [Math.round(2 * coarse.shiftPx[0]), Math.round(2 * coarse.shiftPx[1])] as const;
  const peak = climbToPeak(a.full, window, b.full, expected, least);
  if (!peak || peak.correlation < p.leastCorrelation) return undefined;
  return { residualPx: Math.hypot(...peak.shiftPx), peakRatio: coarse.peakRatio };
}

/**
 * Measures how well each section of a rendered block meets the next one: small patches, of another size, at other
 * places and otherwise filtered than the blocks that were matched, are looked for in the next section, and the
 * shift that fits best is the residual. What the solve believed plays no part; true motion of the tissue from
 * section to section counts as residual. Pairs with a missing section have no patches.
 *
 * @param volume uint8 (z, y, x), 0 = no data; sections box.begin[0] … box.end[0]−1. Not mutated.
 * @param box where it lies in the aligned volume
 * @param cells the quality grid, in voxels of the aligned volume
 * @returns per cell: residual of the patches with a clear peak, and correlation of all patches as they lie
 */
export function measureResidual(
  volume: Volume<Uint8Array>,
  box: Box,
  cells: BlockGrid,
  parameters: ResidualParameters,
): ResidualMeasurement[] {
  return measureResidualIn(volume, box, [cells], parameters)[0];
}

/** As `measureResidual`, by several grids at once: patches are looked for once. */
export function measureResidualIn(
  volume: Volume<Uint8Array>,
  box: Box,
  grids: readonly BlockGrid[],
  parameters: ResidualParameters,
): ResidualMeasurement[][] {
  const patches = measurePatches(volume, box, parameters);
  return grids.map((cells) => {
    const byCell = new Map<number, Patch[]>();
    for (const patch of patches) {
      const cell = cells.indexAt(patch.centre);
      const known = byCell.get(cell);
      if (known) known.push(patch);
      else byCell.set(cell, [patch]);
    }
    return [...byCell].sort(([a], [b]) => a - b).flatMap(([cell, list]) => summarise(cell, list));
  });
}

function measurePatches(volume: Volume<Uint8Array>, box: Box, parameters: ResidualParameters): Patch[] {
  const patches: Patch[] = [];
  const [depth, height, width] = shapeOf(box);
  const { patchPx, spacingPx } = parameters;
  let below = filtered(volume, 0);
  for (let z = 0; z + 1 < depth; z++) {
    const above = filtered(volume, z + 1);
    for (let y = 0; y + patchPx <= height; y += spacingPx) {
      for (let x = 0; x + patchPx <= width; x += spacingPx) {
        const centre = [z + box.begin[0], y + box.begin[1] + patchPx / 2, x + box.begin[2] + patchPx / 2];
        const patch = measurePatch(below, above, [y, x], centre, parameters);
        if (patch) patches.push(patch);
      }
    }
    below = above;
  }
  return patches;
}

function summarise(cell: number, patches: readonly Patch[]): ResidualMeasurement[] {
  const row = (
    measure: ResidualMeasurement['measure'],
    values: number[],
    q: number,
  ): ResidualMeasurement[] =>
    values.length === 0 ? [] : [{ cell, measure, value: quantile(values, q), weight: values.length }];
  const clear = patches.flatMap((p) => p.clear ?? []);
  const residuals = clear.map((c) => c.residualPx);
  return [
    ...row('residualMedianPx', residuals, 0.5),
    ...row('residualP95Px', residuals, 0.95),
    ...row(
      'neighbourCorrelation',
      patches.map((p) => p.correlation),
      0.5,
    ),
    ...row(
      'peakRatio',
      clear.map((c) => c.peakRatio),
      0.5,
    ),
  ];
}
