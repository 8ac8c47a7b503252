import { useMemo } from 'react';
import { Link } from 'wouter';
import { useOperation } from '../../api/use-operation.js';
import { Pending } from '../../components/notice.js';
import { type Column, VirtualTable } from '../../components/virtual-table.js';
import { count, number } from '../../format.js';
import { synapsesOfConnection, type SynapsesOfConnectionData } from '../../generated/operations.js';
import { provenanceOf, viewerAt } from '../../links.js';
import { strings } from '../../strings.js';

const t = strings.provenance.synapses;
type Synapse = SynapsesOfConnectionData['synapsesOfConnection'][number];

interface Connection {
  readonly dataset: string;
  readonly preBodyId: string;
  readonly postBodyId: string;
}

const columnsFor = ({ dataset, preBodyId, postBodyId }: Connection): Column<Synapse>[] => [
  {
    key: 'siteId',
    title: t.site,
    value: ({ siteId }) => siteId,
    show: ({ siteId }) => <Link href={provenanceOf(dataset, 'synapse', siteId)}>{siteId}</Link>,
    width: 'minmax(10rem, 1fr)',
  },
  { key: 'kind', title: t.kind, value: ({ kind }) => kind, width: '7rem' },
  {
    key: 'confidence',
    title: t.confidence,
    value: ({ confidence }) => confidence,
    show: ({ confidence }) => number(confidence),
    width: '8rem',
  },
  {
    key: 'place',
    title: t.place,
    value: ({ location: { x, y, z } }) => `${x}, ${y}, ${z}`,
    width: 'minmax(10rem, 1fr)',
  },
  {
    key: 'show',
    title: strings.pages.viewer,
    value: ({ siteId }) => siteId,
    show: ({ location }) => (
      <Link href={viewerAt(dataset, location, [preBodyId, postBodyId])}>{strings.show3d}</Link>
    ),
    width: '8rem',
  },
];

/** The synapses a connection is made of, each with its place in 3-D. */
export function ConnectionSynapses({ connection }: { connection: Connection }) {
  const columns = useMemo(() => columnsFor(connection), [connection]);
  const answer = useOperation(synapsesOfConnection, connection);
  const synapses = answer.data?.synapsesOfConnection;
  return (
    <section>
      <h2>
        {t.title} {synapses && `(${count(synapses.length)})`}
      </h2>
      <Pending answer={answer} />
      {synapses && (
        <VirtualTable label={t.title} rows={synapses} columns={columns} rowKey={({ siteId }) => siteId} />
      )}
    </section>
  );
}
