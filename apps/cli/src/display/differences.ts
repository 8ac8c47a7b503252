import type { ConnectionRow, NeuronRow, SynapseRow } from '@stratome/connectome';
import type { Differences, RevisionComparison, VolumeDifference } from '@stratome/revisions';
import { renderTable } from '../table.js';

const neuron = ({ bodyId, sizeVoxels, pre, post, type }: NeuronRow) => ({
  bodyId: String(bodyId),
  size: Number(sizeVoxels),
  pre: Number(pre),
  post: Number(post),
  ...(type === undefined ? {} : { type }),
});

const idOrNull = (id: bigint | null) => (id === null ? null : String(id));

const synapse = ({ synapseId, preBodyId, postBodyId, confidence, kind, postLocation: at }: SynapseRow) => ({
  synapseId: String(synapseId),
  preBodyId: idOrNull(preBodyId),
  postBodyId: idOrNull(postBodyId),
  location: [at.z, at.y, at.x],
  confidence,
  kind,
});

const connection = ({ preBodyId, postBodyId, weight, weightHP, meanConfidence }: ConnectionRow) => ({
  preBodyId: String(preBodyId),
  postBodyId: String(postBodyId),
  weight: Number(weight),
  weightHP: Number(weightHP),
  meanConfidence,
});

const plain = <Row>({ gained, lost, changed, totals }: Differences<Row>, of: (row: Row) => object) => ({
  gained: gained.map(of),
  lost: lost.map(of),
  changed: changed.map(({ before, after }) => ({ before: of(before), after: of(after) })),
  totals,
});

const sum = (volumes: readonly VolumeDifference[], of: 'chunks' | 'voxels') =>
  volumes.reduce((all, volume) => all + volume[of], 0);

/** How two states of a dataset differ. */
export type Compared = Pick<RevisionComparison, 'neurons' | 'synapses' | 'connections'>;

/** The same as JSON: ids as text. */
export const differencesJson = (compared: Compared, volumes: readonly VolumeDifference[]) => ({
  voxels: { changed: sum(volumes, 'voxels'), chunks: sum(volumes, 'chunks'), volumes },
  neurons: plain(compared.neurons, neuron),
  synapses: plain(compared.synapses, synapse),
  connections: plain(compared.connections, connection),
});

/** A table of counts, the voxels of each volume, and the first connections that changed. */
export function differenceLines(compared: Compared, volumes: readonly VolumeDifference[]): string[] {
  const columns = ['', 'Gained', 'Lost', 'Changed'].map((title) => ({ title }));
  const rows = (['neurons', 'synapses', 'connections'] as const).map((kind) => {
    const { gained, lost, changed } = compared[kind].totals;
    return [kind, gained, lost, changed];
  });
  const weights = compared.connections.changed
    .slice(0, 20)
    .map(
      ({ before, after }) => `${after.preBodyId} → ${after.postBodyId}: ${before.weight} → ${after.weight}`,
    );
  return [
    renderTable(columns, rows),
    ...volumes.map(({ volume, chunks, voxels }) => `${volume}: ${voxels} voxels in ${chunks} chunks`),
    ...weights,
  ];
}
