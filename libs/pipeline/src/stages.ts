/** The layers of the pipeline, L1 ingest to L5 serving. */
export type Layer = 'L1' | 'L2' | 'L3' | 'L4' | 'L5';

interface StageFacts {
  readonly layer: Layer;
  /** Raised when the meaning of the stage's output changes, so that earlier results are not taken for it. */
  readonly version: number;
  /** Shown beside the progress. */
  readonly title: string;
  /** What progress counts besides tasks. */
  readonly workUnit: string;
  readonly dependsOn: readonly string[];
  /** True when each of its tasks makes a block of a fixed grid of the aligned volume, so that a region can be made alone. */
  readonly blocks?: boolean;
}

/** The stage graph. A stage is planned when all it depends on is complete. */
export const stages = {
  ingest: { layer: 'L1', version: 2, title: 'archive and measure tiles', workUnit: 'tiles', dependsOn: [] },
  flatten: {
    layer: 'L1',
    version: 1,
    title: 'estimate illumination',
    workUnit: 'fields',
    dependsOn: ['ingest'],
  },
  normalise: {
    layer: 'L1',
    version: 1,
    title: 'normalise sections',
    workUnit: 'voxels',
    dependsOn: ['flatten'],
  },
  rawvolume: {
    layer: 'L1',
    version: 1,
    title: 'write raw volume',
    workUnit: 'voxels',
    dependsOn: ['normalise'],
  },
  montage: { layer: 'L2', version: 1, title: 'stitch tiles', workUnit: 'sections', dependsOn: ['normalise'] },
  match: { layer: 'L2', version: 1, title: 'match sections', workUnit: 'pairs', dependsOn: ['montage'] },
  solve: { layer: 'L2', version: 2, title: 'solve transforms', workUnit: 'sections', dependsOn: ['match'] },
  render: {
    layer: 'L2',
    version: 1,
    title: 'render aligned volume',
    workUnit: 'voxels',
    dependsOn: ['solve'],
    blocks: true,
  },
  residual: {
    layer: 'L2',
    version: 2,
    title: 'measure residual',
    workUnit: 'sections',
    dependsOn: ['render'],
  },
  affinities: {
    layer: 'L3',
    version: 1,
    title: 'predict affinities',
    workUnit: 'voxels',
    dependsOn: ['render'],
    blocks: true,
  },
  supervoxels: {
    layer: 'L3',
    version: 1,
    title: 'supervoxels',
    workUnit: 'voxels',
    dependsOn: ['affinities'],
    blocks: true,
  },
  edges: {
    layer: 'L3',
    version: 2,
    title: 'region graph',
    workUnit: 'voxels',
    dependsOn: ['supervoxels'],
    blocks: true,
  },
  agglomerate: {
    layer: 'L3',
    version: 2,
    title: 'agglomerate',
    workUnit: 'supervoxels',
    dependsOn: ['edges'],
  },
  segment: {
    layer: 'L3',
    version: 2,
    title: 'write segments',
    workUnit: 'voxels',
    dependsOn: ['agglomerate'],
    blocks: true,
  },
  objects: {
    layer: 'L4',
    version: 2,
    title: 'filter and flag objects',
    workUnit: 'objects',
    dependsOn: ['segment'],
  },
  shapes: {
    layer: 'L4',
    version: 2,
    title: 'skeletons and meshes',
    workUnit: 'objects',
    dependsOn: ['objects'],
  },
  synapsemaps: {
    layer: 'L4',
    version: 1,
    title: 'predict synapses',
    workUnit: 'voxels',
    dependsOn: ['render'],
    blocks: true,
  },
  synapses: {
    layer: 'L4',
    version: 2,
    title: 'synapses and partners',
    workUnit: 'voxels',
    dependsOn: ['synapsemaps', 'objects'],
    blocks: true,
  },
  synapsemerge: {
    layer: 'L4',
    version: 1,
    title: 'merge synapses',
    workUnit: 'synapses',
    dependsOn: ['synapses'],
  },
  recheck: {
    layer: 'L4',
    version: 2,
    title: 'recheck results',
    workUnit: 'voxels',
    dependsOn: ['synapsemerge'],
    blocks: true,
  },
  pyramids: {
    layer: 'L5',
    version: 1,
    title: 'pyramids',
    workUnit: 'voxels',
    dependsOn: ['segment', 'rawvolume'],
    blocks: true,
  },
  graph: {
    layer: 'L5',
    version: 2,
    title: 'load graph',
    workUnit: 'rows',
    dependsOn: ['pyramids', 'shapes', 'recheck', 'residual'],
  },
} as const satisfies Record<string, StageFacts>;

export type StageName = keyof typeof stages;

export const stageNames = Object.keys(stages) as StageName[];

/** Whether each task of a stage makes a block of a fixed grid of the aligned volume. */
export const makesBlocks = (stage: StageName): boolean => (stages[stage] as StageFacts).blocks === true;

/** Stages that become plannable once `finished` holds all that they depend on. */
export function plannable(finished: ReadonlySet<StageName>): StageName[] {
  return stageNames.filter(
    (name) =>
      !finished.has(name) && (stages[name].dependsOn as readonly StageName[]).every((d) => finished.has(d)),
  );
}

/** A stage and all that depends on it, in order. */
export function downstreamOf(stage: StageName): StageName[] {
  const reached = new Set<StageName>([stage]);
  for (const name of stageNames) {
    if ((stages[name].dependsOn as readonly StageName[]).some((d) => reached.has(d))) reached.add(name);
  }
  return stageNames.filter((name) => reached.has(name));
}
