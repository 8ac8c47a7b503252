import { LeastSquares } from './least-squares.js';
import type { TileMatch } from './montage-match.js';
import type { AlignmentParameters } from './parameters.js';
import type { Point } from './transform.js';

/** Where a tile lies in its section's montage: tile pixel (y, x) comes to A·(y, x, 1). */
export interface TilePlacement {
  readonly id: string;
  /** [height, width], px. */
  readonly shape: readonly [number, number];
  /** Rows (yy, yx, y0) and (xy, xx, x0) of A, px. */
  readonly affine: readonly [number, number, number, number, number, number];
}

export interface SectionMontage {
  readonly section: number;
  readonly tiles: readonly TilePlacement[];
  /** Distance of every match after the solve, px, in the order of the matches; large ones were outweighed. */
  readonly residualPx: readonly number[];
}

export interface TileToPlace {
  readonly id: string;
  readonly shape: readonly [number, number];
  readonly stagePx: Point;
}

/** Unknowns of a tile: shift, then displacement at the border by the four linear terms. */
const unknownsOf = (affine: boolean): number => (affine ? 6 : 2);

/** Expected displacement at a tile's border by its own scale, shear and rotation, px. */
const shapeSigmaPx = 2;

/** Matches are never believed to be better than this, px: lens distortion and blur see to it. */
const leastSigmaPx = 0.1;

const rounds = 12;

/**
 * Places the tiles of one section: least squares over all matches and stage positions. Matches are weighted
 * as Cauchy's distribution would, with a scale that falls from the stage's error to the match's own, so
 * that false peaks lose their hold before they can bend the montage.
 *
 * @param originPx stage position that becomes montage pixel (0, 0)
 */
export function solveMontage(
  section: number,
  tiles: readonly TileToPlace[],
  matches: readonly TileMatch[],
  originPx: Point,
  parameters: AlignmentParameters['montage'],
): SectionMontage {
  const m = unknownsOf(parameters.affine);
  const index = new Map(tiles.map((tile, i) => [tile.id, i]));
  const system = new LeastSquares(m * tiles.length);
  const centre = ({ shape }: TileToPlace) => [(shape[0] - 1) / 2, (shape[1] - 1) / 2];
  /** Factors of a tile's unknowns in the displacement of its pixel p along axis k, signed. */
  const terms = (t: number, k: number, p: Point, sign: number): [number[], number[]] => {
    const c = centre(tiles[t]);
    if (!parameters.affine) return [[m * t + k], [sign]];
    const v = [(p[0] - c[0]) / c[0], (p[1] - c[1]) / c[1]];
    return [
      [m * t + k, m * t + 2 + 2 * k, m * t + 3 + 2 * k],
      [sign, sign * v[0], sign * v[1]],
    ];
  };
  for (const match of matches) {
    const [a, b] = [index.get(match.a)!, index.get(match.b)!];
    for (let k = 0; k < 2; k++) {
      const [columnsA, valuesA] = terms(a, k, match.aPx, 1);
      const [columnsB, valuesB] = terms(b, k, match.bPx, -1);
      const apart = tiles[a].stagePx[k] + match.aPx[k] - tiles[b].stagePx[k] - match.bPx[k];
      system.add([...columnsA, ...columnsB], [...valuesA, ...valuesB], -apart);
    }
  }
  tiles.forEach((_, t) => {
    for (let u = 0; u < m; u++)
      system.add([m * t + u], [1 / (u < 2 ? parameters.stageSigmaPx : shapeSigmaPx)], 0);
  });
  const x = solveRobustly(system, matches, parameters.stageSigmaPx);
  const residuals = system.residuals(x);
  return {
    section,
    tiles: tiles.map((tile, t) => placement(tile, x.subarray(m * t, m * (t + 1)), originPx)),
    residualPx: matches.map((_, i) => Math.hypot(residuals[2 * i], residuals[2 * i + 1])),
  };
}

function solveRobustly(
  system: LeastSquares,
  matches: readonly TileMatch[],
  stageSigmaPx: number,
): Float64Array {
  const weights = new Float64Array(system.rows).fill(1);
  let x: Float64Array = new Float64Array(system.unknowns);
  for (let round = 0; round < rounds; round++) {
    const residuals = system.residuals(x);
    matches.forEach((match, i) => {
      const sigma = Math.max(leastSigmaPx, match.sigmaPx);
      const scale = Math.max(3 * sigma, stageSigmaPx * 2 ** (1 - round));
      const distance = Math.hypot(residuals[2 * i], residuals[2 * i + 1]);
      const weight = 1 / (sigma * sigma * (1 + (distance / scale) ** 2));
      weights[2 * i] = weight;
      weights[2 * i + 1] = weight;
    });
    x = system.solve(weights, x, 1e-9);
  }
  return x;
}

function placement(tile: TileToPlace, unknowns: Float64Array, originPx: Point): TilePlacement {
  const round = (v: number, digits: number) => Number(v.toFixed(digits)) + 0;
  const c = [(tile.shape[0] - 1) / 2, (tile.shape[1] - 1) / 2];
  const linear = [0, 1].map((k) => [0, 1].map((j) => (unknowns[2 + 2 * k + j] ?? 0) / c[j]));
  const row = (k: number) => {
    const shift = tile.stagePx[k] - originPx[k] + unknowns[k] - linear[k][0] * c[0] - linear[k][1] * c[1];
    return [
      round((k === 0 ? 1 : 0) + linear[k][0], 8),
      round((k === 1 ? 1 : 0) + linear[k][1], 8),
      round(shift, 4),
    ];
  };
  return {
    id: tile.id,
    shape: tile.shape,
    affine: [...row(0), ...row(1)] as unknown as TilePlacement['affine'],
  };
}
