import { shapeOf, type BlockGrid, type Box, type Volume } from '@stratome/core';
import { quantile } from '@stratome/kernels';
import type { AlignmentParameters } from './parameters.js';

type ResidualParameters = AlignmentParameters['residual'];

/** A measurement of one quality cell; `weight` is the number of patches behind it. */
export interface ResidualMeasurement {
  readonly cell: number;
  readonly measure: 'residualMedianPx' | 'residualP95Px' | 'neighbourCorrelation' | 'peakRatio';
  readonly value: number;
  readonly weight: number;
}

interface Patch {
  readonly shiftPx: number;
  readonly correlation: number;
  readonly peakRatio: number;
}

/** A rival of the best shift must lie farther off than this, px. */
const peakHalfWidthPx = 2;

/** Normalised correlation of a patch of one section with the next one at every shift; −1 where data lack. */
function correlations(
  { data, shape: [, height, width] }: Volume<Uint8Array>,
  z: number,
  y0: number,
  x0: number,
  { patchPx, searchRadiusPx }: ResidualParameters,
): Float64Array {
  const side = 2 * searchRadiusPx + 1;
  const out = new Float64Array(side * side).fill(-1);
  const here = z * height * width;
  const there = here + height * width;
  for (let dy = -searchRadiusPx, k = 0; dy <= searchRadiusPx; dy++) {
    for (let dx = -searchRadiusPx; dx <= searchRadiusPx; dx++, k++) {
      if (y0 + dy < 0 || x0 + dx < 0 || y0 + dy + patchPx > height || x0 + dx + patchPx > width) continue;
      let [n, a, b, aa, bb, ab] = [0, 0, 0, 0, 0, 0];
      for (let y = 0; y < patchPx; y++) {
        let p = here + (y0 + y) * width + x0;
        let q = there + (y0 + dy + y) * width + x0 + dx;
        for (let x = 0; x < patchPx; x++, p++, q++) {
          const [u, v] = [data[p], data[q]];
          if (u === 0 || v === 0) continue;
          n++;
          a += u;
          b += v;
          aa += u * u;
          bb += v * v;
          ab += u * v;
        }
      }
      if (n < 0.7 * patchPx * patchPx) continue;
      const spread = Math.sqrt((aa - (a * a) / n) * (bb - (b * b) / n));
      out[k] = spread > 0 ? (ab - (a * b) / n) / spread : -1;
    }
  }
  return out;
}

/** Where a parabola through three values has its top, −½ … ½. */
function parabolaTop(low: number, middle: number, high: number): number {
  const bend = low - 2 * middle + high;
  return bend < 0 ? Math.max(-0.5, Math.min(0.5, (0.5 * (low - high)) / bend)) : 0;
}

/** The best shift of a patch; undefined when nothing could be compared or there is no clear peak. */
function bestShift(map: Float64Array, p: ResidualParameters): Patch | undefined {
  const r = p.searchRadiusPx;
  const side = 2 * r + 1;
  let best = 0;
  for (let k = 1; k < map.length; k++) if (map[k] > map[best]) best = k;
  const [by, bx] = [Math.floor(best / side), best % side];
  let rival = 0;
  for (let k = 0; k < map.length; k++) {
    const off = Math.max(Math.abs(Math.floor(k / side) - by), Math.abs((k % side) - bx));
    if (off > peakHalfWidthPx && map[k] > rival) rival = map[k];
  }
  const peakRatio = rival > 0 ? map[best] / rival : 10;
  if (map[best] < p.leastCorrelation || peakRatio < p.leastPeakRatio) return undefined;
  const inside = by > 0 && by < side - 1 && bx > 0 && bx < side - 1;
  const dy = by - r + (inside ? parabolaTop(map[best - side], map[best], map[best + side]) : 0);
  const dx = bx - r + (inside ? parabolaTop(map[best - 1], map[best], map[best + 1]) : 0);
  return { shiftPx: Math.hypot(dy, dx), correlation: map[best], peakRatio: Math.min(10, peakRatio) };
}

/**
 * Measures how well each section of a rendered block meets the next one: small patches, of another size and at
 * other places than the blocks that were matched, are looked for in the next section, and the shift that fits
 * best is the residual. What the solve believed plays no part.
 *
 * @param volume uint8 (z, y, x), 0 = no data; sections box.begin[0] … box.end[0]−1. Not mutated.
 * @param box where it lies in the aligned volume
 * @param cells the quality grid, in voxels of the aligned volume
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
  for (let z = 0; z + 1 < depth; z++) {
    for (let y = 0; y + patchPx <= height; y += spacingPx) {
      for (let x = 0; x + patchPx <= width; x += spacingPx) {
        const patch = bestShift(correlations(volume, z, y, x, parameters), parameters);
        if (!patch) continue;
        const centre = [z + box.begin[0], y + box.begin[1] + patchPx / 2, x + box.begin[2] + patchPx / 2];
        const at = centre.map((v, k) => Math.min(cells.counts[k] - 1, Math.floor(v / cells.block[k])));
        const cell = cells.indexOf([at[0], at[1], at[2]]);
        byCell.set(cell, [...(byCell.get(cell) ?? []), patch]);
      }
    }
  }
  return [...byCell].flatMap(([cell, patches]) => {
    const row = (measure: ResidualMeasurement['measure'], of: (p: Patch) => number, q: number) => ({
      cell,
      measure,
      value: quantile(patches.map(of), q),
      weight: patches.length,
    });
    return [
      row('residualMedianPx', (p) => p.shiftPx, 0.5),
      row('residualP95Px', (p) => p.shiftPx, 0.95),
      row('neighbourCorrelation', (p) => p.correlation, 0.5),
      row('peakRatio', (p) => p.peakRatio, 0.5),
    ];
  });
}
