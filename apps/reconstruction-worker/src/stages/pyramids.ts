import { shapeOf, voxelsIn, type Box, type Vec3, type VoxelArray } from '@stratome/core';
import { downsampleMean, downsampleMode } from '@stratome/ingest';
import type { TaskPlan } from '@stratome/pipeline';
import type { VolumeMeta } from '@stratome/storage';
import { boxOf, chunksUnder, taskGrid } from './geometry.js';
import type { StageOutcome, ThreadProcessor } from './processor.js';

const volumes = ['raw', 'em', 'segmentation'];

/** Coarser levels of the volumes people look at; grey by mean, ids by the most frequent. */
export const pyramids: ThreadProcessor = {
  parameters: () => ({}),
  async plan(context): Promise<TaskPlan[]> {
    const plans: TaskPlan[] = [];
    for (const name of volumes) {
      const meta = await context.readJson<VolumeMeta>('volume', name);
      const last = meta.mips.at(-1)!.factor;
      if (meta.mips.length === 1) continue;
      // Every level of a task must consist of whole chunks.
      const unit = meta.chunk.map((c, k) => c * last[k]) as unknown as Vec3;
      const grid = taskGrid(meta.mips[0].shape, unit, meta.chunk, 1);
      for (const position of grid.positions()) {
        const box = grid.box(position);
        plans.push({
          key: `${name}/${position.join('/')}`,
          inputs: [{ kind: 'volume', keys: [name], role: 'parameters' }, chunksUnder(meta, 0, box)],
          detail: { name, box },
        });
      }
    }
    return plans;
  },
  async run(task, io): Promise<StageOutcome> {
    const meta = await io.readJson<VolumeMeta>('volume', task.detail.name as string);
    const box = boxOf(task.detail);
    let data: VoxelArray = await io.readVolume(meta, 0, box);
    let shape = shapeOf(box);
    for (let mip = 1; mip < meta.mips.length; mip++) {
      const [above, here] = [meta.mips[mip - 1].factor, meta.mips[mip].factor];
      const step = here.map((f, k) => f / above[k]) as unknown as Vec3;
      const coarse =
        data instanceof BigUint64Array
          ? downsampleMode({ data: data as BigUint64Array<ArrayBuffer>, shape }, step)
          : downsampleMean({ data: data as Uint8Array<ArrayBuffer>, shape }, step);
      data = coarse.data;
      shape = coarse.shape;
      await io.writeVolume(meta, mip, levelBox(box, here, shape), data);
    }
    return { work: voxelsIn(box) };
  },
};

/** Where a box of whole top-level chunks lies at a coarser level. */
function levelBox({ begin }: Box, factor: Vec3, shape: Vec3): Box {
  const low = begin.map((b, k) => b / factor[k]) as unknown as Vec3;
  return { begin: low, end: low.map((b, k) => b + shape[k]) as unknown as Vec3 };
}
