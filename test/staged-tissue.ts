import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deleteDataset } from '@stratome/connectome';
import { hashBytes, hashJson, type Box, type Vec3 } from '@stratome/core';
import {
  artifactsAt,
  beginRun,
  commitReused,
  commitTask,
  findEarlierResult,
  finishRun,
  finishStage,
  openDatabase,
  planStage,
  registerDataset,
  removeDataset,
  requireDataset,
  stageHashes,
  stageRunsOf,
  takeTask,
  type Run,
  type StageRun,
} from '@stratome/operations';
import { stages, type InputReference, type ResolvedTask, type StageName } from '@stratome/pipeline';
import {
  artifactSetHash,
  captureEnvironment,
  noModel,
  stageInputHash,
  type UsedInput,
} from '@stratome/provenance';
import { FileObjectStore } from '@stratome/storage';
import type { Geometry } from '../apps/reconstruction-worker/src/stages/geometry.js';
import { graph as graphStage } from '../apps/reconstruction-worker/src/stages/graph.js';
import type { PlanContext, ServerContext } from '../apps/reconstruction-worker/src/stages/processor.js';
import { openTestGraph } from './graph-tissue.js';

/*
 * A dataset of two sections of three tiles a, b, c side by side, 8×64×192 voxels, worked on at half resolution in
 * three blocks a, b, c. A block rests on the tiles of its column; the affinities and synapse maps of b also on those
 * of a, as a model with a margin does.
 */

export const columns = [0, 1, 2];
export const sections = [0, 1];
export const modelHash = hashBytes(Buffer.from('weights'));

export const geometry: Geometry = {
  shape: [8, 64, 192],
  voxelNm: [10, 5, 5],
  factors: [1, 2, 2],
  workingShape: [8, 32, 96],
  workingNm: [10, 10, 10],
  chunk: [8, 32, 32],
  supervoxelBlock: [8, 32, 32],
  synapseBlock: [8, 32, 32],
  cell: [8, 32, 32],
};

export const tileId = (section: number, column: number) => `${section}/0/${column}`;

const object = (id: number, what: string, dust: boolean, blocks: number[]) => ({
  id: String(id),
  class: what,
  voxels: 100 * blocks.length,
  box: { begin: [0, 0, 32 * blocks[0]], end: [8, 32, 32 * (blocks.at(-1)! + 1)] },
  centroid: [4, 16, 48],
  firstVoxel: [0, 0, 32 * blocks[0]],
  volumeUm3: 1,
  dust,
  orphan: id === 2,
  large: false,
  touchesFace: true,
  sizeScore: 0,
  share: 0.1,
  blocks: blocks.map((b) => ({ key: `0/0/${b}`, voxels: 100 })),
});

/** 1 and 2 are neurons, 3 dust that takes part in a synapse, 4 dust that does not, 5 glia. */
export const objects = [
  object(1, 'neurite', false, [0, 1]),
  object(2, 'neurite', false, [1, 2]),
  object(3, 'none', true, [0]),
  object(4, 'none', true, [2]),
  object(5, 'glia', false, [0]),
];

export function synapse(site: number, rank: number, at: Vec3, pre: number, post: number, confidence: number) {
  return {
    id: String(16 * site + rank),
    siteId: String(site),
    cleftPoint: at,
    prePoint: at,
    postPoint: [at[0], at[1], at[2] + 1],
    preSegment: String(pre),
    postSegment: String(post),
    preSupervoxel: '7',
    postSupervoxel: '8',
    kind: 'excitatory',
    excitatoryProbability: 0.75,
    confidence,
    cleftVoxels: 5,
    areaNm2: 100,
    unassigned: 'none',
    split: false,
  };
}

export const synapsesIn = [
  [synapse(10, 0, [1, 3, 4], 1, 2, 0.9), synapse(10, 1, [1, 3, 4], 1, 3, 0.8)],
  [synapse(20, 0, [2, 3, 40], 1, 2, 0.6), synapse(21, 0, [2, 9, 40], 2, 0, 0.9)],
  [synapse(30, 0, [3, 3, 70], 2, 1, 0.3), synapse(31, 0, [3, 9, 70], 99, 2, 0.9)],
];

