import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boxOfShape, hashBytes, seededRandom, type CellMeasurement, type Vec3 } from '@stratome/core';
import { combineMeasurements, measures, measuresOf } from '@stratome/diagnostics';
import type { TileManifest } from '@stratome/ingest';
import type { StageName } from '@stratome/pipeline';
import { FileObjectStore, writeBlock } from '@stratome/storage';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TaskIo } from '../execution/task-io.js';
import { runParametersSchema } from '../run-parameters.js';
import { agglomerate, segment } from './agglomerate.js';
import { volumeOf, type Geometry } from './geometry.js';
import { ingest } from './ingest.js';
import { objects } from './objects.js';
import type { PlanContext, ThreadProcessor } from './processor.js';
import { recheck } from './recheck.js';
import { residual } from './render.js';
import { edges, supervoxels } from './supervoxels.js';

/** Cells that share no border with supervoxel blocks or chunks; deeper than wide voxels. */
const shape: Vec3 = [40, 70, 60];
const geometry: Geometry = {
  shape,
  voxelNm: [20, 10, 10],
  factors: [1, 1, 1],
  workingShape: shape,
  workingNm: [20, 10, 10],
  chunk: [16, 16, 16],
  supervoxelBlock: [16, 32, 32],
  synapseBlock: [32, 64, 64],
  cell: [12, 20, 20],
};

type Artifacts = Map<string, Map<string, { hash: string; bytes: number }>>;
type Cut = Pick<Geometry, 'chunk'> & { readonly taskChunks: number };
const cuts: Cut[] = [
  { chunk: [16, 16, 16], taskChunks: 1 },
  { chunk: [8, 32, 32], taskChunks: 64 },
];

