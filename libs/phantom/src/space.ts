import type { Vec3 } from '@stratome/core';
import type { DomainWarp } from './noise.js';
import type { GliaDepth } from './population.js';
import type { Cones } from './skeleton.js';

/** Candidates kept for a node of the coarse grid: the nearest cone of each of the three nearest bodies. */
export const candidatesPerNode = 3;

/**
 * A coarse grid over the tissue on which everything smooth is tabulated: where a point lies in unwarped
 * space (nm), how deep glia reaches (nm), and which cones are near. Finer points are interpolated from it.
 */
export class CoarseSpace {
  static readonly cellNm = 20;
  readonly counts: Vec3;
  /** Unwarped position of each node, nm. */
  readonly warpedZ: Float32Array;
  readonly warpedY: Float32Array;
  readonly warpedX: Float32Array;
  readonly gliaDepthNm: Float32Array;
  readonly candidates: Int32Array;
  private readonly costs: Float32Array;

  constructor(
    readonly extentNm: Vec3,
    private readonly warp: DomainWarp,
    gliaDepth: GliaDepth,
  ) {
    this.counts = extentNm.map((e) => Math.ceil(e / CoarseSpace.cellNm) + 1) as unknown as Vec3;
    const [nz, ny, nx] = this.counts;
    const n = nz * ny * nx;
    this.warpedZ = new Float32Array(n);
    this.warpedY = new Float32Array(n);
    this.warpedX = new Float32Array(n);
    this.gliaDepthNm = new Float32Array(n);
    this.candidates = new Int32Array(n * candidatesPerNode).fill(-1);
    this.costs = new Float32Array(n * candidatesPerNode).fill(Infinity);
    let i = 0;
    for (let iz = 0; iz < nz; iz++) {
      for (let iy = 0; iy < ny; iy++) {
        for (let ix = 0; ix < nx; ix++, i++) {
          const z = iz * CoarseSpace.cellNm;
          const y = iy * CoarseSpace.cellNm;
          const x = ix * CoarseSpace.cellNm;
          this.warpedZ[i] = z + warp.along(0, z, y, x);
          this.warpedY[i] = y + warp.along(1, z, y, x);
          this.warpedX[i] = x + warp.along(2, z, y, x);
          this.gliaDepthNm[i] = gliaDepth(z, y, x);
        }
      }
    }
  }

  /** The point of the tissue that lies at a point of unwarped space, nm (three fixed-point steps). */
  unwarp(z: number, y: number, x: number): [number, number, number] {
    let [vz, vy, vx] = [z, y, x];
    for (let i = 0; i < 6; i++) {
      const dz = this.warp.along(0, vz, vy, vx);
      const dy = this.warp.along(1, vz, vy, vx);
      const dx = this.warp.along(2, vz, vy, vx);
      vz = 0.5 * vz + 0.5 * (z - dz);
      vy = 0.5 * vy + 0.5 * (y - dy);
      vx = 0.5 * vx + 0.5 * (x - dx);
    }
    return [vz, vy, vx];
  }

  /** The point of unwarped space that a point of the tissue stands for (nm), written to `out` (z, y, x). */
  warpTo(z: number, y: number, x: number, out: Float64Array): void {
    const cell = CoarseSpace.cellNm;
    const [nz, ny, nx] = this.counts;
    const gz = Math.max(0, Math.min(nz - 1.001, z / cell));
    const gy = Math.max(0, Math.min(ny - 1.001, y / cell));
    const gx = Math.max(0, Math.min(nx - 1.001, x / cell));
    const i = (Math.floor(gz) * ny + Math.floor(gy)) * nx + Math.floor(gx);
    const tz = gz % 1;
    const ty = gy % 1;
    const tx = gx % 1;
    out[0] = interpolateCell(this.warpedZ, i, nx, ny * nx, tz, ty, tx);
    out[1] = interpolateCell(this.warpedY, i, nx, ny * nx, tz, ty, tx);
    out[2] = interpolateCell(this.warpedX, i, nx, ny * nx, tz, ty, tx);
  }

  /** Enters every cone as a candidate where its surface is nearer than `reachNm`. */
  enter(cones: Cones, reachNm: number): void {
    for (let node = 0; node < cones.body.length; node++) this.enterCone(cones, node, reachNm);
  }

  private enterCone(cones: Cones, node: number, reachNm: number): void {
    const [nz, ny, nx] = this.counts;
    const b = cones.bounds(node, reachNm + 40);
    const middle: Vec3 = [(b[0] + b[3]) / 2, (b[1] + b[4]) / 2, (b[2] + b[5]) / 2];
    const at = this.unwarp(...middle);
    const cell = CoarseSpace.cellNm;
    const low = (k: number) => Math.max(0, Math.ceil((b[k] + at[k] - middle[k]) / cell));
    const high = (k: number, n: number) => Math.min(n - 1, Math.floor((b[3 + k] + at[k] - middle[k]) / cell));
    const [z0, y0, x0] = [low(0), low(1), low(2)];
    const [z1, y1, x1] = [high(0, nz), high(1, ny), high(2, nx)];
    const body = cones.body[node];
    for (let iz = z0; iz <= z1; iz++) {
      for (let iy = y0; iy <= y1; iy++) {
        let i = (iz * ny + iy) * nx + x0;
        for (let ix = x0; ix <= x1; ix++, i++) {
          const d = cones.distance(node, this.warpedZ[i], this.warpedY[i], this.warpedX[i]);
          if (d < reachNm) this.insert(i, node, body, d, cones.body);
        }
      }
    }
  }

  private insert(i: number, node: number, body: number, cost: number, bodies: Uint16Array): void {
    const { candidates, costs } = this;
    const first = i * candidatesPerNode;
    const last = first + candidatesPerNode - 1;
    let slot = first;
    while (slot < last && candidates[slot] >= 0 && bodies[candidates[slot]] !== body) slot++;
    // `slot` now is where this body stands, or the worst place.
    if (costs[slot] <= cost) return;
    while (slot > first && costs[slot - 1] > cost) {
      candidates[slot] = candidates[slot - 1];
      costs[slot] = costs[slot - 1];
      slot--;
    }
    candidates[slot] = node;
    costs[slot] = cost;
  }
}

/** Trilinear interpolation in the cell of a grid whose first node is `i`. */
function interpolateCell(
  field: Float32Array,
  i: number,
  row: number,
  plane: number,
  tz: number,
  ty: number,
  tx: number,
): number {
  const j = i + plane;
  const a = field[i] + tx * (field[i + 1] - field[i]);
  const b = field[i + row] + tx * (field[i + row + 1] - field[i + row]);
  const d = field[j] + tx * (field[j + 1] - field[j]);
  const e = field[j + row] + tx * (field[j + row + 1] - field[j + row]);
  const low = a + ty * (b - a);
  return low + tz * (d + ty * (e - d) - low);
}
