import {
  findPeak,
  halve,
  maskedBlur,
  maskedImage,
  peakSigmaPx,
  subtractBackground,
  type Image,
  type MaskedImage,
} from '@stratome/kernels';
import {
  applyAffine,
  consensusAffine,
  neighbourDisplacement,
  type Affine,
  type PointPair,
} from './affine-fit.js';
import { blocksOf, correlateBlocks, layBlocks, type BlockGridLayout } from './block-correlation.js';
import { peakNeighbourhoodPx, textureAreaPx } from './montage-match.js';
import type { AlignmentParameters } from './parameters.js';
import { climbToPeak } from './peak-climb.js';
import { applyRigid, findRigid, rotate, type RigidMap } from './rigid-search.js';
import type { Point } from './transform.js';

type MatchParameters = AlignmentParameters['match'];

/** A section's montage at the scales that matching needs; made once, used for every pair of the section. */
export interface PreparedSection {
  readonly section: number;
  readonly full: MaskedImage;
  readonly half: MaskedImage;
  readonly coarse: MaskedImage;
  /** Pixels per coarse pixel. */
  readonly coarseFactor: number;
}

/** The same tissue in two sections. */
export interface PointMatch extends PointPair {
  /** Inverse variance of the match, 1/px². */
  readonly weight: number;
  readonly peakRatio: number;
  readonly correlation: number;
}

/** All matches of one pair of sections; montage coordinates. */
export interface SectionMatches {
  readonly a: number;
  readonly b: number;
  readonly matches: readonly PointMatch[];
  /** Blocks that were tried. */
  readonly blocks: number;
}

/** Largest extent of the coarse images, px. */
const coarseExtentPx = 128;

/** Half width of the background box of coarse images, coarse px. */
const coarseBackgroundPx = 10;

/** Turning a section costs sharpness, so it is done only when its border would be this far off, px. */
const leastTurnPx = 1.5;

/** Filters a section's montage for matching. */
export function prepareSection(
  section: number,
  montage: Image<Uint8Array>,
  p: MatchParameters,
): PreparedSection {
  const raw = maskedImage(montage);
  const full = maskedBlur(subtractBackground(raw, p.coarseRadiusPx), p.fineSigmaPx);
  let coarse = halve(halve(raw));
  let coarseFactor = 4;
  for (; Math.max(...coarse.shape) > coarseExtentPx; coarseFactor *= 2) coarse = halve(coarse);
  return {
    section,
    full,
    half: halve(full),
    coarse: subtractBackground(coarse, coarseBackgroundPx),
    coarseFactor,
  };
}

/**
 * The pairs of sections to match: each with the next `neighbours` sections that are present, so that a gap is
 * bridged. Ordered by first section.
 */
export function planSectionPairs(
  sections: readonly number[],
  { neighbours }: MatchParameters,
): [number, number][] {
  const sorted = [...sections].sort((a, b) => a - b);
  return sorted.flatMap((a, i) =>
    sorted.slice(i + 1, i + 1 + neighbours).map((b): [number, number] => [a, b]),
  );
}

/**
 * Block matching of two sections: a rigid start from coarse images, blocks on a regular grid at half and then at
 * full resolution, and two tests of every match, against the affine map most agree with and against its
 * neighbours. Blocks that failed are looked for once more where their neighbours say they should be.
 *
 * @param a, b prepared sections of one frame; not mutated
 */
export function matchSections(a: PreparedSection, b: PreparedSection, p: MatchParameters): SectionMatches {
  const layout = layBlocks(a.half.shape, p.spacingPx / 2, p.blockPx / p.spacingPx);
  const [rows, columns] = blocksOf(layout);
  const centres = Array.from({ length: rows * columns }, (_, k) =>
    blockCentre(layout, Math.floor(k / columns), k % columns),
  );
  const none = { a: a.section, b: b.section, matches: [], blocks: centres.length };
  const maxAngle = (p.maxRotationDegrees * Math.PI) / 180;
  const rigid = findRigid(a.coarse, b.coarse, a.coarseFactor, p.coarseShiftPx, maxAngle);
  if (!rigid) return none;
  const search = new BlockSearch(a, b, rigid, p);
  const first = search.wide(layout, centres);
  const found = first.flatMap((peak, i) =>
    peak && peak.peakRatio >= p.leastPeakRatio ? [{ aPx: centres[i], bPx: peak.bPx }] : [],
  );
  const { affine, agrees } = consensusAffine(found, p.outlierPx);
  const trusted = consistent(
    found.filter((_, i) => agrees[i]),
    affine,
    p,
  );
  if (trusted.length < 3) return none;
  const refined = centres.flatMap((centre, i) => {
    const expected = expectedAt(centre, trusted, affine, p);
    const own = first[i]?.bPx;
    const near =
      own && Math.hypot(own[0] - expected[0], own[1] - expected[1]) <= p.consistencyPx ? own : expected;
    const match = search.narrow(centre, near, first[i]?.peakRatio ?? 1);
    return match ? [match] : [];
  });
  return { ...none, matches: consistent(refined, affine, p) };
}

/** Centre of a block in full-resolution pixels; the layout is of the half-resolution image. */
function blockCentre({ corner, cellPx, cells }: BlockGridLayout, row: number, column: number): Point {
  const at = (k: number, n: number) => 2 * (corner[k] + n * cellPx) + cells * cellPx;
  return [at(0, row), at(1, column)];
}

