import { median, robustSigma } from '@stratome/kernels';
import { applyAffine, fitAffine } from './affine-fit.js';
import type { AlignmentParameters } from './parameters.js';
import type { SectionMatches } from './section-match.js';

/** How far sections lie from where the stage says, standard deviations, px. */
export type Jitter = NonNullable<AlignmentParameters['solve']['jitterPx']>;

/** Expected where there are too few sections to estimate anything. */
const assumed: Jitter = { shift: 10, rotation: 5, shape: 3, mesh: 2 };

/** Never less: a prior of no width would forbid what the matches show. */
const leastPx = 0.02;

/** Consecutive pairs of pairs needed for an estimate. */
const leastTriples = 5;

/** Mean square of a cubic B-spline field per unit variance of its coefficients, in two dimensions. */
const splinePower = (151 / 315) ** 2;

/** Half width of the running mean that takes out slow tissue flow, pairs. */
const flowRadius = 4;

/**
 * Estimates from the matches how much sections jitter. What is misplaced in one section alone moves by +e from
 * the section before and by −e to the one after; tissue that truly slants moves alike from section to section.
 * So the covariance of consecutive displacements, sign reversed, is the variance of the jitter, and a stack that
 * is aligned already gives next to none.
 *
 * @param matches of consecutive sections and others; only pairs of directly consecutive sections are used
 * @param frame [height, width] of the montages, px
 */
export function estimateJitter(matches: readonly SectionMatches[], frame: readonly [number, number]): Jitter {
  const after = new Map<number, SectionMatches>();
  for (const pair of matches) {
    const known = after.get(pair.a);
    if (pair.matches.length >= 6 && (!known || pair.b < known.b)) after.set(pair.a, pair);
  }
  const starts = [...after.keys()].sort((a, b) => a - b);
  const chains: SectionMatches[][] = [];
  for (const a of starts) {
    const pair = after.get(a)!;
    const chain = chains.at(-1);
    if (chain && chain.at(-1)!.b === a) chain.push(pair);
    else chains.push([pair]);
  }
  const triples = chains.reduce((n, chain) => n + chain.length - 1, 0);
  if (triples < leastTriples) return assumed;
  const described = chains.map((chain) => chain.map((pair) => describe(pair, frame)));
  const sigmaOf = (names: readonly string[]) => {
    const series = described.flatMap((chain) =>
      names.map((name) => chain.map((pair) => pair.get(name) ?? NaN)),
    );
    return Math.max(leastPx, Math.sqrt(Math.max(0, reversedCovariance(series))));
  };
  const blocks = [...new Set(described.flat().flatMap((pair) => [...pair.keys()]))].filter((k) =>
    k.startsWith('block'),
  );
  const mesh = sigmaOf(blocks.sort());
  return {
    shift: sigmaOf(['shiftY', 'shiftX']),
    rotation: sigmaOf(['rotation']),
    shape: sigmaOf(['scaleY', 'scaleX', 'shear']),
    mesh: Math.max(leastPx, mesh / Math.sqrt(splinePower)),
  };
}

/** A pair's displacement as shift and border displacements of its affine part, px, and what is left by block. */
function describe(pair: SectionMatches, [h, w]: readonly [number, number]): Map<string, number> {
  const affine = fitAffine(
    pair.matches,
    pair.matches.map((m) => m.weight),
  );
  const [cy, cx] = [h / 2, w / 2];
  const [y, x] = applyAffine(affine, [cy, cx]);
  const half = (cy + cx) / 2;
  const values = new Map([
    ['shiftY', y - cy],
    ['shiftX', x - cx],
    ['rotation', ((affine[3] - affine[1]) / 2) * half],
    ['shear', ((affine[3] + affine[1]) / 2) * half],
    ['scaleY', (affine[0] - 1) * cy],
    ['scaleX', (affine[4] - 1) * cx],
  ]);
  for (const { aPx, bPx } of pair.matches) {
    const [ey, ex] = applyAffine(affine, aPx);
    values.set(`block ${aPx} y`, bPx[0] - ey);
    values.set(`block ${aPx} x`, bPx[1] - ex);
  }
  return values;
}

/** −cov(d(k), d(k+1)) over all series, each freed of its running mean; outliers are drawn in first. */
function reversedCovariance(series: readonly (readonly number[])[]): number {
  const present = series.flatMap((s) => s.filter((v) => !Number.isNaN(v)));
  if (present.length === 0) return 0;
  const centre = median(present);
  const limit = 4 * robustSigma(present, centre) + 1e-9;
  let sum = 0;
  let n = 0;
  for (const s of series) {
    const drawn = s.map((v) => Math.max(centre - limit, Math.min(centre + limit, v)));
    const free = drawn.map((v, k) => {
      const near = drawn
        .slice(Math.max(0, k - flowRadius), k + flowRadius + 1)
        .filter((q) => !Number.isNaN(q));
      return v - near.reduce((a, b) => a + b, 0) / near.length;
    });
    for (let k = 0; k + 1 < free.length; k++) {
      if (Number.isNaN(free[k]) || Number.isNaN(free[k + 1])) continue;
      sum -= free[k] * free[k + 1];
      n++;
    }
  }
  return n === 0 ? 0 : sum / n;
}
