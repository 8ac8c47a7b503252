import { badInput, shapeOf, type Box } from '@stratome/core';
import {
  loadModelCard,
  openSession,
  predictBox,
  requiredInputBox,
  coreShape,
  type Model,
} from '@stratome/inference';
import { downsampleMean } from '@stratome/ingest';
import type { ResolvedTask, TaskPlan } from '@stratome/pipeline';
import type { VolumeMeta } from '@stratome/storage';
import type { TaskIo } from '../execution/task-io.js';
import {
  boxOf,
  chunksUnder,
  taskGrid,
  toFullResolution,
  volumeOf,
  wholeChunks,
  type Geometry,
} from './geometry.js';
import type { ModelTask, PlanContext, StageOutcome, ThreadProcessor } from './processor.js';

/** Plans prediction by one model: a task for each box of whole inference cores. */
export async function planPrediction(context: PlanContext, task: ModelTask): Promise<TaskPlan[]> {
  const geometry = await context.readJson<Geometry>('geometry', 'dataset');
  const { model, factors } = await context.model(task);
  if (factors.some((f, k) => f !== geometry.factors[k])) {
    throw badInput(
      `The ${task} model ${model.card.id} wants voxels ${factors.join('×')} times coarser than the data, the affinity model ${geometry.factors.join('×')}.`,
      'Use models made for the same voxel size.',
    );
  }
  const em = volumeOf('em', context.dataset.name, geometry);
  const unit = wholeChunks(coreShape(model), geometry.chunk);
  const grid = taskGrid(geometry.workingShape, unit, geometry.chunk, context.parameters.grid.taskChunks);
  return [...grid.positions()].map((position) => {
    const box = grid.box(position);
    const needed = toFullResolution(requiredInputBox(model, box, geometry.workingShape), geometry);
    return {
      key: position.join('/'),
      inputs: [{ kind: 'geometry', keys: ['dataset'], role: 'parameters' }, chunksUnder(em, 0, needed)],
      detail: { box },
    };
  });
}

interface Prediction {
  readonly model: Model;
  readonly box: Box;
  readonly geometry: Geometry;
  /** Of the box, channels in the order of the model's card. */
  readonly channels: ReadonlyMap<string, Uint8Array>;
  readonly provider: 'cpu' | 'cuda';
}

/** Runs the task's model over its box. */
export async function predict(task: ResolvedTask, io: TaskIo): Promise<Prediction> {
  const geometry = await io.readJson<Geometry>('geometry', 'dataset');
  const model = await loadModelCard(task.modelDirectory!);
  const box = boxOf(task.detail);
  const needed = requiredInputBox(model, box, geometry.workingShape);
  const em = await readWorkingEm(task, io, geometry, needed);
  const session = await openSession(model, { threads: 1, preferCuda: process.env.STRATOME_CUDA === '1' });
  const { data } = await predictBox(
    session,
    model,
    { data: em, shape: shapeOf(needed) },
    box,
    geometry.workingShape,
  );
  const voxels = data.length / model.card.channels.length;
  const channels = new Map(
    model.card.channels.map((name, c) => [name, data.subarray(c * voxels, (c + 1) * voxels)] as const),
  );
  return { model, box, geometry, channels, provider: session.provider };
}

/** The aligned volume at working resolution. */
export async function readWorkingEm(
  task: ResolvedTask,
  io: TaskIo,
  g: Geometry,
  box: Box,
): Promise<Uint8Array<ArrayBuffer>> {
  const meta = volumeOf('em', task.dataset, g);
  const fullBox = toFullResolution(box, g);
  const data = (await io.readVolume(meta, 0, fullBox)) as Uint8Array<ArrayBuffer>;
  if (g.factors.every((f) => f === 1)) return data;
  return downsampleMean({ data, shape: shapeOf(fullBox) }, g.factors).data as Uint8Array<ArrayBuffer>;
}

/** The named channels one after another. @throws badInput when the model lacks one */
export function gather({ model, channels }: Prediction, names: readonly string[]): Uint8Array {
  const parts = names.map((name) => {
    const part = channels.get(name);
    if (!part)
      throw badInput(
        `The model ${model.card.id} has no output "${name}".`,
        'Use a model made for this stage.',
      );
    return part;
  });
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
}

export async function writePrediction(io: TaskIo, meta: VolumeMeta, prediction: Prediction): Promise<void> {
  await io.writeVolume(meta, 0, prediction.box, gather(prediction, meta.channelNames!));
}

const work = ({ channels }: Prediction): number => channels.values().next().value!.length;

/** L3: probability that neighbouring voxels belong together, and that a voxel is glia or vessel. */
export const affinities: ThreadProcessor = {
  model: 'affinities',
  parameters: () => ({}),
  plan: (context) => planPrediction(context, 'affinities'),
  async run(task, io): Promise<StageOutcome> {
    const prediction = await predict(task, io);
    for (const name of ['affinities', 'tissue'] as const) {
      await writePrediction(io, volumeOf(name, task.dataset, prediction.geometry), prediction);
    }
    return { work: work(prediction), provider: prediction.provider };
  },
};

/** L4: probability of presynaptic side, cleft, postsynaptic side, and of being excitatory. */
export const synapsemaps: ThreadProcessor = {
  model: 'synapses',
  parameters: () => ({}),
  plan: (context) => planPrediction(context, 'synapses'),
  async run(task, io): Promise<StageOutcome> {
    const prediction = await predict(task, io);
    await writePrediction(io, volumeOf('synapsemaps', task.dataset, prediction.geometry), prediction);
    return { work: work(prediction), provider: prediction.provider };
  },
};
