/**
 * Faults that can be planted, by kind: those of images by the functions of `@stratome/phantom` (docs/faults.md), the
 * others between two stages of `runStages`. Every one takes its strength from a seed.
 */
import { identityTransform } from '@stratome/alignment';
import { boxOfShape, copyOverlap, seededRandom } from '@stratome/core';
import { imageFaultKinds, planDisplacementFault, planImageFault, randomBox } from '@stratome/phantom';
import { agglomerate } from '@stratome/segmentation';
import { perturbedModel } from './perturbed-model.mjs';
import { defaultParameters } from './stages.mjs';
import { cut } from './volumes.mjs';

function eachVoxel(box, [, ny, nx], visit) {
  for (let z = box.begin[0]; z < box.end[0]; z++)
    for (let y = box.begin[1]; y < box.end[1]; y++)
      for (let x = box.begin[2]; x < box.end[2]; x++) visit((z * ny + y) * nx + x, z, y, x);
}

const isInside = ({ begin, end }, p) => p.every((v, k) => v >= begin[k] && v < end[k]);

/** A box with other sections. */
const inSections = ({ begin, end }, [from, to]) => ({
  begin: [from, begin[1], begin[2]],
  end: [to, end[1], end[2]],
});

/** At which probability clefts are cut by the fault `synapseThreshold`. */
export const cleftThresholdOf = (strength) => 0.65 + 0.15 * strength;

/** The share of synapses that `fewerSynapses` leaves. */
export const keptSynapsesOf = (strength) => 0.05 + 0.25 * (1 - strength);

/** A fault of images, section by section. */
function imageFault(place) {
  const fault = planImageFault(place);
  const [, ny, nx] = place.shape;
  const plane = ny * nx;
  return {
    planted: inSections(place.box, fault.sections),
    sections: (em) => {
      const out = em.slice();
      for (let z = fault.sections[0]; z < fault.sections[1]; z++) {
        const data = em.subarray(z * plane, (z + 1) * plane);
        if (fault.gone) out.fill(0, z * plane, (z + 1) * plane);
        else out.set(fault.apply({ data, shape: [ny, nx], z, originPx: [0, 0] }), z * plane);
      }
      return out;
    },
  };
}

/** Spacing of the control points that displace a section, px. */
const meshSpacingPx = 16;

/** A displacement of sections, as transforms of L2. */
function displacementFault(place) {
  const fault = planDisplacementFault(place);
  const frame = [place.shape[1], place.shape[2]];
  const [from, to] = fault.sections;
  const transformOf = (z) => {
    const still = identityTransform(z, frame, meshSpacingPx);
    if (fault.rigid) {
      const [dy, dx] = fault.displacementPx(z, 0, 0);
      return { ...still, affine: [1, 0, dy, 0, 1, dx] };
    }
    const mesh = { ...still.mesh, dy: [], dx: [] };
    for (let i = 0; i < mesh.shape[0]; i++)
      for (let j = 0; j < mesh.shape[1]; j++) {
        const [dy, dx] = fault.displacementPx(z, (i - 1) * meshSpacingPx, (j - 1) * meshSpacingPx);
        mesh.dy.push(dy);
        mesh.dx.push(dx);
      }
    return { ...still, mesh };
  };
  return {
    // What shows of a jump is the pair of sections where it is.
    planted: inSections(place.box, fault.rigid ? [from - 1, from + 1] : [from, to]),
    transforms: () => Array.from({ length: to - from }, (_, k) => [from + k, transformOf(from + k)]),
  };
}

/**
 * By kind: its layer, the lineage that would tell, and `make`: from {kind, box, strength, seed, shape} to what
 * `runStages` takes, with `planted`, the voxels that are touched, where they are not those of the box.
 */
