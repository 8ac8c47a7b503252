import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRawVolume } from './raw-volume.js';

const shared =
  process.env.STRATOME_SHARED ?? fileURLToPath(new URL('../../../../../shared', import.meta.url));
const medulla = join(shared, 'data/fibsem-medulla/sample2_bodies_z000-174.json');
if (!existsSync(medulla)) console.warn(`skipped: no ground truth at ${medulla}`);

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'stratome-raw-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const description = {
  shape: [1, 2, 3],
  axes: 'zyx',
  dtype: '<u4',
  order: 'C',
  compression: 'gzip',
  voxelNm: [10, 8, 8],
};
async function pair(name: string, change: object, raw?: Uint8Array, suffix = '.raw.gz'): Promise<string> {
  await writeFile(join(root, `${name}.json`), JSON.stringify({ ...description, ...change }));
  if (raw) await writeFile(join(root, name + suffix), raw);
  return join(root, `${name}.json`);
}
const voxels = Buffer.from(Uint32Array.of(1, 2, 3, 4, 5, 70000).buffer);

describe('readRawVolume', () => {
  it('reads gzip and plain pairs', async () => {
    const expected = {
      data: Uint32Array.of(1, 2, 3, 4, 5, 70000),
      shape: [1, 2, 3],
      voxelNm: [10, 8, 8],
      background: 0,
    };
    expect(await readRawVolume(await pair('gzip', {}, gzipSync(voxels)))).toEqual(expected);
    const plain = await pair('plain', { compression: null, voxelNm: null, background: 7 }, voxels, '.raw');
    expect(await readRawVolume(plain)).toEqual({ ...expected, voxelNm: undefined, background: 7 });
  });

  it.each<[string, object, Uint8Array | undefined, string, RegExp]>([
    ['a missing file', {}, undefined, 'notFound', /no file .*raw\.gz/],
    ['too few voxels', {}, gzipSync(voxels.subarray(4)), 'corrupt', /20 bytes instead of 24/],
    ['damage', {}, gzipSync(voxels).subarray(0, 20), 'corrupt', /damaged/],
    ['another order', { axes: 'xyz' }, gzipSync(voxels), 'badInput', /axes/],
    ['big-endian voxels', { dtype: '>u4' }, gzipSync(voxels), 'badInput', /dtype/],
    ['an impossible voxel size', { voxelNm: [0, 1, 1] }, gzipSync(voxels), 'badInput', /voxelNm\.0/],
  ])('names %s', async (name, change, raw, kind, message) => {
    const path = await pair(name.replaceAll(' ', '-'), change, raw);
    await expect(readRawVolume(path)).rejects.toMatchObject({ kind, message });
  });

  it.skipIf(!existsSync(medulla))('reads the bodies of fibsem-medulla', async () => {
    const { data, shape, voxelNm } = await readRawVolume(medulla);
    expect({ shape, voxelNm, length: data.length }).toEqual({
      shape: [175, 250, 250],
      voxelNm: [10, 10, 10],
      length: 175 * 250 * 250,
    });
    expect(new Set(data as Uint32Array).size).toBeGreaterThan(100);
  });
});
