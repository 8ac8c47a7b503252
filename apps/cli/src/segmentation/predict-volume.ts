import {
  badInput,
  boxOfShape,
  copyOverlap,
  StratomeError,
  voxelsIn,
  type ArrayOf,
  type Box,
  type Volume,
} from '@stratome/core';
import { coreGrid, type Model } from '@stratome/inference';
import { Piscina } from 'piscina';
import type { PredictionReply, PredictionRequest } from './prediction-thread.js';

/** Where the wanted channels stand in the model's output. @throws badInput when the model lacks one */
function channelRows({ card }: Model, wanted: readonly string[]): number[] {
  return wanted.map((name) => {
    const row = card.channels.indexOf(name);
    if (row >= 0) return row;
    throw badInput(`The model ${card.id} has no output "${name}".`, 'Use a model made for this stage.');
  });
}

/** The boxes to predict: one a window, so that no window is computed twice. */
export function predictionBoxes(model: Model, { shape }: Pick<Volume, 'shape'>): Box[] {
  const grid = coreGrid(model, shape);
  return [...grid.positions()].map((position) => grid.box(position));
}

/**
 * Predicts a whole volume in worker threads, each with its own single-threaded session. The result does not
 * depend on their number.
 *
 * @param em uint8, z, y, x, in the voxel size of the model; not changed
 * @param wanted names of the channels to keep, in this order
 * @param threads worker threads
 * @param onBox called after each of `predictionBoxes` with its voxels
 * @returns uint8 (channel, z, y, x): probability as round(255 p)
 * @throws StratomeError badInput when the model lacks a channel, corrupt when it cannot be loaded
 */
export async function predictVolume(
  em: Volume<ArrayOf<'uint8'>>,
  model: Model,
  wanted: readonly string[],
  threads: number,
  onBox: (voxels: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const rows = channelRows(model, wanted);
  const volumeVoxels = em.data.length;
  const out = new Uint8Array(wanted.length * volumeVoxels);
  const shared = new SharedArrayBuffer(volumeVoxels);
  new Uint8Array(shared).set(em.data);
  const pool = new Piscina<PredictionRequest, PredictionReply>({
    filename: new URL('./prediction-thread.js', import.meta.url).href,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: 60_000,
  });
  const predictOne = async (box: Box): Promise<void> => {
    const request = { em: shared, shape: em.shape, modelDirectory: model.directory, box };
    const reply = await pool.run(request);
    if ('failed' in reply) {
      throw new StratomeError(reply.failed.kind, reply.failed.message, reply.failed.remedy);
    }
    const n = voxelsIn(box);
    rows.forEach((row, c) => {
      const channel = out.subarray(c * volumeVoxels, (c + 1) * volumeVoxels);
      copyOverlap(reply.channels.subarray(row * n, (row + 1) * n), box, channel, boxOfShape(em.shape));
    });
    onBox(n);
  };
  try {
    await Promise.all(predictionBoxes(model, em).map(predictOne));
  } finally {
    await pool.destroy();
  }
  return out;
}
