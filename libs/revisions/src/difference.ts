import {
  differenceBetween,
  textOf,
  type ConnectionRow,
  type Graph,
  type NeuronRow,
  type RevisionDifference,
  type RowDifference,
  type SynapseRow,
} from '@stratome/connectome';
import { badInput } from '@stratome/core';
import { artifactChanges, requireDataset, type ArtifactChange } from '@stratome/operations';
import type { DataSource } from 'typeorm';
import { requireReadable } from './history.js';

/** What differs of one kind of thing: all of it counted, the first of it listed. */
export interface Differences<Row> {
  readonly gained: readonly Row[];
  readonly lost: readonly Row[];
  readonly changed: readonly { readonly before: Row; readonly after: Row }[];
  readonly totals: { readonly gained: number; readonly lost: number; readonly changed: number };
}

export interface RevisionComparison {
  readonly dataset: string;
  readonly from: number;
  readonly to: number;
  /** Artefacts that differ, by kind; chunks of a volume are of the kind `volume/mip`. */
  readonly artifacts: readonly ArtifactChange[];
  readonly neurons: Differences<NeuronRow>;
  readonly synapses: Differences<SynapseRow>;
  /** Connections of weight 1 and more. */
  readonly connections: Differences<ConnectionRow>;
}

interface Sides<Row> {
  readonly before?: Row;
  readonly after?: Row;
}

/**
 * @param exists whether a row counts as being there
 * @param text what of a row is compared
 */
function gather<Row>(
  differences: readonly RowDifference<Row>[],
  exists: (row: Row) => boolean,
  text: (row: Row) => string,
  turned: boolean,
  limit: number,
): Differences<Row> {
  const there = (row?: Row) => (row !== undefined && exists(row) ? row : undefined);
  const sides: Sides<Row>[] = differences.map(({ before, after }) =>
    turned ? { before: there(after), after: there(before) } : { before: there(before), after: there(after) },
  );
  const gained = sides.flatMap(({ before, after }) => (!before && after ? [after] : []));
  const lost = sides.flatMap(({ before, after }) => (before && !after ? [before] : []));
  const changed = sides.flatMap(({ before, after }) =>
    before && after && text(before) !== text(after) ? [{ before, after }] : [],
  );
  return {
    gained: gained.slice(0, limit),
    lost: lost.slice(0, limit),
    changed: changed.slice(0, limit),
    totals: { gained: gained.length, lost: lost.length, changed: changed.length },
  };
}

/**
 * How a dataset differs between two revisions, out of what history keeps: the work is in proportion to the difference.
 *
 * @param limit most rows of each list
 * @throws StratomeError badInput for a revision and itself, notFound for one that does not exist
 */
export async function compareRevisions(
  db: DataSource,
  graph: Graph,
  dataset: string,
  from: number,
  to: number,
  limit = 100,
): Promise<RevisionComparison> {
  await requireDataset(db, dataset);
  if (from === to) throw badInput(`Revision ${from} is compared with itself.`, 'Name two revisions.');
  for (const revision of [from, to]) await requireReadable(db, graph, dataset, revision);
  const [earlier, later] = from < to ? [from, to] : [to, from];
  const turned = from > to;
  const rows = await differenceBetween(graph, dataset, earlier, later);
  const artifacts = await artifactChanges(db, dataset, earlier, later);
  return {
    dataset,
    from,
    to,
    artifacts: turned ? artifacts.map((a) => ({ ...a, gained: a.lost, lost: a.gained })) : artifacts,
    ...differencesOf(rows, { turned, limit }),
  };
}

type Connectivity = Pick<RevisionComparison, 'neurons' | 'synapses' | 'connections'>;

/**
 * What of two states of a dataset counts as gained, lost and changed.
 *
 * @param rows neurons, synapses and connections, each as it is in either; equal ones may be among them
 */
export function differencesOf(
  rows: Pick<RevisionDifference, keyof Connectivity>,
  { turned = false, limit = 100 } = {},
): Connectivity {
  return {
    neurons: gather(
      rows.neurons,
      ({ neuron }) => neuron,
      (row) => textOf('neurons', row),
      turned,
      limit,
    ),
    // Read from another artefact, a synapse is no other synapse.
    synapses: gather(
      rows.synapses,
      () => true,
      (row) => textOf('synapses', { ...row, derivedFrom: undefined }),
      turned,
      limit,
    ),
    connections: gather(
      rows.connections,
      ({ weight }) => weight > 0n,
      (row) => textOf('connections', row),
      turned,
      limit,
    ),
  };
}
