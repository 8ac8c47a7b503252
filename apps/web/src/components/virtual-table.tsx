import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useMemo, useRef, useState } from 'react';

const rowHeightPx = 30;
/** Borders, and a scroll bar below where the columns need one. */
const framePx = 18;

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** What the rows are sorted by; numbers are set to the right. */
  readonly value: (row: Row) => number | string | null;
  readonly show?: (row: Row) => ReactNode;
  /** CSS width of the column. */
  readonly width: string;
}

interface Sorting {
  readonly key: string;
  readonly descending: boolean;
}

const collator = new Intl.Collator('en', { numeric: true });

/** Rows in order; those without a value come last either way. */
export function sorted<Row>(rows: readonly Row[], column: Column<Row>, descending: boolean): Row[] {
  return rows.toSorted((a, b) => {
    const [left, right] = [column.value(a), column.value(b)];
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
    const order =
      typeof left === 'number' && typeof right === 'number'
        ? left - right
        : collator.compare(String(left), String(right));
    return descending ? -order : order;
  });
}

interface TableProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
}

/** A table that draws only the rows in sight, whatever their number; a click on a heading sorts. */
export function VirtualTable<Row>({ label, rows, columns, rowKey }: TableProps<Row>) {
  const [sorting, setSorting] = useState<Sorting>();
  const scroller = useRef<HTMLDivElement>(null);
  const column = columns.find(({ key }) => key === sorting?.key);
  const ordered = useMemo(
    () => (column ? sorted(rows, column, sorting!.descending) : rows),
    [rows, column, sorting],
  );
  const virtual = useVirtualizer({
    count: ordered.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeightPx,
    overscan: 12,
  });
  const template = { gridTemplateColumns: columns.map(({ width }) => width).join(' ') };
  const sortBy = (key: string) =>
    setSorting({ key, descending: sorting?.key === key ? !sorting.descending : true });
  return (
    <div
      ref={scroller}
      className="virtual"
      style={{ height: `min(${(ordered.length + 1) * rowHeightPx + framePx}px, 28rem, 70vh)` }}
      role="table"
      aria-label={label}
      aria-rowcount={ordered.length + 1}
      tabIndex={0}
    >
      <div role="rowgroup" className="head">
        <div role="row" aria-rowindex={1} style={template}>
          {columns.map(({ key, title, value }) => (
            <div
              key={key}
              role="columnheader"
              className={rows.length > 0 && typeof value(rows[0]) === 'number' ? 'number' : undefined}
              aria-sort={sorting?.key !== key ? 'none' : sorting.descending ? 'descending' : 'ascending'}
            >
              <button type="button" onClick={() => sortBy(key)}>
                {title}
                {sorting?.key === key ? (sorting.descending ? ' ↓' : ' ↑') : ''}
              </button>
            </div>
          ))}
        </div>
      </div>
      <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index, start }) => (
          <div
            key={rowKey(ordered[index])}
            role="row"
            aria-rowindex={index + 2}
            style={{ ...template, position: 'absolute', insetInline: 0, transform: `translateY(${start}px)` }}
          >
            {columns.map((each) => {
              const value = each.value(ordered[index]);
              return (
                <div key={each.key} role="cell" className={typeof value === 'number' ? 'number' : undefined}>
                  {each.show ? each.show(ordered[index]) : value}
                </div>
              );
            })}
          </div>
        ))}
      </div>
    </div>
  );
}
