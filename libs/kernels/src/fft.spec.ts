import { seededRandom } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { directCorrelation, maskedCorrelation } from './fft-correlation.js';
import { findPeak, peakSigmaPx } from './fft-peak.js';
import { fft2d, inverseFft2d } from './fft.js';
import { bandPass, gaussianBlur, maskedBlur, maskedImage, type MaskedImage } from './filter.js';

/** Smooth seeded noise, sampled at a subpixel shift. */
function texture(h: number, w: number, shift: readonly [number, number], holes = false): MaskedImage {
  const random = seededRandom('texture');
  const waves = Array.from({ length: 60 }, () => ({
    ky: random.uniform(-0.9, 0.9),
    kx: random.uniform(-0.9, 0.9),
    phase: random.uniform(0, 6.28),
  }));
  const data = new Float32Array(h * w);
  const mask = new Uint8Array(h * w).fill(1);
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      for (const { ky, kx, phase } of waves)
        data[y * w + x] += Math.cos(ky * (y - shift[0]) + kx * (x - shift[1]) + phase);
      if (holes && (y - 20) ** 2 + (x - 12) ** 2 < 60) mask[y * w + x] = 0;
    }
  return { data: data.map((v, i) => (mask[i] ? v : 0)), mask, shape: [h, w] };
}

describe('fft2d', () => {
  it('is inverted and obeys Parseval', () => {
    const random = seededRandom(1);
    const data = Float64Array.from({ length: 2 * 16 * 32 }, () => random.normal());
    const copy = data.slice();
    const energy = data.reduce((s, v) => s + v * v, 0);
    fft2d(data, 16, 32);
    expect(data.reduce((s, v) => s + v * v, 0) / 512).toBeCloseTo(energy, 6);
    inverseFft2d(data, 16, 32);
    data.forEach((v, i) => expect(v).toBeCloseTo(copy[i], 10));
  });
});

describe('maskedCorrelation', () => {
  it('equals direct summation for images of different shapes with holes', () => {
    const a = texture(40, 33, [0, 0], true);
    const b = texture(37, 50, [2, -3], true);
    const range = { from: [-9, -7], to: [6, 12] } as const;
    const fast = maskedCorrelation(a, b, range);
    const slow = directCorrelation(a, { corner: [0, 0], shape: a.shape }, b, range);
    fast.correlation.forEach((r, i) => {
      expect(fast.overlapPx[i]).toBe(slow.overlapPx[i]);
      expect(r).toBeCloseTo(slow.correlation[i], 5);
    });
  });

  it('finds a subpixel shift', () => {
    const a = texture(64, 64, [0, 0]);
    const b = texture(64, 64, [3.4, -5.7]);
    const peak = findPeak(maskedCorrelation(a, b, { from: [-10, -10], to: [10, 10] }), 3)!;
    expect(peak.shiftPx[0]).toBeCloseTo(3.4, 1);
    expect(peak.shiftPx[1]).toBeCloseTo(-5.7, 1);
    expect(peak.peakRatio).toBeGreaterThan(1.5);
    expect(peak.atBorder).toBe(false);
    expect(peakSigmaPx(peak, 10)).toBeLessThan(0.1);
  });

  it('gives no peak for an image without texture', () => {
    const flat = {
      data: new Float32Array(400).fill(7),
      mask: new Uint8Array(400).fill(1),
      shape: [20, 20] as const,
    };
    expect(findPeak(maskedCorrelation(flat, flat, { from: [-2, -2], to: [2, 2] }), 1)).toBeUndefined();
  });
});

describe('filters', () => {
  it('blurs without changing the sum of an inner spot', () => {
    const data = new Float32Array(41 * 41);
    data[20 * 41 + 20] = 1;
    const blurred = gaussianBlur({ data, shape: [41, 41] }, 2.5).data;
    expect(blurred.reduce((s, v) => s + v, 0)).toBeCloseTo(1, 5);
    expect(blurred[20 * 41 + 23] / blurred[20 * 41 + 20]).toBeCloseTo(Math.exp(-9 / 12.5), 2);
  });

  it('keeps a constant image constant beside holes and borders', () => {
    const grey = Uint8Array.from({ length: 900 }, (_, i) => (i % 7 === 0 ? 0 : 90));
    const image = maskedImage({ data: grey, shape: [30, 30] });
    maskedBlur(image, 3).data.forEach((v, i) => expect(v).toBeCloseTo(grey[i], 3));
    bandPass(image, 1, 4).data.forEach((v) => expect(v).toBeCloseTo(0, 3));
  });
});
