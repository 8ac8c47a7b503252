import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeTile } from './decode.js';
import { readSources } from './sources.js';

const shared = process.env.STRATOME_SHARED ?? join(import.meta.dirname, '../../../../shared');
const data = join(shared, 'data');

describe('decodeTile', () => {
  it('keeps 16-bit greys exactly, whatever the container', async () => {
    const pixels = Uint16Array.from({ length: 64 * 65 }, (_, i) => (i * 2579) % 65536);
    const raw = sharp(pixels, { raw: { height: 64, width: 65, channels: 1 } }).toColourspace('grey16');
    for (const bytes of [
      await raw.clone().png().toBuffer(),
      await raw.clone().tiff({ compression: 'lzw' }).toBuffer(),
    ]) {
      const tile = await decodeTile(bytes, 'tile');
      expect(tile.shape).toEqual([64, 65]);
      expect(tile.data).toBeInstanceOf(Uint16Array);
      expect(tile.data).toEqual(pixels);
    }
  });

  it('keeps 8-bit greys exactly and reads 1 bit as 0 and 255', async () => {
    const pixels = Uint8Array.from({ length: 1024 }, (_, i) => (i * 37) % 256);
    const raw = sharp(pixels, { raw: { height: 32, width: 32, channels: 1 } }).toColourspace('b-w');
    expect((await decodeTile(await raw.clone().png().toBuffer(), 'tile')).data).toEqual(pixels);
    const oneBit = await raw.clone().threshold(128).png({ bitdepth: 1 }).toBuffer();
    const tile = await decodeTile(oneBit, 'tile');
    expect(tile.data).toEqual(pixels.map((v) => (v >= 128 ? 255 : 0)));
  });

  it('takes colour images only where they are grey', async () => {
    const grey = Uint8Array.from({ length: 300 }, (_, i) => Math.floor(i / 3));
    const rgb = (pixels: Uint8Array) =>
      sharp(pixels, { raw: { height: 10, width: 10, channels: 3 } })
        .png()
        .toBuffer();
    expect((await decodeTile(await rgb(grey), 'tile')).data).toEqual(
      Uint8Array.from({ length: 100 }, (_, i) => i),
    );
    grey[7] = 99;
    await expect(decodeTile(await rgb(grey), 'red.png')).rejects.toThrow('red.png is in colour');
  });

  it('names a damaged file', async () => {
    const pixels = Uint8Array.from({ length: 4096 }, (_, i) => (i * i) % 251);
    const png = await sharp(pixels, { raw: { height: 64, width: 64, channels: 1 } })
      .png()
      .toBuffer();
    const damaged = Buffer.from(png);
    damaged.fill(0x5a, 200, 400);
    for (const bytes of [png.subarray(0, 500), damaged, Buffer.from('text')])
      await expect(decodeTile(bytes, 'bad.png')).rejects.toMatchObject({ kind: 'corrupt' });
  });
});

describe.skipIf(!existsSync(data))('real data (skipped: shared data is absent)', () => {
  it.each([
    ['fibsem-medulla/sample2', [10, 10, 10], 250, [250, 250]],
    ['vnc-sstem/stack2/raw', [50, 4.6, 4.6], 20, [1024, 1024]],
  ] as const)('reads %s', async (folder, voxelNm, sectionCount, shape) => {
    const manifest = await readSources(join(data, folder), voxelNm);
    expect(manifest).toMatchObject({ sectionCount, missingSections: [], dtype: 'uint8' });
    const [{ file }] = manifest.sections[0].tiles;
    const tile = await decodeTile(await readFile(file), file);
    expect(tile.shape).toEqual(shape);
    expect(new Set(tile.data).size).toBeGreaterThan(100);
  });

  it('decodes overlapping TEM tiles', async () => {
    const folder = join(data, 'temca-tiles');
    for (const name of readdirSync(folder).filter((f) => f.startsWith('col')))
      expect((await decodeTile(await readFile(join(folder, name)), name)).shape).toEqual([1080, 1280]);
  });
});
