import {
  connectivityKinds,
  differingRows,
  readConnectivity,
  rowKinds,
  sitesOf,
  type ConnectivityKind,
  type ConnectivityKinds,
  type Graph,
  type RowDifference,
} from '@stratome/connectome';
import { canonicalJson } from '@stratome/core';
import { artifactsAt } from '@stratome/operations';
import { stages } from '@stratome/pipeline';
import { resolveTask } from '../execution/resolve-task.js';
import { TaskIo } from '../execution/task-io.js';
import type { Geometry } from '../stages/geometry.js';
import {
  connectivityInputs,
  connectivityRows,
  type ConnectivityInputs,
} from '../stages/graph-connectivity.js';
import type { Lineage } from '../stages/graph-lineage.js';
import type { RecordedState } from '../stages/processor.js';

/** Where the graph holds something else than the objects, synapses and annotations on record give. */
export interface ConnectivityDifference {
  readonly kind: ConnectivityKind;
  /** Ids of what differs, as the row's key has them. */
  readonly key: string;
  readonly property: string;
  /** Ids and counts as digits, all else as JSON; null where the record gives no such row. */
  readonly recorded: string | null;
  /** The same of the graph; null where it has no such row. */
  readonly found: string | null;
}

export interface ConnectivityVerification {
  /** Rows that the record gives. */
  readonly rows: Readonly<Record<ConnectivityKind, number>>;
  readonly differences: readonly ConnectivityDifference[];
}

/** What names the extent of a row that stands on one side alone. */
const extentOf: Readonly<Record<ConnectivityKind, string>> = {
  neurons: 'sizeVoxels',
  fragments: 'sizeVoxels',
  sites: 'confidence',
  synapses: 'confidence',
  connections: 'weight',
};

/** What the stage that writes the graph reads at a revision, without the measurements. */
async function inputsOnRecord(
  state: RecordedState,
  g: Geometry,
  { resolve }: Lineage,
): Promise<ConnectivityInputs> {
  const { db, store, dataset, run } = state;
  const inputs = ['objects', 'synapses', 'shape-summary'].map((kind) => ({
    kind,
    role: 'parameters' as const,
  }));
  const { resolved } = await resolveTask(
    (kind, keys) => artifactsAt(db, dataset.name, run.revision, kind, keys),
    { stage: 'graph', key: 'dataset', plan: { key: 'dataset', inputs, detail: {} } },
    run,
    dataset,
    stages.graph.version,
  );
  return connectivityInputs(resolved, state, new TaskIo(store, resolved), g, resolve);
}

/**
 * Adds connectivity up anew from what the stages wrote and people corrected, and compares it row by row with what the
 * graph shows readers. A kind of rows is in memory at a time beside the synapses; of the graph only what differs is kept.
 *
 * @param state at the revision that the graph shows, and `lineage` of the same
 * @param progress called before each of the kinds of rows is compared
 */
export async function verifyConnectivity(
  state: RecordedState & { readonly graph: Graph },
  g: Geometry,
  lineage: Lineage,
  progress: (done: number, total: number) => void = () => {},
): Promise<ConnectivityVerification> {
  const source = await inputsOnRecord(state, g, lineage);
  const { synapses, ...others } = await connectivityRows(state, source, lineage);
  const recorded: { readonly [K in ConnectivityKind]: () => Iterable<ConnectivityKinds[K]> } = {
    neurons: () => others.neurons,
    fragments: () => others.fragments,
    sites: () => sitesOf(synapses),
    synapses: () => synapses,
    connections: () => others.connections,
  };
  const stored = readConnectivity(state.graph, state.dataset.name);
  const differences: ConnectivityDifference[] = [];
  const rows: Partial<Record<ConnectivityKind, number>> = {};
  const compare = async <K extends ConnectivityKind>(kind: K) => {
    const expected = [...recorded[kind]()];
    rows[kind] = expected.length;
    for await (const row of differingRows(kind, stored.rows(kind), expected))
      differences.push(...propertiesThatDiffer(kind, row));
  };
  for (const [n, kind] of connectivityKinds.entries()) {
    progress(n, connectivityKinds.length);
    await compare(kind);
  }
  return { rows: rows as Record<ConnectivityKind, number>, differences };
}

function propertiesThatDiffer<K extends ConnectivityKind>(
  kind: K,
  { key, before: found, after: recorded }: RowDifference<ConnectivityKinds[K]>,
): ConnectivityDifference[] {
  const plain = (row?: ConnectivityKinds[K]) =>
    row && (rowKinds[kind].plain(row) as Readonly<Record<string, unknown>>);
  const [graph, record] = [plain(found), plain(recorded)];
  const textOf = (row: typeof graph, property: string) => {
    const value = row?.[property];
    return typeof value === 'bigint' ? String(value) : row && canonicalJson(value ?? null);
  };
  const properties =
    graph && record ? [...new Set([...Object.keys(record), ...Object.keys(graph)])] : [extentOf[kind]];
  return properties
    .map((property) => ({
      kind,
      key,
      property,
      recorded: textOf(record, property) ?? null,
      found: textOf(graph, property) ?? null,
    }))
    .filter((difference) => difference.recorded !== difference.found);
}
