import { hashBytes, isStratomeError } from '@stratome/core';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { numberSections } from './section-numbers.js';
import { readSources } from './sources.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'stratome-ingest-'))));
afterEach(() => rm(folder, { recursive: true }));

const image = (h: number, w: number, seed: number) => {
  const data = Uint8Array.from({ length: h * w }, (_, i) => 40 + ((i * 7919 + seed * 104729) % 170));
  return sharp(data, { raw: { height: h, width: w, channels: 1 } }).toColourspace('b-w');
};
const write = async (name: string, h = 40, w = 50, seed = 1) => {
  const kind = name.endsWith('png') ? 'png' : 'tiff';
  const bytes = await image(h, w, seed).toFormat(kind, { compression: 'none' }).toBuffer();
  await writeFile(join(folder, name), bytes);
  return bytes;
};
const refusal = async (promise: Promise<unknown>): Promise<string> => {
  const error = await promise.then(
    () => undefined,
    (e: unknown) => e,
  );
  if (!isStratomeError(error)) throw new Error(`not refused as it should be: ${String(error)}`);
  expect(error.remedy).not.toBe('');
  return error.message;
};

describe('numberSections', () => {
  it('sorts by number, not by text', () => {
    const numbers = numberSections(['s10.png', 's9.png', 's100.png']);
    expect(numbers.map((n) => n.section)).toEqual([9, 10, 100]);
  });
  it('takes the number that changes', () => {
    const numbers = numberSections(['w2_s001_8bit.tif', 'w2_s003_8bit.tif', 'w2_s002_8bit.tif']);
    expect(numbers.map((n) => n.section)).toEqual([1, 2, 3]);
  });
  it('refuses one number twice and a name without a number', () => {
    expect(() => numberSections(['a1.png', 'b1.png'])).toThrow('both section 1');
    expect(() => numberSections(['a1.png', 'b.png'])).toThrow('"b.png" holds no section number');
  });
});

describe('readSources of numbered sections', () => {
  it('lists sections in order and the missing ones', async () => {
    for (const n of [12, 9, 10]) await write(`s${n}.png`, 40, 50, n);
    const manifest = await readSources(folder, [40, 8, 8], 'tissue');
    expect(manifest).toMatchObject({ name: 'tissue', firstSection: 9, sectionCount: 4, dtype: 'uint8' });
    expect(manifest.sections.map((s) => s.section)).toEqual([9, 10, 12]);
    expect(manifest.missingSections).toEqual([11]);
    const [tile] = manifest.sections[0].tiles;
    expect(tile).toMatchObject({ id: '9/0/0', row: 0, col: 0, shape: [40, 50], stagePx: [0, 0] });
    expect(tile.sha256).toBe(hashBytes(await readFile(join(folder, 's9.png'))));
  });

  it('names every faulty file at once', async () => {
    await write('s1.png');
    await write('s2.png', 41);
    await write('s3.png');
    await write('s4.tif');
    const whole = await readFile(join(folder, 's3.png'));
    await writeFile(join(folder, 's3.png'), whole.subarray(0, whole.length - 40));
    const tiff = await readFile(join(folder, 's4.tif'));
    await writeFile(join(folder, 's4.tif'), tiff.subarray(0, tiff.length - 400));
    await writeFile(join(folder, 's5.png'), 'no image');
    const wide = sharp(new Uint16Array(2000).fill(900), { raw: { height: 40, width: 50, channels: 1 } });
    await writeFile(join(folder, 's6.png'), await wide.toColourspace('grey16').png().toBuffer());
    await write('s7.png');
    const message = await refusal(readSources(folder, [40, 8, 8]));
    expect(message).toMatch(/^5 problems: /);
    for (const part of [
      /s2\.png is 41×50 px, 8 bit, unlike the other tiles \(40×50 px, 8 bit\)/,
      /s3\.png is truncated/,
      /s4\.tif (is truncated|is not a readable)/,
      /s5\.png is not a readable/,
      /s6\.png is 40×50 px, 16 bit, unlike/,
    ])
      expect(message).toMatch(part);
  });

  it('refuses impossible voxel sizes, no images and absent folders', async () => {
    expect(await refusal(readSources(folder, [40, 8, 8]))).toContain('holds no images');
    expect(await refusal(readSources(join(folder, 'absent'), [40, 8, 8]))).toContain('There is no');
    await write('s1.png');
    expect(await refusal(readSources(folder))).toContain('voxel size is not known');
    for (const voxel of [
      [0, 8, 8],
      [40, -8, 8],
      [40, 8, NaN],
      [1e6, 8, 8],
    ] as const)
      expect(await refusal(readSources(folder, voxel))).toContain('impossible voxel size');
  });
});

