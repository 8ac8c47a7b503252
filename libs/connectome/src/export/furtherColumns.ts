import { exportedMeta, type ExportedMetaRow } from '../generated/queries.js';
import type { Graph } from '../graph.js';
import type { ExportColumn, ExportTable, ExportValue } from './exportTable.js';

/** neo4j-admin's types of what an import found beyond what every dataset has. */
export type FurtherTypes = Readonly<
  Record<'neurons' | 'connections' | 'synapses', Readonly<Record<string, string>>>
>;

/** Meta, and the types of further properties. */
export async function readExportedMeta(
  graph: Graph,
  dataset: string,
): Promise<{ meta: ExportedMetaRow | undefined; further: FurtherTypes }> {
  const meta = await graph.first(exportedMeta, { dataset });
  const none = { neurons: {}, connections: {}, synapses: {} };
  return {
    meta,
    further: { ...none, ...(JSON.parse(meta?.importedProperties ?? '{}') as Partial<FurtherTypes>) },
  };
}

const kindOf = (type: string) =>
  ['int', 'long', 'short', 'byte'].includes(type)
    ? 'int64'
    : ['float', 'double'].includes(type)
      ? 'float'
      : 'text';

/** A table with columns for further properties; what is no number is text but for neo4j-admin. */
export const withFurther = (table: ExportTable, types: Readonly<Record<string, string>>): ExportTable => ({
  ...table,
  columns: [
    ...table.columns,
    ...Object.entries(types).map(
      ([name, type]): ExportColumn => [name, kindOf(type), type === 'point' ? 'point{srid:9157}' : type],
    ),
  ],
});

function exported(value: unknown): ExportValue {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map(String).join(';');
  if (typeof value === 'object') return pointText(value as { x: number; y: number; z: number });
  return typeof value === 'boolean' ? String(value) : (value as ExportValue);
}

/** A place as neo4j-admin writes it. */
export const pointText = ({ x, y, z }: { x: number; y: number; z: number }): string =>
  `{x:${x}, y:${y}, z:${z}}`;

export const furtherValues = (
  properties: Readonly<Record<string, unknown>>,
  names: readonly string[],
): ExportValue[] => names.map((name) => exported(properties[name]));
