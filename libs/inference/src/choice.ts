import { badInput, type Vec3 } from '@stratome/core';
import type { Model, ModelTask } from './model-card.js';

/** A model and the pyramid level at which the volume fits it. */
export interface ModelChoice {
  readonly model: Model;
  /** Halvings from the full resolution. */
  readonly mip: number;
  /** Downsampling of that level in z, y, x: [1, 2^mip, 2^mip] (in plane) or all three 2^mip (isotropic). */
  readonly factors: Vec3;
  /** Largest ratio between the volume's and the model's voxel over the axes, ≥ 1. */
  readonly misfit: number;
}

const largestMip = 6;

/**
 * The model of `task` whose voxel is nearest to `voxelNm` (z, y, x) at some level of the pyramid, each axis
 * within the model's tolerance; of equal fits the finer level.
 *
 * @throws badInput when none fits, naming the voxel size and what there is.
 */
export function chooseModel(models: readonly Model[], task: ModelTask, voxelNm: Vec3): ModelChoice {
  if (!voxelNm.every((nm) => Number.isFinite(nm) && nm > 0)) {
    throw badInput(
      `The voxel size ${formatNm(voxelNm)} is impossible.`,
      'Give three positive numbers z, y, x in nm.',
    );
  }
  let best: ModelChoice | undefined;
  for (const model of models.filter((m) => m.card.task === task)) {
    for (const { mip, factors } of levels()) {
      const misfit = largestRatio(voxelNm, factors, model.card.voxelNm);
      if (misfit > 1 + model.card.voxelToleranceFraction) continue;
      if (!best || misfit < best.misfit - 1e-9) best = { model, mip, factors, misfit };
    }
  }
  if (best) return best;
  throw badInput(
    `No model for ${task} fits voxels of ${formatNm(voxelNm)} at any pyramid level.`,
    `Available: ${describeModels(models, task)}.`,
  );
}

function* levels(): Generator<{ mip: number; factors: Vec3 }> {
  for (let mip = 0; mip <= largestMip; mip++) {
    const f = 2 ** mip;
    yield { mip, factors: [1, f, f] };
    if (mip > 0) yield { mip, factors: [f, f, f] };
  }
}

function largestRatio(voxelNm: Vec3, factors: Vec3, wanted: Vec3): number {
  return Math.max(
    ...voxelNm.map((nm, k) => {
      const ratio = (nm * factors[k]) / wanted[k];
      return Math.max(ratio, 1 / ratio);
    }),
  );
}

function describeModels(models: readonly Model[], task: ModelTask): string {
  const those = models.filter((m) => m.card.task === task);
  if (those.length === 0) return 'none';
  return those
    .map(({ card }) => {
      const percent = Math.round(100 * card.voxelToleranceFraction);
      return `${card.id} (${formatNm(card.voxelNm)} ± ${percent} %)`;
    })
    .join(', ');
}

const formatNm = (voxelNm: readonly number[]) => `${voxelNm.join('×')} nm`;
