import type { Vec3 } from '@stratome/core';
import { CoarseSpace, candidatesPerNode } from './space.js';
import { Kind, type Cones } from './skeleton.js';

/** Tissue on the work grid: the final grid, finer along z where grey is integrated over depth. */
export interface Fill {
  shape: Vec3;
  voxelNm: Vec3;
  /** Body of each voxel; 0 is extracellular. */
  labels: Uint16Array;
  /** Distance to the nearest membrane, nm, at most 255. */
  marginNm: Uint8Array;
  /** `Kind` of each voxel. */
  kinds: Uint8Array;
}

/** Cells of glia share out what no neurite takes: the nearest centre, less its weight, has it. */
export interface GliaCell {
  body: number;
  centre: Vec3;
  weightNm: number;
}

/** Width of the layer of matrix around a vessel, nm. */
const basalLaminaNm = 42;

/**
 * Gives every voxel to the body whose surface is nearest (additively weighted Voronoi cells of the skeleton's
 * cones, evaluated in warped space), or to glia where all surfaces are farther than glia reaches. Bodies of
 * `cones` are numbered from 1.
 */
export function fillSpace(
  space: CoarseSpace,
  cones: Cones,
  glia: readonly GliaCell[],
  shape: Vec3,
  voxelNm: Vec3,
): Fill {
  const n = shape[0] * shape[1] * shape[2];
  const fill: Fill = {
    shape,
    voxelNm,
    labels: new Uint16Array(n),
    marginNm: new Uint8Array(n),
    kinds: new Uint8Array(n),
  };
  const filler = new CellFiller(space, cones, glia, fill);
  for (let cz = 0; cz < space.counts[0] - 1; cz++)
    for (let cy = 0; cy < space.counts[1] - 1; cy++)
      for (let cx = 0; cx < space.counts[2] - 1; cx++) filler.fillCell(cz, cy, cx);
  return fill;
}

class CellFiller {
  private readonly stamp: Int32Array;
  private readonly near = new Int32Array(8 * candidatesPerNode);
  private count = 0;
  private serial = 0;
  private readonly corners = new Int32Array(8);
  private readonly u1 = new Float64Array(3);
  private readonly u2 = new Float64Array(3);

  constructor(
    private readonly space: CoarseSpace,
    private readonly cones: Cones,
    private readonly glia: readonly GliaCell[],
    private readonly fill: Fill,
  ) {
    this.stamp = new Int32Array(cones.body.length).fill(-1);
  }

  /** Voxels whose centres lie in a cell of the coarse grid. */
  fillCell(cz: number, cy: number, cx: number): void {
    const { space, fill } = this;
    const cell = CoarseSpace.cellNm;
    const [vz, vy, vx] = fill.voxelNm;
    const begin = (c: number, v: number) => Math.ceil((c * cell) / v - 0.5);
    const z1 = Math.min(fill.shape[0], begin(cz + 1, vz));
    const y1 = Math.min(fill.shape[1], begin(cy + 1, vy));
    const x1 = Math.min(fill.shape[2], begin(cx + 1, vx));
    const [, ny, nx] = space.counts;
    const base = (cz * ny + cy) * nx + cx;
    for (let k = 0; k < 8; k++) {
      this.corners[k] = base + (k & 4 ? ny * nx : 0) + (k & 2 ? nx : 0) + (k & 1);
    }
    this.gather();
    for (let z = begin(cz, vz); z < z1; z++) {
      const tz = ((z + 0.5) * vz) / cell - cz;
      for (let y = begin(cy, vy); y < y1; y++) {
        const ty = ((y + 0.5) * vy) / cell - cy;
        const row = (z * fill.shape[1] + y) * fill.shape[2];
        for (let x = begin(cx, vx); x < x1; x++) {
          this.fillVoxel(row + x, tz, ty, ((x + 0.5) * vx) / cell - cx);
        }
      }
    }
  }

  private gather(): void {
    this.count = 0;
    this.serial++;
    const { candidates } = this.space;
    for (let k = 0; k < 8; k++) {
      const first = this.corners[k] * candidatesPerNode;
      for (let s = first; s < first + candidatesPerNode; s++) {
        const node = candidates[s];
        if (node < 0) break;
        if (this.stamp[node] === this.serial) continue;
        this.stamp[node] = this.serial;
        this.near[this.count++] = node;
      }
    }
  }

