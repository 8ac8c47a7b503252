import { seededRandom, type Random, type Vec3 } from '@stratome/core';
import { makeConnected } from './connected-bodies.js';
import { fillSpace, type Fill, type GliaCell } from './fill.js';
import { DomainWarp } from './noise.js';
import type { PhantomParameters } from './parameters.js';
import { growPopulation, swellingNm, type Transmitter } from './population.js';
import { Cones, Kind, type Skeleton } from './skeleton.js';
import { CoarseSpace } from './space.js';

export interface Body {
  id: number;
  class: 'neuron' | 'glia' | 'vessel';
  /** What it looks like here; a fragment is a piece that the volume's walls cut off. */
  subclass: 'soma' | 'dendrite' | 'axon' | 'glia' | 'vessel' | 'fragment';
  transmitter?: Transmitter;
  voxels: number;
  /** Voxel (z, y, x) in the middle of the cell body, when it is in the volume. */
  somaVoxel?: Vec3;
  /** Number of the cell it was grown as: the body of its skeleton nodes. */
  cell: number;
}

/** Tissue before it is imaged. */
export interface Tissue {
  shape: Vec3;
  voxelNm: Vec3;
  /** Body of each voxel, z y x; 0 is extracellular. */
  bodies: Uint32Array;
  bodyTable: Body[];
  /** The same on the work grid, which is finer along z by `depthSamples`. */
  work: Fill;
  depthSamples: number;
  skeleton: Skeleton;
  cones: Cones;
  space: CoarseSpace;
}

/** Pieces smaller than this go to a neighbour, nm³. */
const remnantNm3 = 1.5e6;

function placeGlia(random: Random, extentNm: Vec3, firstBody: number): GliaCell[] {
  const cubicUm = (extentNm[0] * extentNm[1] * extentNm[2]) / 1e9;
  const count = Math.max(2, Math.round(cubicUm * 0.35));
  return Array.from({ length: count }, (_, i) => ({
    body: firstBody + i,
    centre: extentNm.map((e) => random.uniform(0, e)) as unknown as Vec3,
    weightNm: random.uniform(0, 300),
  }));
}

/** Middle slices of the work grid: the final grid. */
function middleSlices(work: Fill, shape: Vec3, depthSamples: number): Uint32Array {
  const plane = shape[1] * shape[2];
  const bodies = new Uint32Array(shape[0] * plane);
  for (let z = 0; z < shape[0]; z++) {
    const from = (z * depthSamples + (depthSamples >> 1)) * plane;
    bodies.set(work.labels.subarray(from, from + plane), z * plane);
  }
  return bodies;
}

/** Grows the tissue of the parameters. The same parameters give the same tissue. */
export function growTissue(parameters: PhantomParameters): Tissue {
  const { shape, voxelNm, depthSamples } = parameters;
  const random = seededRandom(`phantom/${parameters.seed}`);
  const extentNm = shape.map((n, k) => n * voxelNm[k]) as unknown as Vec3;
  const population = growPopulation(random.fork('population'), parameters);
  const cones = new Cones(population.skeleton);
  const warp = new DomainWarp(random.fork('warp'), parameters.irregularity);
  const space = new CoarseSpace(extentNm, warp, population.gliaDepth);
  space.enter(cones, swellingNm + 35);
  const firstGlia = population.cells.length + 1;
  const glia = placeGlia(random.fork('glia cells'), extentNm, firstGlia);
  const work = fillSpace(
    space,
    cones,
    glia,
    [shape[0] * depthSamples, shape[1], shape[2]],
    [voxelNm[0] / depthSamples, voxelNm[1], voxelNm[2]],
  );
  const bodies = middleSlices(work, shape, depthSamples);
  const cellOf = connectBodies(bodies, work, parameters, firstGlia + glia.length);
  const tissue: Tissue = {
    shape,
    voxelNm,
    bodies,
    bodyTable: [],
    work,
    depthSamples,
    skeleton: population.skeleton,
    cones,
    space,
  };
  tissue.bodyTable = numberBodies(tissue, (label) => {
    const cell = cellOf(label);
    const plan = population.cells[cell - 1];
    if (!plan) return { class: 'glia', subclass: cell === label ? 'glia' : 'fragment', cell };
    const subclass = cell === label ? plan.subclass : 'fragment';
    return { class: plan.cellClass, subclass, cell, transmitter: plan.transmitter };
  });
  return tissue;
}

/** Makes every body one piece; returns which cell a label belongs to. */
function connectBodies(
  bodies: Uint32Array,
  work: Fill,
  { shape, voxelNm, depthSamples }: PhantomParameters,
  nextLabel: number,
): (label: number) => number {
  const plane = shape[1] * shape[2];
  const minVoxels = Math.max(8, Math.round(remnantNm3 / (voxelNm[0] * voxelNm[1] * voxelNm[2])));
  const splits = makeConnected(bodies, shape, minVoxels, nextLabel, (voxel, before, after) => {
    const z = Math.floor(voxel / plane);
    for (let s = 0; s < depthSamples; s++) {
      const i = (z * depthSamples + s) * plane + (voxel % plane);
      if (work.labels[i] === before) work.labels[i] = after;
    }
  });
  const from = new Map(splits.map((s) => [s.label, s.from]));
  return (label) => {
    let cell = label;
    while (from.has(cell)) cell = from.get(cell)!;
    return cell;
  };
}

/** Numbers the bodies that are present from 1 without holes (volumes mutated) and describes them. */
function numberBodies(tissue: Tissue, describe: (label: number) => Omit<Body, 'id' | 'voxels'>): Body[] {
  const { bodies, work, shape, depthSamples } = tissue;
  let top = 0;
  for (const label of bodies) if (label > top) top = label;
  const voxels = new Float64Array(top + 1);
  for (const label of bodies) voxels[label]++;
  const number = new Uint32Array(65536);
  const table: Body[] = [];
  for (let label = 1; label <= top; label++) {
    if (voxels[label] === 0) continue;
    number[label] = table.length + 1;
    table.push({ id: table.length + 1, ...describe(label), voxels: voxels[label] });
  }
  for (let i = 0; i < bodies.length; i++) bodies[i] = number[bodies[i]];
  // A sliver between two sections belongs to no body of the final grid: it becomes extracellular.
  for (let i = 0; i < work.labels.length; i++) work.labels[i] = number[work.labels[i]];
  const plane = shape[1] * shape[2];
  for (let node = 0; node < tissue.skeleton.length; node++) {
    if (tissue.skeleton.kind[node] !== Kind.soma) continue;
    const v = voxelOfNode(tissue, node);
    const i = v[0] * plane + v[1] * shape[2] + v[2];
    const body = v.every((n, k) => n >= 0 && n < shape[k]) ? table[bodies[i] - 1] : undefined;
    const middle = (v[0] * depthSamples + (depthSamples >> 1)) * plane + (i % plane);
    if (body && body.cell === tissue.skeleton.body[node] && work.kinds[middle] === Kind.soma) {
      body.somaVoxel = v;
    }
  }
  return table;
}

/** Voxel of the final grid (z, y, x, maybe outside the volume) in which a skeleton node lies. */
export function voxelOfNode({ space, skeleton, voxelNm }: Tissue, node: number): Vec3 {
  const at = space.unwarp(skeleton.z[node], skeleton.y[node], skeleton.x[node]);
  return at.map((v, k) => Math.floor(v / voxelNm[k])) as unknown as Vec3;
}
