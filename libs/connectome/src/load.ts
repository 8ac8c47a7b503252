import { badInput, canonicalJson } from '@stratome/core';
import type { Graph, QueryRunner } from './graph.js';
import { deleteDatasetBatch, refreshMeta, upsertMeta } from './generated/queries.js';
import { loadArtifacts, loadStageRuns, loadTiles } from './loadProvenance.js';
import { loadCells, loadMeasurements } from './loadQuality.js';
import { loadConnections, loadFragments, loadNeurons, loadSynapses } from './loadConnectivity.js';
import type { Target } from './batches.js';
import { neuronProperties, ntSynapseProperties } from './neuronProperties.js';
import type { ConnectomeRows, DatasetRow, LoadCounts } from './rows.js';

const datasetName = /^[A-Za-z][A-Za-z0-9_]{0,62}$/;

/** neuPrint's proofreading statuses, in the words its Meta node gives them. */
const statusDefinitions = {
  Segmented: 'made by the pipeline, not looked at by a person',
  Traced: 'proofread',
  Orphan: 'touches no face of the volume and has no soma',
};

function metaProperties(row: DatasetRow) {
  const primaryRois = row.primaryRois ?? [];
  return {
    description: row.description ?? null,
    uuid: row.uuid,
    tag: row.tag ?? row.uuid.slice(0, 12),
    latestMutationId: 0n,
    uncalibrated: row.uncalibrated,
    postHighAccuracyThreshold: row.thresholds.postHighAccuracy,
    postHPThreshold: row.thresholds.postHP,
    preHPThreshold: row.thresholds.preHP,
    primaryRois: [...primaryRois],
    superLevelRois: [...primaryRois],
    roiHierarchy: canonicalJson(row.roiHierarchy ?? { name: row.dataset, children: [] }),
    roiInfo: canonicalJson(Object.fromEntries(primaryRois.map((name) => [name, { isPrimary: true }]))),
    neuronProperties: canonicalJson({ ...row.neuronProperties, ...neuronProperties }),
    ntSynapseProperties: canonicalJson(row.ntSynapseProperties ?? ntSynapseProperties),
    importedProperties: row.importedProperties ? canonicalJson(row.importedProperties) : null,
    statusDefinitions: canonicalJson(statusDefinitions),
    neuroglancerInfo: canonicalJson(row.neuroglancerInfo ?? {}),
    neuroglancerMeta: canonicalJson([]),
  };
}

/** @throws StratomeError badInput for a name that could be no part of a label */
export function checkDatasetName(name: string): void {
  if (datasetName.test(name)) return;
  throw badInput(`"${name}" is not a dataset name.`, 'Use letters, digits and underscores, a letter first.');
}

/** Records the dataset; creates its Head at revision 0 when it is new. @throws StratomeError badInput for a bad name */
export async function loadDataset(runner: QueryRunner, row: DatasetRow): Promise<void> {
  checkDatasetName(row.dataset);
  const [z, y, x] = row.voxelNm;
  await runner.run(upsertMeta, {
    dataset: row.dataset,
    properties: metaProperties(row),
    voxelSize: [x, y, z],
    shapeVoxels: row.shape,
    editedAt: row.editedAt,
  });
}

/**
 * Adds rows to a dataset as readers see it, each kind in batches that are a transaction each. Keyed and idempotent: a replay
 * changes nothing, and a load that was interrupted is simply repeated. Rows may refer to rows of earlier loads.
 *
 * @param revision the revision the rows belong to
 * @returns rows written, by kind
 * @throws StratomeError badInput when a row refers to something that was never written; its batch is not written
 */
export async function loadConnectome(
  graph: Graph,
  dataset: DatasetRow,
  revision: bigint,
  rows: ConnectomeRows,
): Promise<LoadCounts> {
  await loadDataset(graph, dataset);
  const target: Target = { graph, dataset: dataset.dataset, revision };
  const counts = {
    ...(await loadLineage(target, rows)),
    ...(await loadMeasures(target, rows)),
    ...(await loadConnectivity(target, rows)),
  };
  await graph.run(refreshMeta, { dataset: dataset.dataset, editedAt: dataset.editedAt });
  return counts;
}

export type LineageRows = Pick<ConnectomeRows, 'tiles' | 'artifacts' | 'stageRuns'>;
export type MeasureRows = Pick<ConnectomeRows, 'cells' | 'measurements'>;
export type ConnectivityRows = Pick<ConnectomeRows, 'neurons' | 'fragments' | 'synapses' | 'connections'>;

export const loadLineage = async (target: Target, rows: LineageRows) => ({
  tiles: await loadTiles(target, rows.tiles ?? []),
  artifacts: await loadArtifacts(target, rows.artifacts ?? []),
  stageRuns: await loadStageRuns(target, rows.stageRuns ?? []),
});

export const loadMeasures = async (target: Target, rows: MeasureRows) => ({
  cells: await loadCells(target, rows.cells ?? []),
  measurements: await loadMeasurements(target, rows.measurements ?? []),
});

export const loadConnectivity = async (target: Target, rows: ConnectivityRows) => ({
  neurons: await loadNeurons(target, rows.neurons ?? []),
  fragments: await loadFragments(target, rows.fragments ?? []),
  synapses: await loadSynapses(target, rows.synapses ?? []),
  connections: await loadConnections(target, rows.connections ?? []),
});

/** Deletes all nodes a dataset owns, in batches; models, parameter sets and environments belong to none and stay. */
export async function deleteDataset(graph: Graph, dataset: string, batchNodes = 5000): Promise<bigint> {
  let total = 0n;
  for (;;) {
    const [{ deleted }] = await graph.run(deleteDatasetBatch, { dataset, limit: batchNodes });
    if (deleted === 0n) return total;
    total += deleted;
  }
}
