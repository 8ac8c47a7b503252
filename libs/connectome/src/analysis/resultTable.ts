import {
  Float64,
  Int32,
  Int64,
  makeVector,
  Table,
  tableFromIPC,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';

/** A column of a result: ids, whole numbers, numbers (NaN where there is none) or words. */
export type ResultColumn = BigInt64Array | Int32Array | Float64Array | readonly string[];

/** Columns of one length, by name. */
export type ResultColumns = Readonly<Record<string, ResultColumn>>;

function vectorOf(column: ResultColumn) {
  if (column instanceof BigInt64Array) return makeVector({ type: new Int64(), data: column });
  if (column instanceof Int32Array) return makeVector({ type: new Int32(), data: column });
  if (column instanceof Float64Array) return makeVector({ type: new Float64(), data: column });
  return vectorFromArray(column as string[], new Utf8());
}

/** A table as an Arrow IPC stream. */
export function encodeResultTable(columns: ResultColumns): Uint8Array {
  const vectors = Object.entries(columns).map(([name, column]) => [name, vectorOf(column)] as const);
  return tableToIPC(new Table(Object.fromEntries(vectors)), 'stream');
}

export interface ResultRows {
  readonly columns: string[];
  readonly rowCount: number;
  /** Ids as bigint; null where there is no number. */
  readonly rows: (bigint | number | string | null)[][];
}

/** Rows of what `encodeResultTable` wrote, from `offset` on. */
export function readResultRows(bytes: Uint8Array, offset: number, limit: number): ResultRows {
  const table = tableFromIPC(bytes);
  const columns = table.schema.fields.map(({ name }) => String(name));
  const vectors = columns.map((_, i) => table.getChildAt(i)!);
  const count = Math.max(0, Math.min(limit, table.numRows - offset));
  const rows = Array.from({ length: count }, (_, i) =>
    vectors.map((vector) => {
      const value = vector.get(offset + i) as bigint | number | string | null;
      return typeof value === 'number' && Number.isNaN(value) ? null : value;
    }),
  );
  return { columns, rowCount: table.numRows, rows };
}

/** Orders rows by a column, the largest first; of equal ones the first stays first. */
export function sortedBy(columns: ResultColumns, name: string): ResultColumns {
  const keys = columns[name] as Int32Array | Float64Array;
  const order = Array.from(keys, (_, i) => i).sort((a, b) => keys[b] - keys[a] || a - b);
  return Object.fromEntries(
    Object.entries(columns).map(([column, values]) => {
      if (values instanceof BigInt64Array) return [column, BigInt64Array.from(order, (i) => values[i])];
      if (values instanceof Int32Array) return [column, Int32Array.from(order, (i) => values[i])];
      if (values instanceof Float64Array) return [column, Float64Array.from(order, (i) => values[i])];
      return [column, order.map((i) => values[i])];
    }),
  );
}
