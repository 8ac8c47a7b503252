import { readFile } from 'node:fs/promises';
import { copyOverlap, hashBytes, StratomeError, voxelsIn, type Box } from '@stratome/core';
import { stageFrame } from '@stratome/alignment';
import {
  dataMask,
  decodeTile,
  estimateIllumination,
  fieldOfTile,
  flatteningOf,
  ingestParameters,
  measureIllumination,
  measurePatches,
  normaliseSection,
  type IlluminationField,
  type SectionTiles,
  type Tile,
  type TileIllumination,
  type TileManifest,
} from '@stratome/ingest';
import type { ResolvedTask, TaskPlan } from '@stratome/pipeline';
import { volumeMeta, type VolumeMeta } from '@stratome/storage';
import type { TaskIo } from '../execution/task-io.js';
import { boxOf, geometryOf, mipsOf, taskGrid } from './geometry.js';
import type { PlanContext, StageOutcome, ThreadProcessor } from './processor.js';

/** Artefact key of a section. */
export const sectionKey = (section: number): string => String(section);

/** The tiles of a section without where their files lie: the path does not decide a result, the hash does. */
const tilesOf = ({ tiles }: SectionTiles): Omit<Tile, 'file'>[] =>
  tiles.map(({ id, row, col, stagePx, shape, sha256 }) => ({ id, row, col, stagePx, shape, sha256 }));

/** L1: checks and archives the tiles of a section as they came, and measures their quality. */
export const ingest: ThreadProcessor = {
  version: 1,
  parameters: ({ ingest: p }) => p,
  async plan(context: PlanContext): Promise<TaskPlan[]> {
    const { sections } = await context.readManifest<TileManifest>();
    return sections.map((section) => ({
      key: sectionKey(section.section),
      inputs: [],
      detail: { section },
    }));
  },
  run: archiveSection,
};

async function archiveSection(task: ResolvedTask, io: TaskIo): Promise<StageOutcome> {
  const { section, tiles } = task.detail.section as SectionTiles;
  const parameters = ingestParameters.parse(task.parameters);
  const patches = [];
  const illumination: TileIllumination[] = [];
  for (const tile of tiles) {
    const bytes = await readFile(tile.file);
    if (hashBytes(bytes) !== tile.sha256) {
      throw new StratomeError(
        'corrupt',
        `The tile ${tile.file} has changed since the run began.`,
        'Restore the file, or begin a new dataset with it.',
      );
    }
    const image = await decodeTile(bytes, tile.file);
    await io.write('tile', tile.id, bytes);
    const mask = dataMask(image, parameters.noDataAreaPx);
    illumination.push(
      measureIllumination({ ...image, section, row: tile.row, col: tile.col }, mask, parameters),
    );
    patches.push({ tile: tile.id, patches: measurePatches(image, parameters) });
  }
  await io.writeJson('patches', sectionKey(section), patches);
  await io.writeJson('illumination', sectionKey(section), illumination);
  return { work: tiles.length };
}

/** L1: the illumination of the microscope, from all tiles of all sections. */
export const flatten: ThreadProcessor = {
  version: 1,
  parameters: ({ ingest: p }) => p,
  async plan(context: PlanContext): Promise<TaskPlan[]> {
    const mode = flatteningOf(await context.readManifest<TileManifest>(), context.parameters.ingest);
    const inputs: TaskPlan['inputs'] = mode === 'off' ? [] : [{ kind: 'illumination', role: 'parameters' }];
    return [{ key: 'dataset', inputs, detail: { mode } }];
  },
  async run(task, io): Promise<StageOutcome> {
    const mode = task.detail.mode as ReturnType<typeof flatteningOf>;
    const measured = await Promise.all(
      io.keys('illumination').map((key) => io.readJson<TileIllumination[]>('illumination', key)),
    );
    const parameters = ingestParameters.parse(task.parameters);
    const fields = mode === 'off' ? [] : estimateIllumination(measured.flat(), mode, parameters);
    await io.writeJson('illumination-fields', 'dataset', fields);
    return { work: fields.length };
  },
};

