/** How a column is kept: whole numbers of 64 bits, numbers or words. */
export type ExportKind = 'int64' | 'float' | 'text';
export type ExportValue = bigint | number | string | null;

/** A column: its name, how it is kept, and neo4j-admin's type of it where that is another. */
export type ExportColumn = readonly [name: string, kind: ExportKind, importType?: string];

/** A table that is exported: named columns, each of one kind. */
export interface ExportTable {
  readonly name: string;
  readonly columns: readonly ExportColumn[];
}

/** Takes the rows of one table, page by page. */
export interface RowSink {
  write(rows: readonly (readonly ExportValue[])[]): Promise<void>;
  /** Called once, when all rows are written. */
  close(): Promise<void>;
}
