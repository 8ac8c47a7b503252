import type { Random, Vec3 } from '@stratome/core';
import type { Transmitter } from './population.js';
import { Kind } from './skeleton.js';
import type { Tissue } from './tissue.js';

/** A place where two neurons touch and a synapse sits. Positions in nm (z, y, x). */
export interface Synapse {
  id: number;
  type: Transmitter;
  preBody: number;
  postBody: number;
  centreNm: Vec3;
  /** Unit vector from the presynaptic to the postsynaptic side. */
  normal: Vec3;
  /** Radius of the postsynaptic density, nm. */
  radiusNm: number;
  /** Area of contact under the density, nm². */
  areaNm2: number;
  /** A voxel of the final grid in either body, beside the contact. */
  preVoxel: Vec3;
  postVoxel: Vec3;
}

interface Patch {
  centreNm: Vec3;
  normal: Vec3;
  areaNm2: number;
}

/** Faces of the work grid between a bouton and another neuron: [voxel of the bouton, axis, step ±1]. */
function contactFaces(tissue: Tissue): { voxel: Uint32Array; side: Int8Array } {
  const { work, bodyTable } = tissue;
  const [nz, ny, nx] = work.shape;
  const neuron = new Uint8Array(bodyTable.length + 1);
  for (const b of bodyTable) if (b.class === 'neuron') neuron[b.id] = 1;
  const voxel: number[] = [];
  const side: number[] = [];
  const strides = [ny * nx, nx, 1];
  const { labels, kinds } = work;
  for (let z = 1; z < nz - 1; z++) {
    for (let y = 1; y < ny - 1; y++) {
      let i = (z * ny + y) * nx + 1;
      for (let x = 1; x < nx - 1; x++, i++) {
        if (kinds[i] !== Kind.bouton || !neuron[labels[i]]) continue;
        for (let k = 0; k < 3; k++) {
          for (let s = -1; s <= 1; s += 2) {
            const other = labels[i + s * strides[k]];
            if (other === labels[i] || !neuron[other]) continue;
            voxel.push(i);
            side.push((k + 1) * s);
          }
        }
      }
    }
  }
  return { voxel: Uint32Array.from(voxel), side: Int8Array.from(side) };
}

/** The contact of two bodies inside a ball, seen along its mean normal. */
function patchAt(
  tissue: Tissue,
  pre: number,
  post: number,
  centre: Vec3,
  radiusNm: number,
): Patch | undefined {
  const { labels, shape, voxelNm } = tissue.work;
  const [nz, ny, nx] = shape;
  const strides = [ny * nx, nx, 1];
  const low = centre.map((c, k) => Math.max(1, Math.floor((c - radiusNm) / voxelNm[k])));
  const high = centre.map((c, k) => Math.min(shape[k] - 2, Math.ceil((c + radiusNm) / voxelNm[k])));
  if (low[0] > nz || high[0] < 0) return undefined;
  const face = [voxelNm[1] * voxelNm[2], voxelNm[0] * voxelNm[2], voxelNm[0] * voxelNm[1]];
  const area = [0, 0, 0];
  const sum = [0, 0, 0];
  let total = 0;
  for (let z = low[0]; z <= high[0]; z++) {
    for (let y = low[1]; y <= high[1]; y++) {
      for (let x = low[2]; x <= high[2]; x++) {
        const i = (z * ny + y) * nx + x;
        if (labels[i] !== pre) continue;
        const p = [(z + 0.5) * voxelNm[0], (y + 0.5) * voxelNm[1], (x + 0.5) * voxelNm[2]];
        const square = p.reduce((s, v, k) => s + (v - centre[k]) ** 2, 0);
        if (square > radiusNm * radiusNm) continue;
        for (let k = 0; k < 3; k++) {
          for (let s = -1; s <= 1; s += 2) {
            if (labels[i + s * strides[k]] !== post) continue;
            area[k] += s * face[k];
            for (let c = 0; c < 3; c++) sum[c] += face[k] * (p[c] + (c === k ? (s * voxelNm[k]) / 2 : 0));
            total += face[k];
          }
        }
      }
    }
  }
  const flat = Math.hypot(area[0], area[1], area[2]);
  if (total === 0 || flat === 0) return undefined;
  return {
    centreNm: sum.map((v) => v / total) as unknown as Vec3,
    normal: area.map((v) => v / flat) as unknown as Vec3,
    areaNm2: flat,
  };
}