  private interpolate(field: Float32Array, tz: number, ty: number, tx: number): number {
    const c = this.corners;
    const a = field[c[0]] + tx * (field[c[1]] - field[c[0]]);
    const b = field[c[2]] + tx * (field[c[3]] - field[c[2]]);
    const d = field[c[4]] + tx * (field[c[5]] - field[c[4]]);
    const e = field[c[6]] + tx * (field[c[7]] - field[c[6]]);
    const low = a + ty * (b - a);
    return low + tz * (d + ty * (e - d) - low);
  }

  private fillVoxel(i: number, tz: number, ty: number, tx: number): void {
    const { cones, fill, space, near } = this;
    const wz = this.interpolate(space.warpedZ, tz, ty, tx);
    const wy = this.interpolate(space.warpedY, tz, ty, tx);
    const wx = this.interpolate(space.warpedX, tz, ty, tx);
    const depth = this.glia.length > 0 ? this.interpolate(space.gliaDepthNm, tz, ty, tx) : 1e9;
    // Node −1 stands for glia, −2 for the matrix around a vessel.
    let first = -1;
    let second = -1;
    let c1 = depth;
    let c2 = 1e9;
    let vessel = 1e9;
    for (let k = 0; k < this.count; k++) {
      const node = near[k];
      const c = cones.distance(node, wz, wy, wx);
      const body = cones.body[node];
      if (cones.kind[node] === Kind.vessel && c < vessel) vessel = c;
      if (c < c1) {
        if (first < 0 || cones.body[first] !== body) {
          second = first;
          c2 = c1;
        }
        first = node;
        c1 = c;
      } else if (c < c2 && (first < 0 || cones.body[first] !== body)) {
        second = node;
        c2 = c;
      }
    }
    if (vessel < basalLaminaNm && vessel > 0) {
      fill.labels[i] = 0;
      fill.kinds[i] = Kind.extracellular;
      fill.marginNm[i] = Math.min(vessel, basalLaminaNm - vessel);
      return;
    }
    if (vessel <= 0) c2 = Math.min(c2, c1 - 2 * vessel);
    if (first < 0) this.fillGlia(i, wz, wy, wx, second < 0 ? 255 : c2 - c1);
    else {
      fill.labels[i] = cones.body[first];
      fill.kinds[i] = cones.kind[first];
      fill.marginNm[i] = Math.min(255, this.margin(first, second, c2 - c1, wz, wy, wx));
    }
  }

  /** Distance to the surface where two costs are equal: their difference over how fast it changes. */
  private margin(first: number, second: number, difference: number, z: number, y: number, x: number): number {
    if (difference > 120) return difference / 2;
    this.cones.outward(first, z, y, x, this.u1);
    if (second < 0) return difference;
    this.cones.outward(second, z, y, x, this.u2);
    const { u1, u2 } = this;
    // |u1 − u2|² = 2 − 2 u1·u2 for unit vectors.
    const slope = Math.sqrt(Math.max(0.06, 2 - 2 * (u1[0] * u2[0] + u1[1] * u2[1] + u1[2] * u2[2])));
    return difference / slope;
  }

  private fillGlia(i: number, wz: number, wy: number, wx: number, toNeurite: number): void {
    let best = 0;
    let d1 = Infinity;
    let d2 = Infinity;
    for (let g = 0; g < this.glia.length; g++) {
      const { centre, weightNm } = this.glia[g];
      const dz = wz - centre[0];
      const dy = wy - centre[1];
      const dx = wx - centre[2];
      const d = Math.sqrt(dz * dz + dy * dy + dx * dx) - weightNm;
      if (d < d1) {
        d2 = d1;
        d1 = d;
        best = g;
      } else if (d < d2) d2 = d;
    }
    this.fill.labels[i] = this.glia[best].body;
    this.fill.kinds[i] = Kind.glia;
    this.fill.marginNm[i] = Math.min(255, toNeurite, (d2 - d1) / 2);
  }
}
