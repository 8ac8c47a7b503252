import { seededRandom } from '@stratome/core';
import { gaussianBlur } from '@stratome/kernels';
import { describe, expect, it } from 'vitest';
import type { TileImage } from './decode.js';
import { ingestParameters } from './parameters.js';
import { measurePatches, tileMaps, type PatchMeasures } from './tile-patches.js';

const parameters = ingestParameters.parse({});
const [h, w] = [144, 144];

interface Look {
  contrast?: number;
  noise?: number;
  blurPx?: number;
  membranes?: boolean;
}

/** Dark curved lines on grey, blurred, then noise: what a microscope would see. */
function tissue({ contrast = 60, noise = 5, blurPx = 0.8, membranes = true }: Look): TileImage {
  const random = seededRandom('tissue');
  const clean = new Float32Array(h * w);
  for (let i = 0; i < clean.length; i++) {
    const [y, x] = [Math.floor(i / w), i % w];
    const wave = Math.abs(Math.sin(0.13 * x + Math.sin(y / 17)) * Math.sin(0.11 * y + Math.cos(x / 23)));
    clean[i] = membranes && wave < 0.12 ? -contrast : 0;
  }
  const blurred = gaussianBlur({ data: clean, shape: [h, w] }, blurPx).data;
  return { data: Uint8Array.from(blurred, (v) => 150 + v + noise * random.normal()), shape: [h, w] };
}

const patchesOf = (tile: TileImage) => measurePatches(tileMaps(tile, parameters), parameters);

const average = (tile: TileImage, measure: keyof PatchMeasures): number => {
  const values = patchesOf(tile).map((p) => p.measures[measure]!);
  return values.reduce((s, v) => s + v, 0) / values.length;
};

describe('measurePatches', () => {
  it('covers the tile evenly', () => {
    const patches = patchesOf(tissue({}));
    expect(patches.map((p) => [p.yPx, p.xPx, ...p.shape])).toEqual([
      [0, 0, 72, 72],
      [0, 72, 72, 72],
      [72, 0, 72, 72],
      [72, 72, 72, 72],
    ]);
  });

  it('sees no membranes, signal or focus in noise alone', () => {
    const noise = tissue({ membranes: false, noise: 9 });
    expect(average(noise, 'membraneContrast')).toBeGreaterThan(0.9);
    expect(average(noise, 'membraneContrast')).toBeLessThan(1.1);
    expect(average(noise, 'signalToNoise')).toBeLessThan(0.45);
  });

  it('tells weak staining, noise and blur apart', () => {
    const clean = tissue({});
    const faint = tissue({ contrast: 25 });
    const noisy = tissue({ noise: 15 });
    const blurred = tissue({ blurPx: 2.2 });
    expect(average(faint, 'contrast')).toBeLessThan(0.7 * average(clean, 'contrast'));
    expect(average(faint, 'membraneContrast')).toBeLessThan(0.6 * average(clean, 'membraneContrast'));
    expect(average(clean, 'noise')).toBeCloseTo(5, 0);
    expect(average(noisy, 'noise') / 15).toBeCloseTo(1, 1);
    expect(average(noisy, 'signalToNoise')).toBeLessThan(0.45 * average(clean, 'signalToNoise'));
    expect(average(blurred, 'focus')).toBeLessThan(0.6 * average(clean, 'focus'));
    expect(average(faint, 'focus') / average(clean, 'focus')).toBeGreaterThan(0.8);
    expect(average(noisy, 'focus') / average(clean, 'focus')).toBeGreaterThan(0.7);
    expect(average(noisy, 'focus') / average(clean, 'focus')).toBeLessThan(1.3);
  });

  it('counts saturated pixels and leaves missing ones out', () => {
    const tile = tissue({});
    tile.data.fill(255, 0, 144 * 7);
    for (let y = 72; y < 144; y++) tile.data.fill(0, y * w + 72, (y + 1) * w);
    const [first, , , last] = patchesOf(tile).map((p) => p.measures);
    expect(first.saturation).toBeCloseTo(7 / 72, 6);
    expect(last).toEqual({ dataFraction: 0 });
  });
});
