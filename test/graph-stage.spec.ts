import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deleteDataset, queries, type Graph } from '@stratome/connectome';
import { canonicalJson, hashBytes, hashJson, type Box, type Vec3 } from '@stratome/core';
import {
  artifactsAt,
  beginRun,
  commitReused,
  commitTask,
  finishRun,
  finishStage,
  findEarlierResult,
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
import { measures } from '@stratome/diagnostics';
import { stages, type InputReference, type ResolvedTask, type StageName } from '@stratome/pipeline';
import {
  artifactSetHash,
  captureEnvironment,
  noModel,
  stageInputHash,
  type UsedInput,
} from '@stratome/provenance';
import { FileObjectStore } from '@stratome/storage';
import neo4j from 'neo4j-driver';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Geometry } from '../apps/reconstruction-worker/src/stages/geometry.js';
import { graph as graphStage } from '../apps/reconstruction-worker/src/stages/graph.js';
import type { PlanContext, ServerContext } from '../apps/reconstruction-worker/src/stages/processor.js';
import { openTestGraph } from './graph-tissue.js';

/*
 * A dataset of two sections of three tiles a, b, c side by side, 8×64×192 voxels, worked on at half resolution in
 * three blocks a, b, c. A block rests on the tiles of its column; the affinities and synapse maps of b also on those
 * of a, as a model with a margin does.
 */

const dataset = `graph_stage_${randomUUID().replaceAll('-', '')}`;
const columns = [0, 1, 2];
const sections = [0, 1];
const modelHash = hashBytes(Buffer.from('weights'));

