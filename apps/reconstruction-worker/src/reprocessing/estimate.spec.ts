import { fileURLToPath } from 'node:url';
import { parseBox, seededRandom, voxelsIn, type Box, type Vec3 } from '@stratome/core';
import { chooseModel, listModels } from '@stratome/inference';
import { makesBlocks, type StageName } from '@stratome/pipeline';
import { describe, expect, it } from 'vitest';
import { addRegion, parametersIn } from '../regional-parameters.js';
import {
  parseRunParameters,
  runParametersFrom,
  settingsFrom,
  type RunParameters,
} from '../run-parameters.js';
import { geometryOf, volumeOf, type Geometry } from '../stages/geometry.js';
import type { PlanContext } from '../stages/processor.js';
import { processors } from '../stages/registry.js';
import { blocksUnder, supervoxelBlocks } from '../stages/supervoxels.js';
import { estimateFrom } from './estimate.js';
import { snapToBlocks, stagesFrom, takingEffectIn } from './request.js';

/* The plan of a volume too large to run in a test: 512³ voxels of 10 nm, crossed by neurites along each axis. */

const voxelNm: Vec3 = [10, 10, 10];
const models = await listModels(fileURLToPath(new URL('../../../../models', import.meta.url)));
const g: Geometry = geometryOf([512, 512, 512], voxelNm, [1, 1, 1], runParametersFrom([]).grid);

function neurites(count: number) {
  const random = seededRandom('neurites');
  const at = () => Math.floor(random.next() * 480);
  return Array.from({ length: count }, (_, id) => {
    const begin: [number, number, number] = [at(), at(), at()];
    const end: [number, number, number] = [begin[0] + 30, begin[1] + 30, begin[2] + 30];
    const axis = id % 3;
    end[axis] = Math.min(512, begin[axis] + 250);
    const box: Box = { begin, end };
    const blocks = blocksUnder(g, box).map((key) => ({ key, voxels: 1000 }));
    return {
      id: String(id),
      voxels: voxelsIn(box),
      box,
      firstVoxel: begin,
      dust: false,
      mask: String(id),
      blocks,
    };
  });
}

const stored: Record<string, (key: string) => unknown> = {
  geometry: () => g,
  objects: () => objects,
  volume: (key) => volumeOf(key === 'raw' ? 'em' : (key as 'em'), 'planned', g),
};
const objects = neurites(500);

async function tasksOf(stage: StageName, parameters: RunParameters) {
  const context = {
    dataset: { name: 'planned' },
    run: { id: 'none', revision: 0 },
    parameters,
    parametersIn: (block: Box) => parametersIn(parameters, block),
    model: async (task: 'affinities' | 'synapses') => chooseModel(models, task, voxelNm),
    keys: async () => [],
    readJson: async (kind: string, key: string) => stored[kind](key),
  } as unknown as PlanContext;
  const plans = await processors[stage].plan(context);
  return plans.map((plan) => {
    const { ids, box } = plan.detail as { ids?: string[]; box?: Box };
    return { plan, work: ids?.length ?? (box ? voxelsIn(box) : 0) };
  });
}

const corner = '0,0,0:64,128,128';
const middle = '192,128,128:256,256,256';

describe('the cost of making a region of 512³ voxels again', () => {
  it('has as many blocks to be made as it is to be read for', async () => {
    expect(supervoxelBlocks(g).length).toBe(128);
    expect((await tasksOf('segment', runParametersFrom([]))).length).toBe(128);
  });

  it.each([
    ['L3', 'segmentation.threshold=0.3', corner],
    ['L3', 'segmentation.threshold=0.3', middle],
    ['supervoxels', 'segmentation.watershedLow=0.02', corner],
    ['supervoxels', 'segmentation.watershedLow=0.02', middle],
    ['agglomerate', 'segmentation.threshold=0.4', corner],
    ['agglomerate', 'segmentation.threshold=0.4', middle],
    ['synapses', 'synapse.cleftThreshold=0.5', corner],
  ])(
    'from %s with %s in %s is at most 1.25 times its halo-grown share of chunks',
    async (from, setting, text) => {
      const region = snapToBlocks(parseBox(text), g);
      const set = settingsFrom([setting]);
      const regions = addRegion([], { box: region, set });
      const parameters = parseRunParameters({ ...runParametersFrom([]), regions });
      const stages = stagesFrom(from).filter((stage) => makesBlocks(stage) || stage === 'shapes');
      const differsFrom = stagesFrom(from).find((stage) => takingEffectIn(set).has(stage));
      const work = { dataset: 'planned', geometry: g, region, stages, parameters, differsFrom };
      const estimate = await estimateFrom(work, new Map(), (stage) => tasksOf(stage, parameters));
      const shares = estimate.stages.map((s) => s.work / s.allWork);
      const share = shares.reduce((sum, each) => sum + each, 0) / shares.length;
      expect(share).toBeGreaterThan(0);
      expect(share / estimate.haloGrownShare).toBeLessThanOrEqual(1.25);
    },
  );
});
