// Affinities of validation volumes by the shipped models, kept by the hash of the weights.
import { existsSync, renameSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { chooseModel, listModels } from '@stratome/inference';
import { predictVolume } from '../../apps/cli/dist/segmentation/predict-volume.js';
import { writeNpy } from './npy.mjs';

const channels = ['affinityZ', 'affinityY', 'affinityX', 'glia', 'vessel'];

/** -> {path of a .npy file, uint8 (channel, z, y, x); model as id, version and sha256} */
export async function affinitiesOf(volume, work) {
  const models = await listModels(process.env.STRATOME_MODELS || undefined);
  const { model, factors } = chooseModel(models, 'affinities', volume.voxelNm);
  if (factors.some((f) => f !== 1)) throw new Error(`${volume.name} is not at the voxel size of a model.`);
  const { id, version, sha256 } = model.card;
  const path = join(work, `${volume.name}-${sha256.slice(0, 12)}.npy`);
  if (!existsSync(path)) {
    const data = await predictVolume(volume.em, model, channels, availableParallelism(), () => {});
    writeNpy(`${path}.part`, data, [channels.length, ...volume.em.shape]);
    renameSync(`${path}.part`, path);
  }
  return { path, model: { id, version, sha256 } };
}
