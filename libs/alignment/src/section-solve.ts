import { median } from '@stratome/kernels';
import { estimateJitter, type Jitter } from './jitter.js';
import { huberWeight, LeastSquares } from './least-squares.js';
import type { AlignmentParameters } from './parameters.js';
import type { SectionMatches } from './section-match.js';
import {
  meshCell,
  meshShape,
  roundTransform,
  splineWeights,
  transformDistancePx,
  type Point,
  type SectionTransform,
} from './transform.js';

type SolveParameters = AlignmentParameters['solve'];

export interface SectionSolution {
  /** By ascending section number. */
  readonly transforms: readonly SectionTransform[];
  readonly jitterPx: Jitter;
  /** Per pair of sections: matches, and their residual after the solve, px. */
  readonly pairs: readonly {
    readonly a: number;
    readonly b: number;
    readonly matches: number;
    readonly medianPx: number;
    readonly p95Px: number;
  }[];
}

/** Shift, then displacement at the border by the four linear terms. */
const affineUnknowns = 6;

/** Scatter of matches beyond their own error that is assumed for adjacent sections before any is measured, px. */
const firstScatterPx = 0.5;

/** Never believed to be less, px: neighbouring blocks share what they err in. */
const leastScatterPx = 0.05;

/** Where the unknowns of each section stand, and what displaces a point. */
class Layout {
  readonly mesh: [number, number];
  readonly perSection: number;
  private readonly half: Point;
  private readonly wy = new Float64Array(4);
  private readonly wx = new Float64Array(4);

  constructor(
    readonly frame: readonly [number, number],
    readonly spacingPx: number,
  ) {
    this.mesh = meshShape(frame, spacingPx);
    this.perSection = affineUnknowns + 2 * this.points;
    this.half = [frame[0] / 2, frame[1] / 2];
  }

  get points(): number {
    return this.mesh[0] * this.mesh[1];
  }

  /** Column of control point `k`'s displacement along axis `axis`. */
  control(section: number, axis: number, k: number): number {
    return section * this.perSection + affineUnknowns + axis * this.points + k;
  }

  /** Columns and factors of the displacement of montage point p of a section along an axis. */
  terms(section: number, axis: number, p: Point, sign: number, columns: number[], values: number[]): void {
    const base = section * this.perSection;
    columns.push(base + axis, base + 2 + 2 * axis, base + 3 + 2 * axis);
    values.push(
      sign,
      (sign * (p[0] - this.half[0])) / this.half[0],
      (sign * (p[1] - this.half[1])) / this.half[1],
    );
    const [iy, ty] = meshCell(p[0], this.spacingPx, this.mesh[0]);
    const [ix, tx] = meshCell(p[1], this.spacingPx, this.mesh[1]);
    splineWeights(ty, this.wy);
    splineWeights(tx, this.wx);
    for (let i = 0; i < 4; i++) {
      for (let j = 0; j < 4; j++) {
        columns.push(this.control(section, axis, (iy + i) * this.mesh[1] + ix + j));
        values.push(sign * this.wy[i] * this.wx[j]);
      }
    }
  }

  transform(section: number, at: number, x: Float64Array): SectionTransform {
    const [cy, cx] = this.half;
    const u = x.subarray(at * this.perSection, (at + 1) * this.perSection);
    const row = (axis: number): [number, number, number] => {
      const [ly, lx] = [u[2 + 2 * axis] / cy, u[3 + 2 * axis] / cx];
      return [(axis === 0 ? 1 : 0) + ly, (axis === 1 ? 1 : 0) + lx, u[axis] - ly * cy - lx * cx];
    };
    const [dy, dx] = [0, 1].map((axis) =>
      Array.from(u.subarray(affineUnknowns + axis * this.points, affineUnknowns + (axis + 1) * this.points)),
    );
    return {
      section,
      affine: [...row(0), ...row(1)] as unknown as SectionTransform['affine'],
      mesh: { spacingPx: this.spacingPx, shape: this.mesh, dy, dx },
    };
  }
}

/** Rows that hold sections near their stage position and undeformed, as strongly as the jitter is small. */
function addPrior(
  system: LeastSquares,
  layout: Layout,
  sections: number,
  jitter: Jitter,
  smoothness: number,
): void {
  const [ny, nx] = layout.mesh;
  for (let s = 0; s < sections; s++) {
    const base = s * layout.perSection;
    for (const axis of [0, 1]) system.add([base + axis], [1 / jitter.shift], 0);
    system.add([base + 3, base + 4], [-0.5 / jitter.rotation, 0.5 / jitter.rotation], 0);
    system.add([base + 3, base + 4], [0.5 / jitter.shape, 0.5 / jitter.shape], 0);
    system.add([base + 2], [1 / jitter.shape], 0);
    system.add([base + 5], [1 / jitter.shape], 0);
    const bend = smoothness / jitter.mesh;
    for (const axis of [0, 1]) {
      for (let i = 0; i < ny; i++) {
        for (let j = 0; j < nx; j++) {
          const at = (y: number, x: number) => layout.control(s, axis, y * nx + x);
          system.add([at(i, j)], [1 / jitter.mesh], 0);
          if (bend === 0) continue;
          if (i > 0 && i + 1 < ny)
            system.add([at(i - 1, j), at(i, j), at(i + 1, j)], [bend, -2 * bend, bend], 0);
          if (j > 0 && j + 1 < nx)
            system.add([at(i, j - 1), at(i, j), at(i, j + 1)], [bend, -2 * bend, bend], 0);
        }
      }
    }
  }
}

