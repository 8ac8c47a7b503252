import {
  compareRevisions,
  volumeDifferences,
  type Differences,
  type RevisionComparison,
  type VolumeDifference,
} from '@stratome/revisions';
import type { ConnectionRow, NeuronRow, SynapseRow } from '@stratome/connectome';
import type { Command } from 'commander';
import { runs } from '../action.js';
import { wholeNumber } from '../options.js';
import { withRunningServers } from '../session.js';
import { renderTable } from '../table.js';

interface DiffOptions {
  limit: number;
}

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

function json(comparison: RevisionComparison, volumes: readonly VolumeDifference[]) {
  const { dataset, from, to, artifacts } = comparison;
  return {
    dataset,
    from,
    to,
    voxels: { changed: sum(volumes, 'voxels'), chunks: sum(volumes, 'chunks'), volumes },
    neurons: plain(comparison.neurons, neuron),
    synapses: plain(comparison.synapses, synapse),
    connections: plain(comparison.connections, connection),
    artifacts,
  };
}

function describe(comparison: RevisionComparison, volumes: readonly VolumeDifference[]): string {
  const columns = ['', 'Gained', 'Lost', 'Changed'].map((title) => ({ title }));
  const rows = (['neurons', 'synapses', 'connections'] as const).map((kind) => {
    const { gained, lost, changed } = comparison[kind].totals;
    return [kind, gained, lost, changed];
  });
  const weights = comparison.connections.changed
    .slice(0, 20)
    .map(
      ({ before, after }) => `${after.preBodyId} → ${after.postBodyId}: ${before.weight} → ${after.weight}`,
    );
  return [
    `"${comparison.dataset}", revision ${comparison.from} → ${comparison.to}`,
    renderTable(columns, rows),
    ...volumes.map(({ volume, chunks, voxels }) => `${volume}: ${voxels} voxels in ${chunks} chunks`),
    ...weights,
  ].join('\n');
}

export function defineDiff(command: Command): Command {
  const revision = wholeNumber('revision', 1);
  command
    .argument('<dataset>', 'name of the dataset')
    .argument('<from>', 'a revision', revision)
    .argument('<to>', 'another one', revision)
    .option('--limit <rows>', 'most rows of each list', wholeNumber('number of rows', 0, 1_000_000), 100);
  return runs<DiffOptions>(command, async (args, { limit }, { note }) => {
    const [dataset, from, to] = args as unknown as [string, number, number];
    return withRunningServers(async ({ db, graph, store }) => {
      const comparison = await compareRevisions(db, graph, dataset, from, to, limit);
      let done = 0;
      const tell = () => {
        if (++done % 500 === 0) note(`${done} chunks compared`);
      };
      const ends = [Math.min(from, to), Math.max(from, to)] as const;
      const volumes = await volumeDifferences(db, store, dataset, ...ends, tell);
      return { json: json(comparison, volumes), text: describe(comparison, volumes) };
    });
  });
}
