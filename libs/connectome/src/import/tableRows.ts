import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { badInput, notFound } from '@stratome/core';
import { DataType, tableFromIPC } from 'apache-arrow';
import { parse } from 'csv-parse';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';

/** A row of a table, with where it stands in the file. */
export interface TableRow {
  /** Line of a CSV (the header is line 1), number of the row elsewhere (from 1). */
  readonly line: number;
  /** One a column, as text; '' where there is nothing. */
  readonly values: readonly string[];
}

export interface TableFile {
  readonly path: string;
  readonly columns: readonly string[];
  readonly rows: AsyncIterable<TableRow> | Iterable<TableRow>;
  /** What a row is called: `line` or `row`. */
  readonly unit: 'line' | 'row';
  /** Types of the columns (neo4j-admin's names) where the file says them; in text the header does. */
  readonly types?: readonly string[];
}

/** Where a row stands, for refusals. */
export const placeOf = ({ path, unit }: TableFile, line: number): string =>
  `${unit === 'line' ? 'Line' : 'Row'} ${line} of ${path}`;

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

const broken = (path: string, error: unknown) =>
  badInput(
    `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    'Correct the file.',
  );

function csvRecords(path: string): AsyncIterator<CsvRecord> {
  const parser = parse({
    bom: true,
    info: true,
    skip_empty_lines: true,
    relax_column_count: true,
    delimiter: /\.tsv(\.gz)?$/i.test(path) ? '\t' : ',',
  });
  const file = createReadStream(path);
  const text = path.toLowerCase().endsWith('.gz')
    ? file.on('error', (e) => parser.destroy(e)).pipe(createGunzip())
    : file;
  text.on('error', (error: Error) => parser.destroy(error)).pipe(parser);
  return parser[Symbol.asyncIterator]() as AsyncIterator<CsvRecord>;
}

async function openCsv(path: string): Promise<TableFile> {
  const records = csvRecords(path);
  const next = () => records.next().catch((error: unknown) => Promise.reject(broken(path, error)));
  const first = await next();
  if (first.done) throw badInput(`${path} is empty.`, 'Give a table with a header.');
  const columns = first.value.record.map((name) => name.trim());
  async function* rows(): AsyncGenerator<TableRow> {
    for (let item = await next(); !item.done; item = await next()) {
      const { record, info } = item.value;
      if (record.length !== columns.length) {
        throw badInput(
          `Line ${info.lines} of ${path} has ${record.length} fields, the header ${columns.length}.`,
          'Correct the line.',
        );
      }
      yield { line: info.lines, values: record };
    }
  }
  return { path, columns, rows: rows(), unit: 'line' };
}

const asText = (value: unknown): string =>
  value === null || value === undefined ? '' : String(value as string);

const parquetTypes: Readonly<Record<string, string>> = {
  INT32: 'long',
  INT64: 'long',
  FLOAT: 'double',
  DOUBLE: 'double',
  BOOLEAN: 'boolean',
};

/** A row group at a time: no more of a file is in memory. */
async function openParquet(path: string): Promise<TableFile> {
  const refuse = (error: unknown) => Promise.reject(broken(path, error));
  const file = await asyncBufferFromFile(path).catch(refuse);
  const metadata = await parquetMetadataAsync(file).catch(refuse);
  const elements = parquetSchema(metadata).children.map(({ element }) => element);
  const columns = elements.map(({ name }) => name);
  async function* rows(): AsyncGenerator<TableRow> {
    let line = 0;
    for (const group of metadata.row_groups) {
      const range = { rowStart: line, rowEnd: line + Number(group.num_rows) };
      const objects = await parquetReadObjects({ file, metadata, ...range }).catch(refuse);
      for (const row of objects) yield { line: ++line, values: columns.map((name) => asText(row[name])) };
    }
  }
  const types = elements.map(({ type, converted_type: meaning }) =>
    meaning === undefined
      ? (parquetTypes[type ?? ''] ?? 'string')
      : /^U?INT/.test(meaning)
        ? 'long'
        : 'string',
  );
  return { path, columns, types, rows: rows(), unit: 'row' };
}

const arrowType = (type: DataType) =>
  DataType.isInt(type)
    ? 'long'
    : DataType.isFloat(type)
      ? 'double'
      : DataType.isBool(type)
        ? 'boolean'
        : 'string';

async function openArrow(path: string): Promise<TableFile> {
  const bytes = await readFile(path);
  try {
    const table = tableFromIPC(bytes);
    const columns = table.schema.fields.map(({ name }) => String(name));
    if (columns.length === 0) throw new Error('it is no Arrow file');
    const objects = table as unknown as Iterable<Record<string, unknown>>;
    const rows = function* (): Generator<TableRow> {
      let line = 0;
      for (const row of objects) yield { line: ++line, values: columns.map((name) => asText(row[name])) };
    };
    const types = table.schema.fields.map(({ type }) => arrowType(type as DataType));
    return { path, columns, types, rows: rows(), unit: 'row' };
  } catch (error) {
    throw broken(path, error);
  }
}

/** The endings of table files, with and without `.gz` for text. */
export const tableEnding = /\.(csv|tsv)(\.gz)?$|\.(parquet|arrow|feather)$/i;

/**
 * Opens a CSV or TSV (also gzipped), Parquet or Arrow (Feather) file. Rows of text are read as they are asked for.
 *
 * @throws StratomeError badInput for another ending, a broken file, or (while reading) a line with too few fields
 */
export async function openTable(path: string): Promise<TableFile> {
  const ending = path.toLowerCase();
  try {
    if (/\.(csv|tsv)(\.gz)?$/.test(ending)) return await openCsv(path);
    if (ending.endsWith('.parquet')) return await openParquet(path);
    if (/\.(arrow|feather)$/.test(ending)) return await openArrow(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw notFound(`${path} does not exist.`);
    throw error;
  }
  throw badInput(`${path} is no table that is known.`, 'Give CSV, TSV, Parquet or Arrow.');
}
