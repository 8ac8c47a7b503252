import type { Random, Vec3 } from '@stratome/core';
import { Organelle, type Canvas } from './canvas.js';
import { visitContact, type ContactVoxel } from './contact-field.js';
import type { Synapse } from './contacts.js';
import type { Palette } from './palette.js';
import type { Tissue } from './tissue.js';

/** Depth of the densities by type, nm: thick behind excitatory, thin behind inhibitory contacts. */
const densityNm = {
  excitatory: { post: 38, pre: 16 },
  inhibitory: { post: 24, pre: 16 },
} as const;

/** Values of the synapse truth volume; `inhibitory` is added for inhibitory synapses. */
export const SynapseVoxel = { none: 0, pre: 1, cleft: 2, post: 3, inhibitory: 16 } as const;

/**
 * Paints densities, vesicles and presynaptic specialisations of all synapses (canvas mutated) and returns the
 * truth for a synapse network on the final grid (uint8, z y x, see `SynapseVoxel`): the presynaptic side
 * within 60 nm of the contact, the band of cleft and densities within 16 nm of it, the postsynaptic side
 * within 40 nm. Where grey is integrated over depth a voxel is cleft when any part of it is.
 */
export function paintSynapses(
  canvas: Canvas,
  synapses: readonly Synapse[],
  palette: Palette,
  random: Random,
): Uint8Array<ArrayBuffer> {
  const truth = new Uint8Array(canvas.tissue.bodies.length);
  for (const synapse of synapses) {
    paintVesicles(canvas, synapse, palette, random.fork(`vesicles/${synapse.id}`));
    visitContact(canvas.tissue.work, synapse, 62, (voxel) => {
      paintDensity(canvas, synapse, palette, voxel);
      markTruth(truth, canvas.tissue, synapse, voxel);
    });
  }
  return truth;
}

const ramp = (v: number) => Math.max(0, Math.min(1, v));

function paintDensity(
  canvas: Canvas,
  { type, radiusNm }: Synapse,
  palette: Palette,
  voxel: ContactVoxel,
): void {
  const { index, pre, distanceNm: d, lateralNm } = voxel;
  const depth = densityNm[type];
  const edge = ramp((radiusNm - lateralNm) / 24 + 0.25);
  const share = edge * ramp(((pre ? depth.pre : depth.post) - d) / 12 + 0.5);
  if (share > 0) canvas.blend(index, palette.density, 0.92 * share);
  // A dense projection on the presynaptic side, at which vesicles gather.
  if (pre && type === 'excitatory' && lateralNm < 26 && d < 46) {
    canvas.blend(index, palette.density, 0.6 * ramp(1.1 - lateralNm / 30));
  }
}

function markTruth(truth: Uint8Array, tissue: Tissue, synapse: Synapse, voxel: ContactVoxel): void {
  const { depthSamples, shape } = tissue;
  const { index, z, pre, distanceNm: d } = voxel;
  const plane = shape[1] * shape[2];
  const base = synapse.type === 'inhibitory' ? SynapseVoxel.inhibitory : 0;
  const i = Math.floor(z / depthSamples) * plane + (index % plane);
  // A third body may have the middle of the section, and with it the voxel.
  const body = tissue.bodies[i];
  if (body !== synapse.preBody && body !== synapse.postBody) return;
  if (d <= 16) truth[i] = base + SynapseVoxel.cleft;
  else if (z % depthSamples !== depthSamples >> 1 || truth[i] % 16 === SynapseVoxel.cleft) return;
  else if (pre && d <= 60) truth[i] = base + SynapseVoxel.pre;
  else if (!pre && d <= 40) truth[i] = base + SynapseVoxel.post;
}

function paintVesicles(canvas: Canvas, synapse: Synapse, palette: Palette, random: Random): void {
  const { labels, marginNm } = canvas.tissue.work;
  const { normal: n, centreNm: c, radiusNm } = synapse;
  const placed: Vec3[] = [];
  const reach = radiusNm + 90;
  const wanted = Math.round(radiusNm * random.uniform(0.4, 0.65));
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
    if (d < -7) canvas.blend(i, palette.lumen, 0.15);
    else if (d < 5) canvas.blend(i, palette.vesicleRim, 0.85);
    canvas.organelle[i] = Organelle.other;
  });
}
