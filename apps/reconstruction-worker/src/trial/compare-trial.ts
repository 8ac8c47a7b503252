import {
  differingRows,
  readConnectivity,
  type ConnectionRow,
  type ConnectivityKind,
  type ConnectivityKinds,
  type Graph,
  type NeuronRow,
  type RowDifference,
  type SynapseRow,
} from '@stratome/connectome';
import { bytesPerVoxel } from '@stratome/core';
import {
  countDifferingVoxels,
  differencesOf,
  type Differences,
  type VolumeDifference,
} from '@stratome/revisions';
import { chunkKind, type ObjectStore } from '@stratome/storage';
import type { AnnotationWithoutPlace } from '../reprocessing/annotations-without-place.js';
import type { Reprocessing } from '../reprocessing/request.js';
import { volumeNames, volumeOf } from '../stages/geometry.js';
import type { Tallied } from '../stages/graph-connectivity.js';
import type { TrialArtifacts } from './trial-artifacts.js';

/** What would be another. */
export interface TrialChanges {
  /** Volumes whose voxels differ, at their finest level. */
  readonly voxels: readonly VolumeDifference[];
  readonly neurons: Differences<NeuronRow>;
  readonly synapses: Differences<SynapseRow>;
  readonly connections: Differences<ConnectionRow>;
  readonly annotationsWithoutPlace: readonly AnnotationWithoutPlace[];
}

export interface TrialResult {
  readonly graph: Graph;
  readonly store: ObjectStore;
  readonly artifacts: TrialArtifacts;
  readonly planned: Reprocessing;
  /** What the graph would hold. */
  readonly connectivity: Tallied;
}

/** Holds what a trial made against what readers see. */
export async function compareTrial(result: TrialResult): Promise<TrialChanges> {
  const { graph, planned, connectivity } = result;
  const { neurons, synapses, connections, withoutPlace } = connectivity;
  const { dataset } = planned;
  const {
    neurons: inNeurons,
    synapses: inSynapses,
    connections: inConnections,
  } = differencesOf({
    neurons: await against(graph, dataset.name, 'neurons', neurons),
    synapses: await against(graph, dataset.name, 'synapses', synapses),
    connections: await against(graph, dataset.name, 'connections', connections),
  });
  return {
    voxels: await differingVolumes(result),
    neurons: inNeurons,
    synapses: inSynapses,
    connections: inConnections,
    annotationsWithoutPlace: withoutPlace().map(({ annotationId, why }) => ({
      annotation: String(annotationId),
      why,
    })),
  };
}

async function against<K extends ConnectivityKind>(
  graph: Graph,
  dataset: string,
  kind: K,
  after: Iterable<ConnectivityKinds[K]>,
): Promise<RowDifference<ConnectivityKinds[K]>[]> {
  const differing: RowDifference<ConnectivityKinds[K]>[] = [];
  for await (const row of differingRows(kind, readConnectivity(graph, dataset).rows(kind), after))
    differing.push(row);
  return differing;
}

async function differingVolumes({ store, artifacts, planned }: TrialResult): Promise<VolumeDifference[]> {
  const { dataset, geometry: g } = planned;
  const contentOf = async (hash: string | null) =>
    hash !== null && (await store.has(hash)) ? store.get(hash) : undefined;
  const differences: VolumeDifference[] = [];
  for (const volume of volumeNames) {
    const meta = volumeOf(volume, dataset.name, g);
    let [chunks, voxels] = [0, 0];
    for (const { before, after } of await artifacts.changesOf(chunkKind(meta, 0))) {
      if (before === after) continue;
      chunks++;
      const [a, b] = await Promise.all([contentOf(before), contentOf(after)]);
      voxels += countDifferingVoxels(a, b, bytesPerVoxel(meta.dtype), meta.channels);
    }
    if (chunks > 0) differences.push({ volume, chunks, voxels });
  }
  return differences;
}
