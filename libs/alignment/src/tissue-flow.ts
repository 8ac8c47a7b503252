import type { LeastSquares } from './least-squares.js';
import type { AlignmentParameters } from './parameters.js';
import { affineUnknowns } from './solve-layout.js';
import type { Point } from './transform.js';

type SolveParameters = AlignmentParameters['solve'];

/** Slant at the border by linear terms, as a share of the shift. */
const linearShare = 0.6;

/** Correlation of the tissue's slant from one section to the next. */
const flowPersistence = 0.8;

/**
 * The slant of the tissue between consecutive sections: displacement that matches show and no section is to be
 * blamed for. Affine for each step; it lasts from step to step (autoregressive of first order), whereas jitter is
 * different in every section, which is how the solve tells them apart.
 */
export class TissueFlow {
  constructor(
    private readonly frame: readonly [number, number],
    private readonly sections: number,
    private readonly first: number,
  ) {}

  get unknowns(): number {
    return affineUnknowns * Math.max(0, this.sections - 1);
  }

  /** Columns and factors of the slant between section a and a later section b (both by index). */
  terms(a: number, b: number, axis: number, p: Point, columns: number[], values: number[]): void {
    const [cy, cx] = [this.frame[0] / 2, this.frame[1] / 2];
    for (let step = a; step < b; step++) {
      const base = this.first + affineUnknowns * step;
      columns.push(base + axis, base + 2 + 2 * axis, base + 3 + 2 * axis);
      values.push(1, (linearShare * (p[0] - cy)) / cy, (linearShare * (p[1] - cx)) / cx);
    }
  }

  /** Adds the prior for a slant of 1 px and returns its rows. */
  addPrior(system: LeastSquares): number[] {
    const innovation = Math.sqrt(1 - flowPersistence ** 2);
    return Array.from({ length: this.unknowns }, (_, k) => {
      const column = this.first + k;
      if (k < affineUnknowns) return system.add([column], [1], 0);
      return system.add(
        [column, column - affineUnknowns],
        [1 / innovation, -flowPersistence / innovation],
        0,
      );
    });
  }

  /** Expected slant of a whole section, when single matches scatter by `scatterPx`: it averages out over large areas. */
  sigmaPx(scatterPx: number, { flowAreaPx }: SolveParameters): number {
    return scatterPx * Math.min(1, flowAreaPx / Math.sqrt(this.frame[0] * this.frame[1]));
  }
}
