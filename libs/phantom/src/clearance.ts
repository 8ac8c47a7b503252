type Point = readonly [number, number, number];

const cellNm = 20;
/** Beyond this a distance is not kept: nothing asks for more room. */
const reachNm = 160;

/**
 * How much room is left: for every node of a coarse grid the distance to the nearest surface placed so far
 * (nm, negative inside, at most `far`) and the skeleton node that surface belongs to.
 */
export class ClearanceField {
  static readonly far = 700;
  readonly counts: Point;
  readonly distanceNm: Float32Array;
  readonly owner: Int32Array;

  /** Covers [-pad, extent + pad] on each axis, nm. */
  constructor(
    readonly extentNm: Point,
    readonly padNm: number,
  ) {
    this.counts = [0, 1, 2].map((k) => Math.ceil((extentNm[k] + 2 * padNm) / cellNm) + 1) as unknown as Point;
    const n = this.counts[0] * this.counts[1] * this.counts[2];
    this.distanceNm = new Float32Array(n).fill(ClearanceField.far);
    this.owner = new Int32Array(n).fill(-1);
  }

  contains([z, y, x]: Point): boolean {
    const { padNm: p, extentNm: e } = this;
    return z > -p && y > -p && x > -p && z < e[0] + p && y < e[1] + p && x < e[2] + p;
  }

  private index([z, y, x]: Point): number {
    const [nz, ny, nx] = this.counts;
    const at = (v: number, n: number) => Math.max(0, Math.min(n - 1, Math.round((v + this.padNm) / cellNm)));
    return (at(z, nz) * ny + at(y, ny)) * nx + at(x, nx);
  }

  /** Room at a point, nm; −1 outside the field. */
  at(point: Point): number {
    return this.contains(point) ? this.distanceNm[this.index(point)] : -1;
  }

  ownerAt(point: Point): number {
    return this.owner[this.index(point)];
  }

  positionOf(index: number): [number, number, number] {
    const [, ny, nx] = this.counts;
    return [
      Math.floor(index / (ny * nx)) * cellNm - this.padNm,
      (Math.floor(index / nx) % ny) * cellNm - this.padNm,
      (index % nx) * cellNm - this.padNm,
    ];
  }

  /** Takes the round cone from `a` (radius `ra`) to `b` (radius `rb`) out of the room that is left. */
  occupy(a: Point, b: Point, ra: number, rb: number, node: number): void {
    const [nz, ny, nx] = this.counts;
    const r = Math.max(ra, rb) + reachNm;
    const from = (k: number) => Math.max(0, Math.ceil((Math.min(a[k], b[k]) - r + this.padNm) / cellNm));
    const to = (k: number, n: number) =>
      Math.min(n - 1, Math.floor((Math.max(a[k], b[k]) + r + this.padNm) / cellNm));
    const dz = b[0] - a[0];
    const dy = b[1] - a[1];
    const dx = b[2] - a[2];
    const square = dz * dz + dy * dy + dx * dx;
    const inverse = square > 0 ? 1 / square : 0;
    const [z0, y0, x0] = [from(0), from(1), from(2)];
    const [z1, y1, x1] = [to(0, nz), to(1, ny), to(2, nx)];
    for (let iz = z0; iz <= z1; iz++) {
      const pz = iz * cellNm - this.padNm - a[0];
      for (let iy = y0; iy <= y1; iy++) {
        const py = iy * cellNm - this.padNm - a[1];
        for (let ix = x0; ix <= x1; ix++) {
          const px = ix * cellNm - this.padNm - a[2];
          let t = (pz * dz + py * dy + px * dx) * inverse;
          t = t < 0 ? 0 : t > 1 ? 1 : t;
          const qz = pz - t * dz;
          const qy = py - t * dy;
          const qx = px - t * dx;
          const d = Math.sqrt(qz * qz + qy * qy + qx * qx) - ra - t * (rb - ra);
          const i = (iz * ny + iy) * nx + ix;
          if (d < this.distanceNm[i]) {
            this.distanceNm[i] = d;
            this.owner[i] = node;
          }
        }
      }
    }
  }
}
