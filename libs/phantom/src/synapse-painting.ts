import type { Random, Vec3 } from '@stratome/core';
import { Organelle, type Canvas } from './canvas.js';
import type { Synapse } from './contacts.js';
import type { Palette } from './palette.js';
import type { Tissue } from './tissue.js';

/** Thickness of the postsynaptic density by type, nm: thick under excitatory, thin under inhibitory contacts. */
const densityNm = { excitatory: 38, inhibitory: 15 } as const;

/** Paints densities, vesicles and presynaptic specialisations of all synapses (canvas mutated). */
export function paintSynapses(
  canvas: Canvas,
  synapses: readonly Synapse[],
  palette: Palette,
  random: Random,
): void {
  for (const synapse of synapses) {
    paintVesicles(canvas, synapse, palette, random.fork(`vesicles/${synapse.id}`));
    paintDensity(canvas, synapse, palette);
  }
}

function paintDensity(canvas: Canvas, synapse: Synapse, palette: Palette): void {
  const { labels, marginNm } = canvas.tissue.work;
  const { normal: n, radiusNm } = synapse;
  const thick = densityNm[synapse.type];
  canvas.around(synapse.centreNm, radiusNm + thick + 30, (i, dz, dy, dx) => {
    const label = labels[i];
    if (label !== synapse.preBody && label !== synapse.postBody) return;
    const axial = dz * n[0] + dy * n[1] + dx * n[2];
    const lateral = Math.sqrt(Math.max(0, dz * dz + dy * dy + dx * dx - axial * axial));
    const m = marginNm[i];
    if (Math.abs(axial) > m + 45) return;
    const edge = Math.max(0, Math.min(1, (radiusNm - lateral) / 40 + 0.5));
    const depth = label === synapse.postBody ? thick : 14;
    const deep = Math.max(m, Math.abs(axial) - 14);
    const share = edge * Math.max(0, Math.min(1, (depth - deep) / 14 + 0.5));
    if (share > 0) canvas.blend(i, palette.density, 0.9 * share);
    // A dense projection on the presynaptic side, at which vesicles gather.
    if (label === synapse.preBody && synapse.type === 'excitatory' && lateral < 24 && m < 44) {
      canvas.blend(i, palette.density, 0.6 * Math.max(0, 1 - lateral / 30));
    }
  });
}

function paintVesicles(canvas: Canvas, synapse: Synapse, palette: Palette, random: Random): void {
  const { labels, marginNm } = canvas.tissue.work;
  const { normal: n, centreNm: c, radiusNm } = synapse;
  const placed: Vec3[] = [];
  const reach = radiusNm + 90;
  const wanted = Math.round(radiusNm * random.uniform(0.28, 0.5));
  for (let tries = 0; tries < wanted * 12 && placed.length < wanted; tries++) {
    const back = 34 + 150 * random.next() ** 1.5;
    const aside: Vec3 = [
      random.uniform(-reach, reach),
      random.uniform(-reach, reach),
      random.uniform(-reach, reach),
    ];
    const along = aside[0] * n[0] + aside[1] * n[1] + aside[2] * n[2] + back;
    const p = c.map((v, k) => v + aside[k] - along * n[k]) as unknown as Vec3;
    const i = canvas.voxelAt(p);
    if (i < 0 || labels[i] !== synapse.preBody || marginNm[i] < 24 || canvas.organelle[i] !== Organelle.none)
      continue;
    if (placed.some((q) => (q[0] - p[0]) ** 2 + (q[1] - p[1]) ** 2 + (q[2] - p[2]) ** 2 < 39 ** 2)) continue;
    placed.push(p);
    paintVesicle(canvas, synapse, p, palette, random);
  }
}

function paintVesicle(
  canvas: Canvas,
  synapse: Synapse,
  centre: Vec3,
  palette: Palette,
  random: Random,
): void {
  const { labels, marginNm } = canvas.tissue.work;
  const flat = synapse.type === 'inhibitory';
  // Round vesicles of 40 nm; flattened ones of 56 × 28 nm, lying any way.
  const axis = [random.normal(), random.normal(), random.normal()];
  const norm = Math.hypot(axis[0], axis[1], axis[2]) || 1;
  const long = flat ? 28 : 20 * random.uniform(0.9, 1.1);
  const short = flat ? 14 : long;
  canvas.around(centre, long + 8, (i, dz, dy, dx) => {
    if (labels[i] !== synapse.preBody || marginNm[i] < 14) return;
    const along = (dz * axis[0] + dy * axis[1] + dx * axis[2]) / norm;
    const square = dz * dz + dy * dy + dx * dx - along * along;
    const r = Math.sqrt(Math.max(0, square) / (short * short) + (along * along) / (long * long));
    const d = (r - 1) * short;
    if (d < -7) canvas.blend(i, palette.lumen, 0.28);
    else if (d < 5) canvas.blend(i, palette.vesicleRim, 0.78);
    canvas.organelle[i] = Organelle.other;
  });
}

/** Values of the synapse truth volume; `inhibitory` is added for inhibitory synapses. */
export const SynapseVoxel = { none: 0, pre: 1, cleft: 2, post: 3, inhibitory: 16 } as const;

/**
 * Truth for a synapse network on the final grid (uint8, z y x): the presynaptic side within 60 nm of the
 * active zone, the band of cleft and density within 16 nm of the contact, the postsynaptic side within 40 nm.
 */
export function synapseVoxels(tissue: Tissue, synapses: readonly Synapse[]): Uint8Array<ArrayBuffer> {
  const { shape, voxelNm, work, depthSamples, bodies } = tissue;
  const out = new Uint8Array(bodies.length);
  const plane = shape[1] * shape[2];
  for (const synapse of synapses) {
    const { normal: n, radiusNm, centreNm: c } = synapse;
    const base = synapse.type === 'inhibitory' ? SynapseVoxel.inhibitory : 0;
    const reach = radiusNm + 60;
    const low = c.map((v, k) => Math.max(0, Math.ceil((v - reach) / voxelNm[k] - 0.5)));
    const high = c.map((v, k) => Math.min(shape[k] - 1, Math.floor((v + reach) / voxelNm[k] - 0.5)));
    for (let z = low[0]; z <= high[0]; z++) {
      for (let y = low[1]; y <= high[1]; y++) {
        for (let x = low[2]; x <= high[2]; x++) {
          const i = z * plane + y * shape[2] + x;
          if (bodies[i] !== synapse.preBody && bodies[i] !== synapse.postBody) continue;
          const d = [z, y, x].map((v, k) => (v + 0.5) * voxelNm[k] - c[k]);
          const axial = d[0] * n[0] + d[1] * n[1] + d[2] * n[2];
          const lateral = Math.hypot(d[0] - axial * n[0], d[1] - axial * n[1], d[2] - axial * n[2]);
          const m = work.marginNm[(z * depthSamples + (depthSamples >> 1)) * plane + (i % plane)];
          if (lateral > radiusNm || Math.abs(axial) > m + 45) continue;
          const pre = bodies[i] === synapse.preBody;
          if (m <= 16) out[i] = base + SynapseVoxel.cleft;
          else if (out[i] % 16 === SynapseVoxel.cleft) continue;
          else if (pre && m <= 60) out[i] = base + SynapseVoxel.pre;
          else if (!pre && m <= 40) out[i] = base + SynapseVoxel.post;
        }
      }
    }
  }
  return out;
}
