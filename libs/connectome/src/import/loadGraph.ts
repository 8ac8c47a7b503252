import { conflict } from '@stratome/core';
import {
  completeImport,
  completeSites,
  datasets,
  head,
  importConnections,
  refreshMeta,
  setHead,
} from '../generated/queries.js';
import type { Graph } from '../graph.js';
import { deleteDataset, loadConnectome, loadDataset } from '../load.js';
import type { DatasetRow, NeuronRow } from '../rows.js';
import { synapsesOf, type ImportedGraph } from './importedGraph.js';
import { storable, writeSites } from './loadSites.js';

/** Whether the database holds no dataset, so that its whole store may be written anew. */
export async function isNewDatabase(graph: Graph): Promise<boolean> {
  return (await graph.run(datasets, {})).length === 0;
}

/** What was imported. */
export interface ImportCounts {
  readonly neurons: number;
  readonly connections: number;
  /** The sum of the weights. */
  readonly synapses: bigint;
}

export interface ImportTarget {
  readonly dataset: string;
  readonly description?: string;
  /** ISO time. */
  readonly editedAt: string;
  /** Identity of the data: a hash of what was read. */
  readonly uuid: string;
  /** Proofreading status of neurons whose own is not given. */
  readonly status: string;
}

const batchRows = 5000;

/** Synapses that each neuron makes and receives, in the order of `bodyIds`. */
function synapseCounts({ bodyIds, edges }: ImportedGraph): { made: Float64Array; received: Float64Array } {
  const made = new Float64Array(bodyIds.length);
  const received = new Float64Array(bodyIds.length);
  edges.weights.forEach((weight, i) => {
    made[edges.sources[i]] += weight;
    received[edges.targets[i]] += weight;
  });
  return { made, received };
}

export function* neuronRows(imported: ImportedGraph, status: string): Generator<NeuronRow> {
  const { made, received } = synapseCounts(imported);
  for (const [i, bodyId] of imported.bodyIds.entries()) {
    const { counts, properties, neuron = true, sizeVoxels = 0n, status: own, ...told } = imported.neurons[i];
    yield {
      bodyId,
      class: 'neurite',
      ...told,
      neuron,
      sizeVoxels,
      box: { begin: [0, 0, 0], end: [0, 0, 0] },
      // Where no table counts sites, contacts are known: each counts as one of either side.
      pre: counts?.pre ?? BigInt(made[i]),
      post: counts?.post ?? BigInt(received[i]),
      downstream: counts?.downstream ?? BigInt(made[i]),
      upstream: counts?.upstream ?? BigInt(received[i]),
      status: own ?? status,
      ...(properties ? { properties: storable(properties) } : {}),
    };
  }
}

/** neuPrint's names of neo4j-admin's types. */
const neuprintType = (type: string) =>
  type.endsWith('[]') ? 'list' : ({ long: 'int', short: 'int', byte: 'int', double: 'float' }[type] ?? type);

const neuprintTypes = (types: Readonly<Record<string, string>> = {}) =>
  Object.fromEntries(Object.entries(types).map(([name, type]) => [name, neuprintType(type)]));

/** A graph that is imported without Meta has no voxels: its voxel is a nanometre, its volume empty. */
function datasetRow(
  { dataset, description, editedAt, uuid }: ImportTarget,
  imported: ImportedGraph,
): DatasetRow {
  const { neurons, meta, sites, neuronPropertyTypes } = imported;
  const regions = [...new Set(neurons.flatMap(({ rois }) => Object.keys(rois ?? {})))].sort();
  const [x, y, z] = meta?.voxelSize ?? [1, 1, 1];
  const transmitters = Object.entries(sites?.propertyTypes ?? {}).filter(([name]) => /^nt.*Prob$/.test(name));
  const own = Object.entries(neuronPropertyTypes ?? {}).filter(([name]) => !regions.includes(name));
  return {
    primaryRois: meta?.primaryRois ?? regions,
    ...(meta?.roiHierarchy === undefined ? {} : { roiHierarchy: meta.roiHierarchy }),
    ...(meta?.tag === undefined ? {} : { tag: meta.tag }),
    dataset,
    description,
    editedAt,
    uuid,
    voxelNm: [z, y, x],
    shape: [0, 0, 0],
    thresholds: meta?.thresholds ?? { postHighAccuracy: 0, postHP: 0, preHP: 0 },
    uncalibrated: false,
    importedProperties: {
      neurons: neuronPropertyTypes ?? {},
      connections: imported.edgePropertyTypes ?? {},
      synapses: sites?.propertyTypes ?? {},
    },
    neuronProperties: neuprintTypes(Object.fromEntries(own)),
    ...(transmitters.length > 0
      ? { ntSynapseProperties: neuprintTypes(Object.fromEntries(transmitters)) }
      : {}),
  };
}

