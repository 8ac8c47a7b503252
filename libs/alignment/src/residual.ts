import { shapeOf, type BlockGrid, type Box, type Volume } from '@stratome/core';
import {
  directCorrelation,
  findPeak,
  maskedBlur,
  maskedImage,
  quantile,
  subtractBackground,
  type MaskedImage,
} from '@stratome/kernels';
import type { AlignmentParameters } from './parameters.js';

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
  readonly cell: number;
  /** Correlation where the patch lies. */
  readonly correlation: number;
  /** Displacement at which it would fit best, px, and that peak over its rival; absent without a clear peak. */
  readonly clear?: { readonly residualPx: number; readonly peakRatio: number };
}

/** Filters other than those of matching, so that the measure is not blind where the matching was. */
const fineSigmaPx = 1.3;
const backgroundRadiusPx = 20;

/** A rival of the best shift must lie farther off than this, px. */
const peakHalfWidthPx = 2;

/** Share of a patch that must hold data in both sections. */
const leastDataFraction = 0.7;

function prepare({ data, shape: [, height, width] }: Volume<Uint8Array>, z: number): MaskedImage {
  const plane = data.subarray(z * height * width, (z + 1) * height * width);
  const image = maskedImage({ data: plane, shape: [height, width] });
  return maskedBlur(subtractBackground(image, backgroundRadiusPx), fineSigmaPx);
}

function measurePatch(
  a: MaskedImage,
  b: MaskedImage,
  corner: readonly [number, number],
  cell: number,
  p: ResidualParameters,
): Patch | undefined {
  const r = p.searchRadiusPx;
  const window = { corner, shape: [p.patchPx, p.patchPx] as const };
  const least = leastDataFraction * p.patchPx ** 2;
  const surface = directCorrelation(a, window, b, { from: [-r, -r], to: [r, r] }, least);
  const middle = r * (2 * r + 1) + r;
  if (surface.overlapPx[middle] < least) return undefined;
  const correlation = surface.correlation[middle];
  const peak = findPeak(surface, peakHalfWidthPx);
  if (!peak || peak.correlation < p.leastCorrelation || peak.peakRatio < p.leastPeakRatio) {
    return { cell, correlation };
  }
  return { cell, correlation, clear: { residualPx: Math.hypot(...peak.shiftPx), peakRatio: peak.peakRatio } };
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
  const byCell = new Map<number, Patch[]>();
  const [depth, height, width] = shapeOf(box);
  const { patchPx, spacingPx } = parameters;
  let below = prepare(volume, 0);
  for (let z = 0; z + 1 < depth; z++) {
    const above = prepare(volume, z + 1);
    for (let y = 0; y + patchPx <= height; y += spacingPx) {
      for (let x = 0; x + patchPx <= width; x += spacingPx) {
        const centre = [z + box.begin[0], y + box.begin[1] + patchPx / 2, x + box.begin[2] + patchPx / 2];
        const at = centre.map((v, k) => Math.min(cells.counts[k] - 1, Math.floor(v / cells.block[k])));
        const cell = cells.indexOf([at[0], at[1], at[2]]);
        const patch = measurePatch(below, above, [y, x], cell, parameters);
        if (!patch) continue;
        const known = byCell.get(cell);
        if (known) known.push(patch);
        else byCell.set(cell, [patch]);
      }
    }
    below = above;
  }
  return [...byCell].sort(([a], [b]) => a - b).flatMap(([cell, patches]) => summarise(cell, patches));
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
