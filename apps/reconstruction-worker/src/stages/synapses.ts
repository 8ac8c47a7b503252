import { BlockGrid, voxelsIn } from '@stratome/core';
import { synapseParameters, synapsesOfBlock, synapseSource } from '@stratome/postprocessing';
import type { ResolvedTask, TaskPlan } from '@stratome/pipeline';
import type { TaskIo } from '../execution/task-io.js';
import { boxOf, chunksUnder, volumeOf, type Geometry } from './geometry.js';
import type { StoredObject } from './objects.js';
import type { PlanContext, StageOutcome, ThreadProcessor } from './processor.js';
import { encodeSynapses } from './stored-synapses.js';

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
      const source = synapseSource(box, g.workingShape, g.workingNm, context.parameters.synapse);
      return {
        key: position.join('/'),
        inputs: [
          { kind: 'geometry', keys: ['dataset'], role: 'parameters' },
          chunksUnder(volumeOf('synapsemaps', context.dataset.name, g), 0, source),
          chunksUnder(volumeOf('segmentation', context.dataset.name, g), 0, source),
          chunksUnder(volumeOf('supervoxels', context.dataset.name, g), 0, source),
          { kind: 'objects', keys: ['dataset'], role: 'parameters' },
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
  const stored = await io.readJson<StoredObject[]>('objects', 'dataset');
  // What is no object of its own may well be a torn-off spine: only other tissue is refused as a partner.
  const refused = new Set(
    stored.filter((o) => o.class === 'glia' || o.class === 'vessel').map((o) => BigInt(o.id)),
  );
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