const orNull = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? null : value);

/** What is told of one connection. */
export function connectionFields({ edges }: ImportedGraph, i: number) {
  const weight = edges.weights[i];
  return {
    weight: BigInt(weight),
    weightHP: BigInt(edges.weightsHP?.[i] ?? weight),
    weightHR: BigInt(edges.weightsHR?.[i] ?? weight),
    excitatoryShare: orNull(edges.excitatoryShares?.[i]),
    meanConfidence: orNull(edges.meanConfidences?.[i]),
    roiInfo: edges.roiInfo?.[i] ?? '{}',
  };
}

async function writeConnections(
  graph: Graph,
  dataset: string,
  imported: ImportedGraph,
  onProgress: (done: number, all: number) => void,
): Promise<void> {
  const { bodyIds, edges } = imported;
  const count = edges.weights.length;
  for (let begin = 0; begin < count; begin += batchRows) {
    const end = Math.min(count, begin + batchRows);
    const rows = Array.from({ length: end - begin }, (_, k) => ({
      preBodyId: bodyIds[edges.sources[begin + k]],
      postBodyId: bodyIds[edges.targets[begin + k]],
      ...connectionFields(imported, begin + k),
      properties: storable(edges.properties?.[begin + k]) as never,
    }));
    await graph.run(importConnections, { dataset, revision: 1n, rows });
    onProgress(end, count);
  }
}

/**
 * Writes an imported graph as revision 1 of a new dataset. Readers see it whole or not at all: Head is moved when
 * everything is written, and what a failure leaves is removed.
 *
 * @throws StratomeError conflict when the dataset exists
 */
export async function loadGraph(
  graph: Graph,
  target: ImportTarget,
  imported: ImportedGraph,
  onProgress: (done: number, all: number) => void = () => {},
): Promise<ImportCounts> {
  const { dataset } = target;
  const before = await graph.first(head, { dataset });
  if (before && before.revision > 0n) {
    throw conflict(
      `The dataset "${dataset}" exists.`,
      'Choose another name with --dataset, or remove it first.',
    );
  }
  // What an import that was killed left behind.
  if (before) await deleteDataset(graph, dataset);
  try {
    await loadConnectome(graph, datasetRow(target, imported), 1n, {
      neurons: neuronRows(imported, target.status),
    });
    await writeConnections(graph, dataset, imported, onProgress);
    if (imported.sites) {
      await writeSites({ graph, dataset, revision: 1n }, imported, imported.sites);
      await graph.run(refreshMeta, { dataset, editedAt: target.editedAt });
    }
    await moveHead(graph, target);
  } catch (error) {
    await deleteDataset(graph, dataset).catch(() => {});
    throw error;
  }
  return countsOf(imported);
}

const countsOf = (imported: ImportedGraph): ImportCounts => ({
  neurons: imported.bodyIds.length,
  connections: imported.edges.weights.length,
  synapses: synapsesOf(imported),
});

async function moveHead(graph: Graph, { dataset, editedAt }: ImportTarget): Promise<void> {
  const seen = { expectedRevision: 0n, expectedEpoch: 0n };
  await graph.run(setHead, { dataset, ...seen, revision: 1n, committedAt: editedAt });
}

/**
 * Makes a dataset of what Neo4j's offline import wrote: Meta, totals and Head. The schema was migrated before.
 *
 * @throws StratomeError whatever went wrong; the dataset is removed then
 */
export async function finishOfflineImport(
  graph: Graph,
  target: ImportTarget,
  imported: ImportedGraph,
): Promise<ImportCounts> {
  const { dataset, editedAt } = target;
  try {
    await loadDataset(graph, datasetRow(target, imported));
    for (let after: bigint | null = -1n; after !== null; ) {
      after = (await graph.run(completeImport, { dataset, after, limit: batchRows }))[0].last;
    }
    for (const type of imported.sites ? ['pre', 'post'] : [])
      for (let after: bigint | null = -1n; after !== null; ) {
        after = (await graph.run(completeSites, { dataset, type, after, limit: batchRows }))[0].last;
      }
    await graph.run(refreshMeta, { dataset, editedAt });
    await moveHead(graph, target);
  } catch (error) {
    await deleteDataset(graph, dataset).catch(() => {});
    throw error;
  }
  return countsOf(imported);
}
