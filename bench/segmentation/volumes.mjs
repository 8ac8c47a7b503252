// Validation volumes: EM in the grey convention, truth, and where the truth counts.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyOverlap, boxOfShape, voxelsIn } from '@stratome/core';
import { ingestParameters, normaliseSection, readSources } from '@stratome/ingest';
import { readRawVolume } from '@stratome/storage';
import { readAlignedSections } from '../../apps/cli/dist/segmentation/aligned-sections.js';

const root = join(import.meta.dirname, '..', '..');
export const shared = join(process.env.STRATOME_SHARED ?? join(root, '..', 'shared'), 'data');

/** Makes the phantom of a name such as iso190 unless it is there already. */
function phantomFolder(name, work) {
  const out = join(work, name);
  if (existsSync(join(out, 'truth', 'synapses.json'))) return out;
  const [, kind, seed] = /^(iso|aniso)(\d+)$/.exec(name);
  const variant = kind === 'iso' ? 'isotropic' : 'anisotropic';
  const cli = join(root, 'apps', 'cli', 'dist', 'main.js');
  const args = [cli, 'phantom', '--out', out, '--seed', seed, '--variant', variant, '--no-tiles'];
  const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`stratome phantom failed for ${name}.`);
  return out;
}

async function openPhantom(name, work) {
  const truth = join(phantomFolder(name, work), 'truth');
  const [em, bodies] = await Promise.all(
    ['em', 'bodies'].map((part) => readRawVolume(join(truth, `${part}.json`))),
  );
  const [depth, height, width] = em.shape;
  const plane = height * width;
  const data = new Uint8Array(em.data.length);
  for (let z = 0; z < depth; z++) {
    const tile = {
      data: em.data.subarray(z * plane, (z + 1) * plane),
      dtype: 'uint8',
      shape: [height, width],
    };
    data.set(normaliseSection([tile], [undefined], ingestParameters.parse({})).tiles[0].data, z * plane);
  }
  const { synapses } = JSON.parse(readFileSync(join(truth, 'synapses.json'), 'utf8'));
  const scored = boxOfShape(em.shape);
  return { name, em: { data, shape: em.shape }, voxelNm: em.voxelNm, bodies, scored, synapses };
}

/** FIB-SEM medulla: all sections give context; truth counts in z 140 to 149, which no network was trained on. */
async function openMedulla() {
  const folder = join(shared, 'fibsem-medulla');
  const manifest = await readSources(join(folder, 'sample2'), [10, 10, 10]);
  const em = await readAlignedSections(manifest, ingestParameters.parse({}), () => {});
  const bodies = await readRawVolume(join(folder, 'sample2_bodies_z000-174.json'));
  const [, height, width] = em.shape;
  const scored = { begin: [140, 0, 0], end: [150, height, width] };
  return { name: 'medulla', em, voxelNm: [10, 10, 10], bodies, scored, synapses: [] };
}

/**
 * Opens `medulla` (null without the shared data) or a phantom such as `iso190`, `aniso191`.
 *
 * @param work folder for phantoms that are made here
 * @returns {name, em, voxelNm, bodies, scored: box in which truth counts, synapses}
 */
export async function openVolume(name, work) {
  if (name !== 'medulla') return openPhantom(name, work);
  return existsSync(join(shared, 'fibsem-medulla')) ? openMedulla() : null;
}

/** The voxels of `box` from a whole volume. */
export function cutBox({ data, shape }, box) {
  const out = new data.constructor(voxelsIn(box));
  copyOverlap(data, boxOfShape(shape), out, box);
  return out;
}
