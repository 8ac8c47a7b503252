import {
  alignmentParameters,
  matchSections,
  matchTiles,
  measureDeformation,
  placeTiles,
  planSectionPairs,
  prepareSection,
  renderMontage,
  solveMontage,
  solveSections,
  stageFrame,
  type PlacedTile,
  type PreparedSection,
  type SectionMatches,
  type SectionMontage,
} from '@stratome/alignment';
import type { SectionTiles, Tile, TileManifest } from '@stratome/ingest';
import type { ResolvedTask, TaskPlan } from '@stratome/pipeline';
import type { TaskIo } from '../execution/task-io.js';
import {
  fullCellsOf,
  geometryOf,
  sectionsOf,
  volumeNames,
  volumeOf,
  type GridParameters,
} from './geometry.js';
import { sectionKey, type PlacedSource } from './ingest.js';
import type { PlanContext, StageOutcome, ThreadProcessor } from './processor.js';

/** What the tasks of L2 need to know of the manifest: nothing that names a file. */
export const placedSources = (section: SectionTiles): PlacedSource[] =>
  section.tiles.map(({ id, shape, stagePx }: Tile) => ({ id, shape, stagePx }));

export const frameOf = (manifest: TileManifest) => stageFrame(manifest.sections.flatMap((s) => s.tiles));

/** L2: where the tiles of a section lie to each other. */
export const montage: ThreadProcessor = {
  parameters: ({ alignment }) => ({ montage: alignment.montage }),
  async plan(context: PlanContext): Promise<TaskPlan[]> {
    const manifest = await context.readManifest<TileManifest>();
    const { originPx } = frameOf(manifest);
    return manifest.sections.map((section) => ({
      key: sectionKey(section.section),
      inputs: [{ kind: 'normalised', keys: section.tiles.map((t) => t.id), role: 'parameters' }],
      detail: { section: section.section, tiles: placedSources(section), originPx },
    }));
  },
  async run(task, io): Promise<StageOutcome> {
    const { section, tiles, originPx } = task.detail as unknown as {
      section: number;
      tiles: PlacedSource[];
      originPx: [number, number];
    };
    const parameters = alignmentParameters.parse(task.parameters).montage;
    const images = await Promise.all(
      tiles.map(async ({ id, shape, stagePx }) => ({
        id,
        stagePx,
        image: { data: await io.read('normalised', id), shape },
      })),
    );
    const matches = tiles.length > 1 ? matchTiles(images, parameters) : [];
    await io.writeJson(
      'montage',
      sectionKey(section),
      solveMontage(section, tiles, matches, originPx, parameters),
    );
    return { work: 1 };
  },
};

/** Sections whose pairs make one task: each is prepared once for all its pairs in the task. */
const sectionsATask = 8;

/** A section's montage with its pixels. */
export async function readPlaced(io: TaskIo, section: number): Promise<PlacedTile[]> {
  const solved = await io.readJson<SectionMontage>('montage', sectionKey(section));
  const images = new Map(
    await Promise.all(
      // Only those that were planned: a box may need some of a section's tiles.
      solved.tiles
        .filter(({ id }) => io.has('normalised', id))
        .map(async ({ id, shape }) => [id, { data: await io.read('normalised', id), shape }] as const),
    ),
  );
  return placeTiles(solved, images);
}

