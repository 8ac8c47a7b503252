import { Link, useSearchParams } from 'wouter';
import { useOperation } from '../../api/use-operation.js';
import { Field, Filters, wholeIn } from '../../components/filters.js';
import { HowAsked } from '../../components/how-asked.js';
import { Notice, Pending } from '../../components/notice.js';
import { type Column, VirtualTable } from '../../components/virtual-table.js';
import { count } from '../../format.js';
import { motifs, type MotifsData } from '../../generated/operations.js';
import { partnersOf } from '../../links.js';
import { strings } from '../../strings.js';
import { MaskFields, maskIn, maskNames } from './mask.js';

const t = strings.circuits;
type Pair = MotifsData['motifs']['reciprocal'][number];
type Autapse = MotifsData['motifs']['autapses'][number];

const body = (dataset: string, id: string) => <Link href={partnersOf(dataset, id)}>{id}</Link>;

const pairColumns = (dataset: string): Column<Pair>[] => [
  {
    key: 'a',
    title: t.columns.bodyId,
    value: (p) => p.bodyId,
    show: (p) => body(dataset, p.bodyId),
    width: '1fr',
  },
  { key: 'b', title: t.to, value: (p) => p.partnerId, show: (p) => body(dataset, p.partnerId), width: '1fr' },
  { key: 'there', title: t.there, value: (p) => Number(p.weightThere), width: '5rem' },
  { key: 'back', title: t.back, value: (p) => Number(p.weightBack), width: '5rem' },
];

const autapseColumns = (dataset: string): Column<Autapse>[] => [
  {
    key: 'a',
    title: t.columns.bodyId,
    value: (p) => p.bodyId,
    show: (p) => body(dataset, p.bodyId),
    width: '1fr',
  },
  { key: 'weight', title: t.columns.weight, value: (p) => Number(p.weight), width: '6rem' },
];

interface ListProps<Row> {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
}

function MotifList<Row>({ title, rows, columns, rowKey }: ListProps<Row>) {
  return (
    <section>
      <h2>
        {title} ({count(rows.length)})
      </h2>
      {rows.length === 0 ? (
        <Notice kind="empty">{t.noMotifs}</Notice>
      ) : (
        <VirtualTable label={title} rows={rows} columns={columns} rowKey={rowKey} />
      )}
    </section>
  );
}

/** Small patterns of connections. */
export function MotifsView({ dataset }: { dataset: string }) {
  const [search] = useSearchParams();
  const variables = { dataset, minWeight: wholeIn(search, 'minWeight', 1), ...maskIn(search) };
  const answer = useOperation(motifs, variables);
  const found = answer.data?.motifs;
  return (
    <>
      <Filters names={['minWeight', ...maskNames]} submit={strings.apply}>
        <Field name="minWeight" label={t.minWeight} type="number" min={0} size={6} />
        <MaskFields />
      </Filters>
      <Pending answer={answer} />
      {found && (
        <div className="columns">
          <MotifList
            title={t.reciprocal}
            rows={found.reciprocal}
            columns={pairColumns(dataset)}
            rowKey={(p) => `${p.bodyId}/${p.partnerId}`}
          />
          <MotifList
            title={t.autapses}
            rows={found.autapses}
            columns={autapseColumns(dataset)}
            rowKey={(p) => p.bodyId}
          />
        </div>
      )}
      <HowAsked operation={motifs} variables={variables} />
    </>
  );
}
