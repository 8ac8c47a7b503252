import { readFile } from 'node:fs/promises';
import {
  BlockGrid,
  copyOverlap,
  hashBytes,
  StratomeError,
  voxelsIn,
  type Box,
  type CellMeasurement,
  type Vec3,
} from '@stratome/core';
import { stageFrame } from '@stratome/alignment';
import {
  decodeTile,
  estimateIllumination,
  fieldOfTile,
  flatteningOf,
  ingestParameters,
  measureIllumination,
  measurePatches,
  measureSectionCells,
  normaliseSection,
  tileMaps,
  type IlluminationField,
  type PlacedMaps,
  type SectionTiles,
  type Tile,
  type TileIllumination,
  type TileManifest,
} from '@stratome/ingest';
import type { ResolvedTask, TaskPlan } from '@stratome/pipeline';
import { volumeMeta, type VolumeMeta } from '@stratome/storage';
import type { TaskIo } from '../execution/task-io.js';
import { boxOf, fullCellsOf, geometryOf, mipsOf, sectionsOf, taskGrid } from './geometry.js';
import type { PlanContext, StageOutcome, ThreadProcessor } from './processor.js';

/** Artefact key of a section. */
export const sectionKey = (section: number): string => String(section);

/** The tiles of a section without where their files lie: the path does not decide a result, the hash does. */
const tilesOf = ({ tiles }: SectionTiles): Omit<Tile, 'file'>[] =>
  tiles.map(({ id, row, col, stagePx, shape, sha256 }) => ({ id, row, col, stagePx, shape, sha256 }));

/** Where a section lies in the quality cells, before alignment: at its stage position. */
interface SectionCells {
  /** Shape and cell of the grid, voxels of the aligned volume. */
  readonly shape: Vec3;
  readonly cell: Vec3;
  /** Stage position of the frame's corner, px. */
  readonly originPx: readonly [number, number];
  /** z of the section. */
  readonly z: number;
  /** z of the missing ones between it and the next. */
  readonly missing: readonly number[];
}

/** L1: checks and archives the tiles of a section as they came, and measures their quality. */
export const ingest: ThreadProcessor = {
  parameters: ({ ingest: p }) => p,
  async plan(context: PlanContext): Promise<TaskPlan[]> {
    const manifest = await context.readManifest<TileManifest>();
    const { factors } = await context.model('affinities');
    const frame = stageFrame(manifest.sections.flatMap((s) => s.tiles));
    const shape = [manifest.sectionCount, frame.shape[0], frame.shape[1]] as const;
    const grid = fullCellsOf(geometryOf(shape, manifest.voxelNm, factors, context.parameters.grid));
    const cells = { shape: grid.shape, cell: grid.block, originPx: frame.originPx };
    return manifest.sections.map((section, n) => ({
      key: sectionKey(section.section),
      inputs: [],
      detail: { section, cells: { ...cells, ...layersOf(manifest, n) } },
    }));
  },
  run: archiveSection,
};

function layersOf({ sections, firstSection }: TileManifest, n: number): Pick<SectionCells, 'z' | 'missing'> {
  const [z, next] = [n, n + 1].map((k) => (sections[k]?.section ?? firstSection) - firstSection);
  return { z, missing: Array.from({ length: Math.max(0, next - z - 1) }, (_, k) => z + 1 + k) };
}

async function archiveSection(task: ResolvedTask, io: TaskIo): Promise<StageOutcome> {
  const { section, tiles } = task.detail.section as SectionTiles;
  const cells = task.detail.cells as unknown as SectionCells;
  const parameters = ingestParameters.parse(task.parameters);
  const patches = [];
  const illumination: TileIllumination[] = [];
  const placed: PlacedMaps[] = [];
  for (const tile of tiles) {
    const bytes = await readUnchanged(tile);
    const image = await decodeTile(bytes, tile.file);
    await io.write('tile', tile.id, bytes);
    const maps = tileMaps(image, parameters);
    illumination.push(
      measureIllumination({ ...image, section, row: tile.row, col: tile.col }, maps.mask, parameters),
    );
    patches.push({ tile: tile.id, patches: measurePatches(maps, parameters) });
    const [yPx, xPx] = tile.stagePx.map((p, k) => Math.round(p) - cells.originPx[k]);
    placed.push({ maps, yPx, xPx });
  }
  await io.writeJson('patches', sectionKey(section), patches);
  await io.writeJson('illumination', sectionKey(section), illumination);
  await io.measure(measureLayers(placed, cells, new BlockGrid(cells.shape, cells.cell)));
  await io.measureSections(measureLayers(placed, cells, sectionsOf(cells.shape)));
  return { work: tiles.length };
}

function measureLayers(
  placed: readonly PlacedMaps[],
  cells: SectionCells,
  grid: BlockGrid,
): CellMeasurement[] {
  const layers = [[cells.z, placed] as const, ...cells.missing.map((z) => [z, []] as const)];
  // The working grid may leave the last sections out.
  return layers
    .filter(([z]) => z < grid.shape[0])
    .flatMap(([z, tiles]) => measureSectionCells(tiles, z, grid));
}

/** @throws StratomeError corrupt when the tile is not the one that the manifest names */
async function readUnchanged(tile: Tile): Promise<Buffer> {
  const bytes = await readFile(tile.file);
  if (hashBytes(bytes) === tile.sha256) return bytes;
  throw new StratomeError(
    'corrupt',
    `The tile ${tile.file} has changed since the run began.`,
    'Restore the file, or begin a new dataset with it.',
  );
}

/** L1: the illumination of the microscope, from all tiles of all sections. */
export const flatten: ThreadProcessor = {
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
