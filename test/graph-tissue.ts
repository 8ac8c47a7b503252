import {
  commitDelta,
  deleteDataset,
  deltaTo,
  loadConnectome,
  openGraph,
  queries,
  tallySynapses,
  wholeOf,
  type ArtifactRef,
  type ConnectomeRows,
  type Graph,
} from '@stratome/connectome';
import type {
  ArtifactRow,
  DatasetRow,
  FragmentRow,
  NeuronRow,
  StageRunRow,
  SynapseRow,
  TileRow,
} from '@stratome/connectome';
import { hashJson, seededRandom } from '@stratome/core';
import { fileURLToPath } from 'node:url';

/*
 * A small planted connectome with known lineage, for tests of the graph. The tissue is four sections of 2×2 tiles,
 * 4×200×200 voxels, cut into four columns of 4×100×100. A column's voxels rest on the four tiles above it, and its
 * synapses on the column and, by the model's field of view, on the next column in x.
 */

export const migrationFolder = fileURLToPath(new URL('../cypher/migrations', import.meta.url));

/** Opens the graph of the test servers. */
export function openTestGraph(): Promise<Graph> {
  const { NEO4J_URI: uri, NEO4J_USER: user = 'neo4j', NEO4J_PASSWORD: password } = process.env;
  if (!uri || !password) throw new Error('NEO4J_URI and NEO4J_PASSWORD name no test server');
  return openGraph({ uri, user, password });
}

const sections = [0, 1, 2, 3];
const corners = [0, 1];
export const columns = ['0/0', '0/1', '1/0', '1/1'];
const thresholds = { postHighAccuracy: 0.5, postHP: 0.8, preHP: 0.8 };

export const datasetRow = (dataset: string): DatasetRow => ({
  dataset,
  description: `planted tissue ${dataset}`,
  voxelNm: [40, 4, 4],
  shape: [4, 200, 200],
  editedAt: '2026-01-02T03:04:05Z',
  uuid: hashJson(dataset),
  thresholds,
  uncalibrated: false,
});

/** A hash that differs between datasets, as the content of two volumes does. */
const hashOf = (dataset: string, ...what: (string | number)[]) => hashJson([dataset, ...what]);

export const artifact = (dataset: string, kind: string, key: string): ArtifactRef => ({
  kind,
  key,
  hash: hashOf(dataset, kind, key),
});

const tileKey = (section: number, row: number, column: number) => `${section}/${row}/${column}`;

function plantTiles(dataset: string): TileRow[] {
  return sections.flatMap((section) =>
    corners.flatMap((row) =>
      corners.map((column) => ({
        tileId: tileKey(section, row, column),
        hash: hashOf(dataset, 'tile', tileKey(section, row, column)),
        section,
        row,
        column,
        path: `${dataset}/s${section}-${row}${column}.png`,
        heightPx: 110,
        widthPx: 110,
        stageYPx: row * 100,
        stageXPx: column * 100,
      })),
    ),
  );
}

/** The tiles whose pixels a column of tissue rests on, by id. */
export const tilesUnder = (column: string): string[] => sections.map((section) => `${section}/${column}`);

/** The columns whose voxels the synapses of a column rest on. */
export const columnsBehindSynapses = (column: string): string[] =>
  column.endsWith('/0') ? [column, `${column[0]}/1`] : [column];