export const faults = {
  ...Object.fromEntries(
    imageFaultKinds.map((kind) => [
      kind,
      {
        layer: 'L1',
        lineage: { stage: 'ingest', field: 'inputs' },
        wholeSections: kind === 'missingSection',
        // Below, contrast falls by less than healthy boxes of this size differ by.
        leastStrength: kind === 'stainingGradient' ? 0.3 : 0,
        make: imageFault,
      },
    ]),
  ),
  sectionJump: {
    layer: 'L2',
    wholeSections: true,
    lineage: { stage: 'solve', field: 'parameters' },
    make: displacementFault,
  },
  localMisregistration: {
    layer: 'L2',
    lineage: { stage: 'solve', field: 'parameters' },
    make: displacementFault,
  },
  /** Supervoxels of the box were agglomerated at another threshold: 0.05 or less, or 0.45 and more. */
  wrongThreshold: {
    layer: 'L3',
    lineage: { stage: 'agglomerate', field: 'parameters' },
    make: ({ box, strength, seed }) => {
      const random = seededRandom(`wrongThreshold/${seed}`);
      const threshold = random.next() < 0.5 ? 0.03 + 0.04 * (1 - strength) : 0.45 + 0.4 * strength;
      return {
        agglomeration: (volume, parameters) => mixedAgglomeration(volume, parameters, threshold, box),
      };
    },
  },
  /** Affinities of the windows that own the box's voxels come from a network with disturbed weights. */
  otherModel: {
    layer: 'L3',
    lineage: { stage: 'affinities', field: 'model' },
    make: ({ box, strength, seed }) => ({
      affinities: async (affinities, predict, shape) => {
        const directory = await perturbedModel(0.4 + 0.25 * strength, seed.split('/')[1]);
        const other = await predict(directory, affinities.em, shape, undefined, box);
        const channels = affinities.channels.slice();
        const whole = boxOfShape(shape);
        const count = channels.length / affinities.em.length;
        const part = cut(other.channels, shape, box, count).data;
        copyOverlap(part, box, channels, whole, count);
        return { ...affinities, channels, voxels: other.voxels };
      },
    }),
  },
  /** A box got no supervoxels. */
  blockLeftOut: {
    layer: 'L3',
    lineage: { stage: 'supervoxels', field: 'inputs' },
    make: ({ box, shape }) => ({
      withoutAffinities: (channels) => {
        const out = channels.slice();
        const n = shape[0] * shape[1] * shape[2];
        for (let c = 0; c < 3; c++) eachVoxel(box, shape, (i) => (out[c * n + i] = 0));
        return out;
      },
    }),
  },
  /** Clefts of the box were cut at a higher probability, and less sure synapses dropped: of phantoms 40 to 90 % go. */
  synapseThreshold: {
    layer: 'L4',
    connectivity: true,
    lineage: { stage: 'synapses', field: 'parameters' },
    make: ({ box, strength }) => ({
      synapses: (found, find) => {
        const settings = {
          ...defaultParameters.synapse,
          cleftThreshold: cleftThresholdOf(strength),
          minConfidence: 0.5 + 0.1 * strength,
        };
        const other = find(settings);
        const inside = (s) => isInside(box, s.cleftPoint);
        return [...found.filter((s) => !inside(s)), ...other.filter(inside)];
      },
    }),
  },
  /** Synapses of the box were left out. */
  skippedSynapseBlock: {
    layer: 'L4',
    connectivity: true,
    lineage: { stage: 'synapses', field: 'inputs' },
    make: ({ box }) => ({ synapses: (found) => found.filter((s) => !isInside(box, s.cleftPoint)) }),
  },
  /** Pre- and postsynaptic partners of the box's synapses are exchanged. */
  partnerSwap: {
    layer: 'L4',
    connectivity: true,
    lineage: { stage: 'synapses', field: 'code' },
    make: ({ box }) => ({
      synapses: (found) =>
        found.map((s) =>
          isInside(box, s.cleftPoint)
            ? {
                ...s,
                preSegment: s.postSegment,
                postSegment: s.preSegment,
                prePoint: s.postPoint,
                postPoint: s.prePoint,
              }
            : s,
        ),
    }),
  },
  /** Half or more of the box's connections never reached the graph. */
  lostEdges: {
    layer: 'L5',
    connectivity: true,
    lineage: { stage: 'graph', field: 'inputs' },
    make: ({ box, strength, seed }) => ({
      connections: (connections, synapses) => {
        const random = seededRandom(`lostEdges/${seed}`);
        const here = pairsIn(box, synapses);
        return connections.filter(
          (c) => !here.has(`${c.pre}>${c.post}`) || random.next() > 0.5 + 0.5 * strength,
        );
      },
    }),
  },
  /** The box's connections were written twice. */
  doubledEdges: {
    layer: 'L5',
    connectivity: true,
    lineage: { stage: 'graph', field: 'inputs' },
    make: ({ box, strength, seed }) => ({
      connections: (connections, synapses) => {
        const random = seededRandom(`doubledEdges/${seed}`);
        const here = pairsIn(box, synapses);
        const twice = (c) => here.has(`${c.pre}>${c.post}`) && random.next() < 0.5 + 0.5 * strength;
        return connections.map((c) => (twice(c) ? { ...c, weight: 2 * c.weight } : c));
      },
    }),
  },
  /** Connections of the box below two or three synapses were dropped. */
  weightFilter: {
    layer: 'L5',
    connectivity: true,
    lineage: { stage: 'graph', field: 'parameters' },
    make: ({ box, strength }) => ({
      connections: (connections, synapses) => {
        const here = pairsIn(box, synapses);
        const least = strength < 0.5 ? 2 : 3;
        return connections.filter((c) => c.weight >= least || !here.has(`${c.pre}>${c.post}`));
      },
    }),
  },
};

