import type { Pages } from '../api/use-pages.js';
import { count } from '../format.js';
import { strings } from '../strings.js';
import { Notice } from './notice.js';
import { type Column, VirtualTable } from './virtual-table.js';

interface PagedTableProps<Row> {
  readonly title: string;
  readonly pages: Pages<Row>;
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  /** What to do where there are none. */
  readonly empty?: string;
}

/** A list that comes page by page: how many there are so far, and a table of them. */
export function PagedTable<Row>({ title, pages, columns, rowKey, empty }: PagedTableProps<Row>) {
  const { rows, fetching, error } = pages;
  const notice = fetching ? strings.loading : empty;
  return (
    <>
      <h2>
        {title} ({count(rows.length)}
        {fetching && ` ${strings.soFar}`})
      </h2>
      {error && <Notice kind="error">{error}</Notice>}
      {rows.length === 0 && notice && <Notice kind="empty">{notice}</Notice>}
      {rows.length > 0 && <VirtualTable label={title} rows={rows} columns={columns} rowKey={rowKey} />}
    </>
  );
}
