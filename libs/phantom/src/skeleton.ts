/** What part of a cell a skeleton node, or a voxel, belongs to. */
export const Kind = {
  extracellular: 0,
  soma: 1,
  dendrite: 2,
  twig: 3,
  axon: 4,
  bouton: 5,
  vessel: 6,
  glia: 7,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

/**
 * Skeletons of all bodies as one table of nodes. A node with a parent stands for the round cone from the
 * parent (with `startRadius`) to itself (with `radius`); a node without one for a ball. All lengths in nm,
 * in unwarped space.
 */
export class Skeleton {
  readonly z: number[] = [];
  readonly y: number[] = [];
  readonly x: number[] = [];
  readonly radius: number[] = [];
  readonly startRadius: number[] = [];
  readonly parent: number[] = [];
  readonly body: number[] = [];
  readonly kind: Kind[] = [];

  get length(): number {
    return this.z.length;
  }

  add(
    point: readonly [number, number, number],
    radius: number,
    body: number,
    kind: Kind,
    parent = -1,
    startRadius = radius,
  ): number {
    this.z.push(point[0]);
    this.y.push(point[1]);
    this.x.push(point[2]);
    this.radius.push(radius);
    this.startRadius.push(startRadius);
    this.parent.push(parent);
    this.body.push(body);
    this.kind.push(kind);
    return this.length - 1;
  }

  point(node: number): [number, number, number] {
    return [this.z[node], this.y[node], this.x[node]];
  }
}

/** The cones of a skeleton in typed arrays, for evaluating distances in inner loops. */
export class Cones {
  readonly az: Float64Array;
  readonly ay: Float64Array;
  readonly ax: Float64Array;
  readonly dz: Float64Array;
  readonly dy: Float64Array;
  readonly dx: Float64Array;
  /** 1 / length², or 0 for a ball. */
  readonly inverse: Float64Array;
  readonly ra: Float64Array;
  readonly dr: Float64Array;
  readonly body: Uint16Array;
  readonly kind: Uint8Array;

  constructor(readonly skeleton: Skeleton) {
    const n = skeleton.length;
    const array = () => new Float64Array(n);
    this.az = array();
    this.ay = array();
    this.ax = array();
    this.dz = array();
    this.dy = array();
    this.dx = array();
    this.inverse = array();
    this.ra = array();
    this.dr = array();
    this.body = Uint16Array.from(skeleton.body);
    this.kind = Uint8Array.from(skeleton.kind);
    for (let i = 0; i < n; i++) {
      const p = skeleton.parent[i] < 0 ? i : skeleton.parent[i];
      this.az[i] = skeleton.z[p];
      this.ay[i] = skeleton.y[p];
      this.ax[i] = skeleton.x[p];
      this.dz[i] = skeleton.z[i] - skeleton.z[p];
      this.dy[i] = skeleton.y[i] - skeleton.y[p];
      this.dx[i] = skeleton.x[i] - skeleton.x[p];
      const square = this.dz[i] ** 2 + this.dy[i] ** 2 + this.dx[i] ** 2;
      this.inverse[i] = square > 0 ? 1 / square : 0;
      this.ra[i] = square > 0 ? skeleton.startRadius[i] : skeleton.radius[i];
      this.dr[i] = skeleton.radius[i] - this.ra[i];
    }
  }

  /** Distance of a point to the surface of a cone, nm; negative inside. */
  distance(i: number, z: number, y: number, x: number): number {
    const pz = z - this.az[i];
    const py = y - this.ay[i];
    const px = x - this.ax[i];
    let t = (pz * this.dz[i] + py * this.dy[i] + px * this.dx[i]) * this.inverse[i];
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    const qz = pz - t * this.dz[i];
    const qy = py - t * this.dy[i];
    const qx = px - t * this.dx[i];
    return Math.sqrt(qz * qz + qy * qy + qx * qx) - this.ra[i] - t * this.dr[i];
  }

  /** Unit vector from the axis of a cone to a point, written to `out` (z, y, x). */
  outward(i: number, z: number, y: number, x: number, out: Float64Array): void {
    const pz = z - this.az[i];
    const py = y - this.ay[i];
    const px = x - this.ax[i];
    let t = (pz * this.dz[i] + py * this.dy[i] + px * this.dx[i]) * this.inverse[i];
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    out[0] = pz - t * this.dz[i];
    out[1] = py - t * this.dy[i];
    out[2] = px - t * this.dx[i];
    const norm = Math.sqrt(out[0] * out[0] + out[1] * out[1] + out[2] * out[2]) || 1;
    out[0] /= norm;
    out[1] /= norm;
    out[2] /= norm;
  }

  /** Corners of the box around a cone grown by `reach`, nm: [z0, y0, x0, z1, y1, x1]. */
  bounds(i: number, reach: number): [number, number, number, number, number, number] {
    const r = Math.max(this.ra[i], this.ra[i] + this.dr[i]) + reach;
    const low = (a: number, d: number) => Math.min(a, a + d) - r;
    const high = (a: number, d: number) => Math.max(a, a + d) + r;
    return [
      low(this.az[i], this.dz[i]),
      low(this.ay[i], this.dy[i]),
      low(this.ax[i], this.dx[i]),
      high(this.az[i], this.dz[i]),
      high(this.ay[i], this.dy[i]),
      high(this.ax[i], this.dx[i]),
    ];
  }
}