let folder: string;
let store: FileObjectStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stratome-measures-'));
  store = new FileObjectStore(join(folder, 'objects'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function keep(all: Artifacts, rows: readonly { kind: string; key: string; hash: string; bytes: number }[]) {
  for (const { kind, key, hash, bytes } of rows) {
    if (!all.has(kind)) all.set(kind, new Map());
    all.get(kind)!.set(key, { hash, bytes });
  }
}

/** Plans and runs a stage as the queue does; what it wrote is added to `all`. */
async function execute(
  stage: StageName,
  processor: ThreadProcessor,
  all: Artifacts,
  taskChunks: number,
  manifest?: TileManifest,
): Promise<void> {
  const parameters = runParametersSchema.parse({ grid: { taskChunks }, segmentation: { dustVoxels: 100 } });
  const context = {
    dataset: { name: 'd', voxelNm: geometry.voxelNm },
    parameters,
    parametersIn: () => parameters,
    model: () => Promise.resolve({ factors: [1, 1, 1] }),
    readManifest: () => Promise.resolve(manifest),
    keys: (kind: string) => Promise.resolve([...(all.get(kind)?.keys() ?? [])]),
    readJson: async (kind: string, key: string) =>
      JSON.parse(Buffer.from(await store.get(all.get(kind)!.get(key)!.hash)).toString()),
  } as unknown as PlanContext;
  for (const { key, inputs, detail } of await processor.plan(context)) {
    const offered: Artifacts = new Map();
    for (const { kind, keys } of inputs) {
      const rows = [...(all.get(kind) ?? [])].filter(([name]) => !keys || keys.includes(name));
      keep(
        offered,
        rows.map(([name, content]) => ({ kind, key: name, ...content })),
      );
    }
    const task = {
      dataset: 'd',
      voxelNm: geometry.voxelNm,
      stage,
      key,
      parameters: processor.parameters(parameters),
      detail,
      inputs: offered,
    };
    const io = new TaskIo(store, task);
    await processor.run(task, io);
    keep(all, io.written);
  }
}

async function measured(all: Artifacts, stage: StageName): Promise<CellMeasurement[]> {
  const parts: CellMeasurement[] = [];
  for (const { hash } of all.get(`measures/${stage}`)!.values())
    parts.push(...(JSON.parse(Buffer.from(await store.get(hash)).toString()) as CellMeasurement[]));
  return combineMeasurements(parts);
}

const namesIn = (rows: readonly CellMeasurement[]) => [...new Set(rows.map(({ measure }) => measure))].sort();

async function withVolume(
  name: 'em' | 'affinities' | 'tissue' | 'synapsemaps',
  cut: Cut,
  all: Artifacts,
  valueAt: (i: number) => number,
) {
  const meta = volumeOf(name, 'd', { ...geometry, chunk: cut.chunk });
  const voxels = shape[0] * shape[1] * shape[2] * (meta.channels ?? 1);
  const data = Uint8Array.from({ length: voxels }, (_, i) => valueAt(i));
  keep(all, await writeBlock(store, meta, 0, boxOfShape(shape), data));
}

/** Two synapses of the first block, one put together with a piece from the block beside it. */
async function withSynapses(all: Artifacts): Promise<void> {
  const synapse = {
    id: '16',
    siteId: '1',
    preSegment: '3',
    postSegment: '4',
    unassigned: 'none',
    cleftPoint: [20, 40, 20],
    prePoint: [20, 40, 15],
    postPoint: [20, 40, 25],
  };
  const across = {
    ...synapse,
    id: '32',
    cleftPoint: [35, 66, 20],
    prePoint: [35, 66, 15],
    postPoint: [35, 66, 25],
  };
  for (const [key, value] of Object.entries({ '0/0/0': [synapse], '0/0/0+1/1/0': [across] })) {
    const bytes = Buffer.from(JSON.stringify(value));
    keep(all, [{ kind: 'synapses', key, ...(await store.put(bytes)), bytes: bytes.length }]);
  }
}

async function begin(cut: Cut): Promise<Artifacts> {
  const all: Artifacts = new Map();
  const bytes = Buffer.from(JSON.stringify({ ...geometry, chunk: cut.chunk }));
  keep(all, [{ kind: 'geometry', key: 'dataset', ...(await store.put(bytes)), bytes: bytes.length }]);
  return all;
}

describe('measures of L1', () => {
  /** Two sections of two tiles beside each other, with one missing between them. */
  async function sections(): Promise<TileManifest> {
    await mkdir(join(folder, 'tiles'));
    const random = seededRandom('tiles');
    const tileOf = async (section: number, col: number) => {
      const data = Uint8Array.from({ length: 96 * 64 }, () => 120 + 20 * col + 8 * random.normal());
      const png = await sharp(data, { raw: { width: 64, height: 96, channels: 1 } })
        .png()
        .toBuffer();
      const file = join(folder, 'tiles', `${section}-${col}.png`);
      await writeFile(file, png);
      const place = { row: 0, col, stagePx: [0, 64 * col] as const, shape: [96, 64] as const };
      return { id: `${section}/0/${col}`, file, ...place, sha256: hashBytes(png) };
    };
    const made = [];
    for (const section of [5, 7])
      made.push({ section, tiles: [await tileOf(section, 0), await tileOf(section, 1)] });
    return {
      format: 'stratome-tiles/1',
      name: 'd',
      voxelNm: [10, 10, 10],
      dtype: 'uint8',
      firstSection: 5,
      sectionCount: 3,
      sections: made,
      missingSections: [6],
    };
  }

  it('are in every cell, at the stage position of the tiles, with what is missing', async () => {
    const all: Artifacts = new Map();
    await execute('ingest', ingest, all, 16, await sections());
    const rows = await measured(all, 'ingest');
    expect(namesIn(rows)).toEqual([...measuresOf('L1')].sort());
    const of = (measure: string) => rows.filter((row) => row.measure === measure);
    for (const { value, weight } of of('missing')) {
      expect(value).toBeCloseTo(1 / 3, 12);
      expect(weight).toBe(3 * 32 * 32);
    }
    const grey = of('meanGrey');
    expect(grey.map(({ cell }) => cell)).toEqual(Array.from({ length: 12 }, (_, cell) => cell));
    for (const { cell, value } of grey) expect(value).toBeCloseTo(cell % 4 < 2 ? 120 : 140, -1);
  });
});

describe('measures of L2 and L3', () => {
  const inPlane = shape[1] * shape[2];

  it('of the residual are the same whatever chunks the volume is stored in', async () => {
    const random = seededRandom('em');
    const texture = Float64Array.from({ length: inPlane }, () => 40 * random.normal());
    const found = [];
    for (const cut of cuts) {
      const all = await begin(cut);
      const noise = seededRandom('noise');
      await withVolume('em', cut, all, (i) => 128 + texture[i % inPlane] + 10 * noise.normal());
      await execute('residual', residual, all, cut.taskChunks);
      found.push(await measured(all, 'residual'));
    }
    expect(found[0].length).toBeGreaterThan(0);
    expect(found[1]).toEqual(found[0]);
  });

  it('of the segmentation are all there, and the same however blocks are cut into tasks', async () => {
    const found = [];
    for (const cut of cuts) {
      const all = await begin(cut);
      const random = seededRandom('affinities');
      // Walls every ten voxels, some of them leaky.
      await withVolume('affinities', cut, all, (i) => {
        const at = [Math.floor(i / inPlane) % shape[0], Math.floor(i / shape[2]) % shape[1], i % shape[2]];
        const wall = at.some((v) => v % 10 === 0);
        return wall ? random.below(90) : 160 + random.below(90);
      });
      await withVolume('tissue', cut, all, (i) => (i * 7) % 120);
      await execute('supervoxels', supervoxels, all, cut.taskChunks);
      await execute('edges', edges, all, cut.taskChunks);
      await execute('agglomerate', agglomerate, all, cut.taskChunks);
      await execute('segment', segment, all, cut.taskChunks);
      await execute('objects', objects, all, cut.taskChunks);
      await withVolume('em', cut, all, () => 100);
      await withVolume('synapsemaps', cut, all, (i) => (i * 13) % 256);
      await withSynapses(all);
      await execute('recheck', recheck, all, cut.taskChunks);
      const stages = ['edges', 'agglomerate', 'recheck'] as const;
      found.push((await Promise.all(stages.map((stage) => measured(all, stage)))).flat());
    }
    expect(found[1]).toEqual(found[0]);
    const rechecked = ['cleftFraction', 'synapsesPerCleft', 'directionSupport'];
    const filled = ['largeObjectFlags', 'vesselFraction', 'somaFraction'];
    expect(namesIn(found[0])).toEqual([...measuresOf('L3'), ...rechecked, ...filled].sort());
    const of = (name: string) => found[0].filter(({ measure }) => measure === name);
    // Every synapse is counted once, in the block that holds its cleft.
    expect(of('directionSupport').map(({ weight }) => weight)).toEqual([1, 1]);
    expect(of('decisionConflict').length).toBeGreaterThan(20);
    for (const { value } of of('decisionConflict')) expect(value).toBe(0);
    const cells = 4 * 4 * 3;
    for (const name of ['meanAffinity', 'affinityAmbiguity', 'supervoxelDensity', 'orphanDensity'])
      expect(found[0].filter(({ measure }) => measure === name)).toHaveLength(cells);
    for (const { measure, value } of found[0]) {
      if (measures[measure as keyof typeof measures].unit === 'fraction')
        expect(value).toBeLessThanOrEqual(1);
    }
  });
});
