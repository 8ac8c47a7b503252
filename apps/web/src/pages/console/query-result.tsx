import { useMemo, useState } from 'react';
import { Chart } from '../../components/chart.js';
import { GraphDrawing } from '../../components/graph-drawing.js';
import { Notice } from '../../components/notice.js';
import { type Column, VirtualTable } from '../../components/virtual-table.js';
import { number } from '../../format.js';
import type { CypherData } from '../../generated/operations.js';
import { strings } from '../../strings.js';
import { graphIn, plotIn } from './result-graph.js';

const t = strings.console;
type Result = CypherData['cypher'];
type Rows = readonly (readonly unknown[])[];

interface NumberedRow {
  readonly index: number;
  readonly values: readonly unknown[];
}

/** Numbers as they are; all else as text, objects as JSON. */
function plain(value: unknown): number | string | null {
  if (value === null || typeof value === 'number') return value;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Columns are at least this wide, and together fill a page. */
const columnRem = 11;
const tableRem = 72;

/** Whole numbers and texts as they are; other numbers with three digits, all of them in the files. */
function shown(value: unknown): string | number | null {
  return typeof value === 'number' && !Number.isInteger(value) ? number(value) : plain(value);
}

/** Rows of any kind of value in a table that scrolls. */
export function RowTable({ columns, rows }: { columns: readonly string[]; rows: Rows }) {
  const all: Column<NumberedRow>[] = columns.map((title, i) => ({
    key: `${i}/${title}`,
    title,
    value: ({ values }) => plain(values[i]),
    show: ({ values }) => shown(values[i]),
    width: `${Math.max(columnRem, tableRem / columns.length)}rem`,
  }));
  const numbered = useMemo(() => rows.map((values, index) => ({ index, values })), [rows]);
  return <VirtualTable label={t.table} rows={numbered} columns={all} rowKey={({ index }) => String(index)} />;
}

function ResultGraph({ rows }: { rows: Rows }) {
  const { nodes, edges } = useMemo(() => graphIn(rows), [rows]);
  if (nodes.length === 0) return <Notice kind="empty">{t.noGraph}</Notice>;
  return (
    <>
      <p className="quiet">{t.graphText(nodes.length, edges.length)}</p>
      <GraphDrawing label={t.graph} nodes={nodes} edges={edges} />
    </>
  );
}

function ResultPlot({ columns, rows }: { columns: readonly string[]; rows: Rows }) {
  const plot = useMemo(() => plotIn(columns, rows), [columns, rows]);
  if (!plot) return <Notice kind="empty">{t.noPlot}</Notice>;
  return <Chart label={t.plot} kind="points" {...plot} />;
}

const forms = ['table', 'graph', 'plot'] as const;

/** Rows as a table, a graph or a plot. */
export function QueryResult({ result }: { result: Result }) {
  const [form, setForm] = useState<(typeof forms)[number]>('table');
  const rows = useMemo(() => JSON.parse(result.rowsJson) as Rows, [result.rowsJson]);
  const { columns, truncated, tookMs, timeLimitMs, rowLimit } = result;
  return (
    <section aria-label={t.table}>
      <p role="status">
        {t.took(Math.round(tookMs), rows.length)} {truncated && t.truncated}{' '}
        <span className="quiet">({t.stopsAfter(timeLimitMs / 1000, rowLimit)})</span>
      </p>
      <div className="tabs" role="tablist">
        {forms.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            aria-selected={name === form}
            onClick={() => setForm(name)}
          >
            {t[name]}
          </button>
        ))}
      </div>
      {rows.length === 0 && <Notice kind="empty">{t.empty}</Notice>}
      {rows.length > 0 && form === 'table' && <RowTable columns={columns} rows={rows} />}
      {rows.length > 0 && form === 'graph' && <ResultGraph rows={rows} />}
      {rows.length > 0 && form === 'plot' && <ResultPlot columns={columns} rows={rows} />}
    </section>
  );
}
