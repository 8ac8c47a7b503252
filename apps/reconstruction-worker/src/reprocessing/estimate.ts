import { growBox, intersectBox, BlockGrid, voxelsIn, type Box, type Vec3 } from '@stratome/core';
import { stageCosts, tasksOfRun, type TaskFacts } from '@stratome/operations';
import { makesBlocks, stageNames, type StageName, type TaskPlan } from '@stratome/pipeline';
import type { DataSource } from 'typeorm';
import { meets, parametersIn } from '../regional-parameters.js';
import {
  alignedBoxOf,
  chunksUnder,
  toFullResolution,
  volumeNames,
  volumeOf,
  type Geometry,
} from '../stages/geometry.js';
import { blocksUnder } from '../stages/supervoxels.js';
import type { Reprocessing } from './request.js';
import { chunkKind } from '@stratome/storage';

export interface StageEstimate {
  readonly stage: StageName;
  /** Tasks that will run, and all of the stage. */
  readonly tasks: number;
  readonly allTasks: number;
  /** Work of these tasks, and of all, in the stage's unit. */
  readonly work: number;
  readonly allWork: number;
  /** From what the stage's tasks took before, s. */
  readonly seconds: number;
}

/** What a regional re-run will cost, before it begins. */
export interface ReprocessingEstimate {
  readonly stages: readonly StageEstimate[];
  /** Voxels of the region over those of the volume. */
  readonly volumeShare: number;
  /** Chunks that the region grown by the reach of the stages meets, over all. */
  readonly haloGrownShare: number;
  /** Sum over stages and threads, s. */
  readonly seconds: number;
}

/** Which artefacts a stage makes of the blocks that it makes anew: volumes by chunk, tables by block. */
const madeOf: Partial<Record<StageName, { volumes: readonly string[]; tables: readonly string[] }>> = {
  render: { volumes: ['em'], tables: [] },
  affinities: { volumes: ['affinities', 'tissue'], tables: [] },
  supervoxels: { volumes: ['supervoxels'], tables: [] },
  segment: { volumes: ['segmentation'], tables: ['partner-exclusions', 'object-natures'] },
  synapsemaps: { volumes: ['synapsemaps'], tables: [] },
};

/** Artefacts of the head that will be made anew, by kind. */
class Touched {
  private readonly keys = new Map<string, Set<string>>();

  constructor(
    private readonly dataset: string,
    private readonly g: Geometry,
  ) {}

  /** Notes what a stage makes of a block; `block` in voxels of the aligned volume. */
  add(stage: StageName, block: Box): void {
    const { volumes = [], tables = [] } = madeOf[stage] ?? {};
    const working = this.working(block);
    for (const name of volumeNames.filter((volume) => volumes.includes(volume))) {
      const meta = volumeOf(name, this.dataset, this.g);
      this.note(chunkKind(meta, 0), chunksUnder(meta, 0, name === 'em' ? block : working).keys!);
    }
    for (const kind of tables) this.note(kind, blocksUnder(this.g, working));
  }

  reach({ inputs }: TaskPlan): boolean {
    return inputs.some(({ kind, keys }) => {
      const touched = this.keys.get(kind);
      return touched !== undefined && (keys ?? []).some((key) => touched.has(key));
    });
  }

  private note(kind: string, keys: readonly string[]): void {
    const known = this.keys.get(kind) ?? new Set();
    for (const key of keys) known.add(key);
    this.keys.set(kind, known);
  }

  private working({ begin, end }: Box): Box {
    const { factors } = this.g;
    return {
      begin: begin.map((v, k) => Math.floor(v / factors[k])) as unknown as Vec3,
      end: end.map((v, k) => Math.ceil(v / factors[k])) as unknown as Vec3,
    };
  }
}

/**
 * What a regional re-run will take: tasks of the region, those that read what it makes anew, and the steps that look
 * at the whole dataset. Objects that the region changes beyond its border are not foreseen; where what is made anew
 * comes out as it was, less will run.
 */
