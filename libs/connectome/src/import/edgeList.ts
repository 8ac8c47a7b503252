import { badInput } from '@stratome/core';
import { findColumn, parseRegions, readName, requireColumn, type NeuronNames } from './columns.js';
import { FurtherColumns, GrowingColumn } from './growingColumns.js';
import type { EdgeColumns, ImportedGraph, NeuronDescription } from './importedGraph.js';
import { readNeuronTable, type DescribedNeurons } from './neuronTable.js';
import { openTable, placeOf, type TableFile } from './tableRows.js';

export interface EdgeListOptions {
  /** `numbers`: neurons are named by their ids. `names`: by words, which are numbered from 1 in order. */
  readonly ids: NeuronNames;
  /** Whether a neuron may connect to itself. */
  readonly selfLoops: 'keep' | 'refuse';
  /** Whether connections may have no synapse that counts: only where tables tell of the others. */
  readonly weightless?: boolean;
}

const knownColumns = {
  source: [
    'source',
    'pre',
    'from',
    'bodyId_pre',
    'pre_id',
    'pre_root_id',
    'preBodyId',
    ':START_ID',
    'from type',
  ],
  target: [
    'target',
    'post',
    'to',
    'bodyId_post',
    'post_id',
    'post_root_id',
    'postBodyId',
    ':END_ID',
    'to type',
  ],
  roiInfo: ['roiInfo'],
  weight: ['weight', 'syn_count', 'synapses', 'count', 'n_syn', 'synapses total'],
  // What Stratome's own exports say besides, which nothing is made of.
  passedOver: ['qualityFlags', ':TYPE', 'dataset', 'revision'],
} as const;

/** A whole number from `least` to 2^31 - 1, as a table writes it. */
function parseWeight(text: string, least: number, table: TableFile, line: number): number {
  const weight = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isInteger(weight) && weight >= least && weight < 2 ** 31) return weight;
  throw badInput(
    `${placeOf(table, line)} has the weight "${text}".`,
    `A weight counts synapses: write a whole number from ${least}.`,
  );
}

interface ReadEdges extends EdgeColumns {
  readonly lines: Int32Array;
  /** Names in the order in which they were met; sources and targets are places in it. */
  readonly names: readonly string[];
  readonly known: ReadonlyMap<string, number>;
  readonly further: FurtherColumns;
}

async function readEdges(table: TableFile, options: EdgeListOptions): Promise<ReadEdges> {
  const [from, to, weight] = [
    requireColumn(table, 'presynaptic neuron', knownColumns.source),
    requireColumn(table, 'postsynaptic neuron', knownColumns.target),
    requireColumn(table, 'weight', knownColumns.weight),
  ];
  const numbers = new Map<string, number>();
  const regions = findColumn(table, knownColumns.roiInfo);
  const roiInfo: string[] = [];
  const passed = knownColumns.passedOver.map((name) => findColumn(table, [name]));
  const further = new FurtherColumns(table, [from, to, weight, regions, ...passed]);
  const [sources, targets, weights, lines] = Array.from({ length: 4 }, () => new GrowingColumn());
  const numberOf = (text: string, line: number) => {
    const name = readName(text, options.ids, table, line);
    const known = numbers.get(name);
    if (known !== undefined) return known;
    numbers.set(name, numbers.size);
    return numbers.size - 1;
  };
  for await (const { line, values } of table.rows) {
    const source = numberOf(values[from], line);
    const target = numberOf(values[to], line);
    if (source === target && options.selfLoops === 'refuse') {
      throw badInput(
        `${placeOf(table, line)} connects ${values[from].trim()} to itself.`,
        'Remove it, or say --self-loops keep when it is an autapse.',
      );
    }
    sources.push(source);
    targets.push(target);
    weights.push(parseWeight(values[weight], options.weightless ? 0 : 1, table, line));
    lines.push(line);
    further.read(line, values);
    if (regions >= 0) {
      parseRegions(values[regions], table, line);
      roiInfo.push(values[regions].trim() || '{}');
    }
  }
  const [s, t, w, l] = [sources, targets, weights, lines].map((column) => column.trimmed());
  if (w.length === 0) throw badInput(`${table.path} has no connections.`, 'Give at least one.');
  const found = {
    sources: s,
    targets: t,
    weights: w,
    lines: l,
    names: [...numbers.keys()],
    known: numbers,
    further,
  };
  return regions >= 0 ? { ...found, roiInfo } : found;
}