/** A synapse put together from pieces in blocks b and c. */
export const acrossBlocks = [
  { ...synapse(40, 0, [4, 3, 63], 1, 2, 0.9), kind: 'inhibitory', pieces: ['656'] },
];

/** Columns whose tiles the synapses of a block rest on. */
export const restsOn = [[0], [0, 1], [2]];

interface PlannedStage {
  readonly stage: StageName;
  readonly model?: boolean;
  readonly tasks: readonly {
    readonly key: string;
    readonly inputs: readonly InputReference[];
    readonly outputs: readonly (readonly [kind: string, key: string, content: unknown])[];
    readonly box?: Box;
  }[];
}

const input = (kind: string, role: InputReference['role'], keys?: string[]): InputReference => ({
  kind,
  role,
  keys,
});
const pixels = (kind: string, ...keys: string[]) => input(kind, 'pixels', keys);
const block = (b: number) => `0/0/${b}`;
export const blocks = (list: readonly number[]) => list.map(block);
const blockBox = (b: number): Box => ({ begin: [0, 0, 32 * b], end: [8, 32, 32 * (b + 1)] });
/** Chunks of `em`, which lie at full resolution: two rows by two columns of chunks to a block. */
const emChunks = (b: number) => [0, 1].flatMap((y) => [0, 1].map((x) => `0/${y}/${2 * b + x}`));

export interface Variant {
  readonly agglomeration: string;
  readonly objects: typeof objects;
  readonly synapses: typeof synapsesIn;
  readonly across: typeof acrossBlocks;
  /** Leaves out the confidence of synapses. */
  readonly unmeasured?: boolean;
}

const perBlock = (
  stage: StageName,
  task: (b: number) => Pick<PlannedStage['tasks'][number], 'inputs' | 'outputs'>,
): PlannedStage => ({
  stage,
  tasks: columns.map((b) => ({ key: block(b), box: blockBox(b), ...task(b) })),
});

export const original: Variant = {
  agglomeration: 'first',
  objects,
  synapses: synapsesIn,
  across: acrossBlocks,
};

