import { useMemo } from 'react';
import { Link } from 'wouter';
import { usePages } from '../../api/use-pages.js';
import { PagedTable } from '../../components/paged-table.js';
import type { Column } from '../../components/virtual-table.js';
import { number } from '../../format.js';
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

/** Synapses of a page, as the query asks for them. */
const pageSize = 1000;

const synapsesPage = ({ synapsesOfConnection: items }: SynapsesOfConnectionData) => ({
  items,
  next: items.length === pageSize ? items[pageSize - 1].siteId : null,
});

/** The synapses a connection is made of, each with its place in 3-D. */
export function ConnectionSynapses({ connection }: { connection: Connection }) {
  const columns = useMemo(() => columnsFor(connection), [connection]);
  const pages = usePages(synapsesOfConnection, connection, synapsesPage);
  return (
    <section>
      <PagedTable title={t.title} pages={pages} columns={columns} rowKey={({ siteId }) => siteId} />
    </section>
  );
}
