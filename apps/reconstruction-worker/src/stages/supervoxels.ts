import {
  BlockGrid,
  copyOverlap,
  intersectBox,
  shapeOf,
  subVec,
  voxelsIn,
  type Box,
  type CellMeasurement,
  type Vec3,
} from '@stratome/core';
import {
  affinityBoxOf,
  globalSupervoxels,
  highFaceOf,
  measureAffinities,
  regionEdges,
  supervoxelParameters,
  supervoxelsOfBlock,
  supervoxelTable,
  type LabelledBlock,
  type NeighbourFace,
  type SupervoxelParameters,
} from '@stratome/segmentation';
import type { ResolvedTask, TaskPlan } from '@stratome/pipeline';
import type { TaskIo } from '../execution/task-io.js';
import { boxOf, cellsOf, chunksUnder, toFullResolution, volumeOf, type Geometry } from './geometry.js';
import type { PlanContext, StageOutcome, ThreadProcessor } from './processor.js';

export const supervoxelBlocks = (g: Geometry) => new BlockGrid(g.workingShape, g.supervoxelBlock);
const wholeVolume = (g: Geometry): Box => ({ begin: [0, 0, 0], end: g.workingShape });

/** Key of a block of the supervoxel grid, and of what is written of it. */
export const blockKey = (position: Vec3): string => position.join('/');

/** Keys of the supervoxel blocks that touch a box of working voxels. */
export const blocksUnder = (g: Geometry, box: Box): string[] =>
  [...supervoxelBlocks(g).positionsIn(box)].map(blockKey);

/** A task for each block of the supervoxel grid, so that a block is made again alone. */
export async function planBlocks(
  context: PlanContext,
  inputs: (g: Geometry, box: Box, position: Vec3) => TaskPlan['inputs'],
): Promise<TaskPlan[]> {
  const g = await context.readJson<Geometry>('geometry', 'dataset');
  const grid = supervoxelBlocks(g);
  return [...grid.positions()].map((position) => {
    const box = grid.box(position);
    return {
      key: blockKey(position),
      inputs: [{ kind: 'geometry', keys: ['dataset'], role: 'parameters' }, ...inputs(g, box, position)],
      detail: { box },
    };
  });
}

/** A part of a block that holds `box`, for one or more channels. */
function cut<A extends Uint8Array | BigUint64Array>(source: A, sourceBox: Box, box: Box, channels = 1): A {
  const out = (source instanceof BigUint64Array
    ? new BigUint64Array(channels * voxelsIn(box))
    : new Uint8Array(channels * voxelsIn(box))) as unknown as A;
  copyOverlap(source, sourceBox, out, box, channels);
  return out;
}

/** L3: over-segmentation of each block of the fixed grid. */
export const supervoxels: ThreadProcessor = {
  parameters: ({ segmentation }) => supervoxelParameters.parse(segmentation),
  plan: (context) =>
    planBlocks(context, (g, box) => {
      const { segmentation } = context.parametersIn(toFullResolution(box, g));
      const source = affinityBoxOf(box, g.workingShape, segmentation);
      return [
        chunksUnder(volumeOf('affinities', context.dataset.name, g), 0, source),
        chunksUnder(volumeOf('tissue', context.dataset.name, g), 0, box),
      ];
    }),
  run: segmentBlocks,
};

async function segmentBlocks(task: ResolvedTask, io: TaskIo): Promise<StageOutcome> {
  const g = await io.readJson<Geometry>('geometry', 'dataset');
  const box = boxOf(task.detail);
  const parameters = supervoxelParameters.parse(task.parameters);
  const ids = new BigUint64Array(voxelsIn(box));
  for (const position of supervoxelBlocks(g).positionsIn(box)) {
    const blockBox = supervoxelBlocks(g).box(position);
    copyOverlap(await oneBlock(task, io, g, position, blockBox, parameters), blockBox, ids, box);
  }
  await io.writeVolume(volumeOf('supervoxels', task.dataset, g), 0, box, ids);
  return { work: voxelsIn(box) };
}

