import { Table, tableFromArrays, tableFromIPC, tableToIPC } from 'apache-arrow';

export type ColumnArray =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigUint64Array;
export type Columns = Record<string, ColumnArray>;

const lengthsKey = 'lengths';

/**
 * Typed columns as Arrow IPC stream bytes; the same columns give the same bytes. Columns may differ in length (three
 * coordinates a row, say): Arrow pads them, and the schema's metadata says how long each one is.
 */
export function encodeTable(columns: Columns): Uint8Array {
  const table = tableFromArrays(columns) as Table;
  const lengths = Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column.length]));
  table.schema.metadata.set(lengthsKey, JSON.stringify(lengths));
  return tableToIPC(table, 'stream');
}

/** Reads what `encodeTable` wrote; columns come back as typed arrays. */
export function decodeTable<C extends Columns>(bytes: Uint8Array): C {
  const table = tableFromIPC(bytes);
  const lengths = JSON.parse(table.schema.metadata.get(lengthsKey)!) as Record<string, number>;
  const column = (name: string) => (table.getChild(name)!.toArray() as Uint8Array).slice(0, lengths[name]);
  return Object.fromEntries(table.schema.fields.map(({ name }) => [name, column(name)])) as C;
}
