import { join } from 'node:path';
import { conflict } from '@stratome/core';
import type { Point, PropertyMap } from '../cypherTypes.js';
import { head, storedSites, storedSynapses, type ExportedMetaRow } from '../generated/queries.js';
import type { Graph } from '../graph.js';
import type { ExportColumn, ExportValue, RowSink } from './exportTable.js';
import { furtherValues, pointText, withFurther } from './furtherColumns.js';
import { csvSink } from './textTables.js';

const pageSites = 5000;

const columns = {
  Synapses: [
    [':ID(Syn-ID)', 'text'],
    ['siteId', 'int64'],
    ['type', 'text'],
    ['confidence', 'float'],
    ['location', 'text', 'point{srid:9157}'],
    ['bodyId', 'int64', 'long'],
    ['kind', 'text'],
    ['ntExcitatoryProb', 'float'],
    ['ntInhibitoryProb', 'float'],
    ['uncalibrated', 'text', 'boolean'],
    ['sizeVoxels', 'int64'],
  ],
  SynapseSet: [
    [':ID(SynSet-ID)', 'text'],
    [':LABEL', 'text'],
  ],
  Neuron_to_SynapseSet: [
    [':START_ID(Body-ID)', 'int64'],
    [':END_ID(SynSet-ID)', 'text'],
  ],
  SynapseSet_to_SynapseSet: [
    [':START_ID(SynSet-ID)', 'text'],
    [':END_ID(SynSet-ID)', 'text'],
  ],
  SynapseSet_to_Synapses: [
    [':START_ID(SynSet-ID)', 'text'],
    [':END_ID(Syn-ID)', 'text'],
  ],
  Synapse_Connections: [
    [':START_ID(Syn-ID)', 'text'],
    [':END_ID(Syn-ID)', 'text'],
  ],
  Meta: [
    ['tag', 'text'],
    ['voxelSize', 'text', 'float[]'],
    ['primaryRois', 'text', 'string[]'],
    ['roiHierarchy', 'text'],
    ['postHighAccuracyThreshold', 'float'],
    ['postHPThreshold', 'float'],
    ['preHPThreshold', 'float'],
  ],
} as const satisfies Record<string, readonly ExportColumn[]>;

type Name = keyof typeof columns;
const names = Object.keys(columns) as Name[];
const fileName = (dataset: string, name: Name) => `${dataset}_${name}.csv`;

/** neuPrint's tables of synaptic sites, and of the dataset as a whole. */
export const siteFileNames = (dataset: string): string[] => names.map((name) => fileName(dataset, name));

const siteProperties = [
  'bodyId',
  'kind',
  'ntExcitatoryProb',
  'ntInhibitoryProb',
  'uncalibrated',
  'sizeVoxels',
];

/** Regions of a site are columns of its table: those of the dataset that it may lie in. */
const regionTypes = (regions: readonly string[]) =>
  Object.fromEntries(regions.map((name) => [name, 'boolean']));

interface SiteRecord {
  readonly type: string;
  readonly confidence: number;
  readonly location: Point;
}

/** Gathers what is written by tables, so that each is written in pages. */
class SiteTables {
  private readonly rows = new Map<Name, ExportValue[][]>();
  private readonly seen = new Set<string>();

  constructor(private readonly sinks: Readonly<Record<Name, RowSink>>) {}

  add(name: Name, row: ExportValue[]): void {
    const known = this.rows.get(name);
    if (known) known.push(row);
    else this.rows.set(name, [row]);
  }

  /** A row that several contacts ask for. */
  addOnce(name: Name, row: ExportValue[]): void {
    const key = `${name} ${row.join(' ')}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.add(name, row);
  }

  async flush(): Promise<void> {
    for (const [name, rows] of this.rows) await this.sinks[name].write(rows);
    this.rows.clear();
  }
}

/** A site's id among those of its tables: the two sites of a contact may have the same. */
const tableId = (siteId: bigint, side: string) => `${siteId}_${side}`;

/** A contact with the sets that hold its sites; a site without a partner lies in none. */
function addContact(tables: SiteTables, row: PropertyMap): void {
  const { siteId, preSiteId, preBodyId, bodyId } = row as Record<string, bigint | null | undefined>;
  if (siteId === null || siteId === undefined || preSiteId === null || preSiteId === undefined) return;
  const [from, to] = [tableId(preSiteId, 'pre'), tableId(siteId, 'post')];
  tables.add('Synapse_Connections', [from, to]);
  if (preBodyId === null || preBodyId === undefined || bodyId === null || bodyId === undefined) return;
  const [pre, post] = ['pre', 'post'].map((side) => `${preBodyId}_${bodyId}_${side}`);
  for (const [set, body] of [
    [pre, preBodyId],
    [post, bodyId],
  ] as const) {
    tables.addOnce('SynapseSet', [set, 'SynapseSet']);
    tables.addOnce('Neuron_to_SynapseSet', [body, set]);
  }
  tables.addOnce('SynapseSet_to_SynapseSet', [pre, post]);
  tables.addOnce('SynapseSet_to_Synapses', [pre, from]);
  tables.add('SynapseSet_to_Synapses', [post, to]);
}

/**
 * Writes a dataset's synaptic sites as neuPrint's tables, a page at a time; which sets were written is kept in memory.
 *
 * @param epoch of Head, when what goes with the sites was written
 * @throws StratomeError conflict when the dataset changes under the export
 */
export async function exportSites(
  graph: Graph,
  dataset: string,
  folder: string,
  { meta, types, epoch }: { meta: ExportedMetaRow; types: Readonly<Record<string, string>>; epoch: bigint },
): Promise<void> {
  const own = Object.fromEntries(Object.entries(types).filter(([name]) => !siteProperties.includes(name)));
  const further = { ...regionTypes(meta.primaryRois), ...own };
  const sinks = {} as Record<Name, RowSink>;
  for (const name of names) {
    const table = { name, columns: columns[name] };
    const whole = name === 'Synapses' ? withFurther(table, further) : table;
    sinks[name] = await csvSink(join(folder, fileName(dataset, name)), whole);
  }
  const tables = new SiteTables(sinks);
  for (const query of [storedSites, storedSynapses])
    for (let after = -1n; ; ) {
      const page = await graph.run(query, { dataset, after, limit: pageSites });
      if (page.length === 0) break;
      for (const { id, row } of page) {
        const { type, confidence, location } = row as unknown as SiteRecord;
        const place = [tableId(id, type), id, type, confidence, pointText(location)];
        tables.add('Synapses', [
          ...place,
          ...furtherValues(row, siteProperties),
          ...furtherValues(row, Object.keys(further)),
        ]);
        if (query === storedSynapses) addContact(tables, row);
      }
      await tables.flush();
      after = page[page.length - 1].id;
    }
  const { voxelSize, primaryRois, roiHierarchy } = meta;
  const thresholds = [meta.postHighAccuracyThreshold, meta.postHPThreshold, meta.preHPThreshold];
  tables.add('Meta', [meta.tag, voxelSize.join(';'), primaryRois.join(';'), roiHierarchy, ...thresholds]);
  await tables.flush();
  for (const name of names) await sinks[name].close();
  if ((await graph.first(head, { dataset }))?.epoch !== epoch)
    throw conflict(`"${dataset}" changed while it was exported.`, 'Export it again.');
}