/** How many neighbours vote on a match. */
const voters = 8;

const expectedAt = (
  at: Point,
  trusted: readonly PointPair[],
  affine: Affine,
  p: MatchParameters,
): [number, number] => {
  const [y, x] = applyAffine(affine, at);
  const more = neighbourDisplacement(at, trusted, affine, 2.5 * p.spacingPx, voters) ?? [0, 0];
  return [y + more[0], x + more[1]];
};

/** The pairs that lie within `consistencyPx` of what their neighbours say. */
function consistent<P extends PointPair>(pairs: readonly P[], affine: Affine, p: MatchParameters): P[] {
  return pairs.filter(({ aPx, bPx }) => {
    const said = neighbourDisplacement(aPx, pairs, affine, 2.5 * p.spacingPx, voters);
    if (!said) return false;
    const [y, x] = applyAffine(affine, aPx);
    return Math.hypot(bPx[0] - y - said[0], bPx[1] - x - said[1]) <= p.consistencyPx;
  });
}

/** Looks for blocks of one section in another. */
class BlockSearch {
  private readonly full: MaskedImage;
  private readonly half: MaskedImage;
  /** Of the turned section b against a. */
  private readonly shiftPx: (at: Point) => Point;
  private readonly backPx: (turned: Point) => Point;

  constructor(
    private readonly a: PreparedSection,
    b: PreparedSection,
    rigid: RigidMap,
    private readonly p: MatchParameters,
  ) {
    const turned = (Math.abs(rigid.angle) * Math.max(...b.full.shape)) / 2 >= leastTurnPx;
    const turn = turned ? rigid.angle : 0;
    this.full = rotate(b.full, turn);
    this.half = rotate(b.half, turn);
    const [cy, cx] = [(b.full.shape[0] - 1) / 2, (b.full.shape[1] - 1) / 2];
    const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
    this.backPx = ([y, x]) => [cos * (y - cy) - sin * (x - cx) + cy, sin * (y - cy) + cos * (x - cx) + cx];
    this.shiftPx = ([y, x]) => {
      const [by, bx] = applyRigid(rigid, y, x);
      const ty = cos * (by - cy) + sin * (bx - cx) + cy;
      const tx = -sin * (by - cy) + cos * (bx - cx) + cx;
      return [ty - y, tx - x];
    };
  }

  /** Each block's best place within the search radius, at half resolution; undefined where there is none. */
  wide(
    layout: BlockGridLayout,
    centres: readonly Point[],
  ): ({ bPx: Point; peakRatio: number } | undefined)[] {
    const { p } = this;
    const shift = this.shiftPx([this.full.shape[0] / 2, this.full.shape[1] / 2]).map((s) =>
      Math.round(s / 2),
    );
    const r = Math.ceil(p.searchRadiusPx / 2);
    const range = { from: [shift[0] - r, shift[1] - r], to: [shift[0] + r, shift[1] + r] } as const;
    const least = p.leastDataFraction * (p.blockPx / 2) ** 2;
    return correlateBlocks(this.a.half, this.half, layout, range, least).map((surface, k) => {
      const peak = findPeak(surface, peakNeighbourhoodPx / 2);
      if (!peak || peak.atBorder || peak.correlation < p.leastCorrelation) return undefined;
      const turned = [centres[k][0] + 2 * peak.shiftPx[0], centres[k][1] + 2 * peak.shiftPx[1]] as const;
      return { bPx: this.backPx(turned), peakRatio: peak.peakRatio };
    });
  }

  /** The block's place near an expected one, at full resolution. */
  narrow(centre: Point, expected: Point, peakRatio: number): PointMatch | undefined {
    const { p } = this;
    const turned = this.turnedOf(expected);
    const shift = [Math.round(turned[0] - centre[0]), Math.round(turned[1] - centre[1])] as const;
    const window = {
      corner: [Math.round(centre[0] - p.blockPx / 2), Math.round(centre[1] - p.blockPx / 2)] as const,
      shape: [p.blockPx, p.blockPx] as const,
    };
    const peak = climbToPeak(this.a.full, window, this.full, shift, p.leastDataFraction * p.blockPx ** 2);
    if (!peak || peak.correlation < p.leastCorrelation) return undefined;
    const sigma = peakSigmaPx(peak, textureAreaPx(p.fineSigmaPx));
    if (!(sigma < p.consistencyPx)) return undefined;
    return {
      aPx: centre,
      bPx: this.backPx([centre[0] + peak.shiftPx[0], centre[1] + peak.shiftPx[1]]),
      weight: 1 / sigma ** 2,
      peakRatio,
      correlation: peak.correlation,
    };
  }

  /** The point of the turned section b that a point of b comes to; inverse of `backPx`. */
  private turnedOf(at: Point): Point {
    const zero = this.backPx([0, 0]);
    const one = this.backPx([1, 0]);
    const [cos, sin] = [one[0] - zero[0], one[1] - zero[1]];
    const [dy, dx] = [at[0] - zero[0], at[1] - zero[1]];
    return [cos * dy + sin * dx, -sin * dy + cos * dx];
  }
}