function plantArtifacts(dataset: string): ArtifactRow[] {
  const of = (kind: string, key: string) => artifact(dataset, kind, key);
  const allTiles = plantTiles(dataset).map((tile) => of('tile', tile.tileId));
  const transforms = sections.map((section) => ({
    ...of('transform', String(section)),
    layer: 'L2' as const,
    pixelsFrom: [],
    parametersFrom: allTiles,
  }));
  const perColumn = columns.flatMap((column) => [
    {
      ...of('em', column),
      layer: 'L2' as const,
      sizeBytes: 40_000n,
      box: columnBox(column),
      chunks: [{ mip: 0, positions: chunkOf(column) }],
      pixelsFrom: tilesUnder(column).map((key) => of('tile', key)),
      parametersFrom: sections.map((section) => of('transform', String(section))),
    },
    {
      ...of('segments', column),
      layer: 'L3' as const,
      pixelsFrom: [of('em', column)],
      parametersFrom: [of('agglomeration', 'all')],
    },
    {
      ...of('synapses', column),
      layer: 'L4' as const,
      pixelsFrom: columnsBehindSynapses(column).map((key) => of('em', key)),
      parametersFrom: [of('agglomeration', 'all')],
    },
  ]);
  const agglomeration = {
    ...of('agglomeration', 'all'),
    layer: 'L3' as const,
    pixelsFrom: [],
    parametersFrom: columns.map((column) => of('em', column)),
  };
  // Sources last: the loader takes rows in any order.
  return [...perColumn, agglomeration, ...transforms];
}

/** A column is one chunk. */
function chunkOf(column: string) {
  const [y, x] = column.split('/').map(Number);
  return { begin: [0, y, x], end: [1, y + 1, x + 1] } as const;
}

export function columnBox(column: string) {
  const [y, x] = column.split('/').map(Number);
  return { begin: [0, y * 100, x * 100], end: [4, y * 100 + 100, x * 100 + 100] } as const;
}

export const modelHash = hashJson('synapse model');
export const runId = (dataset: string, stage: string) => `${dataset}-${stage}`;

function plantRuns(dataset: string, rows: readonly ArtifactRow[]): StageRunRow[] {
  const stages = [
    ['render', 'L2', ['em', 'transform'], 'none'],
    ['segment', 'L3', ['segments', 'agglomeration'], 'none'],
    ['synapses', 'L4', ['synapses'], 'synapse-net'],
  ] as const;
  return stages.map(([stage, layer, kinds, model], index) => {
    const generated = rows.filter((row) => (kinds as readonly string[]).includes(row.kind));
    // Another threshold holds in one column.
    const regions = [{ box: columnBox(columns[0]), set: { threshold: 0.7 } }];
    const parameters = stage === 'segment' ? { stage, threshold: 0.5, regions } : { stage };
    return {
      runId: runId(dataset, stage),
      stage,
      layer,
      revision: 1n,
      inputHash: hashOf(dataset, stage, 'input'),
      outputHash: hashOf(dataset, stage, 'output'),
      code: { commit: 'abcdef0123456789', dirty: false },
      model: { id: model, hash: model === 'none' ? hashJson('') : modelHash, licence: 'Apache-2.0' },
      parameters: { hash: hashJson(parameters), values: parameters },
      environment: { hash: hashJson('environment'), values: { cores: 2 }, executionProvider: 'cpu' },
      seed: 7n,
      startedAt: `2026-01-01T00:0${index}:00Z`,
      finishedAt: `2026-01-01T00:0${index}:30Z`,
      used: generated.flatMap((row) => row.pixelsFrom),
      generated: generated.map(({ kind, key, hash }) => ({ kind, key, hash })),
    };
  });
}

function plantSynapses(dataset: string, bodies: number, count: number): SynapseRow[] {
  const random = seededRandom(`synapses ${dataset}`);
  return Array.from({ length: count }, (_, index) => {
    const column = columns[index % columns.length];
    const [y, x] = column.split('/').map(Number);
    const place = { x: x * 100 + random.below(100), y: y * 100 + random.below(100), z: random.below(4) };
    const excitatory = random.next();
    return {
      synapseId: BigInt(index + 1),
      preBodyId: BigInt(1 + random.below(bodies)),
      postBodyId: index % 50 === 49 ? null : BigInt(1 + random.below(bodies)),
      preLocation: place,
      postLocation: { ...place, x: place.x + 0.5 },
      confidence: random.next(),
      excitatoryProbability: excitatory,
      inhibitoryProbability: 1 - excitatory,
      uncalibrated: false,
      sizeVoxels: 120n,
      cellKey: `cell/0/${column}`,
      derivedFrom: artifact(dataset, 'synapses', column),
    };
  });
}

