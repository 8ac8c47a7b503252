import { findPeak, maskedCorrelation, type MaskedImage } from '@stratome/kernels';
import type { Point } from './transform.js';

/** b's point of a point p of a: R(angle)·(p − centre) + centre + shift. */
export interface RigidMap {
  readonly angle: number;
  readonly centrePx: Point;
  readonly shiftPx: Point;
  /** Log-likelihood of the match, and peak ratio, at the coarse scale. */
  readonly score: number;
  readonly peakRatio: number;
}

export function applyRigid(
  { angle, centrePx: c, shiftPx: s }: RigidMap,
  y: number,
  x: number,
): [number, number] {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [dy, dx] = [y - c[0], x - c[1]];
  return [cos * dy - sin * dx + c[0] + s[0], sin * dy + cos * dx + c[1] + s[1]];
}

/** The image turned by `angle` about its centre: out(p) = image(R·(p − c) + c), bilinear over data pixels. */
export function rotate(image: MaskedImage, angle: number): MaskedImage {
  if (angle === 0) return image;
  const [h, w] = image.shape;
  const data = new Float32Array(h * w);
  const mask = new Uint8Array(h * w);
  const c: Point = [(h - 1) / 2, (w - 1) / 2];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  for (let y = 0, i = 0; y < h; y++) {
    for (let x = 0; x < w; x++, i++) {
      const sy = cos * (y - c[0]) - sin * (x - c[1]) + c[0];
      const sx = sin * (y - c[0]) + cos * (x - c[1]) + c[1];
      const y0 = Math.floor(sy);
      const x0 = Math.floor(sx);
      if (y0 < 0 || x0 < 0 || y0 + 1 >= h || x0 + 1 >= w) continue;
      const k = y0 * w + x0;
      if (!(image.mask[k] && image.mask[k + 1] && image.mask[k + w] && image.mask[k + w + 1])) continue;
      const [fy, fx] = [sy - y0, sx - x0];
      const top = image.data[k] * (1 - fx) + image.data[k + 1] * fx;
      const bottom = image.data[k + w] * (1 - fx) + image.data[k + w + 1] * fx;
      data[i] = top * (1 - fy) + bottom * fy;
      mask[i] = 1;
    }
  }
  return { data, mask, shape: image.shape };
}

/** A coarse peak this clear needs no look at all the other angles. */
const clearPeakRatio = 1.3;

/** Half width of a coarse peak, coarse px. */
const coarseNeighbourhoodPx = 3;

/**
 * Finds how section b lies against section a, by masked correlation of coarse images: from angle 0 uphill, and
 * over all angles when the peak found is not clear.
 *
 * @param factor pixels of the sections per coarse pixel
 * @param maxShiftPx, maxAngle limits, px of the sections and radians
 */
export function findRigid(
  a: MaskedImage,
  b: MaskedImage,
  factor: number,
  maxShiftPx: number,
  maxAngle: number,
): RigidMap | undefined {
  const r = Math.max(2, Math.ceil(maxShiftPx / factor));
  const extent = Math.max(...a.shape);
  const step = 1.5 / extent;
  const steps = Math.floor(maxAngle / step);
  const seen = new Map<number, RigidMap | undefined>();
  const look = (k: number): RigidMap | undefined => {
    if (!seen.has(k)) seen.set(k, rigidAt(a, b, k * step, r, factor));
    return seen.get(k);
  };
  const scoreOf = (k: number) => (Math.abs(k) > steps ? -Infinity : (look(k)?.score ?? -Infinity));
  let best = 0;
  for (;;) {
    const next = [best - 1, best + 1].reduce((p, q) => (scoreOf(q) > scoreOf(p) ? q : p));
    if (scoreOf(next) <= scoreOf(best)) break;
    best = next;
  }
  if ((look(best)?.peakRatio ?? 0) < clearPeakRatio)
    for (let k = -steps; k <= steps; k++) if (scoreOf(k) > scoreOf(best)) best = k;
  return look(best);
}

function rigidAt(
  a: MaskedImage,
  b: MaskedImage,
  angle: number,
  r: number,
  factor: number,
): RigidMap | undefined {
  const turned = rotate(b, angle);
  const area = a.shape[0] * a.shape[1];
  const surface = maskedCorrelation(a, turned, { from: [-r, -r], to: [r, r] }, area / 8);
  const logLikelihood = (i: number) =>
    -0.5 * surface.overlapPx[i] * Math.log(1 - Math.min(0.999, surface.correlation[i]) ** 2);
  const peak = findPeak(surface, coarseNeighbourhoodPx, logLikelihood);
  if (!peak || peak.atBorder) return undefined;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [sy, sx] = peak.shiftPx;
  const middle = (n: number) => ((n - 1) / 2 + 0.5) * factor - 0.5;
  return {
    angle,
    centrePx: [middle(a.shape[0]), middle(a.shape[1])],
    // turned(p + s) = b(R·(p + s − c) + c), so b's own shift is R·s.
    shiftPx: [factor * (cos * sy - sin * sx), factor * (sin * sy + cos * sx)],
    score: -0.5 * peak.overlapPx * Math.log(1 - Math.min(0.999, peak.correlation) ** 2),
    peakRatio: peak.peakRatio,
  };
}
