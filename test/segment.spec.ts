import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { boxOfShape, bytesOf, type Vec3 } from '@stratome/core';
import { loadModelCard, modelsDirectory, openSession, predictBox } from '@stratome/inference';
import { ingestParameters, readSources } from '@stratome/ingest';
import { makePhantom, resolvePhantomParameters } from '@stratome/phantom';
import { geometryOf, gridParameters } from '@stratome/reconstruction-worker';
import {
  segmentationHash,
  segmentationParameters,
  segmentVolume,
  type IdArray,
} from '@stratome/segmentation';
import { openVolume } from '@stratome/storage';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAlignedSections } from '../apps/cli/src/segmentation/aligned-sections.js';

const binary = fileURLToPath(new URL('../apps/cli/bin/stratome.mjs', import.meta.url));
const fixtures = fileURLToPath(new URL('../libs/inference/test-fixtures', import.meta.url));
const modelId = 'affinities-iso-10nm';
const shape: Vec3 = [32, 96, 96];
let folder: string;

/** What the commands print, by the fields that are looked at. */
interface Printed {
  hash: string;
  segments: number;
  model: unknown;
  voi: { split: number; merge: number };
  adaptedRandError: number;
  randF: number;
  error: { kind: string; message: string };
}

interface Result {
  code: number | null;
  json: Printed;
  stderr: string;
}

function stratome(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Result> {
  const child = spawn(process.execPath, [binary, ...args, '--json'], { env: { ...process.env, ...env } });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => (stdout += text));
  child.stderr.on('data', (text) => (stderr += text));
  return new Promise((done, failed) =>
    child.once('close', (code) => {
      try {
        done({ code, json: JSON.parse(stdout) as Printed, stderr });
      } catch {
        failed(new Error(`Not one line of JSON: ${stdout}\n${stderr}`));
      }
    }),
  );
}