/**
 * One solve for all sections: an affine map and a mesh each, such that matched points meet. Matches count by
 * their own error plus the scatter found among matches of that distance in z (processes wander from section to
 * section), by Huber's weights. The stage position is evidence too, as strong as the jitter found in the matches is
 * small (see `estimateJitter`): it fixes the gauge, keeps slanting tissue slanted, and leaves a stack that is
 * aligned already where it is.
 *
 * @param sections numbers of all sections present
 * @param frame [height, width] of every montage, px
 * @param previous transforms of an earlier solve: one that would move by less than `keepWithinPx` is kept
 */
export function solveSections(
  sections: readonly number[],
  matches: readonly SectionMatches[],
  frame: readonly [number, number],
  parameters: SolveParameters,
  previous: readonly SectionTransform[] = [],
): SectionSolution {
  const order = [...sections].sort((a, b) => a - b);
  const index = new Map(order.map((section, i) => [section, i]));
  const layout = new Layout(frame, parameters.meshSpacingPx);
  const system = new LeastSquares(order.length * layout.perSection);
  const pairs = [...matches].sort((p, q) => p.a - q.a || p.b - q.b);
  for (const pair of pairs) {
    const [a, b] = [index.get(pair.a)!, index.get(pair.b)!];
    for (const { aPx, bPx } of pair.matches) {
      for (const axis of [0, 1]) {
        const columns: number[] = [];
        const values: number[] = [];
        layout.terms(a, axis, aPx, 1, columns, values);
        layout.terms(b, axis, bPx, -1, columns, values);
        system.add(columns, values, bPx[axis] - aPx[axis]);
      }
    }
  }
  const jitterPx = parameters.jitterPx ?? estimateJitter(pairs, frame);
  addPrior(system, layout, order.length, jitterPx, parameters.smoothness);
  const { x, distances } = solveRobustly(system, pairs, parameters);
  const kept = new Map(previous.map((t) => [t.section, t]));
  const transforms = order.map((section, i) => {
    const solved = roundTransform(layout.transform(section, i, x));
    const before = kept.get(section);
    const same = before && transformDistancePx(before, solved, frame) < parameters.keepWithinPx;
    return same ? before : solved;
  });
  return { transforms, jitterPx, pairs: pairs.map((pair, k) => summarise(pair, distances[k])) };
}

function summarise({ a, b, matches }: SectionMatches, distances: Float64Array) {
  const sorted = distances.slice().sort();
  const at = (q: number) => (sorted.length === 0 ? NaN : sorted[Math.round(q * (sorted.length - 1))]);
  return { a, b, matches: matches.length, medianPx: at(0.5), p95Px: at(0.95) };
}

/** Distances of the matched points of every pair at `x`, px. */
function matchDistances(
  system: LeastSquares,
  pairs: readonly SectionMatches[],
  x: Float64Array,
): Float64Array[] {
  const residuals = system.residuals(x);
  let row = 0;
  return pairs.map(({ matches }) =>
    Float64Array.from(matches, () => {
      const distance = Math.hypot(residuals[row], residuals[row + 1]);
      row += 2;
      return distance;
    }),
  );
}

function solveRobustly(system: LeastSquares, pairs: readonly SectionMatches[], parameters: SolveParameters) {
  const weights = new Float64Array(system.rows).fill(1);
  const apart = [...new Set(pairs.map((p) => p.b - p.a))].sort((p, q) => p - q);
  const scatter = new Map(apart.map((dz) => [dz, firstScatterPx * dz]));
  let x: Float64Array = new Float64Array(system.unknowns);
  let distances = matchDistances(system, pairs, x);
  for (let round = 0; round < parameters.iterations; round++) {
    let row = 0;
    pairs.forEach((pair, k) => {
      pair.matches.forEach((match, i) => {
        const variance = 1 / match.weight + scatter.get(pair.b - pair.a)! ** 2;
        const standardised = distances[k][i] / Math.sqrt(2 * variance);
        const huber = round === 0 ? 1 : huberWeight(standardised, parameters.huber);
        weights[row++] = huber / variance;
        weights[row++] = huber / variance;
      });
    });
    x = system.solve(weights, x, round + 1 === parameters.iterations ? 1e-5 : 1e-3);
    distances = matchDistances(system, pairs, x);
    for (const dz of apart) scatter.set(dz, scatterOf(pairs, distances, dz));
  }
  return { x, distances };
}

/** Median of Rayleigh's distribution of unit variance. */
const rayleighMedian = Math.sqrt(2 * Math.LN2);

/** Scatter of the matches between sections `dz` apart that their own errors do not explain, px. */
function scatterOf(pairs: readonly SectionMatches[], distances: readonly Float64Array[], dz: number): number {
  const found: number[] = [];
  const expected: number[] = [];
  pairs.forEach((pair, k) => {
    if (pair.b - pair.a !== dz) return;
    found.push(...distances[k]);
    expected.push(...pair.matches.map((m) => 1 / m.weight));
  });
  if (found.length === 0) return firstScatterPx * dz;
  const variance = (median(found) / rayleighMedian) ** 2 - median(expected);
  return Math.sqrt(Math.max(leastScatterPx ** 2, variance));
}
