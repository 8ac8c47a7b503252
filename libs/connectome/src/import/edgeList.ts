import { badInput, parseId } from '@stratome/core';
import type { EdgeColumns, ImportedGraph, NeuronDescription } from './importedGraph.js';
import type { RoiCounts } from '../rows.js';
import { openTable, type TableFile } from './tableRows.js';

export interface EdgeListOptions {
  /** `numbers`: neurons are named by their ids. `names`: by words, which are numbered from 1 in order. */
  readonly ids: 'numbers' | 'names';
  /** Whether a neuron may connect to itself. */
  readonly selfLoops: 'keep' | 'refuse';
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
} as const;

export const nodeColumns = {
  id: ['bodyId', 'node_id', 'id', 'root_id', 'neuron', 'name', ':ID'],
  type: ['type', 'cell_type', 'celltype', 'super_class', 'superclass'],
  instance: ['instance', 'name', 'additional_annotations', 'pair'],
  status: ['status', 'statusLabel'],
  size: ['size'],
  roiInfo: ['roiInfo'],
} as const;

/** `bodyId:long` and `:ID(Body-ID)` are neo4j-admin's ways to write `bodyId` and `:ID`. */
const bareName = (name: string) =>
  name
    .replace(/\(.*\)$/, '')
    .replace(/^([^:]+):.*$/, '$1')
    .toLowerCase();

export function findColumn({ columns }: TableFile, names: readonly string[]): number {
  const bare = columns.map(bareName);
  const found = names.find((name) => bare.includes(name.toLowerCase()));
  return found === undefined ? -1 : bare.indexOf(found.toLowerCase());
}

function requireColumn(table: TableFile, what: string, names: readonly string[]): number {
  const column = findColumn(table, names);
  if (column >= 0) return column;
  throw badInput(
    `${table.path} has no column of the ${what}; it has ${table.columns.join(', ') || 'none'}.`,
    `Call it one of ${names.join(', ')}.`,
  );
}

const place = ({ path, unit }: TableFile, line: number) =>
  `${unit === 'line' ? 'Line' : 'Row'} ${line} of ${path}`;

/** A whole number from 1 to 2^31 - 1, as a table writes it. */
function parseWeight(text: string, table: TableFile, line: number): number {
  const weight = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isInteger(weight) && weight >= 1 && weight < 2 ** 31) return weight;
  throw badInput(
    `${place(table, line)} has the weight "${text}".`,
    'A weight counts synapses: write a whole number from 1.',
  );
}

/** Regions with counts, as neuPrint writes them: `{"LH(R)": {"pre": 3, "post": 5}}`. */
function parseRegions(text: string, table: TableFile, line: number): NeuronDescription['rois'] {
  if (text.trim() === '') return undefined;
  const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  try {
    const parsed = JSON.parse(text) as Record<string, RoiCounts>;
    const counts = (value: RoiCounts) => isObject(value) && Object.values(value).every(Number.isSafeInteger);
    if (isObject(parsed) && Object.values(parsed).every(counts)) return parsed;
  } catch {
    // Said below.
  }
  throw badInput(
    `${place(table, line)} has the regions ${text.slice(0, 60)}.`,
    'Write JSON such as {"LH": {"pre": 3, "post": 5}}, or leave the field empty.',
  );
}

function checkName(text: string, ids: EdgeListOptions['ids'], table: TableFile, line: number): string {
  const name = text.trim();
  if (ids === 'names') {
    if (name !== '') return name;
    throw badInput(`${place(table, line)} names no neuron.`, 'Write its name.');
  }
  try {
    return String(parseId(name));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw badInput(`${place(table, line)}: ${reason}`, 'Write ids below 2^63, or say --ids names.');
  }
}

/** Columns that grow; a list of numbers would take eight times the memory. */
class GrowingColumn {
  private values = new Int32Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Int32Array(2 * this.length);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }

  trimmed(): Int32Array {
    return this.values.subarray(0, this.length);
  }
}

