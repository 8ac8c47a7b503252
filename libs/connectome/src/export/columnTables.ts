import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import {
  Field,
  Float64,
  Int64,
  RecordBatchStreamWriter,
  Schema,
  Table,
  Utf8,
  vectorFromArray,
  type DataType,
} from 'apache-arrow';
import { fileWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import type { ExportKind, ExportTable, ExportValue, RowSink } from './exportTable.js';

/** Rows of a group of a file; a group is what is held in memory. */
const groupRows = 50_000;

/** Gathers pages into groups, and hands each on in columns. */
function inGroups(
  columns: number,
  writeGroup: (values: ExportValue[][]) => Promise<void> | void,
  end: () => Promise<void> | void,
): RowSink {
  let gathered: ExportValue[][] = Array.from({ length: columns }, () => []);
  let written = false;
  const flush = async () => {
    if (gathered[0].length === 0 && written) return;
    await writeGroup(gathered);
    written = true;
    gathered = Array.from({ length: columns }, () => []);
  };
  return {
    async write(rows) {
      for (const row of rows) row.forEach((value, i) => gathered[i].push(value));
      if (gathered[0].length >= groupRows) await flush();
    },
    async close() {
      await flush();
      await end();
    },
  };
}

const parquetTypes = {
  int64: { type: 'INT64' },
  float: { type: 'DOUBLE' },
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
} as const;

/** A Parquet file, a row group at a time; snappy, which every reader knows. */
export function parquetSink(path: string, { columns }: ExportTable): RowSink {
  const schema: SchemaElement[] = [
    { name: 'root', num_children: columns.length },
    ...columns.map(([name, kind]) => ({ name, repetition_type: 'OPTIONAL' as const, ...parquetTypes[kind] })),
  ];
  const writer = new ParquetWriter({ writer: fileWriter(path), schema });
  return inGroups(
    columns.length,
    (values) =>
      writer.write({
        columnData: columns.map(([name], i) => ({ name, data: values[i] })),
        rowGroupSize: groupRows,
      }),
    () => writer.finish(),
  );
}

const arrowTypes: Record<ExportKind, () => DataType> = {
  int64: () => new Int64(),
  float: () => new Float64(),
  text: () => new Utf8(),
};

/** An Arrow IPC stream, a record batch at a time. */
export function arrowSink(path: string, { columns }: ExportTable): RowSink {
  const schema = new Schema(columns.map(([name, kind]) => new Field(name, arrowTypes[kind](), true)));
  const writer = new RecordBatchStreamWriter();
  const file = createWriteStream(path, { flags: 'wx' });
  writer.toNodeStream().pipe(file);
  return inGroups(
    columns.length,
    (values) => {
      const vectors = columns.map(([, kind], i) => vectorFromArray(values[i], arrowTypes[kind]()));
      const named = Object.fromEntries(columns.map(([name], i) => [name, vectors[i]]));
      // A table whole would end the stream.
      for (const batch of new Table(schema, named).batches) writer.write(batch);
    },
    async () => {
      writer.finish();
      await finished(file);
    },
  );
}
