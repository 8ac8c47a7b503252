import { BlockGrid, voxelsIn } from '@stratome/core';
import { synapseParameters, synapsesOfBlock, synapseSource } from '@stratome/postprocessing';
import type { ResolvedTask, TaskPlan } from '@stratome/pipeline';
import type { TaskIo } from '../execution/task-io.js';
import { boxOf, chunksUnder, toFullResolution, volumeOf, type Geometry } from './geometry.js';
import type { PlanContext, StageOutcome, ThreadProcessor } from './processor.js';
import { encodeSynapses } from './stored-synapses.js';
import { blocksUnder } from './supervoxels.js';

/** L4: clefts and their partners, block by block of the synapse grid; `synapsemerge` puts the blocks together. */
export const synapses: ThreadProcessor = {
  parameters: ({ synapse }) => {
    const { minConfidence: _c, mergeDistanceNm: _d, kindByNeuron: _k, ...ofBlocks } = synapse;
    return ofBlocks;
  },
  async plan(context: PlanContext): Promise<TaskPlan[]> {
    const g = await context.readJson<Geometry>('geometry', 'dataset');
    const grid = new BlockGrid(g.workingShape, g.synapseBlock);
    return [...grid.positions()].map((position) => {
      const box = grid.box(position);
      const { synapse } = context.parametersIn(toFullResolution(box, g));
      const source = synapseSource(box, g.workingShape, g.workingNm, synapse);
      return {
        key: position.join('/'),
        inputs: [
          { kind: 'geometry', keys: ['dataset'], role: 'parameters' },
          chunksUnder(volumeOf('synapsemaps', context.dataset.name, g), 0, source),
          chunksUnder(volumeOf('segmentation', context.dataset.name, g), 0, source),
          chunksUnder(volumeOf('supervoxels', context.dataset.name, g), 0, source),
          { kind: 'partner-exclusions', keys: blocksUnder(g, source), role: 'parameters' },
        ],
        detail: { box },
      };
    });
  },
  run: findSynapses,
};

async function findSynapses(task: ResolvedTask, io: TaskIo): Promise<StageOutcome> {
  const g = await io.readJson<Geometry>('geometry', 'dataset');
  const block = boxOf(task.detail);
  const parameters = synapseParameters.parse(task.parameters);
  const box = synapseSource(block, g.workingShape, g.workingNm, parameters);
  const read = (name: 'synapsemaps' | 'segmentation' | 'supervoxels') =>
    io.readVolume(volumeOf(name, task.dataset, g), 0, box);
  const kind = 'partner-exclusions';
  const lists = await Promise.all(io.keys(kind).map((key) => io.readJson<string[]>(kind, key)));
  const refused = new Set(lists.flat().map(BigInt));
  const records = synapsesOfBlock(
    {
      channels: (await read('synapsemaps')) as Uint8Array,
      segmentation: (await read('segmentation')) as BigUint64Array,
      supervoxels: (await read('supervoxels')) as BigUint64Array,
      box,
      block,
      volumeShape: g.workingShape,
      voxelNm: g.workingNm,
      excluded: (segment) => refused.has(segment),
    },
    parameters,
  );
  await io.write('synapse-records', task.key, encodeSynapses(records));
  return { work: voxelsIn(block) };
}
