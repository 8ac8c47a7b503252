import { median } from '@stratome/kernels';
import { estimateJitter, type Jitter } from './jitter.js';
import { huberWeight, LeastSquares } from './least-squares.js';
import type { AlignmentParameters } from './parameters.js';
import type { SectionMatches } from './section-match.js';
import { SolveLayout } from './solve-layout.js';
import { TissueFlow } from './tissue-flow.js';
import { roundTransform, transformDistancePx, type SectionTransform } from './transform.js';

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

/** Share of blocks with a consistent match from which a pair is believed in full. */
const trustedShare = 0.5;

/** Scatter of matches beyond their own error that is assumed for adjacent sections before any is measured, px. */
const firstScatterPx = 0.5;

/** Never believed to be less, px: neighbouring blocks share what they err in. */
const leastScatterPx = 0.05;

/** Rows that hold sections near their stage position and undeformed, as strongly as the jitter is small. */
function addPrior(
  system: LeastSquares,
  layout: SolveLayout,
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
 * small (see `estimateJitter`): it fixes the gauge, and leaves a stack that is aligned already where it is. Tissue
 * that slants keeps its slant (see `TissueFlow`).
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
  const layout = new SolveLayout(frame, parameters.meshSpacingPx);
  const flow = new TissueFlow(frame, order.length, order.length * layout.perSection);
  const system = new LeastSquares(order.length * layout.perSection + flow.unknowns);
  const pairs = [...matches].sort((p, q) => p.a - q.a || p.b - q.b);
  for (const pair of pairs) {
    const [a, b] = [index.get(pair.a)!, index.get(pair.b)!];
    for (const { aPx, bPx } of pair.matches) {
      for (const axis of [0, 1]) {
        const columns: number[] = [];
        const values: number[] = [];
        layout.terms(a, axis, aPx, 1, columns, values);
        layout.terms(b, axis, bPx, -1, columns, values);
        flow.terms(a, b, axis, aPx, columns, values);
        system.add(columns, values, bPx[axis] - aPx[axis]);
      }
    }
  }
  const jitterPx = parameters.jitterPx ?? estimateJitter(pairs, frame);
  addPrior(system, layout, order.length, jitterPx, parameters.smoothness);
  const flowRows = flow.addPrior(system);
  const { x, distances } = solveRobustly(system, pairs, parameters, (weights, scatterPx) =>
    flowRows.forEach((row) => (weights[row] = 1 / flow.sigmaPx(scatterPx, parameters) ** 2)),
  );
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

/**
 * How far the matches of a pair are believed, from 0 to 1. Where most blocks found no consistent match, those that
 * did are often chance: sections too far apart to be alike, or one of them damaged.
 */
function supportOf({ matches, blocks }: SectionMatches): number {
  return Math.min(1, (matches.length / Math.max(1, blocks) / trustedShare) ** 2);
}

function solveRobustly(
  system: LeastSquares,
  pairs: readonly SectionMatches[],
  parameters: SolveParameters,
  weighFlow: (weights: Float64Array, scatterPx: number) => void,
) {
  const weights = new Float64Array(system.rows).fill(1);
  const apart = [...new Set(pairs.map((p) => p.b - p.a))].sort((p, q) => p - q);
  const scatter = new Map(apart.map((dz) => [dz, firstScatterPx * dz]));
  let x: Float64Array = new Float64Array(system.unknowns);
  let distances = matchDistances(system, pairs, x);
  for (let round = 0; round < parameters.iterations; round++) {
    let row = 0;
    pairs.forEach((pair, k) => {
      const support = supportOf(pair);
      pair.matches.forEach((match, i) => {
        const variance = 1 / match.weight + scatter.get(pair.b - pair.a)! ** 2;
        const standardised = distances[k][i] / Math.sqrt(2 * variance);
        const huber = round === 0 ? 1 : huberWeight(standardised, parameters.huber);
        weights[row++] = (support * huber) / variance;
        weights[row++] = (support * huber) / variance;
      });
    });
    if (apart.length > 0) weighFlow(weights, scatter.get(apart[0])!);
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
