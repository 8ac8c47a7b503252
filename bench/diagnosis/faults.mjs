/**
 * Faults that can be planted, by kind. Every one takes its strength from a seed and says what it did in `detail`.
 *
 * L1 faults are functions of images alone: `plant` in plant.mjs does the same to a folder of images. The others act
 * between two stages of `runStages`.
 */
import { boxOfShape, copyOverlap, shapeOf } from '@stratome/core';
import { identityTransform } from '@stratome/alignment';
import { agglomerate } from '@stratome/segmentation';
import { cut } from './volumes.mjs';
import { defaultParameters } from './stages.mjs';
import { perturbedModel } from './perturbed-model.mjs';

/** 1 well inside the box, 0 outside, linear over `rim` voxels within it. */
function ramp(box, rim) {
  return (z, y, x) => {
    const p = [z, y, x];
    let depth = Infinity;
    for (let k = 0; k < 3; k++) depth = Math.min(depth, p[k] - box.begin[k] + 1, box.end[k] - p[k]);
    return Math.max(0, Math.min(1, depth / rim));
  };
}

function eachVoxel(box, [, ny, nx], visit) {
  for (let z = box.begin[0]; z < box.end[0]; z++)
    for (let y = box.begin[1]; y < box.end[1]; y++)
      for (let x = box.begin[2]; x < box.end[2]; x++) visit((z * ny + y) * nx + x, z, y, x);
}

const grey = (v) => Math.max(1, Math.min(255, Math.round(v)));

/** A Gaussian blur of one section's crop, reflecting at its borders. */
function blurred(data, [h, w], sigma) {
  const r = Math.ceil(3 * sigma);
  const kernel = Array.from({ length: 2 * r + 1 }, (_, i) => Math.exp(-((i - r) ** 2) / (2 * sigma * sigma)));
  const total = kernel.reduce((a, b) => a + b, 0);
  const pass = (from, get) =>
    Float32Array.from(from, (_, i) => kernel.reduce((sum, k, j) => sum + k * get(i, j - r), 0) / total);
  const clamp = (v, n) => Math.max(0, Math.min(n - 1, v));
  const rows = pass(Float32Array.from(data), (i, d) => data[i - (i % w) + clamp((i % w) + d, w)]);
  return pass(rows, (i, d) => rows[clamp(Math.floor(i / w) + d, h) * w + (i % w)]);
}

/** Faults of images: (em, shape, box, strength, random) → em. */
export const imageFaults = {
  /** Contrast about 128 falls by 0.25 + 0.45 · strength towards the box's middle; the detector's noise is put back. */
  stainingGradient(em, shape, box, strength, random) {
    const out = em.slice();
    const inside = ramp(box, 24);
    eachVoxel(box, shape, (i, z, y, x) => {
      const kept = 1 - (0.25 + 0.45 * strength) * inside(z, y, x);
      const noise = 6 * Math.sqrt(1 - kept * kept) * random.normal();
      if (em[i] > 0) out[i] = grey(128 + (em[i] - 128) * kept + noise);
    });
    return out;
  },
  /** Blurred with sigma 1.5 + 2.5 · strength px; the detector's noise is put back. */
  defocus(em, shape, box, strength, random) {
    const out = em.slice();
    const inside = ramp(box, 8);
    const sigma = 1.5 + 2.5 * strength;
    const size = shapeOf(box);
    for (let z = box.begin[0]; z < box.end[0]; z++) {
      const section = { begin: [z, box.begin[1], box.begin[2]], end: [z + 1, box.end[1], box.end[2]] };
      const soft = blurred(cut(em, shape, section).data, [size[1], size[2]], sigma);
      let k = 0;
      eachVoxel(section, shape, (i, a, y, x) => {
        const w = inside(a, y, x);
        out[i] = grey((1 - w) * em[i] + w * (soft[k++] + 6 * random.normal()));
      });
    }
    return out;
  },
  /** Gaussian noise of 15 + 40 · strength grey levels. */
  noise(em, shape, box, strength, random) {
    const out = em.slice();
    const sd = 15 + 40 * strength;
    eachVoxel(box, shape, (i) => (out[i] = grey(em[i] + sd * random.normal())));
    return out;
  },
  /** A rectangle without image in 2 to 8 neighbouring sections. */
  corruptTile(em, shape, box, strength, random) {
    const out = em.slice();
    const depth = box.end[0] - box.begin[0];
    const count = Math.min(depth, 2 + Math.round(6 * strength));
    const first = box.begin[0] + random.below(depth - count + 1);
    const hole = { begin: [first, ...box.begin.slice(1)], end: [first + count, ...box.end.slice(1)] };
    eachVoxel(hole, shape, (i) => (out[i] = 0));
    return out;
  },
  /** One to three whole sections without image. */
  missingSection(em, shape, box, strength, random) {
    const out = em.slice();
    const count = 1 + Math.round(2 * strength);
    const first = box.begin[0] + random.below(box.end[0] - box.begin[0] - count + 1);
    out.fill(0, first * shape[1] * shape[2], (first + count) * shape[1] * shape[2]);
    return out;
  },
  /** Grey levels stretched about 128 by a factor 1.8 to 3 and clipped. */
  stretchedIllumination(em, shape, box, strength) {
    const out = em.slice();
    const inside = ramp(box, 16);
    eachVoxel(box, shape, (i, z, y, x) => {
      if (em[i] > 0) out[i] = grey(128 + (em[i] - 128) * (1 + (0.8 + 1.2 * strength) * inside(z, y, x)));
    });
    return out;
  },
};