function refuseUnknown(edges: ReadEdges, table: TableFile, described: DescribedNeurons): void {
  const unknown = edges.names.findIndex((name) => !described.byName.has(name));
  if (unknown < 0) return;
  const at = edges.sources.findIndex((source, i) => source === unknown || edges.targets[i] === unknown);
  throw badInput(
    `${placeOf(table, edges.lines[at])} names the neuron ${edges.names[unknown]}, which ${described.table.path} does not have.`,
    'Describe it there, or remove the connection.',
  );
}

/** Orders edges by pair, in place of the neurons' order, and refuses a pair that stands twice. */
function orderEdges(edges: ReadEdges, rank: Int32Array, table: TableFile): EdgeColumns {
  const count = edges.weights.length;
  const size = rank.length;
  const keys = Float64Array.from(
    { length: count },
    (_, i) => rank[edges.sources[i]] * size + rank[edges.targets[i]],
  );
  const order = Uint32Array.from({ length: count }, (_, i) => i).sort((a, b) => keys[a] - keys[b] || a - b);
  for (let i = 1; i < count; i++) {
    if (keys[order[i]] !== keys[order[i - 1]]) continue;
    const [first, second] = [edges.lines[order[i - 1]], edges.lines[order[i]]];
    const pair = `${edges.names[edges.sources[order[i]]]} to ${edges.names[edges.targets[order[i]]]}`;
    throw badInput(
      `${placeOf(table, second)} repeats the connection from ${pair} of ${table.unit} ${first}.`,
      'Add them up, or remove one.',
    );
  }
  return {
    sources: Int32Array.from(order, (i) => rank[edges.sources[i]]),
    targets: Int32Array.from(order, (i) => rank[edges.targets[i]]),
    weights: Int32Array.from(order, (i) => edges.weights[i]),
    ...(edges.roiInfo ? { roiInfo: Array.from(order, (i) => edges.roiInfo![i]) } : {}),
    ...edges.further.inOrder(order),
  };
}

const compareTexts = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const compareIds = (a: string, b: string) => (BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0);

/**
 * Reads an edge list: a column each for the presynaptic neuron, the postsynaptic one, and the number of synapses.
 * All of it is checked before anything is returned.
 *
 * @param neuronsPath a table that describes the neurons; then every neuron of an edge must stand in it
 * @throws StratomeError badInput naming the line: a missing column, a malformed id, a weight that is no whole number
 * from 1, a pair twice, a self-loop, a neuron that is not described
 */
export async function readEdgeList(
  path: string,
  options: EdgeListOptions,
  neuronsPath?: string,
): Promise<ImportedGraph> {
  const described = neuronsPath === undefined ? undefined : await readNeuronTable(neuronsPath, options.ids);
  const table = await openTable(path);
  const edges = await readEdges(table, options);
  if (described) refuseUnknown(edges, table, described);
  const compare = options.ids === 'names' ? compareTexts : compareIds;
  const alone = described?.whole ? [...described.byName.keys()].filter((name) => !edges.known.has(name)) : [];
  const all = [...edges.names, ...alone];
  const order = all.map((_, i) => i).sort((a, b) => compare(all[a], all[b]));
  const rank = new Int32Array(order.length);
  order.forEach((place, position) => (rank[place] = position));
  const names = order.map((i) => all[i]);
  const bare = (name: string): NeuronDescription => (options.ids === 'names' ? { instance: name } : {});
  const edgeTypes = edges.further.types;
  return {
    bodyIds: BigInt64Array.from(names, (name, i) => (options.ids === 'names' ? BigInt(i + 1) : BigInt(name))),
    neurons: names.map((name) => described?.byName.get(name) ?? bare(name)),
    edges: orderEdges(edges, rank, table),
    unconnected: (described?.byName.size ?? names.length) - names.length,
    ...(described && Object.keys(described.propertyTypes).length > 0
      ? { neuronPropertyTypes: described.propertyTypes }
      : {}),
    ...(Object.keys(edgeTypes).length > 0 ? { edgePropertyTypes: edgeTypes } : {}),
  };
}