/** L2: the same tissue in neighbouring sections. */
export const match: ThreadProcessor = {
  parameters: ({ alignment }) => ({ match: alignment.match, render: alignment.render }),
  async plan(context: PlanContext): Promise<TaskPlan[]> {
    const manifest = await context.readManifest<TileManifest>();
    const frame = frameOf(manifest).shape;
    const tilesIn = new Map(manifest.sections.map((s) => [s.section, s.tiles.map((t) => t.id)]));
    const pairs = planSectionPairs([...tilesIn.keys()], context.parameters.alignment.match);
    const groups = new Map<number, [number, number][]>();
    for (const pair of pairs) {
      const group = Math.floor((pair[0] - manifest.firstSection) / sectionsATask);
      groups.set(group, [...(groups.get(group) ?? []), pair]);
    }
    return [...groups].map(([group, list]) => {
      const sections = [...new Set(list.flat())].sort((a, b) => a - b);
      return {
        key: String(group),
        inputs: [
          { kind: 'montage', keys: sections.map(sectionKey), role: 'parameters' },
          { kind: 'normalised', keys: sections.flatMap((s) => tilesIn.get(s)!), role: 'parameters' },
        ],
        detail: { pairs: list, frame },
      };
    });
  },
  run: matchPairs,
};

async function matchPairs(task: ResolvedTask, io: TaskIo): Promise<StageOutcome> {
  const { pairs, frame } = task.detail as unknown as { pairs: [number, number][]; frame: [number, number] };
  const parameters = alignmentParameters.parse(task.parameters);
  const prepared = new Map<number, PreparedSection>();
  const prepare = async (section: number): Promise<PreparedSection> => {
    let found = prepared.get(section);
    if (!found) {
      const image = renderMontage(await readPlaced(io, section), frame, parameters.render);
      found = prepareSection(section, image, parameters.match);
      prepared.set(section, found);
    }
    return found;
  };
  const matches: SectionMatches[] = [];
  for (const [a, b] of pairs)
    matches.push(matchSections(await prepare(a), await prepare(b), parameters.match));
  await io.writeJson('match', task.key, matches);
  return { work: pairs.length };
}

/** L2: one robust solve for all sections; and, from it, the grids of everything that follows. */
export const solve: ThreadProcessor = {
  parameters: ({ alignment, grid }) => ({ solve: alignment.solve, grid: { chunk: grid.chunk } }),
  async plan(context: PlanContext): Promise<TaskPlan[]> {
    const manifest = await context.readManifest<TileManifest>();
    const { factors } = await context.model('affinities');
    return [
      {
        key: 'dataset',
        inputs: [{ kind: 'match', role: 'parameters' }],
        detail: {
          sections: manifest.sections.map((s) => s.section),
          firstSection: manifest.firstSection,
          sectionCount: manifest.sectionCount,
          frame: frameOf(manifest).shape,
          factors,
        },
      },
    ];
  },
  run: solveTransforms,
};

async function solveTransforms(task: ResolvedTask, io: TaskIo): Promise<StageOutcome> {
  const { sections, firstSection, sectionCount, frame, factors } = task.detail as unknown as {
    sections: number[];
    firstSection: number;
    sectionCount: number;
    frame: [number, number];
    factors: [number, number, number];
  };
  const matches = await Promise.all(
    io.keys('match').map((key) => io.readJson<SectionMatches[]>('match', key)),
  );
  const parameters = alignmentParameters.parse({ solve: task.parameters.solve }).solve;
  const { transforms, jitterPx, pairs } = solveSections(sections, matches.flat(), frame, parameters);
  for (const transform of transforms)
    await io.writeJson('transform', sectionKey(transform.section), transform);
  await io.writeJson('solve-summary', 'dataset', { jitterPx, pairs });
  const shape = [sectionCount, frame[0], frame[1]] as const;
  const geometry = geometryOf(shape, task.voxelNm, factors, task.parameters.grid as GridParameters);
  await io.writeJson('geometry', 'dataset', geometry);
  for (const name of volumeNames) await io.writeJson('volume', name, volumeOf(name, task.dataset, geometry));
  const bySection = new Map(transforms.map((transform) => [transform.section, transform]));
  const byZ = Array.from({ length: sectionCount }, (_, z) => bySection.get(firstSection + z));
  await io.measure(measureDeformation(byZ, fullCellsOf(geometry)));
  await io.measureSections(measureDeformation(byZ, sectionsOf(geometry.shape)));
  return { work: sections.length };
}
