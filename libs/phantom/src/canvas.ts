import type { Vec3 } from '@stratome/core';
import type { Tissue } from './tissue.js';

/** What occupies a voxel of cytoplasm, so that organelles keep out of each other. */
export const Organelle = { none: 0, mitochondrion: 1, nucleus: 2, other: 3 } as const;

/**
 * Grey levels on the work grid while the tissue is painted, before it is imaged. Shapes are given in nm,
 * either in unwarped space (what follows the skeleton) or in the tissue (what is small and round).
 */
export class Canvas {
  readonly grey: Uint8Array;
  readonly organelle: Uint8Array;
  private readonly point = new Float64Array(3);

  constructor(readonly tissue: Tissue) {
    this.grey = new Uint8Array(tissue.work.labels.length);
    this.organelle = new Uint8Array(tissue.work.labels.length);
  }

  /** Moves the grey of a voxel towards `level` by `share` (0 to 1). */
  blend(i: number, level: number, share: number): void {
    const g = this.grey[i];
    const v = g + (level - g) * share + 0.5;
    this.grey[i] = v < 0 ? 0 : v > 255 ? 255 : v;
  }

  /**
   * Visits the voxels of `body` within `outerNm` of the round rod from `a` to `b` (unwarped space, nm) with
   * the distance to its surface (nm, negative inside) and the unwarped position.
   */
  rod(
    body: number,
    a: Vec3,
    b: Vec3,
    radiusNm: number,
    outerNm: number,
    visit: (i: number, distanceNm: number, z: number, y: number, x: number) => void,
  ): void {
    const { work, space } = this.tissue;
    const ends = [space.unwarp(...a), space.unwarp(...b)];
    const box = this.box(ends, (radiusNm + outerNm) * 1.4 + 12);
    const d = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
    const square = d[0] ** 2 + d[1] ** 2 + d[2] ** 2;
    const inverse = square > 0 ? 1 / square : 0;
    const [vz, vy, vx] = work.voxelNm;
    const p = this.point;
    for (let z = box[0]; z <= box[3]; z++) {
      for (let y = box[1]; y <= box[4]; y++) {
        let i = (z * work.shape[1] + y) * work.shape[2] + box[2];
        for (let x = box[2]; x <= box[5]; x++, i++) {
          if (work.labels[i] !== body) continue;
          space.warpTo((z + 0.5) * vz, (y + 0.5) * vy, (x + 0.5) * vx, p);
          const pz = p[0] - a[0];
          const py = p[1] - a[1];
          const px = p[2] - a[2];
          let t = (pz * d[0] + py * d[1] + px * d[2]) * inverse;
          t = t < 0 ? 0 : t > 1 ? 1 : t;
          const qz = pz - t * d[0];
          const qy = py - t * d[1];
          const qx = px - t * d[2];
          const distance = Math.sqrt(qz * qz + qy * qy + qx * qx) - radiusNm;
          if (distance <= outerNm) visit(i, distance, p[0], p[1], p[2]);
        }
      }
    }
  }

  /**
   * Visits the voxels within a box of half width `reachNm` around a point of the tissue (nm) with their
   * offset from it.
   */
  around(
    centre: Vec3,
    reachNm: number,
    visit: (i: number, dz: number, dy: number, dx: number) => void,
  ): void {
    const { work } = this.tissue;
    const box = this.box([centre], reachNm);
    const [vz, vy, vx] = work.voxelNm;
    for (let z = box[0]; z <= box[3]; z++) {
      for (let y = box[1]; y <= box[4]; y++) {
        let i = (z * work.shape[1] + y) * work.shape[2] + box[2];
        for (let x = box[2]; x <= box[5]; x++, i++) {
          visit(i, (z + 0.5) * vz - centre[0], (y + 0.5) * vy - centre[1], (x + 0.5) * vx - centre[2]);
        }
      }
    }
  }

  /** Index of the voxel at a point of the tissue, nm; −1 outside. */
  voxelAt(point: readonly number[]): number {
    const { shape, voxelNm } = this.tissue.work;
    const v = point.map((p, k) => Math.floor(p / voxelNm[k]));
    if (v.some((n, k) => n < 0 || n >= shape[k])) return -1;
    return (v[0] * shape[1] + v[1]) * shape[2] + v[2];
  }

  private box(points: readonly (readonly number[])[], growNm: number): number[] {
    const { shape, voxelNm } = this.tissue.work;
    const low = [0, 1, 2].map((k) => {
      const v = Math.min(...points.map((p) => p[k])) - growNm;
      return Math.max(0, Math.ceil(v / voxelNm[k] - 0.5));
    });
    const high = [0, 1, 2].map((k) => {
      const v = Math.max(...points.map((p) => p[k])) + growNm;
      return Math.min(shape[k] - 1, Math.floor(v / voxelNm[k] - 0.5));
    });
    return [...low, ...high];
  }
}