export async function estimateReprocessing(
  db: DataSource,
  planned: Reprocessing,
): Promise<ReprocessingEstimate> {
  const { dataset, head } = planned;
  const msPerWork = await stageCosts(db, dataset.name);
  return estimateFrom({ ...planned, dataset: dataset.name }, msPerWork, (stage) =>
    tasksOfRun(db, head.id, stage),
  );
}

export type RegionalWork = Pick<
  Reprocessing,
  'geometry' | 'region' | 'stages' | 'parameters' | 'differsFrom'
> & {
  readonly dataset: string;
};

/** The same from tasks by stage, wherever they are from. */
export async function estimateFrom(
  { dataset, geometry: g, region, stages: toRun, parameters, differsFrom }: RegionalWork,
  msPerWork: ReadonlyMap<string, number>,
  tasksOf: (stage: StageName) => Promise<readonly Pick<TaskFacts, 'plan' | 'work'>[]>,
): Promise<ReprocessingEstimate> {
  const touched = new Touched(dataset, g);
  // What earlier stages make anew with the parameters that they had comes out as it was.
  const differ = stageNames.slice(differsFrom ? stageNames.indexOf(differsFrom) : 0);
  const estimates: StageEstimate[] = [];
  for (const stage of stageNames.filter((name) => toRun.includes(name))) {
    const all = await tasksOf(stage);
    const will = all.filter((task) => runsAgain(stage, task, region, touched, g));
    for (const { plan } of will) {
      const block =
        differ.includes(stage) && makesBlocks(stage) && alignedBoxOf(stage, (plan as TaskPlan).detail, g);
      if (block) touched.add(stage, block);
    }
    const [work, allWork] = [will, all].map((tasks) => tasks.reduce((sum, t) => sum + t.work, 0));
    const seconds = (work * (msPerWork.get(stage) ?? 0)) / 1000;
    estimates.push({ stage, tasks: will.length, allTasks: all.length, work, allWork, seconds });
  }
  return {
    stages: estimates,
    volumeShare: voxelsIn(region) / voxelsIn({ begin: [0, 0, 0], end: g.shape }),
    haloGrownShare: haloGrownShare(region, g, parametersIn(parameters, region)),
    seconds: estimates.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}

function runsAgain(
  stage: StageName,
  { plan }: Pick<TaskFacts, 'plan'>,
  region: Box,
  touched: Touched,
  g: Geometry,
): boolean {
  const box = alignedBoxOf(stage, (plan as TaskPlan).detail, g);
  // Without a box of its own a task looks at the whole dataset, or at an object: that one is known by its voxels.
  if (!box) return (plan as TaskPlan).detail.name !== 'raw';
  if (makesBlocks(stage) || stage === 'shapes') return meets(box, region) || touched.reach(plan as TaskPlan);
  return touched.reach(plan as TaskPlan);
}

/**
 * Share of the chunks that a region meets when it is grown by as far as what happens in it may be seen: through the
 * halo of supervoxels, over their contacts, and into the surroundings that synapses are looked for in.
 */
export function haloGrownShare(
  region: Box,
  g: Geometry,
  { segmentation, synapse }: Pick<ReturnType<typeof parametersIn>, 'segmentation' | 'synapse'>,
): number {
  const reach = [0, 1, 2].map((k) => {
    const synapses =
      Math.ceil(synapse.maxExtentNm / g.workingNm[k]) +
      2 * Math.ceil(synapse.partnerRadiusNm / g.workingNm[k]);
    return (segmentation.haloVoxels[k] + 1 + synapses) * g.factors[k];
  });
  const chunks = new BlockGrid(g.shape, g.chunk.map((c, k) => c * g.factors[k]) as unknown as Vec3);
  const whole = toFullResolution({ begin: [0, 0, 0], end: g.workingShape }, g);
  const grown = intersectBox(growBox(region, reach as unknown as Vec3), whole);
  return [...chunks.positionsIn(grown)].length / chunks.length;
}
