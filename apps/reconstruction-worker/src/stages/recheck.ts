import { BlockGrid, copyOverlap, voxelsIn, type Box, type CellMeasurement, type Vec3 } from '@stratome/core';
import type { ResolvedTask, TaskPlan } from '@stratome/pipeline';
import {
  compositionSource,
  measureClefts,
  measureComposition,
  measureDirections,
  refinementParameters,
  synapseParameters,
  synapseSource,
} from '@stratome/postprocessing';
import {
  agglomerationParameters,
  measureDecisions,
  measureUnsegmented,
  mergeSupervoxelTables,
  type SupervoxelTable,
} from '@stratome/segmentation';
import type { TaskIo } from '../execution/task-io.js';
import type { ParameterGroups } from '../parameter-groups.js';
import { readWorkingEm } from './affinities.js';
import { boxOf, cellsOf, chunksUnder, toFullResolution, volumeOf, type Geometry } from './geometry.js';
import type { ObjectNature } from './objects.js';
import type { PlanContext, StageOutcome, ThreadProcessor } from './processor.js';
import { recordOf, type StoredSynapse } from './stored-synapses.js';
import { blocksUnder } from './supervoxels.js';
import { blocksOfFootprint } from './synapsemerge.js';

const decisions = 'decisions';

/** What a run goes by, without regions: a part of the dataset that was made otherwise shows, told or not. */
const parametersOf = ({ segmentation, refinement, synapse }: ParameterGroups) => ({
  segmentation: agglomerationParameters.parse(segmentation),
  refinement,
  synapse,
});

/**
 * L4: results held against what they were made from, by quality cell. Volumes are read again and compared with the
 * run's parameters; nothing that a stage says of itself counts. A task for each block of the synapse grid, and one for
 * the decisions of the agglomeration.
 */
export const recheck: ThreadProcessor = {
  parameters: parametersOf,
  plan: planRechecks,
  run: (task, io) => (task.key === decisions ? recheckDecisions(task, io) : recheckBlock(task, io)),
};

const ofDataset = (kind: string) => ({ kind, keys: ['dataset'], role: 'parameters' as const });

async function planRechecks(context: PlanContext): Promise<TaskPlan[]> {
  const g = await context.readJson<Geometry>('geometry', 'dataset');
  const footprints = await context.keys('synapses');
  const grid = new BlockGrid(g.workingShape, g.synapseBlock);
  const tables = ['geometry', 'edge-decisions'].map(ofDataset);
  return [
    ...[...grid.positions()].map((position) =>
      planBlock(context, g, position, grid.box(position), footprints),
    ),
    {
      key: decisions,
      inputs: [...tables, { kind: 'supervoxel-table', role: 'parameters' }],
      detail: {},
    },
  ];
}

function planBlock(
  { dataset, parametersIn }: PlanContext,
  g: Geometry,
  position: Vec3,
  box: Box,
  footprints: readonly string[],
): TaskPlan {
  const key = position.join('/');
  const { refinement, synapse } = parametersIn(toFullResolution(box, g));
  const around = compositionSource(box, g.workingShape, g.workingNm, refinement);
  const chunks = (name: Parameters<typeof volumeOf>[0], of: Box) =>
    chunksUnder(volumeOf(name, dataset.name, g), 0, of);
  // A synapse lies in one of the blocks that its pieces were found in.
  const own = footprints.filter((footprint) => blocksOfFootprint(footprint).includes(key));
  return {
    key,
    inputs: [
      ofDataset('geometry'),
      { kind: 'object-natures', keys: blocksUnder(g, around), role: 'parameters' },
      chunks('em', toFullResolution(box, g)),
      chunks('supervoxels', box),
      chunks('synapsemaps', synapseSource(box, g.workingShape, g.workingNm, synapse)),
      chunks('segmentation', around),
      { kind: 'synapses', keys: own, role: 'parameters' },
    ],
    detail: { box },
  };
}

async function recheckBlock(task: ResolvedTask, io: TaskIo): Promise<StageOutcome> {
  const g = await io.readJson<Geometry>('geometry', 'dataset');
  const box = boxOf(task.detail);
  const synapse = synapseParameters.parse(task.parameters.synapse);
  const cells = cellsOf(g);
  const image = await readWorkingEm(task, io, g, box);
  const supervoxels = (await io.readVolume(
    volumeOf('supervoxels', task.dataset, g),
    0,
    box,
  )) as BigUint64Array;
  const rows: CellMeasurement[] = [...measureUnsegmented(image, supervoxels, box, cells)];
  const around = synapseSource(box, g.workingShape, g.workingNm, synapse);
  const channels = (await io.readVolume(volumeOf('synapsemaps', task.dataset, g), 0, around)) as Uint8Array;
  const stored = await Promise.all(
    io.keys('synapses').map((key) => io.readJson<StoredSynapse[]>('synapses', key)),
  );
  const synapses = stored.flat().map(recordOf);
  const n = voxelsIn(around);
  const cleft = new Uint8Array(voxelsIn(box));
  copyOverlap(channels.subarray(n, 2 * n), around, cleft, box);
  rows.push(
    ...measureClefts(cleft, image, box, synapses, cells, g.workingNm, synapse.cleftThreshold),
    ...measureDirections({ channels, box: around }, box, synapses, cells, g.workingNm),
    ...(await measureObjects(task, io, g)),
  );
  await io.measure(rows);
  return { work: voxelsIn(box) };
}

/** What fills the cells of the block. */
async function measureObjects(task: ResolvedTask, io: TaskIo, g: Geometry): Promise<CellMeasurement[]> {
  const box = boxOf(task.detail);
  const refinement = refinementParameters.parse(task.parameters.refinement);
  const around = compositionSource(box, g.workingShape, g.workingNm, refinement);
  const segmentation = await io.readVolume(volumeOf('segmentation', task.dataset, g), 0, around);
  const kind = 'object-natures';
  const lists = await Promise.all(io.keys(kind).map((key) => io.readJson<ObjectNature[]>(kind, key)));
  const natures = new Map(
    lists.flat().map(({ id, large, vessel }) => [BigInt(id), { large, vessel }] as const),
  );
  const unknown = { large: false, vessel: false };
  return measureComposition(
    segmentation as BigUint64Array,
    around,
    box,
    cellsOf(g),
    g.workingNm,
    (id) => natures.get(id) ?? unknown,
    refinement,
  );
}

async function recheckDecisions(task: ResolvedTask, io: TaskIo): Promise<StageOutcome> {
  const g = await io.readJson<Geometry>('geometry', 'dataset');
  const tables = io.keys('supervoxel-table').map((key) => io.readTable('supervoxel-table', key));
  const supervoxels = mergeSupervoxelTables((await Promise.all(tables)) as unknown as SupervoxelTable[]);
  const { a, b, faces, ...agglomeration } = await io.readTable<Decisions>('edge-decisions', 'dataset');
  const recorded = { supervoxels, edges: { a, b, count: faces }, agglomeration };
  const parameters = agglomerationParameters.parse(task.parameters.segmentation);
  await io.measure(measureDecisions(recorded, cellsOf(g), parameters));
  return { work: 0 };
}

/** As `agglomerate` writes them. */
type Decisions = {
  a: BigUint64Array;
  b: BigUint64Array;
  faces: Float64Array;
  decisiveScore: Float64Array;
  joined: Uint8Array;
  betweenClasses: Uint8Array;
};
