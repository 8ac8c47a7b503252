import type { CorrelationSurface } from './fft-correlation.js';

/** The best shift of a correlation surface and how far it may be trusted. */
export interface CorrelationPeak {
  /** Shift of the peak, px, to a fraction of a pixel. */
  readonly shiftPx: readonly [number, number];
  readonly correlation: number;
  /**
   * Peak over the highest correlation outside the peak's own neighbourhood, both times the square root of
   * the overlap, since chance correlations grow as the overlap shrinks; at most 20.
   */
  readonly peakRatio: number;
  /** Fall of the correlation within one pixel of the peak along its flattest direction, per px². */
  readonly curvature: number;
  /** Data pixels under the peak. */
  readonly overlapPx: number;
  /** Whether the peak lies on the border of the range, so that a higher one may lie beyond. */
  readonly atBorder: boolean;
}

/** Correlations below this are noise, and no base for a ratio. */
const leastRival = 0.05;

/**
 * Finds the peak of a correlation surface; its subpixel position is the top of the least-squares quadratic
 * through its 3×3 neighbourhood.
 *
 * @param score what to maximise, given index, row and column; the correlation itself when left out
 * @param neighbourhoodPx half width of the square around the peak that the peak ratio leaves out
 * @returns undefined when no shift has a positive correlation
 */
export function findPeak(
  surface: CorrelationSurface,
  neighbourhoodPx: number,
  score: (index: number, y: number, x: number) => number = (i) => surface.correlation[i],
): CorrelationPeak | undefined {
  const { correlation, shape, range } = surface;
  let best = -1;
  let highest = -Infinity;
  for (let y = 0, i = 0; y < shape[0]; y++) {
    for (let x = 0; x < shape[1]; x++, i++) {
      if (correlation[i] <= 0) continue;
      const value = score(i, y, x);
      if (value > highest) [best, highest] = [i, value];
    }
  }
  if (best < 0) return undefined;
  const py = Math.floor(best / shape[1]);
  const px = best % shape[1];
  const strength = (i: number) => correlation[i] * Math.sqrt(surface.overlapPx[i]);
  let rival = leastRival * Math.sqrt(surface.overlapPx[best]);
  for (let y = 0, i = 0; y < shape[0]; y++) {
    for (let x = 0; x < shape[1]; x++, i++) {
      if (Math.abs(y - py) <= neighbourhoodPx && Math.abs(x - px) <= neighbourhoodPx) continue;
      rival = Math.max(rival, strength(i));
    }
  }
  const atBorder = py === 0 || px === 0 || py === shape[0] - 1 || px === shape[1] - 1;
  const top = atBorder ? { y: 0, x: 0, curvature: 0 } : quadraticTop(surface, py, px);
  return {
    shiftPx: [range.from[0] + py + top.y, range.from[1] + px + top.x],
    correlation: correlation[best],
    peakRatio: Math.min(20, strength(best) / rival),
    curvature: top.curvature,
    overlapPx: surface.overlapPx[best],
    atBorder,
  };
}

/** Top of the quadratic fitted to the 3×3 neighbourhood, and its smaller curvature (0 for a saddle). */
function quadraticTop({ correlation, shape }: CorrelationSurface, py: number, px: number) {
  const at = (y: number, x: number) => correlation[(py + y) * shape[1] + px + x];
  let [gy, gx, hyy, hxx, hyx] = [0, 0, 0, 0, 0];
  for (let k = -1; k <= 1; k++) {
    gy += (at(1, k) - at(-1, k)) / 6;
    gx += (at(k, 1) - at(k, -1)) / 6;
    hyy += (at(1, k) - 2 * at(0, k) + at(-1, k)) / 3;
    hxx += (at(k, 1) - 2 * at(k, 0) + at(k, -1)) / 3;
  }
  hyx = (at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / 4;
  const determinant = hyy * hxx - hyx * hyx;
  if (hyy >= 0 || hxx >= 0 || determinant <= 0) return { y: 0, x: 0, curvature: 0 };
  const limit = (v: number) => Math.max(-1, Math.min(1, v));
  const spread = Math.sqrt(((hyy - hxx) / 2) ** 2 + hyx * hyx);
  return {
    y: limit((hyx * gx - hxx * gy) / determinant),
    x: limit((hyx * gy - hyy * gx) / determinant),
    curvature: -((hyy + hxx) / 2 + spread),
  };
}

/**
 * Standard deviation of a peak's position along its flattest direction, px, as the Cramér–Rao bound of two
 * images that share a signal with the measured correlation.
 *
 * @param textureAreaPx area of one independent patch of texture, px²
 */
export function peakSigmaPx(peak: CorrelationPeak, textureAreaPx: number): number {
  const r = Math.min(0.999, Math.max(0, peak.correlation));
  const information = ((peak.overlapPx / textureAreaPx) * r * peak.curvature) / (1 - r * r);
  return information > 0 ? 1 / Math.sqrt(information) : Infinity;
}
