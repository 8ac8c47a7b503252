import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stratome } from './stratome-command.js';

/* Section tiles of a phantom of which one section was lost, through all stages. */

interface Manifest {
  readonly sections: { section: number; tiles: { file: string }[] }[];
}

const lost = 45;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stratome-gap-'));
  expect(
    (await stratome('phantom', '--tiny', '--shape', '80,144,144', '--seed', '9003', '--out', folder)).code,
  ).toBe(0);
  const file = join(folder, 'manifest.json');
  const manifest = JSON.parse(await readFile(file, 'utf8')) as Manifest;
  const { tiles } = manifest.sections.find(({ section }) => section === lost)!;
  for (const tile of tiles) await rm(join(folder, tile.file));
  const sections = manifest.sections.filter(({ section }) => section !== lost);
  await writeFile(file, JSON.stringify({ ...manifest, sections }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('images of which a section is missing', () => {
  it('go through all stages, and a diagnosis finds the missing section', { timeout: 900_000 }, async () => {
    const run = await stratome('start', '--once', '--input', folder, '--name', 'missing_section');
    expect(run.json.error).toBeUndefined();
    const { code, json } = await stratome('diagnose', 'missing_section');
    expect(json.error).toBeUndefined();
    expect(code).toBe(0);
    const { diagnosis } = json as unknown as {
      diagnosis: { verdict: string; layer: string; cause: string; region: string };
    };
    expect(diagnosis).toMatchObject({ verdict: 'cause', layer: 'L1', cause: 'missingSection' });
    const [begin, end] = diagnosis.region.split(':').map((corner) => Number(corner.split(',')[0]));
    expect(begin).toBeLessThanOrEqual(lost);
    expect(end).toBeGreaterThan(lost);
  });
});