/** L1: brings every section to the same grey convention. */
export const normalise: ThreadProcessor = {
  version: 1,
  parameters: ({ ingest: p }) => p,
  async plan(context: PlanContext): Promise<TaskPlan[]> {
    const manifest = await context.readManifest<TileManifest>();
    return manifest.sections.map((section) => ({
      key: sectionKey(section.section),
      inputs: [
        { kind: 'tile', keys: section.tiles.map((tile) => tile.id), role: 'pixels' },
        { kind: 'illumination-fields', keys: ['dataset'], role: 'parameters' },
      ],
      detail: { section: section.section, tiles: tilesOf(section) },
    }));
  },
  run: normaliseTiles,
};

async function normaliseTiles(task: ResolvedTask, io: TaskIo): Promise<StageOutcome> {
  const { section, tiles } = task.detail as { section: number; tiles: Tile[] };
  const parameters = ingestParameters.parse(task.parameters);
  const images = await Promise.all(tiles.map(async ({ id }) => decodeTile(await io.read('tile', id), id)));
  const fields = await io.readJson<IlluminationField[]>('illumination-fields', 'dataset');
  const {
    tiles: normalised,
    medianGrey,
    sigmaGrey,
  } = normaliseSection(
    images,
    tiles.map((tile) => fieldOfTile(fields, tile)),
    parameters,
  );
  for (const [n, tile] of tiles.entries()) await io.write('normalised', tile.id, normalised[n].data);
  await io.writeJson('normalisation', sectionKey(section), { medianGrey, sigmaGrey });
  return { work: normalised.reduce((n, { data }) => n + data.length, 0) };
}

export type PlacedSource = Pick<Tile, 'id' | 'shape' | 'stagePx'>;

/** The volume before alignment: tiles at their stage positions. */
function rawVolume(
  dataset: string,
  manifest: TileManifest,
  grid: Parameters<typeof geometryOf>[3],
): VolumeMeta {
  const frame = stageFrame(manifest.sections.flatMap((s) => s.tiles));
  const shape = [manifest.sectionCount, frame.shape[0], frame.shape[1]] as const;
  const { chunk } = geometryOf(shape, manifest.voxelNm, [1, 1, 1], grid);
  return volumeMeta({
    dataset,
    name: 'raw',
    content: 'image',
    dtype: 'uint8',
    voxelNm: manifest.voxelNm,
    chunk,
    mips: mipsOf('raw', shape, manifest.voxelNm),
  });
}

/** L1: what the microscope saw, section by section, as a volume to look at. */
export const rawvolume: ThreadProcessor = {
  version: 1,
  parameters: () => ({}),
  async plan(context: PlanContext): Promise<TaskPlan[]> {
    const manifest = await context.readManifest<TileManifest>();
    const { originPx } = stageFrame(manifest.sections.flatMap((s) => s.tiles));
    const meta = rawVolume(context.dataset.name, manifest, context.parameters.grid);
    const [, height, width] = meta.mips[0].shape;
    const slab = taskGrid(meta.mips[0].shape, [meta.chunk[0], height, width], meta.chunk, 1);
    return [...slab.positions()].map((position) => {
      const box = slab.box(position);
      const sections = manifest.sections
        .map((s) => ({ z: s.section - manifest.firstSection, tiles: tilesOf(s) }))
        .filter(({ z }) => z >= box.begin[0] && z < box.end[0]);
      return {
        key: String(position[0]),
        inputs: [
          { kind: 'normalised', keys: sections.flatMap((s) => s.tiles.map((t) => t.id)), role: 'pixels' },
        ],
        detail: { box, originPx, sections, meta },
      };
    });
  },
  async run(task, io): Promise<StageOutcome> {
    const { originPx, sections, meta } = task.detail as unknown as {
      originPx: [number, number];
      sections: { z: number; tiles: PlacedSource[] }[];
      meta: VolumeMeta;
    };
    const box = boxOf(task.detail);
    const data = new Uint8Array(voxelsIn(box));
    for (const { z, tiles } of sections) {
      for (const { id, shape, stagePx } of tiles) {
        const [y, x] = stagePx.map((p, k) => Math.max(0, Math.round(p) - originPx[k]));
        const at: Box = { begin: [z, y, x], end: [z + 1, y + shape[0], x + shape[1]] };
        copyOverlap(await io.read('normalised', id), at, data, box);
      }
    }
    await io.writeVolume(meta, 0, box, data);
    if (box.begin[0] === 0) await io.writeJson('volume', 'raw', meta);
    return { work: data.length };
  },
};
