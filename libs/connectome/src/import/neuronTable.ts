import { badInput } from '@stratome/core';
import { findColumn, parseRegions, readName, requireColumn, type NeuronNames } from './columns.js';
import type { NeuronDescription } from './importedGraph.js';
import { propertyColumns, readPoint, readProperties } from './properties.js';
import { openTable, placeOf, type TableFile } from './tableRows.js';

const columnNames = {
  id: ['bodyId', 'node_id', 'id', 'root_id', 'neuron', 'name', ':ID'],
  type: ['type', 'cell_type', 'celltype', 'super_class', 'superclass'],
  instance: ['instance', 'name', 'additional_annotations', 'pair'],
  status: ['status', 'statusLabel'],
  size: ['size'],
  roiInfo: ['roiInfo'],
} as const;

/** neuPrint's and Stratome's own columns, by their names alone. */
// prettier-ignore
const ownNames = [
  'statusLabel', 'class', 'pre', 'post', 'upstream', 'downstream', 'somaLocation', 'somaRadius', 'somaX', 'somaY',
  'somaZ', 'cableLengthUm', 'flags', ':LABEL',
] as const;

/** What follows from the rest, or belongs to the dataset that is made. */
const passedOver = [
  'bodyId',
  ':ID',
  'synweight',
  'qualityFlags',
  'dataset',
  'revision',
  'boxBegin',
  'boxEnd',
];

export interface DescribedNeurons {
  readonly table: TableFile;
  readonly byName: ReadonlyMap<string, NeuronDescription>;
  /** neo4j-admin's types of further properties. */
  readonly propertyTypes: Readonly<Record<string, string>>;
  /** Whether it is neuPrint's own table, all of which is the dataset, neurons without a connection too. */
  readonly whole: boolean;
}

type Texts = (name: string) => string | undefined;

/** Reads the parts of a description that are no plain words. */
class RowReader {
  constructor(
    private readonly table: TableFile,
    private readonly line: number,
    private readonly text: Texts,
  ) {}

  private refuse(name: string, remedy: string) {
    return badInput(`${placeOf(this.table, this.line)} has the ${name} "${this.text(name)}".`, remedy);
  }

  whole(name: string): bigint | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (/^\d{1,19}$/.test(text) && BigInt(text) < 2n ** 63n) return BigInt(text);
    throw this.refuse(name, 'Write a whole number from 0.');
  }

  number(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (Number.isFinite(Number(text))) return Number(text);
    throw this.refuse(name, 'Write a number, or leave the field empty.');
  }

  counts(): NeuronDescription['counts'] {
    const [pre, post, upstream, downstream] = ['pre', 'post', 'upstream', 'downstream'].map((name) =>
      this.whole(name),
    );
    if (pre === undefined || post === undefined) return undefined;
    return { pre, post, upstream: upstream ?? post, downstream: downstream ?? pre };
  }

  soma(): NeuronDescription['somaLocation'] {
    const text = this.text('somaLocation');
    const given = text === undefined ? undefined : readPoint(text);
    if (text !== undefined && !given) throw this.refuse('somaLocation', 'Write {x:1, y:2, z:3}.');
    const [x, y, z] = ['somaX', 'somaY', 'somaZ'].map((name) => this.number(name));
    return given ?? (x === undefined || y === undefined || z === undefined ? undefined : { x, y, z });
  }
}

const defined = <T extends object>(given: T): T =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T;

/** Reads the table that describes neurons. @throws StratomeError badInput, with the line, for an id twice or what is malformed */
export async function readNeuronTable(path: string, ids: NeuronNames): Promise<DescribedNeurons> {
  const table = await openTable(path);
  const id = requireColumn(table, "neuron's id", columnNames.id);
  const columns: Record<string, number> = {};
  for (const key of ['type', 'instance', 'status', 'size', 'roiInfo'] as const)
    columns[key] = findColumn(table, columnNames[key]);
  const whole = findColumn(table, [':ID']) >= 0;
  // Words such as pre and class mean neuPrint's in neuPrint's own table alone.
  for (const name of ownNames)
    columns[name] = whole || findColumn(table, ['bodyId']) >= 0 ? findColumn(table, [name]) : -1;
  const passed = passedOver.map((name) => findColumn(table, [name]));
  const further = propertyColumns(table, new Set([id, ...Object.values(columns), ...passed]));
  const byName = new Map<string, NeuronDescription>();
  for await (const { line, values } of table.rows) {
    const name = readName(values[id], ids, table, line);
    if (byName.has(name))
      throw badInput(`${placeOf(table, line)} describes ${name} a second time.`, 'Remove one.');
    const text: Texts = (key) => (columns[key] >= 0 ? values[columns[key]].trim() || undefined : undefined);
    const row = new RowReader(table, line, text);
    const rois = parseRegions(text('roiInfo') ?? '', table, line);
    const label = text('statusLabel');
    const labels = text(':LABEL')?.split(';');
    byName.set(
      name,
      defined({
        type: text('type'),
        instance: ids === 'names' ? name : text('instance'),
        status: text('status'),
        statusLabel: label === text('status') ? undefined : label,
        class: text('class'),
        neuron: labels === undefined || labels.includes('Neuron') ? undefined : false,
        rois: rois === undefined || Object.keys(rois).length === 0 ? undefined : rois,
        sizeVoxels: row.whole('size'),
        counts: row.counts(),
        somaLocation: row.soma(),
        somaRadiusVoxels: row.number('somaRadius'),
        cableLengthUm: row.number('cableLengthUm'),
        flags: text('flags')?.split(';'),
        properties: readProperties(further, values, table, line),
      }),
    );
  }
  const propertyTypes = Object.fromEntries(further.map((column) => [column.name, column.type]));
  return { table, byName, propertyTypes, whole };
}
