import { seededRandom } from '@stratome/core';
import { gaussianBlur, median, robustSigma } from '@stratome/kernels';
import { describe, expect, it } from 'vitest';
import { dataMask } from './data-mask.js';
import type { TileImage } from './decode.js';
import { estimateIllumination, flatteningOf, gainOfField, measureIllumination } from './illumination.js';
import type { TileManifest } from './manifest.js';
import { normaliseSection } from './normalisation.js';
import { ingestParameters } from './parameters.js';

const parameters = ingestParameters.parse({});
const shape = [96, 96] as const;

/** Blurred seeded noise as raw greys, with a factor per pixel. */
function tileOf(seed: string, factor: (v: number, u: number) => number = () => 1, wide = false): TileImage {
  const random = seededRandom(seed);
  const noise = Float32Array.from({ length: 96 * 96 }, () => random.normal());
  const smooth = gaussianBlur({ data: noise, shape }, 1.5).data;
  const greys = Array.from(smooth, (n, i) => {
    const [v, u] = [(2 * Math.floor(i / 96) + 1) / 96 - 1, (2 * (i % 96) + 1) / 96 - 1];
    return (130 + 120 * n) * factor(v, u) * (wide ? 200 : 1);
  });
  return { data: wide ? Uint16Array.from(greys) : Uint8Array.from(greys), shape };
}

describe('normaliseSection', () => {
  it.each([false, true])('brings the section, not each tile, to the convention (16 bit: %s)', (wide) => {
    const tiles = [tileOf('a', () => 0.7, wide), tileOf('b', () => 1.2, wide)];
    const { tiles: em } = normaliseSection(tiles, [undefined, undefined], parameters);
    const all = [...em[0].data, ...em[1].data];
    expect(Math.abs(median(all) - 128)).toBeLessThan(1.5);
    expect(Math.abs(robustSigma(all) - 40)).toBeLessThan(2);
    expect(median(em[0].data)).toBeLessThan(110);
    expect(median(em[1].data)).toBeGreaterThan(150);
    expect(Math.min(...all)).toBeGreaterThan(0);
  });

  it('takes the greys of the whole section where a part of it is given', () => {
    const parts = [tileOf('a', () => 0.7), tileOf('b', () => 1.2)];
    const whole = normaliseSection(parts, [undefined, undefined], parameters);
    const part = normaliseSection([parts[1]], [undefined], parameters, whole);
    expect(part.tiles[0].data).toEqual(whole.tiles[1].data);
    expect([part.medianGrey, part.sigmaGrey]).toEqual([whole.medianGrey, whole.sigmaGrey]);
  });

  it('keeps no data apart from dark tissue', () => {
    const tile = tileOf('c');
    for (let y = 0; y < 96; y++) tile.data.fill(0, y * 96, y * 96 + 20);
    tile.data.fill(0, 50 * 96 + 60, 50 * 96 + 66);
    const mask = dataMask(tile, parameters.noDataAreaPx);
    expect(mask.reduce((s, v) => s + v, 0)).toBe(96 * 76);
    const [{ data }] = normaliseSection([tile], [undefined], parameters).tiles;
    expect(data[50 * 96 + 10]).toBe(0);
    expect(data[50 * 96 + 62]).toBe(1);
    expect(Math.abs(median(data.filter((v) => v > 0)) - 128)).toBeLessThan(1.5);
  });

  it('survives a section without texture', () => {
    const flat = { data: new Uint8Array(96 * 96).fill(77), shape };
    const { tiles, sigmaGrey } = normaliseSection([flat], [undefined], parameters);
    expect(sigmaGrey).toBe(0);
    expect(new Set(tiles[0].data)).toEqual(new Set([128]));
  });
});

describe('illumination', () => {
  const vignette = (v: number, u: number) => 1 - 0.12 * (v * v + u * u) + 0.05 * u;
  const staining = (v: number, u: number) => 1 - 0.3 * Math.exp(-((v - 0.4) ** 2 + (u + 0.3) ** 2) / 0.05);
  const tiles = Array.from({ length: 24 }, (_, section) =>
    [0, 1].map((col) => ({
      // Staining is weak in one region of one tile position for a third of the sections.
      tile: tileOf(
        `${section}/${col}`,
        (v, u) => vignette(v, u) * (col === 1 && section < 8 ? staining(v, u) : 1),
      ),
      place: { section, row: 0, col },
    })),
  ).flat();
  const full = new Uint8Array(96 * 96).fill(1);
  const measured = tiles.map(({ tile, place }) =>
    measureIllumination({ ...tile, ...place }, full, parameters),
  );

  it('recovers the field of the microscope, and not one region’s staining', () => {
    const [field] = estimateIllumination(measured, 'shared', parameters);
    const gain = gainOfField(field, shape);
    const logTruth = Array.from(gain, (_, i) =>
      Math.log(vignette((2 * Math.floor(i / 96) + 1) / 96 - 1, (2 * (i % 96) + 1) / 96 - 1)),
    );
    const mean = logTruth.reduce((s, v) => s + v, 0) / logTruth.length;
    const worst = Math.max(...logTruth.map((t, i) => Math.abs(t - mean + Math.log(gain[i]))));
    expect(worst).toBeLessThan(0.03);
  });

  it('is one a position where asked for, and none from too few sections', () => {
    const fields = estimateIllumination(measured, 'perPosition', parameters);
    expect(fields.map((f) => f.position)).toEqual([
      { row: 0, col: 0 },
      { row: 0, col: 1 },
    ]);
    expect(estimateIllumination(measured.slice(0, 20), 'shared', parameters)).toEqual([]);
  });

  it('is left alone for one image a section', () => {
    const manifest = (cols: number[]) =>
      ({
        sections: Array.from({ length: 20 }, () => ({ tiles: cols.map((col) => ({ row: 0, col })) })),
      }) as unknown as TileManifest;
    expect(flatteningOf(manifest([0]), parameters)).toBe('off');
    expect(flatteningOf(manifest([0, 1]), parameters)).toBe('shared');
    expect(flatteningOf(manifest([0]), ingestParameters.parse({ flattening: 'perPosition' }))).toBe(
      'perPosition',
    );
  });
});