const isInside = ({ begin, end }, p) => p.every((v, k) => v >= begin[k] && v < end[k]);

/** Interventions by kind: (box, strength, random, shape) → what `runStages` takes, with `stage` for the lineage. */
export const faults = {
  ...Object.fromEntries(
    Object.entries(imageFaults).map(([kind, plant]) => [
      kind,
      {
        layer: 'L1',
        lineage: { stage: 'ingest', field: 'inputs' },
        wholeSections: kind === 'missingSection',
        make: (box, strength, random, shape) => ({
          sections: (em) => plant(em, shape, box, strength, random),
        }),
      },
    ]),
  ),
  /** All sections from one on lie 3 to 8 px off. */
  sectionJump: {
    layer: 'L2',
    wholeSections: true,
    lineage: { stage: 'solve', field: 'parameters' },
    make: (box, strength, random, shape) => {
      const at = Math.floor((box.begin[0] + box.end[0]) / 2);
      const angle = random.uniform(0, 2 * Math.PI);
      const px = 3 + 5 * strength;
      return {
        transforms: () =>
          Array.from({ length: shape[0] - at }, (_, k) => {
            const still = identityTransform(at + k, [shape[1], shape[2]], 64);
            return [at + k, { ...still, affine: [1, 0, px * Math.sin(angle), 0, 1, px * Math.cos(angle)] }];
          }),
      };
    },
  },
  /** Every section of the box is displaced by itself, up to 2 to 6 px, fading out towards its rim. */
  localMisregistration: {
    layer: 'L2',
    lineage: { stage: 'solve', field: 'parameters' },
    make: (box, strength, random, shape) => ({
      transforms: () =>
        Array.from({ length: box.end[0] - box.begin[0] }, (_, k) => {
          const z = box.begin[0] + k;
          const still = identityTransform(z, [shape[1], shape[2]], 16);
          const px = (2 + 4 * strength) * (k % 2 === 0 ? 1 : -1) * random.uniform(0.6, 1);
          const angle = random.uniform(0, Math.PI);
          const inside = ramp(box, 24);
          const mesh = { ...still.mesh, dy: [], dx: [] };
          for (let i = 0; i < mesh.shape[0]; i++)
            for (let j = 0; j < mesh.shape[1]; j++) {
              const w =
                inside(z, (i - 1) * 16, (j - 1) * 16) > 0 ? planar(box, (i - 1) * 16, (j - 1) * 16) : 0;
              mesh.dy.push(w * px * Math.sin(angle));
              mesh.dx.push(w * px * Math.cos(angle));
            }
          return [z, { ...still, mesh }];
        }),
    }),
  },
  /** Supervoxels of the box were agglomerated at another threshold: 0.05 or less, or 0.45 and more. */
  wrongThreshold: {
    layer: 'L3',
    lineage: { stage: 'agglomerate', field: 'parameters' },
    make: (box, strength, random) => {
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
    make: (box, strength, random) => ({
      affinities: async (affinities, predict, shape) => {
        const directory = await perturbedModel(0.25 + 0.25 * strength, String(random.below(1e9)));
        const touches = (window) =>
          [0, 1, 2].every((k) => window.begin[k] < box.end[k] && window.end[k] > box.begin[k]);
        const other = await predict(directory, affinities.em, shape, undefined, touches);
        const channels = affinities.channels.slice();
        const whole = boxOfShape(shape);
        const count = channels.length / affinities.em.length;
        const part = cut(other.channels, shape, box, count).data;
        copyOverlap(part, box, channels, whole, count);
        return { ...affinities, channels, windows: other.windows };
      },
    }),
  },
  /** A box got no supervoxels. */
  blockLeftOut: {
    layer: 'L3',
    lineage: { stage: 'supervoxels', field: 'inputs' },
    make: (box, strength, random, shape) => ({
      withoutAffinities: (channels) => {
        const out = channels.slice();
        const n = shape[0] * shape[1] * shape[2];
        for (let c = 0; c < 3; c++) eachVoxel(box, shape, (i) => (out[c * n + i] = 0));
        return out;
      },
    }),
  },
  /** Clefts of the box were cut at 0.85 and more of probability, and less sure synapses dropped. */
  synapseThreshold: {
    layer: 'L4',
    connectivity: true,
    lineage: { stage: 'synapses', field: 'parameters' },
    make: (box, strength) => ({
      synapses: (found, find) => {
        const settings = {
          ...defaultParameters.synapse,
          cleftThreshold: 0.85 + 0.1 * strength,
          minConfidence: 0.6 + 0.15 * strength,
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
    make: (box) => ({ synapses: (found) => found.filter((s) => !isInside(box, s.cleftPoint)) }),
  },
  /** Pre- and postsynaptic partners of the box's synapses are exchanged. */
  partnerSwap: {
    layer: 'L4',
    connectivity: true,
    lineage: { stage: 'synapses', field: 'code' },
    make: (box) => ({
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
    make: (box, strength, random) => ({
      connections: (connections, synapses) => {
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
    make: (box, strength, random) => ({
      connections: (connections, synapses) => {
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
    make: (box, strength) => ({
      connections: (connections, synapses) => {
        const here = pairsIn(box, synapses);
        const least = strength < 0.5 ? 2 : 3;
        return connections.filter((c) => c.weight >= least || !here.has(`${c.pre}>${c.post}`));
      },
    }),
  },
};

const planar = ({ begin, end }, y, x) =>
  Math.max(0, Math.min(1, Math.min(y - begin[1], end[1] - y, x - begin[2], end[2] - x) / 24));

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
  const decisiveScore = new Float64Array(edges.a.length);
  for (let e = 0; e < edges.a.length; e++) {
    const [p, q] = [row.get(edges.a[e]), row.get(edges.b[e])];
    const from = inside[p] && inside[q] ? other : usual;
    joined[e] = from.joined[e];
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
    joined,
  };
}

export const biologyKind = 'fewerSynapses';
export const kinds = [...Object.keys(faults), biologyKind, 'clean'];

/** A box of whole numbers in the volume, by seed; a third of it or more where connectivity is to be tested. */
export function randomBox(random, shape, kind) {
  const fault = faults[kind];
  if (fault?.wholeSections) {
    const depth = 32;
    const z = 32 * (1 + random.below(Math.floor(shape[0] / 32) - 2));
    return { begin: [z, 0, 0], end: [z + depth, shape[1], shape[2]] };
  }
  const wide = !fault || fault.connectivity;
  const size = wide
    ? [shape[0], 208, 208 + 16 * random.below(2)]
    : [64 + 32 * random.below(3), 96 + 16 * random.below(4), 96 + 16 * random.below(4)];
  const fitted = size.map((n, k) => Math.min(n, shape[k]));
  const begin = fitted.map((n, k) => random.below(shape[k] - n + 1));
  return { begin, end: begin.map((b, k) => b + fitted[k]) };
}
