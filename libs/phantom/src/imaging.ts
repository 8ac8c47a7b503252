import { seededRandom, type Vec3 } from '@stratome/core';

/** Mean over `samples` slices of a work grid for each section: grey summed over a section's thickness. */
export function integrateDepth(grey: Uint8Array, shape: Vec3, samples: number): Float32Array {
  const plane = shape[1] * shape[2];
  const out = new Float32Array(shape[0] * plane);
  for (let z = 0; z < shape[0]; z++) {
    for (let s = 0; s < samples; s++) {
      const from = (z * samples + s) * plane;
      for (let i = 0; i < plane; i++) out[z * plane + i] += grey[from + i];
    }
  }
  for (let i = 0; i < out.length; i++) out[i] /= samples;
  return out;
}

function gaussianKernel(sigma: number): Float32Array {
  const radius = Math.max(1, Math.ceil(2.5 * sigma));
  const kernel = Float32Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-(((i - radius) / sigma) ** 2) / 2),
  );
  const sum = kernel.reduce((s, v) => s + v, 0);
  return kernel.map((v) => v / sum);
}

/** Blurs along one axis of a volume (mutated) with a Gaussian of `sigma` voxels; edges are repeated. */
function blurAxis(volume: Float32Array, shape: Vec3, axis: number, sigma: number): void {
  if (sigma < 0.2) return;
  const kernel = gaussianKernel(sigma);
  const radius = kernel.length >> 1;
  const length = shape[axis];
  const stride = axis === 0 ? shape[1] * shape[2] : axis === 1 ? shape[2] : 1;
  // Lines are taken a row of `inner` at a time, so that memory is read in order.
  const inner = axis === 2 ? 1 : shape[2];
  const outer = volume.length / (length * inner);
  const line = new Float32Array((length + 2 * radius) * inner);
  for (let o = 0; o < outer; o++) {
    const base = axis === 0 ? o * inner : axis === 1 ? o * length * stride : o * length;
    for (let k = -radius; k < length + radius; k++) {
      const from = base + Math.max(0, Math.min(length - 1, k)) * stride;
      for (let i = 0; i < inner; i++) line[(k + radius) * inner + i] = volume[from + i];
    }
    for (let k = 0; k < length; k++) {
      const to = base + k * stride;
      for (let i = 0; i < inner; i++) {
        let sum = 0;
        for (let j = 0; j < kernel.length; j++) sum += kernel[j] * line[(k + j) * inner + i];
        volume[to + i] = sum;
      }
    }
  }
}

/** The microscope's point spread: a Gaussian in the image plane, and along z where sections are thin. */
export function pointSpread(volume: Float32Array, shape: Vec3, voxelNm: Vec3, blurNm: number): void {
  for (let axis = 0; axis < 3; axis++) blurAxis(volume, shape, axis, blurNm / voxelNm[axis]);
}

/** Rounds grey levels to uint8. */
export function toGrey(volume: Float32Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(volume.length);
  for (let i = 0; i < out.length; i++) out[i] = Math.max(0, Math.min(255, Math.round(volume[i])));
  return out;
}

const normals = (() => {
  const random = seededRandom('detector noise');
  return Float32Array.from({ length: 1 << 15 }, () => random.normal());
})();

/**
 * An image with detector noise: counting noise that grows with the square root of the signal, a little
 * correlated between neighbours as amplifiers leave it, and slow streaks along x. `grey` may be fractional.
 *
 * @param sd standard deviation at mid grey, grey levels
 * @param seed names the image: equal names give equal noise
 */
export function withNoise(
  grey: ArrayLike<number>,
  height: number,
  width: number,
  sd: number,
  seed: string,
): Uint8Array {
  const random = seededRandom(seed);
  const stride = width + 2;
  const white = new Float32Array((height + 2) * stride);
  let state = (random.next() * 4294967296) >>> 0;
  for (let i = 0; i < white.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    white[i] = normals[(Math.imul(state, 0x9e3779b1) >>> 17) & 0x7fff];
  }
  const streaks = Float32Array.from({ length: height }, () => random.normal() * 0.12);
  const out = new Uint8Array(height * width);
  const centre = 0.97;
  const side = 0.12;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const j = (y + 1) * stride + x + 1;
      const n =
        centre * white[j] +
        side * (white[j - 1] + white[j + 1] + white[j - stride] + white[j + stride]) +
        streaks[y];
      const g = grey[y * width + x];
      const v = g + sd * Math.sqrt(Math.max(g, 16) / 128) * n;
      out[y * width + x] = v < 0 ? 0 : v > 255 ? 255 : v + 0.5;
    }
  }
  return out;
}
