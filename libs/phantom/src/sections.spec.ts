import { seededRandom } from '@stratome/core';
import { describe, expect, it } from 'vitest';
import { resolvePhantomParameters } from './parameters.js';
import { cutSections, renderTile, sampleSection, tilePixelOfTissue, tissueOfTilePixel } from './sections.js';

const parameters = resolvePhantomParameters({ shape: [8, 160, 200], seed: 11 });
const tiles = cutSections(parameters);
const [depth, height, width] = parameters.shape;

/** A smooth picture, so that grey between pixels is well defined. */
function smoothTissue(): Uint8Array {
  const random = seededRandom('smooth');
  const phases = [0, 1, 2, 3].map(() => random.uniform(0, 6));
  return Uint8Array.from({ length: depth * height * width }, (_, i) => {
    const x = i % width;
    const y = Math.floor(i / width) % height;
    return 128 + 55 * Math.sin(x / 9 + phases[0]) + 55 * Math.cos(y / 7 + phases[1] + x / 31);
  });
}

describe('cutSections', () => {
  it('moves sections and tiles, and never shows what lies outside the tissue', () => {
    const shifts = new Set(tiles.map((t) => t.transform.shiftPx.join()));
    expect(shifts.size).toBe(depth);
    for (let seed = 0; seed < 20; seed++) {
      for (const tile of cutSections({ ...parameters, seed })) {
        const [h, w] = tile.shape;
        const border = [0, 0.25, 0.5, 0.75, 1];
        for (const a of border) {
          for (const b of border) {
            if (a > 0 && a < 1 && b > 0 && b < 1) continue;
            const [y, x] = tissueOfTilePixel(tile, a * (h - 1), b * (w - 1));
            expect(Math.min(y, x, height - 1 - y, width - 1 - x)).toBeGreaterThan(0);
          }
        }
      }
    }
  });

  it('leaves out missing sections', () => {
    const sections = new Set(cutSections({ ...parameters, missingSections: [3] }).map((t) => t.section));
    expect([...sections]).toEqual([0, 1, 2, 4, 5, 6, 7]);
  });

  it('has transforms that invert exactly', () => {
    for (const tile of tiles) {
      const [y, x] = tilePixelOfTissue(tile, ...tissueOfTilePixel(tile, 17.25, 40.5));
      expect(Math.abs(y - 17.25) + Math.abs(x - 40.5)).toBeLessThan(1e-5);
    }
  });
});

describe('renderTile', () => {
  const tissue = smoothTissue();
  const bare = tiles.map((t) => ({ ...t, illumination: [0, 0, 1] as const }));

  it('shows at each pixel the tissue that the transform says', () => {
    for (const tile of bare.slice(0, 8)) {
      const pixels = renderTile(tissue, parameters.shape, tile, 0, 1);
      const section = tissue.subarray(tile.section * height * width, (tile.section + 1) * height * width);
      for (let k = 0; k < 200; k++) {
        const y = (k * 13) % tile.shape[0];
        const x = (k * 29) % tile.shape[1];
        const grey = sampleSection(section, height, width, ...tissueOfTilePixel(tile, y, x));
        expect(Math.abs(pixels[y * tile.shape[1] + x] - grey)).toBeLessThanOrEqual(0.5);
      }
    }
  });

  it('shows the same tissue in both tiles of an overlap', () => {
    const [left, right] = bare;
    const images = [left, right].map((t) => renderTile(tissue, parameters.shape, t, 0, 1));
    let compared = 0;
    for (let y = 5; y < right.shape[0] - 5; y += 3) {
      const [ly, lx] = tilePixelOfTissue(left, ...tissueOfTilePixel(right, y, 6));
      if (lx > left.shape[1] - 3 || ly < 2 || ly > left.shape[0] - 3) continue;
      const expected = sampleSection(images[0], ...left.shape, ly, lx);
      expect(Math.abs(images[1][y * right.shape[1] + 6] - expected)).toBeLessThan(2);
      compared++;
    }
    expect(compared).toBeGreaterThan(10);
  });

  it('adds noise of its own to each tile', () => {
    const noisy = tiles.slice(0, 2).map((t) => renderTile(tissue, parameters.shape, t, 10, 1));
    const still = tiles.slice(0, 2).map((t) => renderTile(tissue, parameters.shape, t, 0, 1));
    const noise = noisy.map((image, k) => Array.from(image, (v, i) => v - still[k][i]));
    const sd = (n: number[]) => Math.sqrt(n.reduce((s, v) => s + v * v, 0) / n.length);
    const product = noise[0].reduce((s, v, i) => s + v * noise[1][i], 0) / noise[0].length;
    expect(sd(noise[0])).toBeGreaterThan(7);
    expect(sd(noise[0])).toBeLessThan(13);
    expect(Math.abs(product)).toBeLessThan(0.1 * sd(noise[0]) * sd(noise[1]));
  });
});

describe('sampleSection', () => {
  it('passes through the voxels and reproduces a slope between them', () => {
    const slope = Uint8Array.from({ length: 100 }, (_, i) => 2 * (i % 10) + 3 * Math.floor(i / 10));
    expect(sampleSection(slope, 10, 10, 4, 7)).toBe(26);
    expect(sampleSection(slope, 10, 10, 4.25, 6.5)).toBeCloseTo(4.25 * 3 + 13, 9);
  });
});