const pairsIn = (box, synapses) =>
  new Set(synapses.filter((s) => isInside(box, s.cleftPoint)).map((s) => `${s.preSegment}>${s.postSegment}`));

/** The usual agglomeration outside the box, another threshold for contacts whose both sides lie in it. */
function mixedAgglomeration({ table, edges, agglomeration: usual }, parameters, threshold, box) {
  const other = agglomerate(edges, table, { ...parameters, agglomerationThreshold: threshold });
  const row = new Map(Array.from(table.id, (id, r) => [id, r]));
  const inside = Array.from(table.id, (_, r) =>
    isInside(
      box,
      [0, 1, 2].map((k) => table.coordinateSum[3 * r + k] / table.voxels[r]),
    ),
  );
  const parent = Int32Array.from(table.id.keys());
  const find = (r) => {
    while (parent[r] !== r) r = parent[r] = parent[parent[r]];
    return r;
  };
  const joined = new Uint8Array(edges.a.length);
  const betweenClasses = new Uint8Array(edges.a.length);
  const decisiveScore = new Float64Array(edges.a.length);
  for (let e = 0; e < edges.a.length; e++) {
    const [p, q] = [row.get(edges.a[e]), row.get(edges.b[e])];
    const from = inside[p] && inside[q] ? other : usual;
    joined[e] = from.joined[e];
    betweenClasses[e] = from.betweenClasses[e];
    decisiveScore[e] = from.decisiveScore[e];
    if (!joined[e]) continue;
    const [s, t] = [find(p), find(q)];
    parent[Math.max(s, t)] = Math.min(s, t);
  }
  const segment = BigUint64Array.from(table.id, (_, r) => table.id[find(r)]);
  const voxels = new Map();
  table.id.forEach((_, r) => voxels.set(segment[r], (voxels.get(segment[r]) ?? 0) + table.voxels[r]));
  const ids = [...voxels.keys()].sort((a, b) => (a < b ? -1 : 1));
  const classOf = new Map(Array.from(usual.segments.id, (id, i) => [id, usual.segments.tissueClass[i]]));
  const usualOf = new Map(Array.from(usual.supervoxel, (id, i) => [id, usual.segment[i]]));
  return {
    supervoxel: table.id,
    segment,
    segments: {
      id: BigUint64Array.from(ids),
      voxels: Float64Array.from(ids, (id) => voxels.get(id)),
      tissueClass: Uint8Array.from(ids, (id) => classOf.get(usualOf.get(id))),
    },
    merges: usual.merges,
    decisiveScore,
    // The record knows of one threshold.
    decisiveThreshold: usual.decisiveThreshold,
    joined,
    betweenClasses,
  };
}

export const biologyKind = 'fewerSynapses';
export const kinds = [...Object.keys(faults), biologyKind, 'clean'];

/** Sides of a box as fractions of the volume's: in a small one synapses cannot be counted. */
const sides = { local: [0.36, 0.52], connectivity: [0.6, 0.72], sections: [0.27, 0.4] };

/** Where a case has its fault; of connectivity through all sections, with four to five tenths of the volume. */
export function placeOf(kind, random, shape) {
  const fault = faults[kind];
  if (fault?.wholeSections) return randomBox(random, shape, sides.sections, true);
  if (fault && !fault.connectivity) return randomBox(random, shape, sides.local);
  const { begin, end } = randomBox(random, shape, sides.connectivity);
  return { begin: [0, begin[1], begin[2]], end: [shape[0], end[1], end[2]] };
}