async function writeSections(em: Uint8Array): Promise<void> {
  const [depth, height, width] = shape;
  await mkdir(join(folder, 'sections'));
  for (let z = 0; z < depth; z++) {
    const plane = em.subarray(z * height * width, (z + 1) * height * width);
    await sharp(plane, { raw: { width, height, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toFile(join(folder, 'sections', `z${String(z).padStart(3, '0')}.png`));
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stratome-segment-'));
  const { em, tissue } = makePhantom(
    resolvePhantomParameters({ seed: 11, shape, somataPerCubicUm: 0, vessels: 0, axonsPerCubicUm: 20 }),
  );
  await writeSections(em.data);
  await writeFile(join(folder, 'truth.raw.gz'), gzipSync(bytesOf(tissue.bodies)));
  const description = {
    shape,
    axes: 'zyx',
    dtype: '<u4',
    order: 'C',
    compression: 'gzip',
    voxelNm: [10, 10, 10],
  };
  await writeFile(join(folder, 'truth.json'), JSON.stringify(description));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const sections = () => ['segment', '--input', join(folder, 'sections'), '--voxel-nm', '10,10,10'];

describe.skipIf(!existsSync(join(modelsDirectory, modelId)))('a folder of sections', () => {
  /** The same through the libraries alone, in one piece. */
  async function expectedHash(): Promise<string> {
    const manifest = await readSources(join(folder, 'sections'), [10, 10, 10]);
    const em = await readAlignedSections(manifest, ingestParameters.parse({}), () => {});
    const model = await loadModelCard(modelId);
    const predicted = await predictBox(await openSession(model), model, em, boxOfShape(shape), shape);
    const { supervoxelBlock } = geometryOf(shape, [10, 10, 10], [1, 1, 1], gridParameters.parse({}));
    const parameters = segmentationParameters.parse({});
    const { segmentation } = segmentVolume(predicted.data, shape, supervoxelBlock, [10, 10, 10], parameters);
    return segmentationHash([segmentation]);
  }

  it('becomes a segmentation that can be scored', async () => {
    const out = join(folder, 'segments.zarr');
    const [{ code, json, stderr }, hash] = await Promise.all([
      stratome([...sections(), '--out', out]),
      expectedHash(),
    ]);
    expect({ code, ...json }).toMatchObject({ code: 0, out, shape, voxelNm: [10, 10, 10] });
    expect(json.hash).toBe(hash);
    const { card } = await loadModelCard(modelId);
    expect(json.model).toEqual({ id: card.id, version: card.version, sha256: card.sha256 });
    expect(stderr).toContain('{"progress":{"stage":"predict affinities","done":1,"total":1,');

    const written = (await (await openVolume(out)).readBox(0, boxOfShape(shape))) as IdArray;
    expect(await segmentationHash([written])).toBe(json.hash);
    const found = new Set([...(written as BigUint64Array)].filter((id) => id !== 0n));
    expect(found.size).toBe(json.segments);

    const scored = await stratome(['evaluate', out, join(folder, 'truth.json')]);
    const { split, merge } = scored.json.voi;
    expect(scored.json).toMatchObject({ file: out, box: { begin: [0, 0, 0], end: shape } });
    // All in one segment, or each voxel its own, is far worse on either side.
    expect(split).toBeLessThan(1.5);
    expect(merge).toBeLessThan(1.5);
    expect(scored.json.adaptedRandError).toBeCloseTo(1 - scored.json.randF, 12);

    const again = await stratome([...sections(), '--out', out]);
    expect([again.code, again.json.error.message]).toEqual([4, `${out} exists already.`]);
  }, 300_000);
});

describe('before it computes, segment refuses', () => {
  const out = () => join(folder, 'refused.zarr');

  it.each([
    [['--voxel-nm', '3,100,100'], {}, 2, /^No model for affinities fits voxels of 3×100×100 nm/],
    [['--set', 'synapse.x=1'], {}, 2, /"synapse.x=1" does not set a parameter of the segmentation/],
    [['--set', 'segmentation.agglomerationThreshold=3'], {}, 2, /segmentation.agglomerationThreshold/],
    [['--threads', '0'], {}, 2, /^"0" is not a number of threads/],
    [['--input', '/no/such/folder'], {}, 3, /^There is no \/no\/such\/folder/],
    [[], { STRATOME_MODELS: fixtures }, 2, /^The model smoothing has no output "affinityZ"/],
  ])('%j %j', async (args, env, code, message) => {
    const result = await stratome([...sections(), '--out', out(), ...args], env);
    expect(result.json.error.message).toMatch(message);
    expect(result.code).toBe(code);
    expect((await readdir(folder)).filter((name) => name.startsWith('refused'))).toEqual([]);
  });

  it('tiles', async () => {
    const tiles = join(folder, 'tiles.csv');
    const rows = ['section,file,y,x', '0,sections/z000.png,0,0', '0,sections/z001.png,0,80'];
    await writeFile(tiles, rows.join('\n'));
    const result = await stratome(['segment', '--input', tiles, '--voxel-nm', '10,10,10', '--out', out()]);
    expect([result.code, result.json.error.message]).toEqual([2, 'Section 0 of tiles has 2 tiles.']);
  });
});

it('evaluate refuses what is no segmentation', async () => {
  const grey = join(folder, 'grey.json');
  const description = { shape: [1, 2, 2], axes: 'zyx', dtype: '<f4', order: 'C', compression: 'none' };
  await writeFile(grey, JSON.stringify(description));
  await writeFile(join(folder, 'grey.raw'), Buffer.alloc(16));
  const result = await stratome(['evaluate', grey, join(folder, 'truth.json')]);
  expect([result.code, result.json.error.message]).toEqual([2, `${grey} holds float32 voxels, not ids.`]);
  const absent = await stratome(['evaluate', join(folder, 'none.zarr'), grey]);
  expect([absent.code, absent.json.error.kind]).toEqual([3, 'notFound']);
});
