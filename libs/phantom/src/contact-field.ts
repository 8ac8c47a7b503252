import type { Vec3 } from '@stratome/core';
import type { Synapse } from './contacts.js';
import type { Fill } from './fill.js';

/** What `visitContact` tells of a voxel near a synaptic contact. */
export interface ContactVoxel {
  /** Voxel of the work grid and its z. */
  index: number;
  z: number;
  /** Whether it lies in the presynaptic body (else in the postsynaptic). */
  pre: boolean;
  /** Distance to the contact, nm. */
  distanceNm: number;
  /** Distance from the middle of the contact to the nearest point on it, nm: how far out on the density. */
  lateralNm: number;
}

/**
 * Visits the voxels of both partners of a synapse within `reachNm` of their contact. The distance is to the
 * nearest face that the two share inside the synapse's radius, spread through each partner from the contact,
 * so that other membranes nearby do not count.
 */
export function visitContact(
  work: Fill,
  synapse: Synapse,
  reachNm: number,
  visit: (voxel: ContactVoxel) => void,
): void {
  const { shape, voxelNm } = work;
  const { centreNm: c, radiusNm } = synapse;
  const reach = radiusNm + reachNm;
  const low = c.map((v, k) => Math.max(0, Math.ceil((v - reach) / voxelNm[k] - 0.5)));
  const size = c.map(
    (v, k) => Math.min(shape[k] - 1, Math.floor((v + reach) / voxelNm[k] - 0.5)) - low[k] + 1,
  );
  if (size.some((n) => n <= 0)) return;
  const field = new LocalField(work, synapse, low as unknown as Vec3, size as unknown as Vec3);
  field.seed(radiusNm);
  field.spread(reachNm);
  const out: ContactVoxel = { index: 0, z: 0, pre: false, distanceNm: 0, lateralNm: 0 };
  for (let v = 0; v < field.distance.length; v++) {
    if (field.distance[v] > reachNm) continue;
    out.z = low[0] + Math.floor(v / (size[1] * size[2]));
    const y = low[1] + (Math.floor(v / size[2]) % size[1]);
    out.index = (out.z * shape[1] + y) * shape[2] + low[2] + (v % size[2]);
    out.pre = field.isPre(v);
    out.distanceNm = field.distance[v];
    const f = 3 * field.face[v];
    const p = field.points;
    out.lateralNm = Math.sqrt((p[f] - c[0]) ** 2 + (p[f + 1] - c[1]) ** 2 + (p[f + 2] - c[2]) ** 2);
    visit(out);
  }
}

/** Sides of a contact in a local field. */
const Side = { neither: 0, pre: 1, post: 2 } as const;

class LocalField {
  readonly distance: Float32Array;
  /** Nearest face of each voxel: an index into `points`. */
  readonly face: Int32Array;
  /** Middles of the faces (z, y, x), nm. */
  readonly points: number[] = [];
  private readonly side: Uint8Array;
  private queue: number[] = [];

  constructor(
    private readonly work: Fill,
    private readonly synapse: Synapse,
    private readonly low: Vec3,
    private readonly size: Vec3,
  ) {
    const n = size[0] * size[1] * size[2];
    this.distance = new Float32Array(n).fill(Infinity);
    this.face = new Int32Array(n).fill(-1);
    this.side = new Uint8Array(n);
    const { labels, shape } = work;
    let v = 0;
    for (let z = 0; z < size[0]; z++) {
      for (let y = 0; y < size[1]; y++) {
        let i = ((z + low[0]) * shape[1] + y + low[1]) * shape[2] + low[2];
        for (let x = 0; x < size[2]; x++, v++, i++) {
          const label = labels[i];
          if (label === synapse.preBody) this.side[v] = Side.pre;
          else if (label === synapse.postBody) this.side[v] = Side.post;
        }
      }
    }
  }

  isPre(v: number): boolean {
    return this.side[v] === Side.pre;
  }

  /** Offers voxel v (at z, y, x of the field) a face; it is kept where it is the nearest so far. */
  private offer(v: number, z: number, y: number, x: number, face: number): void {
    const [vz, vy, vx] = this.work.voxelNm;
    const p = this.points;
    const dz = (z + this.low[0] + 0.5) * vz - p[3 * face];
    const dy = (y + this.low[1] + 0.5) * vy - p[3 * face + 1];
    const dx = (x + this.low[2] + 0.5) * vx - p[3 * face + 2];
    const d = Math.sqrt(dz * dz + dy * dy + dx * dx);
    if (d >= this.distance[v] - 0.01) return;
    this.distance[v] = d;
    this.face[v] = face;
    this.queue.push(v);
  }

  /** Finds the faces between the two partners within `radiusNm` of the middle. */
  seed(radiusNm: number): void {
    const { side, size, low, points } = this;
    const c = this.synapse.centreNm;
    const vox = this.work.voxelNm;
    const strides = [size[1] * size[2], size[2], 1];
    let v = 0;
    for (let z = 0; z < size[0]; z++) {
      for (let y = 0; y < size[1]; y++) {
        for (let x = 0; x < size[2]; x++, v++) {
          if (side[v] === Side.neither) continue;
          for (let k = 0; k < 3; k++) {
            const inside = k === 0 ? z + 1 < size[0] : k === 1 ? y + 1 < size[1] : x + 1 < size[2];
            const u = v + strides[k];
            if (!inside || side[u] === side[v] || side[u] === Side.neither) continue;
            const pz = (z + low[0] + (k === 0 ? 1 : 0.5)) * vox[0];
            const py = (y + low[1] + (k === 1 ? 1 : 0.5)) * vox[1];
            const px = (x + low[2] + (k === 2 ? 1 : 0.5)) * vox[2];
            if ((pz - c[0]) ** 2 + (py - c[1]) ** 2 + (px - c[2]) ** 2 > radiusNm * radiusNm) continue;
            const face = points.length / 3;
            points.push(pz, py, px);
            this.offer(v, z, y, x, face);
            this.offer(u, z + (k === 0 ? 1 : 0), y + (k === 1 ? 1 : 0), x + (k === 2 ? 1 : 0), face);
          }
        }
      }
    }
  }

  /** Hands each voxel's nearest face on to its neighbours in the same body until nothing gets nearer. */
  spread(reachNm: number): void {
    const { side } = this;
    const [nz, ny, nx] = this.size;
    const plane = ny * nx;
    while (this.queue.length > 0) {
      const batch = this.queue;
      this.queue = [];
      for (const v of batch) {
        if (this.distance[v] > reachNm) continue;
        const own = side[v];
        const z = Math.floor(v / plane);
        const y = Math.floor(v / nx) % ny;
        const x = v % nx;
        const face = this.face[v];
        if (z > 0 && side[v - plane] === own) this.offer(v - plane, z - 1, y, x, face);
        if (z < nz - 1 && side[v + plane] === own) this.offer(v + plane, z + 1, y, x, face);
        if (y > 0 && side[v - nx] === own) this.offer(v - nx, z, y - 1, x, face);
        if (y < ny - 1 && side[v + nx] === own) this.offer(v + nx, z, y + 1, x, face);
        if (x > 0 && side[v - 1] === own) this.offer(v - 1, z, y, x - 1, face);
        if (x < nx - 1 && side[v + 1] === own) this.offer(v + 1, z, y, x + 1, face);
      }
    }
  }
}