async function oneBlock(
  task: ResolvedTask,
  io: TaskIo,
  g: Geometry,
  position: Vec3,
  blockBox: Box,
  parameters: SupervoxelParameters,
): Promise<BigUint64Array> {
  const blockIndex = supervoxelBlocks(g).indexOf(position);
  const source = affinityBoxOf(blockBox, g.workingShape, parameters);
  const affinities = (await io.readVolume(volumeOf('affinities', task.dataset, g), 0, source)) as Uint8Array;
  const tissue = (await io.readVolume(volumeOf('tissue', task.dataset, g), 0, blockBox)) as Uint8Array;
  const { labels, count } = supervoxelsOfBlock(
    affinities,
    source,
    blockBox,
    undefined,
    g.workingNm,
    parameters,
  );
  const block: LabelledBlock = { blockIndex, labels, shape: shapeOf(blockBox) };
  const n = labels.length;
  const probabilities = { glia: tissue.subarray(0, n), vessel: tissue.subarray(n, 2 * n) };
  const table = supervoxelTable(block, count, blockBox, probabilities);
  await io.writeTable('supervoxel-table', blockKey(position), { ...table });
  return globalSupervoxels(labels, blockIndex);
}

/** A block and the layer below it along each axis. */
const withLowFaces = ({ begin, end }: Box, g: Geometry): Box =>
  intersectBox({ begin: subVec(begin, [1, 1, 1]), end }, wholeVolume(g));

const below = (box: Box, axis: 0 | 1 | 2): Box => {
  const begin = [...box.begin] as [number, number, number];
  const end = [...box.end] as [number, number, number];
  end[axis] = begin[axis];
  begin[axis] -= 1;
  return { begin, end };
};

/** L3: touching pairs of supervoxels with the affinity between them; each block owns its low faces. */
export const edges: ThreadProcessor = {
  parameters: () => ({}),
  plan: (context) =>
    planBlocks(context, (g, box) => [
      chunksUnder(volumeOf('affinities', context.dataset.name, g), 0, box),
      chunksUnder(volumeOf('supervoxels', context.dataset.name, g), 0, withLowFaces(box, g)),
    ]),
  run: edgesOfBlocks,
};

/** Numbers of supervoxels within their block: the low 24 bits of their ids. */
function localLabels(ids: BigUint64Array): Uint32Array {
  const words = new Uint32Array(ids.buffer, ids.byteOffset, 2 * ids.length);
  return Uint32Array.from({ length: ids.length }, (_, i) => words[2 * i] & 0xffffff);
}

async function edgesOfBlocks(task: ResolvedTask, io: TaskIo): Promise<StageOutcome> {
  const g = await io.readJson<Geometry>('geometry', 'dataset');
  const box = boxOf(task.detail);
  const affinityMeta = volumeOf('affinities', task.dataset, g);
  const allAffinities = (await io.readVolume(affinityMeta, 0, box)) as Uint8Array;
  const source = withLowFaces(box, g);
  const ids = (await io.readVolume(volumeOf('supervoxels', task.dataset, g), 0, source)) as BigUint64Array;
  const measures: CellMeasurement[] = [];
  for (const position of supervoxelBlocks(g).positionsIn(box)) {
    const blockBox = supervoxelBlocks(g).box(position);
    const block = labelledBlock(g, position, cut(ids, source, blockBox));
    const faces = ([0, 1, 2] as const).map((axis) => lowFace(g, position, axis, ids, source));
    const affinities = cut(allAffinities, box, blockBox, 3);
    const table = regionEdges(block, [faces[0], faces[1], faces[2]], affinities);
    await io.writeTable('edge-table', blockKey(position), { ...table });
    // By block of the fixed grid, so that parts of cells are the same however tasks are cut.
    measures.push(...measureAffinities(affinities, blockBox, cellsOf(g)));
  }
  await io.measure(measures);
  return { work: voxelsIn(box) };
}

const labelledBlock = (g: Geometry, position: Vec3, ids: BigUint64Array): LabelledBlock => ({
  blockIndex: supervoxelBlocks(g).indexOf(position),
  labels: localLabels(ids),
  shape: shapeOf(supervoxelBlocks(g).box(position)),
});

/** The last layer of the neighbour below; absent at the volume's face. */
function lowFace(
  g: Geometry,
  position: Vec3,
  axis: 0 | 1 | 2,
  ids: BigUint64Array,
  source: Box,
): NeighbourFace | undefined {
  if (position[axis] === 0) return undefined;
  const layer = below(supervoxelBlocks(g).box(position), axis);
  const neighbour = [...position] as [number, number, number];
  neighbour[axis] -= 1;
  const labels = localLabels(cut(ids, source, layer));
  return highFaceOf(
    { blockIndex: supervoxelBlocks(g).indexOf(neighbour), labels, shape: shapeOf(layer) },
    axis,
  );
}
