import { canonicalJson } from '@stratome/core';

/** A point or shift [y, x], px. */
export type Point = readonly [number, number];

/**
 * Control points of a displacement field that is a uniform cubic B-spline (D. Rueckert et al., Nonrigid
 * registration using free-form deformations, IEEE TMI 18(8), 1999). Point (i, j) stands at
 * ((i − 1)·spacing, (j − 1)·spacing) of the montage.
 */
export interface DisplacementMesh {
  readonly spacingPx: number;
  /** Control points along y and x. */
  readonly shape: readonly [number, number];
  /** Displacement coefficients, C order, px. */
  readonly dy: readonly number[];
  readonly dx: readonly number[];
}

/**
 * Where a section's montage lies in the aligned volume: a point p = (y, x) of the montage comes to
 * A·(y, x, 1) + mesh(p).
 */
export interface SectionTransform {
  readonly section: number;
  /** Rows (yy, yx, y0) and (xy, xx, x0) of A. */
  readonly affine: readonly [number, number, number, number, number, number];
  readonly mesh: DisplacementMesh;
}

export const identityAffine = [1, 0, 0, 0, 1, 0] as const;

export function meshShape([h, w]: readonly [number, number], spacingPx: number): [number, number] {
  return [Math.ceil(h / spacingPx) + 3, Math.ceil(w / spacingPx) + 3];
}

/** The transform that leaves a section where the stage says it is. */
export function identityTransform(
  section: number,
  frame: readonly [number, number],
  spacingPx: number,
): SectionTransform {
  const shape = meshShape(frame, spacingPx);
  const zeros = Array.from({ length: shape[0] * shape[1] }, () => 0);
  return { section, affine: identityAffine, mesh: { spacingPx, shape, dy: zeros, dx: [...zeros] } };
}

/** The four cubic B-spline weights at fraction t between control points 1 and 2, into `out`. */
export function splineWeights(t: number, out: Float64Array): void {
  const s = 1 - t;
  out[0] = (s * s * s) / 6;
  out[1] = (4 - 6 * t * t + 3 * t * t * t) / 6;
  out[2] = (4 - 6 * s * s + 3 * s * s * s) / 6;
  out[3] = (t * t * t) / 6;
}

const wy = new Float64Array(4);
const wx = new Float64Array(4);

/** First control point and fraction of a coordinate; beyond the mesh its border displacement holds. */
export function meshCell(at: number, spacingPx: number, points: number): [number, number] {
  const g = Math.max(0, Math.min(points - 3 - 1e-9, at / spacingPx));
  const first = Math.floor(g);
  return [first, g - first];
}

/** Displacement of the mesh at a montage point, px. */
export function meshDisplacement(mesh: DisplacementMesh, y: number, x: number): [number, number] {
  const [iy, ty] = meshCell(y, mesh.spacingPx, mesh.shape[0]);
  const [ix, tx] = meshCell(x, mesh.spacingPx, mesh.shape[1]);
  splineWeights(ty, wy);
  splineWeights(tx, wx);
  let dy = 0;
  let dx = 0;
  for (let a = 0; a < 4; a++) {
    for (let b = 0; b < 4; b++) {
      const k = (iy + a) * mesh.shape[1] + ix + b;
      const w = wy[a] * wx[b];
      dy += w * mesh.dy[k];
      dx += w * mesh.dx[k];
    }
  }
  return [dy, dx];
}

/** The aligned point of a montage point, px. */
export function alignedOfMontage(
  { affine: m, mesh }: SectionTransform,
  y: number,
  x: number,
): [number, number] {
  const [dy, dx] = meshDisplacement(mesh, y, x);
  return [m[0] * y + m[1] * x + m[2] + dy, m[3] * y + m[4] * x + m[5] + dx];
}

const inverseStepPx = 1e-5;

/** The montage point of an aligned point, px: fixed-point iteration, which converges as displacements are mild. */
export function montageOfAligned(transform: SectionTransform, y: number, x: number): [number, number] {
  let q: [number, number] = [y, x];
  for (let i = 0; i < 60; i++) {
    const [fy, fx] = alignedOfMontage(transform, q[0], q[1]);
    const [ey, ex] = [y - fy, x - fx];
    q = [q[0] + ey, q[1] + ex];
    if (Math.abs(ey) + Math.abs(ex) < inverseStepPx) break;
  }
  return q;
}

/** Montage minus aligned position on a grid anchored at aligned (0, 0); bilinear between grid points. */
export interface InverseField {
  readonly spacingPx: number;
  readonly shape: readonly [number, number];
  readonly dy: Float64Array;
  readonly dx: Float64Array;
}

/** Small enough that the field is straight between grid points to a few hundredths of a pixel. */
const inverseSpacingPx = 8;

/** Inverts a transform once for a whole section, so that what a voxel reads does not depend on the box rendered. */
export function inverseField(transform: SectionTransform, [h, w]: readonly [number, number]): InverseField {
  const shape = [Math.ceil(h / inverseSpacingPx) + 1, Math.ceil(w / inverseSpacingPx) + 1] as const;
  const dy = new Float64Array(shape[0] * shape[1]);
  const dx = new Float64Array(shape[0] * shape[1]);
  for (let i = 0, k = 0; i < shape[0]; i++) {
    for (let j = 0; j < shape[1]; j++, k++) {
      const [y, x] = [i * inverseSpacingPx, j * inverseSpacingPx];
      const q = montageOfAligned(transform, y, x);
      dy[k] = q[0] - y;
      dx[k] = q[1] - x;
    }
  }
  return { spacingPx: inverseSpacingPx, shape, dy, dx };
}

const round = (value: number, digits: number): number => {
  const rounded = Number(value.toFixed(digits));
  return rounded === 0 ? 0 : rounded;
};

/** Rounds a transform to 1e-4 px (over 10,000 px), far below what matters and far above solver noise. */
export function roundTransform({ section, affine, mesh }: SectionTransform): SectionTransform {
  const digits = [8, 8, 4, 8, 8, 4];
  return {
    section,
    affine: affine.map((v, k) => round(v, digits[k])) as unknown as SectionTransform['affine'],
    mesh: { ...mesh, dy: mesh.dy.map((v) => round(v, 4)), dx: mesh.dx.map((v) => round(v, 4)) },
  };
}

/** The one JSON text of a transform; equal transforms have equal text, and so equal hashes. */
export const transformJson = (transform: SectionTransform): string => canonicalJson(transform);

/** Largest distance between what two transforms do to a section, over a grid of points, px. */
export function transformDistancePx(
  a: SectionTransform,
  b: SectionTransform,
  [h, w]: readonly [number, number],
): number {
  const step = Math.max(1, Math.min(a.mesh.spacingPx, b.mesh.spacingPx) / 2);
  let worst = 0;
  for (let y = 0; y < h + step; y += step) {
    for (let x = 0; x < w + step; x += step) {
      const [py, px] = [Math.min(y, h - 1), Math.min(x, w - 1)];
      const p = alignedOfMontage(a, py, px);
      const q = alignedOfMontage(b, py, px);
      worst = Math.max(worst, Math.hypot(p[0] - q[0], p[1] - q[1]));
    }
  }
  return worst;
}
