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

/** A table of typed columns as Arrow IPC stream bytes; the same columns give the same bytes. */
export function encodeTable(columns: Columns): Uint8Array {
  return tableToIPC(tableFromArrays(columns) as Table, 'stream');
}

/** Reads what `encodeTable` wrote; columns come back as typed arrays. */
export function decodeTable<C extends Columns>(bytes: Uint8Array): C {
  const table = tableFromIPC(bytes);
  return Object.fromEntries(table.schema.fields.map((f) => [f.name, table.getChild(f.name)!.toArray()])) as C;
}
