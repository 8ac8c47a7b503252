import { meshCell, meshShape, splineWeights, type Point, type SectionTransform } from './transform.js';

/** Shift, then displacement at the border by the four linear terms. */
export const affineUnknowns = 6;

/** Where the unknowns of each section stand, and what displaces a point. */
export class SolveLayout {
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
