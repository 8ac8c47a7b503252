import { useState } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import { useOperation } from '../../api/use-operation.js';
import { boxFrom, Field, Filters, wholeIn } from '../../components/filters.js';
import { HowAsked } from '../../components/how-asked.js';
import { Notice, Pending } from '../../components/notice.js';
import { type Column, VirtualTable } from '../../components/virtual-table.js';
import { count, number } from '../../format.js';
import { neurons, type NeuronsData, type NeuronsVariables } from '../../generated/operations.js';
import { partnersOf, viewerOfBodies } from '../../links.js';
import { strings } from '../../strings.js';
import { MaskFields, maskIn, maskNames } from './mask.js';

const t = strings.circuits;
type NeuronRow = NeuronsData['neurons']['items'][number];

const columnsFor = (dataset: string): Column<NeuronRow>[] => [
  {
    key: 'bodyId',
    title: t.columns.bodyId,
    value: ({ bodyId }) => bodyId,
    show: ({ bodyId }) => <Link href={partnersOf(dataset, bodyId)}>{bodyId}</Link>,
    width: 'minmax(8rem, 1fr)',
  },
  { key: 'type', title: t.columns.type, value: ({ type }) => type, width: 'minmax(6rem, 1fr)' },
  {
    key: 'instance',
    title: t.columns.instance,
    value: ({ instance }) => instance,
    width: 'minmax(7rem, 1fr)',
  },
  { key: 'class', title: t.columns.class, value: ({ class: name }) => name, width: '6rem' },
  { key: 'pre', title: t.columns.pre, value: ({ pre }) => Number(pre), width: '5rem' },
  { key: 'post', title: t.columns.post, value: ({ post }) => Number(post), width: '5rem' },
  {
    key: 'size',
    title: t.columns.size,
    value: ({ size }) => Number(size),
    show: ({ size }) => count(size),
    width: '8rem',
  },
  {
    key: 'cable',
    title: t.columns.cable,
    value: ({ cableLengthUm }) => cableLengthUm,
    show: ({ cableLengthUm }) => number(cableLengthUm),
    width: '7rem',
  },
  {
    key: 'show',
    title: strings.pages.viewer,
    value: ({ bodyId }) => bodyId,
    show: ({ bodyId }) => <Link href={viewerOfBodies(dataset, [bodyId])}>{strings.show3d}</Link>,
    width: '7.5rem',
  },
];

/** All pages that were asked for, one after the other. */
function NeuronPages({ variables }: { variables: NeuronsVariables }) {
  const [before, setBefore] = useState<readonly NeuronRow[]>([]);
  const [after, setAfter] = useState<string>();
  const asked = { ...variables, ...(after === undefined ? {} : { after }) };
  const answer = useOperation(neurons, asked);
  const page = answer.data?.neurons;
  const rows = [...before, ...(page?.items ?? [])];
  const loadMore = () => {
    setBefore(rows);
    setAfter(page!.next!);
  };
  return (
    <>
      <Pending answer={answer} />
      {page && rows.length === 0 && <Notice kind="empty">{t.noNeurons}</Notice>}
      {rows.length > 0 && (
        <>
          <p role="status">{t.count(count(rows.length), Boolean(page?.next))}</p>
          <VirtualTable
            label={t.views.neurons}
            rows={rows}
            columns={columnsFor(variables.dataset)}
            rowKey={({ bodyId }) => bodyId}
          />
          {page?.next && (
            <p>
              <button type="button" onClick={loadMore} disabled={answer.fetching}>
                {t.more}
              </button>
            </p>
          )}
        </>
      )}
      <HowAsked operation={neurons} variables={asked} />
    </>
  );
}

function variablesFrom(dataset: string, search: URLSearchParams): NeuronsVariables {
  const [type, roi] = [search.get('type'), search.get('roi')];
  const box = boxFrom(search.get('box'));
  return {
    dataset,
    minSynapses: wholeIn(search, 'minSynapses', 0),
    ...maskIn(search),
    ...(type ? { type } : {}),
    ...(roi ? { roi } : {}),
    ...(box ? { box } : {}),
  };
}

/** Finds neurons by id, type, ROI or place. */
export function NeuronsView({ dataset }: { dataset: string }) {
  const [search] = useSearchParams();
  const [, go] = useLocation();
  const variables = variablesFrom(dataset, search);
  return (
    <>
      <form
        className="filters"
        onSubmit={(event) => {
          event.preventDefault();
          go(partnersOf(dataset, String(new FormData(event.currentTarget).get('id')).trim()));
        }}
      >
        <label>
          {t.id}
          <input name="id" required pattern="\d+" inputMode="numeric" />
        </label>
        <button type="submit">{t.open}</button>
      </form>
      <Filters names={['type', 'roi', 'minSynapses', 'box', ...maskNames]} submit={t.find}>
        <Field name="type" label={t.type} />
        <Field name="roi" label={t.roi} />
        <Field name="minSynapses" label={t.minSynapses} type="number" min={0} size={6} />
        <Field name="box" label={t.box} size={28} />
        <MaskFields />
      </Filters>
      <NeuronPages key={JSON.stringify(variables)} variables={variables} />
    </>
  );
}
