import { Link, useSearchParams } from 'wouter';
import { useOperation } from '../../api/use-operation.js';
import { usePages } from '../../api/use-pages.js';
import { Field, Filters, idsIn, wholeIn } from '../../components/filters.js';
import { HowAsked } from '../../components/how-asked.js';
import { Notice, Pending } from '../../components/notice.js';
import { PagedTable } from '../../components/paged-table.js';
import type { Column } from '../../components/virtual-table.js';
import { count, number, words } from '../../format.js';
import { neuron, type NeuronData, partners, type PartnersData } from '../../generated/operations.js';
import { partnersOf, provenanceOf, provenanceOfConnection, viewerOfBodies } from '../../links.js';
import { strings } from '../../strings.js';
import { type Mask, MaskFields, maskIn, maskNames } from './mask.js';

const t = strings.circuits;
type Body = NeuronData['neuron'];
type Partner = PartnersData['partners']['items'][number];

function columnsFor(dataset: string, bodyId: string, upstream: boolean): Column<Partner>[] {
  const ends = (partner: Partner): [string, string] =>
    upstream ? [partner.partnerId, bodyId] : [bodyId, partner.partnerId];
  return [
    {
      key: 'partnerId',
      title: t.columns.bodyId,
      value: ({ partnerId }) => partnerId,
      show: ({ partnerId }) => <Link href={partnersOf(dataset, partnerId)}>{partnerId}</Link>,
      width: 'minmax(7rem, 1fr)',
    },
    {
      key: 'type',
      title: t.columns.type,
      value: ({ partnerType }) => partnerType,
      width: 'minmax(4rem, 1fr)',
    },
    { key: 'weight', title: t.columns.weight, value: ({ weight }) => Number(weight), width: '5rem' },
    {
      key: 'weightHP',
      title: t.columns.weightHP,
      value: ({ weightHP }) => Number(weightHP),
      width: '10.5rem',
    },
    {
      key: 'excitatory',
      title: t.columns.excitatory,
      value: ({ excitatoryShare }) => excitatoryShare,
      show: ({ excitatoryShare }) => number(excitatoryShare),
      width: '10.5rem',
    },
    {
      key: 'confidence',
      title: t.columns.confidence,
      value: ({ meanConfidence }) => meanConfidence,
      show: ({ meanConfidence }) => number(meanConfidence),
      width: '10.5rem',
    },
    {
      key: 'why',
      title: strings.whyHere,
      value: ({ partnerId }) => partnerId,
      show: (partner) => (
        <Link href={provenanceOfConnection(dataset, ...ends(partner))}>{strings.whyHere}</Link>
      ),
      width: '8rem',
    },
  ];
}

function Facts({ dataset, body }: { dataset: string; body: Body }) {
  const facts: [string, string][] = [
    [t.columns.type, body.type ?? strings.none],
    [t.columns.class, body.class],
    [t.columns.pre, count(body.pre)],
    [t.columns.post, count(body.post)],
    [t.columns.size, count(body.size)],
    [t.columns.cable, number(body.cableLengthUm)],
  ];
  return (
    <>
      <dl className="facts">
        {facts.map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className="links">
        <Link href={viewerOfBodies(dataset, [body.bodyId])}>{strings.show3d}</Link>
        <Link href={provenanceOf(dataset, 'neuron', body.bodyId)}>{strings.whyHere}</Link>
        <Link href={`/d/${dataset}/circuits/graph?ids=${body.bodyId}`}>{t.views.graph}</Link>
      </p>
    </>
  );
}

function QualityOf({ body }: { body: Body }) {
  if (body.quality.length === 0) return null;
  return (
    <details>
      <summary>{t.qualityHere}</summary>
      <div className="scroll" tabIndex={0} role="region" aria-label={t.qualityHere}>
        <table>
          <tbody>
            {body.quality.map(({ layer, measure, mean, low, high, unit }) => (
              <tr key={`${layer}/${measure}`}>
                <td>{layer}</td>
                <th scope="row">{words(measure)}</th>
                <td className="number">
                  {number(mean)} {unit}
                </td>
                <td>
                  {number(low)} – {number(high)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

const partnersPage = (data: PartnersData) => data.partners;

interface SideProps {
  readonly dataset: string;
  readonly bodyId: string;
  readonly upstream: boolean;
  readonly minWeight: number;
  readonly mask: Mask;
}

function Side({ dataset, bodyId, upstream, minWeight, mask }: SideProps) {
  const title = upstream ? t.upstream : t.downstream;
  const variables = { dataset, bodyId, direction: upstream ? 'upstream' : 'downstream', minWeight, ...mask };
  const pages = usePages(partners, variables, partnersPage);
  return (
    <section>
      <PagedTable
        title={title}
        pages={pages}
        columns={columnsFor(dataset, bodyId, upstream)}
        rowKey={({ partnerId }) => partnerId}
        empty={t.noPartners}
      />
      <HowAsked operation={partners} variables={variables} />
    </section>
  );
}

/** Who feeds a neuron and whom it feeds. */
export function PartnersView({ dataset }: { dataset: string }) {
  const [search] = useSearchParams();
  const [bodyId] = idsIn(search, 'id');
  const variables = bodyId ? { dataset, bodyId } : undefined;
  const answer = useOperation(neuron, variables);
  const minWeight = wholeIn(search, 'minWeight', 1);
  const mask = maskIn(search);
  const body = bodyId ? answer.data?.neuron : undefined;
  return (
    <>
      <Filters names={['id', 'minWeight', ...maskNames]} submit={strings.apply}>
        <Field name="id" label={t.id} />
        <Field name="minWeight" label={t.minWeight} type="number" min={0} size={6} />
        <MaskFields />
      </Filters>
      {variables ? <Pending answer={answer} /> : <Notice kind="empty">{t.chooseNeuron}</Notice>}
      {body && (
        <>
          <h2>{t.partnersOf(body.bodyId)}</h2>
          <Facts dataset={dataset} body={body} />
          <QualityOf body={body} />
          <div className="columns tables">
            {[true, false].map((upstream) => (
              <Side
                key={String(upstream)}
                dataset={dataset}
                bodyId={body.bodyId}
                upstream={upstream}
                minWeight={minWeight}
                mask={mask}
              />
            ))}
          </div>
        </>
      )}
      {variables && <HowAsked operation={neuron} variables={variables} />}
    </>
  );
}
