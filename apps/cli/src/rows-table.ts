import { renderTable } from './table.js';

/** JSON with ids as strings: JSON's own numbers are not exact above 2^53. */
const idsAsText = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value;

/** With ids as text, for an outcome that is printed by JSON.stringify. */
export const plainJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value, idsAsText)) as unknown;

const cell = (value: unknown) =>
  value === null || typeof value === 'object' ? JSON.stringify(value, idsAsText) : String(value);

/** Rows of an answer for a person. */
export function rowsTable(columns: readonly string[], rows: readonly (readonly unknown[])[]): string {
  return rows.length === 0
    ? 'No rows.'
    : renderTable(
        columns.map((title) => ({ title })),
        rows.map((row) => row.map(cell)),
      );
}
