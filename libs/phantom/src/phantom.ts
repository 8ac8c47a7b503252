import { seededRandom, type Random, type Volume } from '@stratome/core';
import { Canvas } from './canvas.js';
import { placeSynapses, type Synapse } from './contacts.js';
import { paintCytoplasm, paintMembranes, paintVesselWall } from './cytoplasm.js';
import { integrateDepth, pointSpread, toGrey, withNoise } from './imaging.js';
import { paintOrganelles } from './organelles.js';
import { palettes } from './palette.js';
import type { PhantomParameters } from './parameters.js';
import { Kind } from './skeleton.js';
import { paintSynapses } from './synapse-painting.js';
import { growTissue, type Tissue } from './tissue.js';

/** Classes of the truth volume. */
export const TissueClass = { extracellular: 0, neurite: 1, glia: 2, vessel: 3, soma: 4 } as const;

/** Synthetic tissue with complete truth. All volumes are z, y, x of the same shape. */
export interface Phantom {
  parameters: PhantomParameters;
  tissue: Tissue;
  synapses: Synapse[];
  /** Tissue through the microscope, without noise (uint8): what tiles are cut from. */
  clean: Volume<Uint8Array<ArrayBuffer>>;
  /** The same with detector noise (uint8). */
  em: Volume<Uint8Array<ArrayBuffer>>;
  /** `TissueClass` of each voxel. */
  classes: Volume<Uint8Array<ArrayBuffer>>;
  /** See `SynapseVoxel` and `paintSynapses`. */
  synapseVoxels: Volume<Uint8Array<ArrayBuffer>>;
}

/** Grows and renders the tissue of the parameters. Same parameters, same bytes. */
export function makePhantom(parameters: PhantomParameters): Phantom {
  const { shape, voxelNm, depthSamples, variant, seed } = parameters;
  const tissue = growTissue(parameters);
  const random = seededRandom(`phantom/${seed}/image`);
  const cubicUm = shape.reduce((v, n, k) => (v * n * voxelNm[k]) / 1000, 1);
  const placed = placeSynapses(
    tissue,
    random.fork('synapses'),
    Math.round(parameters.synapsesPerCubicUm * cubicUm),
    parameters.synapseSpacingNm,
  );
  const synapses = thinned(placed, parameters, random.fork('sparse synapses'));
  const palette = palettes[variant];
  const canvas = new Canvas(tissue);
  paintCytoplasm(canvas, palette, random.fork('cytoplasm'));
  paintVesselWall(canvas, palette);
  paintOrganelles(canvas, palette, random.fork('organelles'));
  paintMembranes(canvas, palette, random.fork('membranes'));
  const synapseTruth = paintSynapses(canvas, synapses, palette, random.fork('synapse painting'));
  const sum = integrateDepth(canvas.grey, shape, depthSamples);
  pointSpread(sum, shape, voxelNm, parameters.blurNm);
  const clean = toGrey(sum);
  return {
    parameters,
    tissue,
    synapses,
    clean: { data: clean, shape },
    em: { data: addNoise(clean, parameters), shape },
    classes: { data: classVolume(tissue), shape },
    synapseVoxels: { data: synapseTruth, shape },
  };
}

/** Leaves out synapses of `sparseSynapses`, by chance; ids are numbered anew. */
function thinned(
  synapses: readonly Synapse[],
  { sparseSynapses: sparse, voxelNm }: PhantomParameters,
  random: Random,
): Synapse[] {
  if (!sparse) return [...synapses];
  const inside = ({ centreNm }: Synapse) =>
    centreNm.every((nm, k) => nm >= sparse.begin[k] * voxelNm[k] && nm < sparse.end[k] * voxelNm[k]);
  return synapses
    .filter((synapse) => random.next() < sparse.keep || !inside(synapse))
    .map((synapse, i) => ({ ...synapse, id: i + 1 }));
}

function addNoise(clean: Uint8Array, { shape, noiseSd, seed }: PhantomParameters): Uint8Array<ArrayBuffer> {
  const plane = shape[1] * shape[2];
  const em = new Uint8Array(clean.length);
  for (let z = 0; z < shape[0]; z++) {
    const section = clean.subarray(z * plane, (z + 1) * plane);
    em.set(withNoise(section, shape[1], shape[2], noiseSd, `phantom/${seed}/noise/${z}`), z * plane);
  }
  return em;
}

function classVolume({ bodies, bodyTable, work, shape, depthSamples }: Tissue): Uint8Array<ArrayBuffer> {
  const ofBody = Uint8Array.from([
    TissueClass.extracellular,
    ...bodyTable.map((b) => (b.class === 'neuron' ? TissueClass.neurite : TissueClass[b.class])),
  ]);
  const plane = shape[1] * shape[2];
  const classes = new Uint8Array(bodies.length);
  for (let i = 0; i < bodies.length; i++) {
    classes[i] = ofBody[bodies[i]];
    const middle = (Math.floor(i / plane) * depthSamples + (depthSamples >> 1)) * plane + (i % plane);
    if (classes[i] === TissueClass.neurite && work.kinds[middle] === Kind.soma) classes[i] = TissueClass.soma;
  }
  return classes;
}
