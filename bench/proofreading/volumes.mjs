/** Phantoms with what the stages made of them and their truth, kept on disk so that ranking is measured again in seconds. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { makePhantom, resolvePhantomParameters } from '@stratome/phantom';
import { runStages } from '../diagnosis/stages.mjs';

export const cacheFolder = process.env.STRATOME_PROOFREADING_CACHE ?? join(tmpdir(), 'stratome-proofreading');

/** z, y, x, voxels of 10 nm. */
export const phantomShape = [96, 192, 256];

/**
 * @param seed of the phantom; 150 to 199 are for development
 * @returns what `runStages` kept, and the truth: `bodies` (labels, C order) and `synapses`
 */
export async function phantomOf(seed) {
  const file = join(cacheFolder, `phantom-${seed}-${phantomShape.join('x')}.v8`);
  if (existsSync(file)) return deserialize(readFileSync(file));
  const parameters = resolvePhantomParameters({
    seed,
    shape: phantomShape,
    synapsesPerCubicUm: 60,
    tiles: false,
  });
  const phantom = makePhantom(parameters);
  const { voxelNm } = parameters;
  const volume = { em: phantom.em.data, shape: phantomShape, voxelNm };
  const { three, objects, skeletons, synapses, graph } = await runStages(volume);
  const made = {
    shape: phantomShape,
    voxelNm,
    bodies: phantom.tissue.bodies,
    classes: phantom.tissue.bodyTable.map(({ id, class: what }) => ({ id, class: what })),
    truth: phantom.synapses.map(({ centreNm, preBody, postBody }) => ({
      centreNm,
      pre: preBody,
      post: postBody,
    })),
    segmentation: three.segmentation,
    supervoxels: three.supervoxels,
    edges: three.edges,
    table: three.table,
    agglomeration: three.agglomeration,
    objects,
    skeletons,
    synapses,
    neurons: graph.neurons,
  };
  mkdirSync(cacheFolder, { recursive: true });
  writeFileSync(`${file}.tmp`, serialize(made));
  renameSync(`${file}.tmp`, file);
  return made;
}

if (process.argv[1] === import.meta.filename) {
  for (const seed of process.argv.slice(2).map(Number)) {
    const started = performance.now();
    const { synapses, objects, truth } = await phantomOf(seed);
    const seconds = Math.round((performance.now() - started) / 1000);
    console.log(
      JSON.stringify({
        seed,
        seconds,
        synapses: synapses.length,
        trueSynapses: truth.length,
        objects: objects.length,
      }),
    );
  }
}
