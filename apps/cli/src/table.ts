import Table from 'cli-table3';

export interface TableColumn {
  title: string;
  align?: 'left' | 'right';
}

/** A plain table without colours, so that it reads the same in a terminal, a file and a report. */
export function renderTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const table = new Table({
    head: columns.map(({ title }) => title),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    style: { head: [], border: [] },
  });
  for (const row of rows) table.push(row.map(String));
  return table.toString();
}
