import {
  alignmentParameters,
  measureResidualIn,
  renderBox,
  tilesUnder,
  type RenderSource,
  type SectionMontage,
  type SectionTransform,
} from '@stratome/alignment';
import { shapeOf, voxelsIn, type Box } from '@stratome/core';
import type { TileManifest } from '@stratome/ingest';
import type { ResolvedTask, TaskPlan } from '@stratome/pipeline';
import type { TaskIo } from '../execution/task-io.js';
import { readPlaced } from './alignment.js';
import {
  boxOf,
  chunksUnder,
  fullCellsOf,
  sectionsOf,
  taskGrid,
  volumeOf,
  type Geometry,
} from './geometry.js';
import { sectionKey } from './ingest.js';
import type { PlanContext, StageOutcome, ThreadProcessor } from './processor.js';

/** Chunks rendered by one task: few, since its tiles are what everything above them is traced back to. */
const chunksATask = 2;

/** L2: the aligned volume. */
export const render: ThreadProcessor = {
  parameters: ({ alignment }) => ({ render: alignment.render }),
  async plan(context: PlanContext): Promise<TaskPlan[]> {
    const g = await context.readJson<Geometry>('geometry', 'dataset');
    const manifest = await context.readManifest<TileManifest>();
    const placed = await Promise.all(
      manifest.sections.map(async ({ section }) => ({
        section,
        z: section - manifest.firstSection,
        montage: await context.readJson<SectionMontage>('montage', sectionKey(section)),
        transform: await context.readJson<SectionTransform>('transform', sectionKey(section)),
      })),
    );
    const grid = taskGrid(g.shape, g.chunk, g.chunk, chunksATask);
    return [...grid.positions()].map((position) => {
      const box = grid.box(position);
      const inside = placed.filter(({ z }) => z >= box.begin[0] && z < box.end[0]);
      const tiles = inside.flatMap((s) =>
        tilesUnder(s.montage, s.transform, [box.begin[1], box.begin[2]], [box.end[1], box.end[2]]),
      );
      const sections = inside.map(({ section }) => sectionKey(section));
      return {
        key: position.join('/'),
        inputs: [
          { kind: 'geometry', keys: ['dataset'], role: 'parameters' },
          { kind: 'normalised', keys: tiles, role: 'pixels' },
          { kind: 'montage', keys: sections, role: 'parameters' },
          { kind: 'transform', keys: sections, role: 'parameters' },
        ],
        detail: { box, sections: inside.map(({ section, z }) => ({ section, z })) },
      };
    });
  },
  run: renderTask,
};

async function renderTask(task: ResolvedTask, io: TaskIo): Promise<StageOutcome> {
  const g = await io.readJson<Geometry>('geometry', 'dataset');
  const box = boxOf(task.detail);
  const frame = [g.shape[1], g.shape[2]] as const;
  const parameters = alignmentParameters.parse(task.parameters).render;
  const sources: RenderSource[] = [];
  for (const { section, z } of task.detail.sections as { section: number; z: number }[]) {
    const transform = await io.readJson<SectionTransform>('transform', sectionKey(section));
    sources.push({ z, transform, tiles: await readPlaced(io, section) });
  }
  const { data, used } = renderBox(sources, frame, box, parameters);
  for (const id of io.keys('normalised')) if (!used.has(id)) io.markUnused('normalised', id);
  await io.writeVolume(volumeOf('em', task.dataset, g), 0, box, data);
  return { work: voxelsIn(box) };
}

/**
 * Slabs of one layer of cells and the first section of the next, so that every pair of neighbours is in one, and
 * all samples of a cell too: a quantile cannot be put together from quantiles.
 */
function slabs(g: Geometry): Box[] {
  const { counts, block } = fullCellsOf(g);
  return Array.from({ length: counts[0] }, (_, n) => {
    const end = n + 1 === counts[0] ? g.shape[0] : Math.min(g.shape[0], (n + 1) * block[0] + 1);
    return { begin: [n * block[0], 0, 0], end: [end, g.shape[1], g.shape[2]] };
  });
}

/** L2: how well neighbouring sections meet, measured on the rendered volume. */
export const residual: ThreadProcessor = {
  parameters: ({ alignment }) => ({ residual: alignment.residual }),
  async plan(context: PlanContext): Promise<TaskPlan[]> {
    const g = await context.readJson<Geometry>('geometry', 'dataset');
    return slabs(g).map((box) => ({
      key: String(box.begin[0]),
      inputs: [
        { kind: 'geometry', keys: ['dataset'], role: 'parameters' },
        chunksUnder(volumeOf('em', context.dataset.name, g), 0, box),
      ],
      detail: { box },
    }));
  },
  async run(task, io): Promise<StageOutcome> {
    const g = await io.readJson<Geometry>('geometry', 'dataset');
    const box = boxOf(task.detail);
    const em = (await io.readVolume(volumeOf('em', task.dataset, g), 0, box)) as Uint8Array;
    const parameters = alignmentParameters.parse(task.parameters).residual;
    const grids = [fullCellsOf(g), sectionsOf(g.shape)];
    const [byCell, bySection] = measureResidualIn({ data: em, shape: shapeOf(box) }, box, grids, parameters);
    await io.measure(byCell);
    await io.measureSections(bySection);
    return { work: box.end[0] - box.begin[0] - 1 };
  },
};
