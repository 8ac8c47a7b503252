import {
  alignmentParameters,
  measureResidual,
  renderBox,
  tilesUnder,
  type RenderSource,
  type SectionMontage,
  type SectionTransform,
} from '@stratome/alignment';
import { BlockGrid, shapeOf, voxelsIn, type Box, type Vec3 } from '@stratome/core';
import type { TileManifest } from '@stratome/ingest';
import type { ResolvedTask, TaskPlan } from '@stratome/pipeline';
import type { TaskIo } from '../execution/task-io.js';
import { readPlaced } from './alignment.js';
import { boxOf, chunksUnder, taskGrid, volumeOf, type Geometry } from './geometry.js';
import { sectionKey } from './ingest.js';
import type { PlanContext, StageOutcome, ThreadProcessor } from './processor.js';

/** Chunks rendered by one task: few, since its tiles are what everything above them is traced back to. */
const chunksATask = 2;

/** L2: the aligned volume. */
export const render: ThreadProcessor = {
  version: 1,
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

/** Slabs of one chunk's depth and the first section of the next, so that every pair of neighbours is in one. */
function slabs({ shape, chunk }: Geometry): Box[] {
  const boxes: Box[] = [];
  for (let z = 0; z < shape[0]; z += chunk[0]) {
    boxes.push({ begin: [z, 0, 0], end: [Math.min(shape[0], z + chunk[0] + 1), shape[1], shape[2]] });
  }
  return boxes;
}

/** L2: how well neighbouring sections meet, measured on the rendered volume. */
export const residual: ThreadProcessor = {
  version: 1,
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
    // The cells are those of the working grid, so the volume is cut to what that grid covers.
    const covered = g.workingShape.map((n, k) => n * g.factors[k]) as unknown as Vec3;
    const cells = new BlockGrid(covered, g.cell.map((c, k) => c * g.factors[k]) as unknown as Vec3);
    await io.measure(measureResidual({ data: em, shape: shapeOf(box) }, box, cells, parameters));
    return { work: box.end[0] - box.begin[0] - 1 };
  },
};
