import { isStratomeError } from '@stratome/core';
import { decodeTile, encodeTile, readSources } from '@stratome/ingest';
import { writePhantom, tinyPhantom } from '@stratome/phantom';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plantableFaults, plantInFolder } from './plant-folder.js';

let home: string;
let sections: string;
const box = { begin: [1, 8, 8], end: [7, 40, 56] } as const;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'stratome-plant-'));
  sections = join(home, 'sections');
  mkdirSync(sections);
  for (let z = 0; z < 8; z++) {
    const data = Uint8Array.from({ length: 48 * 64 }, (_, i) => 60 + ((i * 7919 + z * 31) % 130));
    writeFileSync(join(sections, `s${z + 5}.tif`), await encodeTile({ data, shape: [48, 64] }, 'tiff'));
  }
});
afterAll(() => rmSync(home, { recursive: true }));

const request = (fault: string, out: string) => ({
  fault,
  input: sections,
  out: join(home, out),
  box,
  strength: 0.5,
  seed: 3,
});

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'nothing was refused',
    (e: unknown) => (isStratomeError(e) && e.remedy !== '' ? e.message : `not as it should be: ${String(e)}`),
  );

describe('plantInFolder', () => {
  it.each(plantableFaults)('plants %s in numbered sections and says what it did', async (fault) => {
    const planted = await plantInFolder(request(fault, fault));
    const folder = join(home, fault);
    expect(JSON.parse(readFileSync(join(folder, 'fault.json'), 'utf8'))).toEqual(planted);
    const before = await readSources(sections, [10, 10, 10]);
    const after = await readSources(folder, [10, 10, 10]);
    expect([after.firstSection, after.sectionCount]).toEqual([5, 8]);
    const changed = before.sections.filter(({ section, tiles }) => {
      const same = after.sections.find((s) => s.section === section);
      return same?.tiles[0].sha256 !== tiles[0].sha256;
    });
    expect(changed.length).toBe(planted.changedImages);
    expect(changed.map((s) => s.section - 5)).toEqual(
      Array.from({ length: changed.length }, (_, k) => planted.sections[0] + k),
    );
    expect(changed.length).toBe(planted.sections[1] - planted.sections[0]);
    if (fault === 'missingSection') expect(after.missingSections).toEqual(changed.map((s) => s.section));
  });

  it('does the same for the same seed', async () => {
    await plantInFolder(request('noise', 'again'));
    for (const file of readdirSync(join(home, 'again')))
      if (file.endsWith('.tif'))
        expect(readFileSync(join(home, 'again', file))).toEqual(readFileSync(join(home, 'noise', file)));
  });

  it('plants across tiles, with a manifest that fits them, and brings the truth along', async () => {
    const phantom = join(home, 'phantom');
    await writePhantom(phantom, { ...tinyPhantom, seed: 2 });
    const before = await readSources(phantom);
    const out = join(home, 'tiles');
    const planted = await plantInFolder({
      ...request('corruptTile', 'tiles'),
      input: phantom,
      box: { begin: [2, 10, 10], end: [6, 50, 50] },
    });
    const after = await readSources(out);
    expect(after.voxelNm).toEqual(before.voxelNm);
    expect(existsSync(join(out, 'truth', 'truth.json'))).toBe(true);
    expect(existsSync(join(out, 'phantom.json'))).toBe(false);
    const z = planted.sections[0];
    for (const tile of after.sections[z].tiles) {
      const { data, shape } = await decodeTile(readFileSync(tile.file), tile.id);
      for (let y = 0; y < shape[0]; y++)
        for (let x = 0; x < shape[1]; x++) {
          const [py, px] = [tile.stagePx[0] + y, tile.stagePx[1] + x];
          if (py >= 10 && py < 50 && px >= 10 && px < 50) expect(data[y * shape[1] + x]).toBe(0);
        }
    }
    expect(planted.images).toBe(before.sections.reduce((n, s) => n + s.tiles.length, 0));
  }, 60_000);

  it('refuses what it cannot do, and writes nothing', async () => {
    const before = readdirSync(home);
    expect(await refusal(plantInFolder(request('lostEdges', 'x')))).toMatch(/no fault "lostEdges" of images/);
    expect(await refusal(plantInFolder({ ...request('noise', 'x'), input: join(home, 'none') }))).toMatch(
      /no /,
    );
    const far = { begin: [0, 0, 0], end: [9, 9, 9] } as const;
    expect(await refusal(plantInFolder({ ...request('noise', 'x'), box: far }))).toMatch(/not inside/);
    expect(await refusal(plantInFolder(request('noise', 'sections/inner')))).toMatch(/lies in the input/);
    expect(await refusal(plantInFolder(request('noise', 'again')))).toMatch(/not empty/);
    const broken = join(home, 'broken');
    cpSync(sections, broken, { recursive: true });
    writeFileSync(join(broken, 's7.tif'), 'no image');
    expect(await refusal(plantInFolder({ ...request('noise', 'x'), input: broken }))).toMatch(/s7\.tif/);
    expect(readdirSync(home)).toEqual([...before, 'broken'].sort());
  });
});
