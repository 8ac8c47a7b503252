import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ingestParameters, readSources, type TileManifest } from '@stratome/ingest';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAlignedSections, requireAlignedSections, sectionsShape } from './aligned-sections.js';

const [height, width] = [6, 10];
let folder: string;

/** A section whose grey values are 1, 2, 3, … times `step`. */
const section = (step: number) => Uint8Array.from({ length: height * width }, (_, i) => (i + 1) * step);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stratome-sections-'));
  for (const [number, step] of [
    [10, 1],
    [11, 3],
    [13, 4],
  ]) {
    await sharp(section(step), { raw: { width, height, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toFile(join(folder, `s${number}.png`));
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const manifestOf = () => readSources(folder, [40, 8, 8]);

describe('aligned sections', () => {
  it('become a volume in the grey convention, without data where a section is missing', async () => {
    const manifest = await manifestOf();
    const done: number[] = [];
    const parameters = ingestParameters.parse({});
    const em = await readAlignedSections(manifest, parameters, (voxels) => done.push(voxels));
    expect(em.shape).toEqual([4, height, width]);
    expect(sectionsShape(manifest)).toEqual(em.shape);
    expect(done).toEqual([60, 60, 60]);
    const plane = (z: number) => em.data.subarray(z * 60, (z + 1) * 60);
    // Contrast differs between sections, what they show does not.
    for (const z of [0, 1, 3]) {
      const sorted = [...plane(z)].sort((a, b) => a - b);
      expect(Math.abs(sorted[29] - 128)).toBeLessThanOrEqual(2);
      expect([...plane(z)]).toEqual(sorted);
      expect(plane(z).every((grey, i) => Math.abs(grey - plane(0)[i]) <= 2)).toBe(true);
    }
    expect(plane(2).every((grey) => grey === 0)).toBe(true);
  });

  it('are one image each, all at the same place', async () => {
    const manifest = await manifestOf();
    expect(() => requireAlignedSections(manifest)).not.toThrow();
    const replace = (change: (s: TileManifest['sections'][number]) => TileManifest['sections'][number]) => ({
      ...manifest,
      sections: manifest.sections.map((s) => (s.section === 11 ? change(s) : s)),
    });
    const tiled = replace((s) => ({ ...s, tiles: [s.tiles[0], { ...s.tiles[0], id: '11/0/1', col: 1 }] }));
    expect(() => requireAlignedSections(tiled)).toThrow(/^Section 11 of .* has 2 tiles\.$/);
    const moved = replace((s) => ({ ...s, tiles: [{ ...s.tiles[0], stagePx: [0, 2] }] }));
    expect(() => requireAlignedSections(moved)).toThrow(/^Section 11 of .* another stage position/);
  });
});