/** Opens the servers and registers the dataset; its stages are given their results and are not executed, but the last one. */
export async function openStagedTissue(dataset: string) {
  const tileBytes = (id: string) => Buffer.from(`${dataset} tile ${id}`);
  const manifest = {
    format: 'stratome-tiles/1',
    name: dataset,
    voxelNm: [10, 5, 5],
    dtype: 'uint8',
    firstSection: 0,
    sectionCount: 2,
    sections: sections.map((section) => ({
      section,
      tiles: columns.map((col) => ({
        id: tileId(section, col),
        file: `/tiles/${tileId(section, col)}.tif`,
        row: 0,
        col,
        stagePx: [0, 64 * col],
        shape: [64, 64],
        sha256: hashBytes(tileBytes(tileId(section, col))),
      })),
    })),
    missingSections: [],
  };

  function tissue(variant: Variant): PlannedStage[] {
    const global = input('geometry', 'parameters', ['dataset']);
    return [
      {
        stage: 'ingest',
        tasks: manifest.sections.map(({ section, tiles }) => ({
          key: String(section),
          inputs: [],
          outputs: [
            ...tiles.map(({ id }) => ['tile', id, tileBytes(id)] as const),
            ['illumination', String(section), { section }],
            [
              'measures/ingest',
              String(section),
              [
                { cell: 0, measure: 'focus', value: [0.5, 0.7][section], weight: 100 },
                { cell: 1, measure: 'missing', value: 0, weight: 100 },
              ],
            ],
            [
              'section-measures/ingest',
              String(section),
              [{ cell: section, measure: 'contrast', value: [90, 60][section], weight: 100 }],
            ],
          ],
        })),
      },
      {
        stage: 'normalise',
        tasks: manifest.sections.map(({ section, tiles }) => ({
          key: String(section),
          inputs: [pixels('tile', ...tiles.map(({ id }) => id)), input('illumination', 'parameters')],
          outputs: tiles.map(({ id }) => ['normalised', id, `normalised ${id}`] as const),
        })),
      },
      {
        stage: 'solve',
        tasks: [
          {
            key: 'dataset',
            inputs: [input('normalised', 'parameters')],
            outputs: [
              ['geometry', 'dataset', geometry],
              ...sections.map((s) => ['transform', String(s), { transform: s }] as const),
              ['measures/solve', 'dataset', [{ cell: 0, measure: 'deformation', value: 0.01, weight: 18 }]],
            ],
          },
        ],
      },
      {
        stage: 'render',
        tasks: columns.map((b) => ({
          key: block(b),
          inputs: [
            global,
            pixels('normalised', ...sections.map((s) => tileId(s, b))),
            input('transform', 'parameters'),
          ],
          outputs: emChunks(b).map((key) => ['em/0', key, `em ${key}`] as const),
          box: { begin: [0, 0, 64 * b], end: [8, 64, 64 * (b + 1)] },
        })),
      },
      {
        ...perBlock('affinities', (b) => ({
          inputs: [global, pixels('em/0', ...restsOn[b].flatMap(emChunks))],
          outputs: [
            ['affinities/0', block(b), `affinities ${b}`],
            ['tissue/0', block(b), `tissue ${b}`],
          ],
        })),
        model: true,
      },
      perBlock('supervoxels', (b) => ({
        inputs: [pixels('affinities/0', block(b)), pixels('tissue/0', block(b))],
        outputs: [
          ['supervoxels/0', block(b), `supervoxels ${b}`],
          ['supervoxel-table', block(b), { b }],
        ],
      })),
      {
        stage: 'agglomerate',
        tasks: [
          {
            key: 'dataset',
            inputs: [input('supervoxel-table', 'parameters')],
            outputs: [
              ...columns.map((b) => ['agglomeration', block(b), `${variant.agglomeration} ${b}`] as const),
              ['merges', 'dataset', variant.agglomeration],
              ['segment-classes', 'dataset', 'classes'],
              [
                'measures/agglomerate',
                'dataset',
                [{ cell: 2, measure: 'mergeIndex', value: 0.2, weight: 50 }],
              ],
            ],
          },
        ],
      },
      perBlock('segment', (b) => ({
        inputs: [pixels('supervoxels/0', block(b)), input('agglomeration', 'parameters', [block(b)])],
        outputs: [
          ['segmentation/0', block(b), `${variant.agglomeration} ${b}`],
          [
            'object-rows',
            block(b),
            variant.objects.filter((o) => o.blocks.some(({ key }) => key === block(b))),
          ],
        ],
      })),
      {
        stage: 'objects',
        tasks: [
          {
            key: 'dataset',
            inputs: [input('object-rows', 'parameters')],
            outputs: [
              ['objects', 'dataset', variant.objects],
              ...columns.map((b) => ['partner-exclusions', block(b), { refused: b }] as const),
            ],
          },
        ],
      },
      {
        stage: 'shapes',
        tasks: [
          {
            key: '0',
            inputs: [pixels('segmentation/0', ...blocks(columns))],
            outputs: [
              ['skeleton', '1', 'swc 1'],
              ['skeleton', '2', 'swc 2'],
              ['shape-summary', '0', [{ id: '1', cableUm: 1.5, nodes: 9, branches: 1, ends: 3 }]],
              // A cell holds 8×32×32 voxels of 10 nm: 0.008192 µm³, so 0.5 µm of cable in cell 0 and 1 µm in cell 1.
              [
                'measures/shapes',
                '0',
                [
                  { cell: 0, measure: 'cableDensity', value: 0.5 / 0.008192, weight: 0.008192 },
                  { cell: 1, measure: 'cableDensity', value: 1 / 0.008192, weight: 0.008192 },
                ],
              ],
            ],
          },
        ],
      },
      perBlock('synapsemaps', (b) => ({
        inputs: [pixels('em/0', ...restsOn[b].flatMap(emChunks))],
        outputs: [['synapsemaps/0', block(b), `maps ${b}`]],
      })),
      perBlock('synapses', (b) => ({
        inputs: [
          pixels('synapsemaps/0', block(b)),
          pixels('segmentation/0', block(b)),
          input('partner-exclusions', 'parameters', [block(b)]),
        ],
        outputs: [
          ['synapse-records', block(b), variant.synapses[b]],
          [
            'measures/synapses',
            block(b),
            variant.unmeasured
              ? []
              : [{ cell: 0, measure: 'synapseConfidence', value: [0.9, 0.6, 0.3][b], weight: [2, 1, 1][b] }],
          ],
        ],
      })),
      {
        stage: 'synapsemerge',
        tasks: [
          {
            key: 'dataset',
            inputs: [global, pixels('synapse-records', ...blocks(columns))],
            outputs: [
              ...columns.map((b) => ['synapses', block(b), variant.synapses[b]] as const),
              ['synapses', `${block(1)}+${block(2)}`, variant.across],
              ['presynaptic-kinds', 'dataset', [{ segment: '1', excitatory: 3, inhibitory: 1 }]],
            ],
          },
        ],
      },
    ];
  }

  const db = await openDatabase(process.env.POSTGRES_URL!);
  const graph = await openTestGraph();
  const folder = await mkdtemp(join(tmpdir(), 'stratome-staged-'));
  const store = new FileObjectStore(folder);
  const modelDirectory = join(folder, 'test-net');
  async function put(content: unknown) {
    const bytes =
      content instanceof Uint8Array
        ? content
        : Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
    return { hash: (await store.put(bytes)).hash, bytes: bytes.byteLength };
  }

  async function resolve(run: Run, inputs: readonly InputReference[]) {
    const used: UsedInput[] = [];
    const contents = new Map<string, Map<string, { hash: string; bytes: number }>>();
    for (const { kind, keys, role } of inputs) {
      const rows = await artifactsAt(db, dataset, run.revision, kind, keys);
      if (keys && rows.length !== keys.length) throw new Error(`${kind} is not complete`);
      contents.set(kind, new Map(rows.map(({ key, hash, bytes }) => [key, { hash, bytes }])));
      used.push(...rows.map(({ key, hash }) => ({ kind, key, hash, role })));
    }
    return { used, contents };
  }

  async function execute(run: Run, { stage, tasks, model }: PlannedStage): Promise<void> {
    const reference = model ? { id: 'test-net', hash: modelHash, directory: modelDirectory } : undefined;
    await planStage(
      db,
      run,
      stage,
      tasks.map(({ key, inputs, box }) => ({
        key,
        plan: { key, inputs, detail: { box }, ...(reference && { model: reference }) },
      })),
    );
    const ids: { id: string; key: string }[] = await db.query(
      'SELECT id, key FROM task WHERE run = $1 AND stage = $2',
      [run.id, stage],
    );
    for (const { key, inputs, outputs } of tasks) {
      const taskId = ids.find((row) => row.key === key)!.id;
      const taken = await takeTask(db, taskId);
      // Done before the run was interrupted.
      if (!taken) continue;
      const { fence } = taken;
      const { used } = await resolve(run, inputs);
      const artifacts = await Promise.all(
        outputs.map(async ([kind, name, content]) => ({ kind, key: name, ...(await put(content)) })),
      );
      // What a stage does not read decides here too: the contents stand in for the parameters.
      const inputHash = hashJson([stage, key, used, artifacts]);
      const times = { waitingMs: 0, ioMs: 0, computeMs: 0, work: 1 };
      if ((await findEarlierResult(db, dataset, inputHash, run.revision))?.stands) {
        await commitReused(db, { taskId, fence, inputHash, ...times });
      } else {
        const commit = { taskId, fence, revision: run.revision, inputHash, inputs: used, artifacts };
        await commitTask(db, { ...commit, ...times });
      }
    }
    await finishStage(db, {
      run,
      stage,
      stageVersion: stages[stage].version,
      layer: stages[stage].layer,
      record: {
        inputHash: hashJson([stage, run.revision]),
        code: { commit: 'abc', dirty: false },
        model: reference ? { id: reference.id, hash: reference.hash } : noModel,
        parameters: { stage },
        environment: captureEnvironment(import.meta.url, model ? 'cpu' : 'none'),
        outputHash: hashJson([stage, 'out']),
      },
    });
  }

  async function makeRevision(variant: Variant, parameters: Record<string, unknown> = {}): Promise<Run> {
    const { run } = await beginRun(db, {
      dataset,
      parameters: { graph: parameters },
      inputHash: hashJson([variant, parameters]),
    });
    for (const stage of tissue(variant)) await execute(run, stage);
    return run;
  }

  const code = { commit: 'abc', dirty: false };
  const environment = captureEnvironment(import.meta.url, 'none');
  const graphInputHash = (run: Run) => hashJson(['graph', run.id]);

  async function serve(run: Run, parameters: Record<string, unknown> = {}, objectStore = store) {
    const row = await requireDataset(db, dataset);
    const rows = (kind: string) => artifactsAt(db, dataset, run.revision, kind);
    const plan = {
      dataset: row,
      run,
      keys: async (kind: string) => (await rows(kind)).map(({ key }) => key),
    };
    const [task] = await graphStage.plan(plan as PlanContext);
    await planStage(db, run, 'graph', [{ key: task.key, plan: task }]);
    const { contents } = await resolve(run, task.inputs);
    const resolved: ResolvedTask = {
      dataset,
      voxelNm: [10, 5, 5],
      stage: 'graph',
      key: task.key,
      parameters,
      detail: task.detail,
      inputs: contents,
    };
    const context = {
      db,
      graph,
      store: objectStore,
      dataset: row,
      run,
      inputHash: graphInputHash(run),
      code,
      environment,
      artifacts: rows,
    } as unknown as ServerContext;
    return graphStage.serve(resolved, context);
  }

  /** Commits the stage as the queue does, after the graph was written. */
  async function commitGraph(run: Run, outcome: Awaited<ReturnType<typeof serve>>): Promise<StageRun> {
    const [{ id }] = await db.query(`SELECT id FROM task WHERE run = $1 AND stage = 'graph'`, [run.id]);
    const { fence } = (await takeTask(db, id))!;
    const times = { waitingMs: 0, ioMs: 0, computeMs: 0, work: outcome.work };
    const inputHash = graphInputHash(run);
    const artifacts = [...outcome.artifacts!];
    await commitTask(db, {
      taskId: id,
      fence,
      revision: run.revision,
      inputHash,
      inputs: [],
      artifacts,
      ...times,
    });
    const { inputHashes, outputs } = await stageHashes(db, run, 'graph');
    const record = {
      inputHash: stageInputHash(inputHashes),
      code,
      model: noModel,
      parameters: {},
      environment,
      outputHash: artifactSetHash(outputs),
    };
    await finishStage(db, { run, stage: 'graph', stageVersion: stages.graph.version, layer: 'L5', record });
    return (await stageRunsOf(db, run.id)).find(({ stage }) => stage === 'graph')!;
  }

  await mkdir(modelDirectory);
  await writeFile(join(modelDirectory, 'model.onnx'), 'weights');
  const card = {
    id: 'test-net',
    version: '1.0.0',
    task: 'affinities',
    file: 'model.onnx',
    sha256: modelHash,
    voxelNm: [10, 10, 10],
    voxelToleranceFraction: 0.2,
    window: [8, 8, 8],
    margin: [1, 1, 1],
    channels: ['affinityZ'],
    licence: { weights: 'Apache-2.0', trainingData: 'none' },
    seed: 1,
    recipe: 'none',
    trainedOn: [],
    heldOut: {},
  };
  await writeFile(join(modelDirectory, 'model.json'), JSON.stringify(card));
  const { hash } = await put(manifest);
  await registerDataset(db, { name: dataset, voxelNm: [10, 5, 5], sourcePath: '/tiles', manifestHash: hash });

  /** A whole revision, as a run makes it. */
  async function complete(variant: Variant, parameters: Record<string, unknown> = {}): Promise<Run> {
    const run = await makeRevision(variant, parameters);
    await commitGraph(run, await serve(run, parameters));
    await finishRun(db, run.id);
    return run;
  }

  async function close(): Promise<void> {
    await deleteDataset(graph, dataset);
    await graph.close();
    await removeDataset(db, dataset);
    await db.destroy();
    await rm(folder, { recursive: true, force: true });
  }

  return { dataset, db, graph, store, folder, tileBytes, makeRevision, serve, commitGraph, complete, close };
}

export type StagedTissue = Awaited<ReturnType<typeof openStagedTissue>>;