/** The voxel of `body` on the final grid nearest to a point, within 8 steps of its voxel. */
function nearestVoxel(tissue: Tissue, body: number, point: Vec3): Vec3 | undefined {
  const { bodies, shape, voxelNm } = tissue;
  let best: Vec3 | undefined;
  let least = Infinity;
  const at = point.map((v, k) => Math.floor(v / voxelNm[k]));
  const reach = voxelNm.map((v) => Math.max(1, Math.ceil(60 / v)));
  for (let z = Math.max(0, at[0] - reach[0]); z <= Math.min(shape[0] - 1, at[0] + reach[0]); z++) {
    for (let y = Math.max(0, at[1] - reach[1]); y <= Math.min(shape[1] - 1, at[1] + reach[1]); y++) {
      for (let x = Math.max(0, at[2] - reach[2]); x <= Math.min(shape[2] - 1, at[2] + reach[2]); x++) {
        if (bodies[(z * shape[1] + y) * shape[2] + x] !== body) continue;
        const d = [z, y, x].reduce((s, v, k) => s + ((v + 0.5) * voxelNm[k] - point[k]) ** 2, 0);
        if (d < least) [least, best] = [d, [z, y, x]];
      }
    }
  }
  return best;
}

/** Accepted points in cells as wide as their spacing, so that only neighbours are compared. */
class SpacedPoints {
  private readonly cells = new Map<string, Vec3[]>();

  constructor(private readonly spacingNm: number) {}

  private key(p: readonly number[]): string {
    return p.map((v) => Math.floor(v / this.spacingNm)).join(',');
  }

  isFree(p: Vec3): boolean {
    const { spacingNm } = this;
    for (let k = 0; k < 27; k++) {
      const shift = [Math.floor(k / 9) - 1, (Math.floor(k / 3) % 3) - 1, (k % 3) - 1];
      const near = this.cells.get(this.key(p.map((v, a) => v + shift[a] * spacingNm))) ?? [];
      if (near.some((q) => (q[0] - p[0]) ** 2 + (q[1] - p[1]) ** 2 + (q[2] - p[2]) ** 2 < spacingNm ** 2)) {
        return false;
      }
    }
    return true;
  }

  add(p: Vec3): void {
    const key = this.key(p);
    this.cells.set(key, [...(this.cells.get(key) ?? []), p]);
  }
}

/**
 * Places up to `count` synapses on contacts between a bouton and another neuron, at random, `spacingNm` apart from
 * each other. The type is that of the presynaptic neuron (Dale's principle).
 */
export function placeSynapses(tissue: Tissue, random: Random, count: number, spacingNm: number): Synapse[] {
  const { voxel, side } = contactFaces(tissue);
  const { labels, shape, voxelNm } = tissue.work;
  const strides = [shape[1] * shape[2], shape[2], 1];
  const taken = new SpacedPoints(spacingNm);
  const synapses: Synapse[] = [];
  for (let tries = 0; tries < count * 60 && synapses.length < count && voxel.length > 0; tries++) {
    const f = random.below(voxel.length);
    const i = voxel[f];
    const axis = Math.abs(side[f]) - 1;
    const pre = labels[i];
    const post = labels[i + Math.sign(side[f]) * strides[axis]];
    const radius = random.uniform(55, 115);
    const z = Math.floor(i / strides[0]);
    const y = Math.floor(i / shape[2]) % shape[1];
    const start: Vec3 = [(z + 0.5) * voxelNm[0], (y + 0.5) * voxelNm[1], ((i % shape[2]) + 0.5) * voxelNm[2]];
    if (!taken.isFree(start)) continue;
    const patch = patchAt(tissue, pre, post, start, radius);
    if (!patch || patch.areaNm2 < 0.55 * Math.PI * radius * radius || !taken.isFree(patch.centreNm)) continue;
    const aside = (by: number) => patch.centreNm.map((c, k) => c + by * patch.normal[k]) as unknown as Vec3;
    const preVoxel = nearestVoxel(tissue, pre, aside(-25));
    const postVoxel = nearestVoxel(tissue, post, aside(25));
    const type = tissue.bodyTable[pre - 1].transmitter;
    if (!preVoxel || !postVoxel || !type) continue;
    taken.add(patch.centreNm);
    const id = synapses.length + 1;
    synapses.push({
      id,
      type,
      preBody: pre,
      postBody: post,
      ...patch,
      radiusNm: radius,
      preVoxel,
      postVoxel,
    });
  }
  return synapses;
}
