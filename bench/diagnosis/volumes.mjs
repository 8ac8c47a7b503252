/**
 * Volumes that faults are planted in: phantoms by seed, and crops of real tissue. Each is a stack of aligned sections
 * (uint8, z y x) with its voxel size; phantoms can lack synapses in a box, which is real biology.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { boxOfShape, copyOverlap, shapeOf, voxelsIn } from '@stratome/core';
import { makePhantom, resolvePhantomParameters } from '@stratome/phantom';
import sharp from 'sharp';

/**
 * Large enough for 100 expected synapses in less than half of it, with synapses as dense as they are still told apart: of
 * those less than 150 nm from each other fewer are found, not more.
 */
export const phantomShape = [128, 256, 384];
export const phantomDensity = { synapsesPerCubicUm: 150, synapseSpacingNm: 150 };

export const sharedFolder =
  process.env.STRATOME_SHARED ?? join(import.meta.dirname, '..', '..', '..', 'shared');

/** Crops of real tissue by name; both are FIB-SEM of the Drosophila medulla at 10 nm. */
const real = {
  'medulla-sample2-z000': { folder: 'fibsem-medulla/sample2', firstZ: 0 },
  'medulla-sample1-z000': { folder: 'fibsem-medulla/sample1', firstZ: 0 },
  'medulla-sample1-z122': { folder: 'fibsem-medulla/sample1', firstZ: 122 },
};

/** The crops for a seed: what the method was developed on is not what it is scored on. */
export const realNames = (seed) =>
  seed < 9000 ? ['medulla-sample2-z000'] : ['medulla-sample1-z000', 'medulla-sample1-z122'];

/** Whether the data of a volume are at hand; phantoms always are. */
export const isAvailable = (name) =>
  name.startsWith('phantom-') || existsSync(join(sharedFolder, 'data', real[name].folder));

/**
 * @param name `phantom-SEED` or one of `realNames`
 * @param sparse for phantoms: {box, keep}, the share of synapses that exist inside the box
 * @returns {em, shape, voxelNm}
 */
export async function loadVolume(name, sparse) {
  if (!name.startsWith('phantom-')) return loadReal(real[name]);
  const parameters = resolvePhantomParameters({
    seed: Number(name.slice('phantom-'.length)),
    shape: phantomShape,
    ...phantomDensity,
    tiles: false,
    ...(sparse && { sparseSynapses: { ...sparse.box, keep: sparse.keep } }),
  });
  const phantom = makePhantom(parameters);
  return { em: phantom.em.data, shape: phantomShape, voxelNm: parameters.voxelNm };
}

async function loadReal({ folder, firstZ }) {
  const shape = [96, 248, 248];
  const plane = shape[1] * shape[2];
  const em = new Uint8Array(shape[0] * plane);
  const { readdir } = await import('node:fs/promises');
  const files = (await readdir(join(sharedFolder, 'data', folder))).filter((f) => f.endsWith('.png')).sort();
  for (let z = 0; z < shape[0]; z++) {
    const { data } = await sharp(join(sharedFolder, 'data', folder, files[firstZ + z]))
      .extract({ left: 0, top: 0, width: shape[2], height: shape[1] })
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true });
    em.set(data, z * plane);
  }
  return { em, shape, voxelNm: [10, 10, 10] };
}

/** A part of a volume, copied. */
export function cut(source, sourceShape, box, channels = 1) {
  const out = new source.constructor(channels * voxelsIn(box));
  copyOverlap(source, boxOfShape(sourceShape), out, box, channels);
  return { data: out, shape: shapeOf(box) };
}