interface ReadEdges extends EdgeColumns {
  readonly lines: Int32Array;
  /** Names in the order in which they were met; sources and targets are places in it. */
  readonly names: readonly string[];
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
  const [sources, targets, weights, lines] = Array.from({ length: 4 }, () => new GrowingColumn());
  const numberOf = (text: string, line: number) => {
    const name = checkName(text, options.ids, table, line);
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
        `${place(table, line)} connects ${values[from].trim()} to itself.`,
        'Remove it, or say --self-loops keep when it is an autapse.',
      );
    }
    sources.push(source);
    targets.push(target);
    weights.push(parseWeight(values[weight], table, line));
    lines.push(line);
    if (regions >= 0) {
      parseRegions(values[regions], table, line);
      roiInfo.push(values[regions].trim() || '{}');
    }
  }
  const [s, t, w, l] = [sources, targets, weights, lines].map((column) => column.trimmed());
  if (w.length === 0) throw badInput(`${table.path} has no connections.`, 'Give at least one.');
  const found = { sources: s, targets: t, weights: w, lines: l, names: [...numbers.keys()] };
  return regions >= 0 ? { ...found, roiInfo } : found;
}

export interface DescribedNeurons {
  readonly table: TableFile;
  readonly byName: ReadonlyMap<string, NeuronDescription>;
}

/** Reads the table that describes neurons. @throws StratomeError badInput, with the line, for an id twice or malformed */
export async function readNeuronTable(path: string, ids: EdgeListOptions['ids']): Promise<DescribedNeurons> {
  const table = await openTable(path);
  const id = requireColumn(table, "neuron's id", nodeColumns.id);
  const columns = Object.fromEntries(
    (['type', 'instance', 'status', 'size', 'roiInfo'] as const).map((key) => [
      key,
      findColumn(table, nodeColumns[key]),
    ]),
  );
  const byName = new Map<string, NeuronDescription>();
  for await (const { line, values } of table.rows) {
    const name = checkName(values[id], ids, table, line);
    if (byName.has(name))
      throw badInput(`${place(table, line)} describes ${name} a second time.`, 'Remove one.');
    const text = (key: string) => (columns[key] >= 0 ? values[columns[key]].trim() || undefined : undefined);
    const size = text('size');
    const rois = parseRegions(text('roiInfo') ?? '', table, line);
    byName.set(name, {
      type: text('type'),
      instance: ids === 'names' ? name : text('instance'),
      status: text('status'),
      ...(rois === undefined || Object.keys(rois).length === 0 ? {} : { rois }),
      ...(size === undefined ? {} : { sizeVoxels: parseId(size, `size in ${place(table, line)}`) }),
    });
  }
  return { table, byName };
}

function refuseUnknown(edges: ReadEdges, table: TableFile, described: DescribedNeurons): void {
  const unknown = edges.names.findIndex((name) => !described.byName.has(name));
  if (unknown < 0) return;
  const at = edges.sources.findIndex((source, i) => source === unknown || edges.targets[i] === unknown);
  throw badInput(
    `${place(table, edges.lines[at])} names the neuron ${edges.names[unknown]}, which ${described.table.path} does not have.`,
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
      `${place(table, second)} repeats the connection from ${pair} of ${table.unit} ${first}.`,
      'Add them up, or remove one.',
    );
  }
  return {
    sources: Int32Array.from(order, (i) => rank[edges.sources[i]]),
    targets: Int32Array.from(order, (i) => rank[edges.targets[i]]),
    weights: Int32Array.from(order, (i) => edges.weights[i]),
    ...(edges.roiInfo ? { roiInfo: Array.from(order, (i) => edges.roiInfo![i]) } : {}),
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
  const order = edges.names.map((_, i) => i).sort((a, b) => compare(edges.names[a], edges.names[b]));
  const rank = new Int32Array(order.length);
  order.forEach((place_, position) => (rank[place_] = position));
  const names = order.map((i) => edges.names[i]);
  const bare = (name: string): NeuronDescription => (options.ids === 'names' ? { instance: name } : {});
  return {
    bodyIds: BigInt64Array.from(names, (name, i) => (options.ids === 'names' ? BigInt(i + 1) : BigInt(name))),
    neurons: names.map((name) => described?.byName.get(name) ?? bare(name)),
    edges: orderEdges(edges, rank, table),
    unconnected: (described?.byName.size ?? names.length) - names.length,
  };
}