function plantNeurons(dataset: string, bodies: number, synapses: readonly SynapseRow[]): NeuronRow[] {
  const { counts } = tallySynapses(synapses, thresholds);
  return Array.from({ length: bodies + 5 }, (_, index) => {
    const bodyId = BigInt(index + 1);
    const neuron = index < bodies;
    const none = { pre: 0n, post: 0n, upstream: 0n, downstream: 0n };
    return {
      bodyId,
      neuron,
      class: neuron ? 'neurite' : 'glia',
      classProbability: 0.9,
      sizeVoxels: BigInt(1000 + index),
      box: { begin: [0, 0, 0], end: [4, 100, 100] },
      ...(counts.get(bodyId) ?? none),
      type: index === 0 ? "MBON01(y5B'2a)_R" : `T${index % 7}`,
      instance: `body ${bodyId} of ${dataset}`,
      somaLocation: { x: 10, y: 20, z: 1 },
      cableLengthUm: 12.5,
      skeleton: { nodes: 30n, branches: 2n, ends: 4n },
    } satisfies NeuronRow;
  });
}

/** All rows of a planted dataset; `seed` makes its wiring, its lineage is that of every other. */
export function plantConnectome(dataset: string, bodies = 60, synapseCount = 600): ConnectomeRows {
  const artifacts = plantArtifacts(dataset);
  const synapses = plantSynapses(dataset, bodies, synapseCount);
  const cells = columns.map((column) => ({
    cellKey: `cell/0/${column}`,
    grid: 'cell' as const,
    box: columnBox(column),
  }));
  return {
    tiles: plantTiles(dataset),
    artifacts,
    stageRuns: plantRuns(dataset, artifacts),
    cells,
    measurements: cells.map(({ cellKey }, index) => ({
      cellKey,
      layer: 'L4' as const,
      measure: 'synapseConfidence',
      value: 0.5 + index / 10,
      unit: '',
      count: 10n,
      runId: runId(dataset, 'synapses'),
    })),
    neurons: plantNeurons(dataset, bodies, synapses),
    fragments: [1n, 2n].map((bodyId, index) => ({
      bodyId,
      blockKey: columns[index],
      sizeVoxels: 100n,
      cellKey: `cell/0/${columns[index]}`,
      derivedFrom: artifact(dataset, 'segments', columns[index]),
    })),
    synapses,
    connections: tallySynapses(synapses, thresholds).connections,
  };
}

/**
 * Plants a dataset of two revisions: in the second, the first `lost` synapses are gone, neuron 2 has another type, a
 * fragment is gone and a neuron has come; history says so.
 */
export async function plantHistory(graph: Graph, dataset: string, lost = 1): Promise<void> {
  await deleteDataset(graph, dataset);
  const first = plantConnectome(dataset, 12, 100);
  await loadConnectome(graph, datasetRow(dataset), 1n, first);
  const commit = {
    kind: 'run',
    author: 'test',
    committedAt: '2026-01-02T00:00:00Z',
    editedAt: '2026-01-02T00:00:00Z',
  };
  const move = {
    dataset,
    committedAt: commit.committedAt,
    expectedRevision: 0n,
    expectedEpoch: 0n,
    revision: 1n,
  };
  await graph.run(queries.setHead, move);
  const synapses = (first.synapses as SynapseRow[]).slice(lost);
  const { counts, connections } = tallySynapses(synapses, thresholds);
  const neurons = (first.neurons as NeuronRow[]).map((row) => ({
    ...row,
    ...counts.get(row.bodyId),
    ...(row.bodyId === 2n ? { type: 'renamed' } : {}),
  }));
  const none = { pre: 0n, post: 0n, upstream: 0n, downstream: 0n };
  const after = await wholeOf({
    ...first,
    synapses,
    connections,
    fragments: (first.fragments as FragmentRow[]).slice(1),
    neurons: [...neurons, { ...neurons[0], ...none, bodyId: 900n }],
  });
  await commitDelta(graph, {
    dataset,
    from: { revision: 1n, epoch: 1n },
    revision: 2n,
    commit: { ...commit, id: hashJson(dataset) },
    delta: await deltaTo(graph, dataset, after),
  });
}