describe('readSources of a manifest', () => {
  const manifest = async (change: (tile: Record<string, unknown>) => void = () => {}) => {
    const sections = [];
    for (const section of [3, 4]) {
      const tiles = [];
      for (const [row, col] of [
        [0, 0],
        [0, 1],
      ]) {
        const file = `t${section}_${col}.png`;
        const bytes = await write(file, 40, 50, section + col);
        tiles.push({ file, row, col, stagePx: [2, 40 * col], shape: [40, 50], sha256: hashBytes(bytes) });
      }
      sections.push({ section, tiles });
    }
    change(sections[1].tiles[1]);
    const json = { format: 'stratome-tiles/1', name: 'phantom', voxelNm: [40, 8, 8], sections };
    await writeFile(join(folder, 'tiles.json'), JSON.stringify(json));
  };

  it('is found in its folder', async () => {
    await manifest();
    const read = await readSources(folder);
    expect(read).toMatchObject({ name: 'phantom', voxelNm: [40, 8, 8], firstSection: 3 });
    expect(read.sections[1].tiles.map((t) => t.id)).toEqual(['4/0/0', '4/0/1']);
    expect(await readSources(join(folder, 'tiles.json'))).toEqual(read);
    expect(await refusal(readSources(folder, [50, 8, 8]))).toContain('contradicts');
  });

  it('is held against its files', async () => {
    await manifest((tile) => (tile.sha256 = '0'.repeat(64)));
    expect(await refusal(readSources(folder))).toMatch(/t4_1\.png has the wrong checksum/);
    await manifest((tile) => (tile.file = 'gone.png'));
    expect(await refusal(readSources(folder))).toMatch(/gone\.png is missing/);
    await manifest((tile) => (tile.shape = [39, 50]));
    expect(await refusal(readSources(folder))).toMatch(/t4_1\.png is 40×50 px, not 39×50/);
    await manifest((tile) => (tile.stagePx = 'here'));
    expect(await refusal(readSources(folder))).toMatch(/sections\.1\.tiles\.1\.stagePx/);
  });

  it('may be a table, whose grid follows from the stage positions', async () => {
    const rows = ['section,file,y,x'];
    for (const section of [1, 2])
      for (const [y, x] of [
        [0, 0],
        [3, 41],
        [-4, 78],
        [33, 2],
      ]) {
        const file = `a${section}_${y}_${x}.png`;
        await write(file, 40, 50, section + x);
        rows.push(`${section},${file},${y},${x + section}`);
      }
    await writeFile(join(folder, 'stage.csv'), `${rows.join('\r\n')}\r\n`);
    const read = await readSources(folder, [40, 8, 8]);
    expect(read.sections[0].tiles.map((t) => t.id)).toEqual(['1/0/0', '1/0/1', '1/0/2', '1/1/0']);
    await writeFile(join(folder, 'stage.csv'), 'section,file,y,x\n1,a1_0_0.png,zero,0\n');
    expect(await refusal(readSources(folder, [40, 8, 8]))).toMatch(/line 2, column "y"/);
  });
});
