import { seededRandom, type Random } from '@stratome/core';
import type { Canvas } from './canvas.js';
import { LatticeNoise } from './noise.js';
import type { Palette } from './palette.js';
import { Kind } from './skeleton.js';

const planeBits = 7;
const depthBits = 5;
const size = 1 << planeBits;
const depth = 1 << depthBits;

/** A periodic block of smoothed noise (32 × 128 × 128), scaled to standard deviation 32 in int8. */
function texture(random: Random, passes: number): Int8Array {
  const n = depth * size * size;
  let a = new Float32Array(n);
  let b = new Float32Array(n);
  for (let i = 0; i < n; i++) a[i] = random.next() + random.next() + random.next() - 1.5;
  for (let p = 0; p < passes; p++) {
    for (const [axis, mask] of [
      [0, size - 1],
      [planeBits, size - 1],
      [2 * planeBits, depth - 1],
    ]) {
      const clear = ~(mask << axis);
      for (let i = 0; i < n; i++) {
        const c = (i >> axis) & mask;
        const low = (i & clear) | (((c - 1) & mask) << axis);
        const high = (i & clear) | (((c + 1) & mask) << axis);
        b[i] = 0.25 * a[low] + 0.5 * a[i] + 0.25 * a[high];
      }
      [a, b] = [b, a];
    }
  }
  let square = 0;
  for (let i = 0; i < n; i++) square += a[i] * a[i];
  const scale = 32 / Math.sqrt(square / n);
  return Int8Array.from(a, (v) => Math.max(-127, Math.min(127, Math.round(v * scale))));
}

/** Grains are dark specks on an even ground: the dark side of the noise is stretched, the bright pressed. */
const skewed = (noise: Int8Array) => noise.map((v) => (v < 0 ? Math.max(-127, v * 1.35 + 8) : v * 0.5 + 8));

/** Paints every voxel with the cytoplasm of its body: a level, clouds and grains of its own. */
export function paintCytoplasm(canvas: Canvas, palette: Palette, random: Random): void {
  const { work, bodyTable } = canvas.tissue;
  const [nz, ny, nx] = work.shape;
  const grain = skewed(texture(random.fork('grain'), palette.grainPasses));
  const cloud = texture(random.fork('cloud'), 9);
  const count = bodyTable.length + 1;
  const level = new Float32Array(count).fill(palette.extracellular);
  const grainOf = new Float32Array(count).fill(0.2);
  const cloudOf = new Float32Array(count).fill(0.5);
  const shift = new Int32Array(count);
  for (const body of bodyTable) {
    const own = seededRandom(`${random.fork('body').next()}/${body.id}`);
    const base =
      body.class === 'glia' ? palette.glia : body.class === 'vessel' ? palette.lumen : palette.cytoplasm;
    const spread = body.class === 'neuron' ? palette.cytoplasmSpread : palette.cytoplasmSpread * 0.4;
    level[body.id] = base + spread * Math.max(-2, Math.min(1.3, own.normal()));
    const strength = body.class === 'vessel' ? 0.15 : own.uniform(0.5, 1.5);
    grainOf[body.id] = (palette.grain * strength) / 32;
    cloudOf[body.id] = (palette.cloud * (body.class === 'vessel' ? 0.2 : own.uniform(0.4, 1.6))) / 32;
    shift[body.id] = own.below(depth * size * size);
  }
  const mask = size - 1;
  let i = 0;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++, i++) {
        const body = work.labels[i];
        const s = shift[body];
        const t =
          (((z + (s >> (2 * planeBits))) & (depth - 1)) << (2 * planeBits)) |
          (((y + (s >> planeBits)) & mask) << planeBits) |
          ((x + s) & mask);
        const v = level[body] + grainOf[body] * grain[t] + cloudOf[body] * cloud[t];
        canvas.grey[i] = v < 0 ? 0 : v > 255 ? 255 : v;
      }
    }
  }
}

/** Paints the wall of a vessel: a layer of endothelium inside its surface, bright lumen within. */
export function paintVesselWall(canvas: Canvas, palette: Palette): void {
  const { work } = canvas.tissue;
  for (let i = 0; i < work.kinds.length; i++) {
    if (work.kinds[i] !== Kind.vessel) continue;
    const m = work.marginNm[i];
    if (m < 75) canvas.blend(i, palette.glia, 0.85);
    if (m > 66 && m < 84) canvas.blend(i, palette.membrane, 0.8);
  }
}

/**
 * Paints membranes: dark where a voxel is near the surface between two bodies. The distance to that surface
 * comes from the tissue's geometry, finer than a voxel; whether there is a surface at all is read off the
 * final bodies, so that the image never shows a membrane inside a body.
 */
export function paintMembranes(canvas: Canvas, palette: Palette, random: Random): void {
  const { work } = canvas.tissue;
  const { labels, marginNm } = work;
  const [nz, ny, nx] = work.shape;
  const plane = ny * nx;
  const half = Math.min(...work.voxelNm) / 2;
  const share = new Float32Array(64);
  for (let m = 0; m < 64; m++) share[m] = 0.96 * Math.exp(-((m / palette.membraneNm) ** 2));
  const stain = new LatticeNoise(random, 220);
  const differs = (i: number, j: number) => labels[i] !== labels[j];
  let i = 0;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++, i++) {
        let m = marginNm[i];
        const near =
          (x > 0 && differs(i, i - 1)) ||
          (x < nx - 1 && differs(i, i + 1)) ||
          (y > 0 && differs(i, i - nx)) ||
          (y < ny - 1 && differs(i, i + nx)) ||
          (z > 0 && differs(i, i - plane)) ||
          (z < nz - 1 && differs(i, i + plane));
        if (near) m = Math.min(m, 2 * half);
        else if (m >= 3 * palette.membraneNm) continue;
        else {
          const further =
            (x > 1 && differs(i, i - 2)) ||
            (x < nx - 2 && differs(i, i + 2)) ||
            (y > 1 && differs(i, i - 2 * nx)) ||
            (y < ny - 2 && differs(i, i + 2 * nx)) ||
            (z > 1 && differs(i, i - 2 * plane)) ||
            (z < nz - 2 && differs(i, i + 2 * plane));
          if (!further) continue;
        }
        const v = work.voxelNm;
        const strength = 0.9 + 0.12 * stain.at(z * v[0], y * v[1], x * v[2]);
        canvas.blend(i, palette.membrane, Math.min(1, share[m] * strength));
      }
    }
  }
}