const geometry: Geometry = {
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

const tileId = (section: number, column: number) => `${section}/0/${column}`;
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
const objects = [
  object(1, 'neurite', false, [0, 1]),
  object(2, 'neurite', false, [1, 2]),
  object(3, 'none', true, [0]),
  object(4, 'none', true, [2]),
  object(5, 'glia', false, [0]),
];

function synapse(site: number, rank: number, at: Vec3, pre: number, post: number, confidence: number) {
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

const synapsesIn = [
  [synapse(10, 0, [1, 3, 4], 1, 2, 0.9), synapse(10, 1, [1, 3, 4], 1, 3, 0.8)],
  [synapse(20, 0, [2, 3, 40], 1, 2, 0.6), synapse(21, 0, [2, 9, 40], 2, 0, 0.9)],
  [synapse(30, 0, [3, 3, 70], 2, 1, 0.3), synapse(31, 0, [3, 9, 70], 99, 2, 0.9)],
];

/** A synapse put together from pieces in blocks b and c. */
const acrossBlocks = [{ ...synapse(40, 0, [4, 3, 63], 1, 2, 0.9), kind: 'inhibitory', pieces: ['656'] }];

/** Columns whose tiles the synapses of a block rest on. */
const restsOn = [[0], [0, 1], [2]];

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
const blocks = (list: readonly number[]) => list.map(block);
const blockBox = (b: number): Box => ({ begin: [0, 0, 32 * b], end: [8, 32, 32 * (b + 1)] });
/** Chunks of `em`, which lie at full resolution: two rows by two columns of chunks to a block. */
const emChunks = (b: number) => [0, 1].flatMap((y) => [0, 1].map((x) => `0/${y}/${2 * b + x}`));

interface Variant {
  readonly agglomeration: string;
  readonly objects: typeof objects;
  readonly synapses: typeof synapsesIn;
  readonly across: typeof acrossBlocks;
}

const perBlock = (
  stage: StageName,
  task: (b: number) => Pick<PlannedStage['tasks'][number], 'inputs' | 'outputs'>,
): PlannedStage => ({
  stage,
  tasks: columns.map((b) => ({ key: block(b), box: blockBox(b), ...task(b) })),
});

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
            ['measures/agglomerate', 'dataset', [{ cell: 2, measure: 'mergeIndex', value: 0.2, weight: 50 }]],
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
          [{ cell: 0, measure: 'synapseConfidence', value: [0.9, 0.6, 0.3][b], weight: [2, 1, 1][b] }],
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

let db: DataSource;
let graph: Graph;
let folder: string;
let store: FileObjectStore;
let modelDirectory: string;

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
    expect(rows.length).toBe(keys?.length ?? rows.length);
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
    const { fence } = (await takeTask(db, taskId))!;
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
      expect(await commitTask(db, { ...commit, ...times })).toBe(true);
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

async function makeRevision(variant: Variant): Promise<Run> {
  const { run } = await beginRun(db, { dataset, parameters: {}, inputHash: hashJson(variant) });
  for (const stage of tissue(variant)) await execute(run, stage);
  return run;
}

const code = { commit: 'abc', dirty: false };
const environment = captureEnvironment(import.meta.url, 'none');
const graphInputHash = (run: Run) => hashJson(['graph', run.id]);

async function serve(run: Run, parameters: Record<string, unknown> = {}, objectStore = store) {
  const row = await requireDataset(db, dataset);
  const rows = (kind: string) => artifactsAt(db, dataset, run.revision, kind);
  const plan = { dataset: row, run, keys: async (kind: string) => (await rows(kind)).map(({ key }) => key) };
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
  await finishStage(db, { run, stage: 'graph', stageVersion: 2, layer: 'L5', record });
  return (await stageRunsOf(db, run.id)).find(({ stage }) => stage === 'graph')!;
}

const ask = (cypher: string) =>
  graph.inSession(neo4j.session.READ, async (session) =>
    (await session.run(cypher, { dataset })).records.map((record) => record.toObject()),
  );

/** All nodes and relationships of the dataset, as one hash. */
async function fingerprint(): Promise<string> {
  const nodes = await ask(
    'MATCH (n {dataset: $dataset}) RETURN labels(n) AS labels, properties(n) AS properties',
  );
  const links = await ask(
    `MATCH (a {dataset: $dataset})-[r]->(b)
     RETURN type(r) AS type, properties(r) AS p, properties(a) AS a, properties(b) AS b`,
  );
  return hashJson([nodes, links].map((rows) => rows.map((row) => canonicalJson(row)).sort()));
}

const provenanceOf = async (siteId: number, type = 'post') =>
  (await graph.first(queries.synapseProvenance, { dataset, siteId: BigInt(siteId), type }))!;

const tilesOf = (list: readonly number[]) =>
  sections.flatMap((s) => list.map((column) => tileId(s, column))).sort();

const original: Variant = { agglomeration: 'first', objects, synapses: synapsesIn, across: acrossBlocks };

beforeAll(async () => {
  db = await openDatabase(process.env.POSTGRES_URL!);
  graph = await openTestGraph();
  folder = await mkdtemp(join(tmpdir(), 'stratome-graph-stage-'));
  store = new FileObjectStore(folder);
  modelDirectory = join(folder, 'test-net');
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
});

afterAll(async () => {
  await deleteDataset(graph, dataset);
  await graph.close();
  await removeDataset(db, dataset);
  await db.destroy();
  await rm(folder, { recursive: true, force: true });
});

describe('the stage that writes the graph', () => {
  let run: Run;
  let served: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    run = await makeRevision(original);
    served = await serve(run);
  });

  it('writes neurons, synapses, connections and measurements, and shows them to readers', async () => {
    expect(await graph.first(queries.graphSummary, { dataset })).toEqual({
      neurons: 2n,
      segments: 4n,
      synapses: 7n,
      connections: 1n,
      measurements: 22n,
    });
    expect(await graph.first(queries.head, { dataset })).toMatchObject({ revision: 1n });
    const [{ committed }] = await ask(
      'MATCH (r:Revision {dataset: $dataset, revision: 1}) RETURN r.committed IS NOT NULL AS committed',
    );
    expect(committed).toBe(true);
  });

  it('counts what reaches the confidence thresholds, between neurons only', async () => {
    const found = await ask(
      `MATCH (a:Neuron {dataset: $dataset})-[c:ConnectsTo]->(b:Segment)
       RETURN a.bodyId AS pre, b.bodyId AS post, c.weight AS weight, c.weightHP AS hp, c.weightHR AS hr ORDER BY pre`,
    );
    expect(found).toEqual([
      { pre: 1n, post: 2n, weight: 3n, hp: 2n, hr: 3n },
      { pre: 2n, post: 1n, weight: 0n, hp: 0n, hr: 1n },
    ]);
    const [one] = await ask(
      `MATCH (n:Segment {dataset: $dataset, bodyId: 1})
       RETURN n.pre AS pre, n.downstream AS downstream, n.post AS post, n.size AS size, n.cableLengthUm AS cable`,
    );
    expect(one).toEqual({ pre: 3n, downstream: 4n, post: 1n, size: 800n, cable: 1.5 });
  });

  it('places everything in voxels of the aligned volume', async () => {
    const [site] = await ask(
      `MATCH (s:Synapse {dataset: $dataset, siteId: 160, type: 'post'})-[:IN_CELL]->(c:Cell)
       RETURN s.location AS at, s.uncalibrated AS uncalibrated, c.cellKey AS cell, c.boxEnd AS cellEnd`,
    );
    expect(site).toMatchObject({
      at: { x: 10, y: 6, z: 1 },
      uncalibrated: true,
      cell: 'cell/0/0/0',
      cellEnd: [8n, 64n, 64n],
    });
    const boxes = await ask(
      `MATCH (a:Artifact {dataset: $dataset, key: '0/0/2'}) WHERE a.kind IN ['em', 'affinities', 'synapse-records']
       RETURN a.boxBegin AS begin, a.boxEnd AS end`,
    );
    const box = { begin: [0n, 0n, 128n], end: [8n, 64n, 192n] };
    expect(boxes).toEqual([box, box, box]);
  });

  it('leaves partners null that are no object, and keeps those that are no neuron', async () => {
    const bodies = await ask(
      `MATCH (a:Synapse {dataset: $dataset, type: 'pre'})-[:SynapsesTo]->(b:Synapse)
       RETURN b.siteId AS id, a.bodyId AS pre, b.bodyId AS post ORDER BY id`,
    );
    expect(bodies).toEqual([
      { id: 160n, pre: 1n, post: 2n },
      { id: 161n, pre: 1n, post: 3n },
      { id: 320n, pre: 1n, post: 2n },
      { id: 336n, pre: 2n, post: null },
      { id: 480n, pre: 2n, post: 1n },
      { id: 496n, pre: null, post: 2n },
      { id: 640n, pre: 1n, post: 2n },
    ]);
  });

  it('combines the measurements of a cell over tasks by their weight', async () => {
    const [found] = await ask(
      `MATCH (r:Run)-[:GENERATED]->(m:Measurement {dataset: $dataset})-[:OF]->(c:Cell)
       WHERE m.measure = 'synapseConfidence'
       RETURN m.value AS value, m.count AS count, m.layer AS layer, c.cellKey AS cell, r.stage AS stage`,
    );
    expect(found).toMatchObject({ count: 4n, layer: 'L4', cell: 'cell/0/0/0', stage: 'synapses' });
    expect(found.value).toBeCloseTo((2 * 0.9 + 0.6 + 0.3) / 4, 12);
  });

  it('brings measurements of every layer to cells, in the unit of the registry', async () => {
    const found = await graph.run(queries.qualityMeasures, { dataset });
    expect(new Set(found.map(({ layer }) => layer))).toEqual(new Set(['L1', 'L2', 'L3', 'L4', 'L5']));
    for (const { layer, measure, unit } of found)
      expect(measures[measure as keyof typeof measures]).toMatchObject({ layer, unit });
    const [focus] = await graph.run(queries.qualityField, {
      dataset,
      layer: 'L1',
      measure: 'focus',
      revision: 1n,
      grid: null,
    });
    expect(focus).toMatchObject({ cellKey: 'cell/0/0/0', count: 200n });
    expect(focus.value).toBeCloseTo(0.6, 12);
  });

  it('brings what was measured by section to sections', async () => {
    const field = { dataset, layer: 'L1', measure: 'contrast', revision: 1n };
    const rows = await graph.run(queries.qualityField, { ...field, grid: 'section' });
    expect(rows.map(({ cellKey, value }) => [cellKey, value])).toEqual([
      ['section/0', 90],
      ['section/1', 60],
    ]);
    const [, height, width] = geometry.shape;
    expect(rows[1]).toMatchObject({ boxBegin: [1, 0, 0], boxEnd: [2, height, width] });
    const measured = await graph.run(queries.qualityMeasures, { dataset });
    expect(measured.find(({ measure }) => measure === 'contrast')).toMatchObject({ cells: 0n, sections: 2n });
  });

  it('measures connections as the graph holds them, by its own run', async () => {
    const found = await ask(
      `MATCH (:Run {stage: 'graph'})-[:GENERATED]->(m:Measurement {dataset: $dataset, layer: 'L5'})
       RETURN m.measure AS measure, m.cellKey AS cell, m.value AS value, m.count AS count`,
    );
    const of = (measure: string) =>
      Object.fromEntries(
        found
          .filter((row) => row.measure === measure)
          .map((row) => [row.cell, [Number(row.value.toPrecision(9)), row.count]]),
      );
    // Only the three synapses from 1 to 2 are sure enough and between neurons: one in the first cell, two in the next.
    const [first, second, third] = ['cell/0/0/0', 'cell/0/0/1', 'cell/0/0/2'];
    expect(of('connectionsPerNeuron')).toEqual({ [first]: [1, 2n], [second]: [1, 2n] });
    expect(of('synapsesPerConnection')).toEqual({ [first]: [3, 1n], [second]: [3, 2n] });
    expect(of('connectionConfidence')).toEqual({ [first]: [0.8, 1n], [second]: [0.8, 2n] });
    expect(of('unconnectedSynapses')).toEqual({
      [first]: [0.5, 2n],
      [second]: [0.333333333, 3n],
      [third]: [1, 2n],
    });
    expect(of('weightPerCableUm')).toEqual({ [first]: [2, 1n], [second]: [2, 1n] });
    expect(of('recountDifference')).toEqual({ [first]: [0, 1n], [second]: [0, 2n] });
  });

  it('stands in the graph as a run with the six fields that PostgreSQL holds of it', async () => {
    const stageRun = await commitGraph(run, served);
    const [node] = await graph.run(queries.stageRuns, { dataset, stage: 'graph', limit: 10 });
    expect(node).toMatchObject({
      runId: stageRun.id,
      layer: 'L5',
      revision: 1n,
      inputHash: stageRun.inputHash,
      codeRevision: stageRun.codeCommit,
      codeDirty: stageRun.codeDirty,
      modelId: stageRun.modelId,
      modelHash: stageRun.modelHash,
      parametersHash: stageRun.parametersHash,
      environmentHash: stageRun.environmentHash,
      outputHash: stageRun.outputHash,
    });
    const [{ used }] = await ask(
      `MATCH (:Run {dataset: $dataset, stage: 'graph'})-[:USED]->(a:Artifact) RETURN collect(DISTINCT a.kind) AS used`,
    );
    expect(used).toEqual(expect.arrayContaining(['objects', 'synapses', 'measures/shapes']));
  });

  it.each(columns)('traces the synapses of block %i to exactly the tiles below it', async (b) => {
    for (const { id, siteId } of synapsesIn[b]) {
      for (const [site, type] of [
        [id, 'post'],
        [siteId, 'pre'],
      ] as const) {
        const { tiles } = await provenanceOf(Number(site), type);
        expect(tiles.map(({ tileId: name }) => name)).toEqual(tilesOf(restsOn[b]));
        for (const { tileId: name, hash } of tiles) expect(hash).toBe(hashBytes(tileBytes(name)));
      }
    }
  });

  it('traces a synapse put together from two blocks to the tiles below both, and takes its kind as judged', async () => {
    const { tiles, artifacts, parameterSources } = await provenanceOf(640);
    expect(tiles.map(({ tileId: name }) => name)).toEqual(tilesOf([0, 1, 2]));
    const records = artifacts.filter(({ kind }) => kind === 'synapse-records');
    expect(records.map(({ key }) => key)).toEqual(blocks([1, 2]));
    expect(parameterSources.map(({ kind }) => kind)).toContain('presynaptic-kinds');
    expect(parameterSources.map(({ kind }) => kind)).not.toContain('synapse-records');
    const [site] = await ask(
      `MATCH (s:Synapse {dataset: $dataset, siteId: 640, type: 'post'})
       RETURN s.kind AS kind, s.kindProbability AS probability`,
    );
    expect(site).toEqual({ kind: 'inhibitory', probability: 0.25 });
  });

  it('names the runs and the model on the way, and what was estimated from elsewhere beside it', async () => {
    const { runs, artifacts, parameterSources } = await provenanceOf(160);
    const stagesOnTheWay = new Set(runs.map(({ stage }) => stage));
    for (const stage of [
      'normalise',
      'render',
      'affinities',
      'supervoxels',
      'segment',
      'synapsemaps',
      'synapses',
      'synapsemerge',
    ])
      expect(stagesOnTheWay).toContain(stage);
    expect(runs.find(({ stage }) => stage === 'affinities')).toMatchObject({
      modelId: 'test-net',
      modelHash,
    });
    expect(artifacts.filter(({ kind }) => kind === 'em').map(({ key }) => key)).toEqual(['0/0/0']);
    expect(artifacts.map(({ kind }) => kind)).not.toContain('geometry');
    for (const kind of ['geometry', 'transform', 'agglomeration', 'illumination', 'partner-exclusions'])
      expect(parameterSources.map((source) => source.kind)).toContain(kind);
    const [model] = await ask(
      `MATCH (:Run {dataset: $dataset})-[:USED]->(m:Model) RETURN DISTINCT m.licence AS licence, m.card AS card`,
    );
    expect(model.licence).toBe('Apache-2.0');
    expect(JSON.parse(model.card)).toMatchObject({ version: '1.0.0' });
  });

  it('changes nothing when it is done twice', async () => {
    const before = await fingerprint();
    await serve(run);
    expect(await fingerprint()).toBe(before);
  });

  describe('with a revision before it', () => {
    let next: Run;
    beforeAll(async () => {
      await finishRun(db, run.id);
      next = await makeRevision({
        agglomeration: 'second',
        objects: objects.filter(({ id }) => id !== '5'),
        synapses: [synapsesIn[0], synapsesIn[1], []],
        across: [],
      });
    });

    it('leaves readers what they see when it comes to no end', async () => {
      const broken = Object.assign(Object.create(store) as FileObjectStore, {
        put: () => Promise.reject(new Error('the disk is full')),
      });
      await expect(serve(next, {}, broken)).rejects.toThrow('the disk is full');
      expect(await graph.first(queries.head, { dataset })).toMatchObject({ revision: 1n });
      expect(await graph.first(queries.graphSummary, { dataset })).toEqual({
        neurons: 2n,
        segments: 4n,
        synapses: 7n,
        connections: 1n,
        measurements: 22n,
      });
      const runs = await graph.run(queries.stageRuns, { dataset, stage: null, limit: 100 });
      expect(runs.every(({ revision }) => revision === 1n)).toBe(true);
    });

    it('never lets readers see anything but one revision or the other', async () => {
      let loading = true;
      const seen: { segments: bigint; synapses: bigint }[] = [];
      const reading = (async () => {
        while (loading) seen.push((await graph.first(queries.graphSummary, { dataset }))!);
      })();
      await serve(next, { keepRevisions: 2 });
      loading = false;
      await reading;
      expect(seen.length).toBeGreaterThan(0);
      for (const { segments, synapses } of seen) {
        expect([4n, 3n]).toContain(segments);
        expect([7n, 4n]).toContain(synapses);
      }
    });

    it('keeps the measurements and runs of as many revisions as it is told', async () => {
      const field = { dataset, layer: 'L4', measure: 'synapseConfidence', grid: null };
      const [before] = await graph.run(queries.qualityField, { ...field, revision: 1n });
      expect(before).toMatchObject({ revision: 1n });
      const revisions =
        'MATCH (m:Measurement {dataset: $dataset}) RETURN collect(DISTINCT m.revision) AS all';
      expect((await ask(revisions))[0].all.sort()).toEqual([1n, 2n]);
      await serve(next);
      expect((await ask(revisions))[0].all).toEqual([2n]);
    });

    it('shows the next revision without what vanished, and keeps the runs that made what stays', async () => {
      await serve(next);
      expect(await graph.first(queries.graphSummary, { dataset })).toMatchObject({
        segments: 3n,
        synapses: 4n,
      });
      expect(await graph.first(queries.head, { dataset })).toMatchObject({ revision: 2n });
      const { tiles, runs } = await provenanceOf(160);
      expect(tiles.map(({ tileId: name }) => name)).toEqual(tilesOf([0]));
      const revisions = await ask(
        `MATCH (r:Run {dataset: $dataset})-[:GENERATED]->(:Artifact) RETURN DISTINCT r.stage AS stage, r.revision AS revision`,
      );
      const of = (stage: string) => revisions.filter((r) => r.stage === stage).map((r) => r.revision);
      expect(of('render')).toEqual([1n]);
      expect(of('segment')).toEqual([2n]);
      expect(new Set(runs.map(({ runId }) => runId)).size).toBe(runs.length);
    });
  });

  it('refuses to put a dataset back to an earlier revision', async () => {
    await db.query('UPDATE dataset SET head_revision = 2 WHERE name = $1', [dataset]);
    const before = await fingerprint();
    await expect(serve(run)).rejects.toMatchObject({ kind: 'conflict' });
    expect(await fingerprint()).toBe(before);
  });
});
