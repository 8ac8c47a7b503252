import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { useOperation } from '../../api/use-operation.js';
import { HowAsked } from '../../components/how-asked.js';
import { Notice, Pending } from '../../components/notice.js';
import { type Column, VirtualTable } from '../../components/virtual-table.js';
import { count } from '../../format.js';
import { revisionDiff, type RevisionDiffData, volumeDiff } from '../../generated/operations.js';
import { partnersOf, provenanceOfConnection, viewerOfBodies } from '../../links.js';
import { strings } from '../../strings.js';

const t = strings.revisions;
type Diff = RevisionDiffData['revisionDiff'];

/** One connection in both states; 0 where there was none. */
interface ConnectionChange {
  readonly pre: string;
  readonly post: string;
  readonly before: number;
  readonly after: number;
}

/** Connections that differ, those that changed most first. */
export function connectionChanges({ gained, lost, changed }: Diff['connections']): ConnectionChange[] {
  const row = (
    { preBodyId, postBodyId }: { readonly preBodyId: string; readonly postBodyId: string },
    before: number,
    after: number,
  ) => ({ pre: preBodyId, post: postBodyId, before, after });
  return [
    ...gained.map((each) => row(each, 0, Number(each.weight))),
    ...lost.map((each) => row(each, Number(each.weight), 0)),
    ...changed.map(({ before, after }) => row(before, Number(before.weight), Number(after.weight))),
  ].toSorted((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before));
}

const columnsFor = (dataset: string): Column<ConnectionChange>[] => [
  {
    key: 'pre',
    title: strings.provenance.pre,
    value: ({ pre }) => pre,
    show: ({ pre }) => <Link href={partnersOf(dataset, pre)}>{pre}</Link>,
    width: 'minmax(9rem, 1fr)',
  },
  {
    key: 'post',
    title: strings.provenance.post,
    value: ({ post }) => post,
    show: ({ post }) => <Link href={partnersOf(dataset, post)}>{post}</Link>,
    width: 'minmax(9rem, 1fr)',
  },
  { key: 'before', title: t.before, value: ({ before }) => before, width: '6rem' },
  { key: 'after', title: t.after, value: ({ after }) => after, width: '6rem' },
  { key: 'change', title: t.change, value: ({ before, after }) => after - before, width: '6rem' },
  {
    key: 'why',
    title: strings.whyHere,
    value: ({ pre, post }) => `${pre}/${post}`,
    show: ({ pre, post }) => <Link href={provenanceOfConnection(dataset, pre, post)}>{strings.whyHere}</Link>,
    width: '8rem',
  },
  {
    key: 'show',
    title: strings.pages.viewer,
    value: ({ pre, post }) => `${pre}/${post}`,
    show: ({ pre, post }) => <Link href={viewerOfBodies(dataset, [pre, post])}>{strings.show3d}</Link>,
    width: '8rem',
  },
];

/** The API's rows of neurons are those of all segments, whichever of them are neurons. */
const shownKinds = [
  ['neurons', strings.start.segments],
  ['synapses', strings.start.synapses],
  ['connections', strings.start.connections],
] as const;

function Totals({ diff }: { diff: Diff }) {
  return (
    <table>
      <thead>
        <tr>
          <td />
          <th scope="col">{t.gained}</th>
          <th scope="col">{t.lost}</th>
          <th scope="col">{t.changed}</th>
        </tr>
      </thead>
      <tbody>
        {shownKinds.map(([kind, name]) => (
          <tr key={kind}>
            <th scope="row">{name}</th>
            <td className="number">{count(diff[kind].totals.gained)}</td>
            <td className="number">{count(diff[kind].totals.lost)}</td>
            <td className="number">{count(diff[kind].totals.changed)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface Compared {
  readonly dataset: string;
  readonly from: number;
  readonly to: number;
}

/** Voxels that differ; asked for only on demand, since every chunk that changed is read. */
function Voxels(compared: Compared) {
  const [wanted, setWanted] = useState(false);
  const answer = useOperation(volumeDiff, wanted ? compared : undefined);
  const volumes = answer.data?.revisionDiff.volumes;
  if (!wanted)
    return (
      <p>
        <button type="button" onClick={() => setWanted(true)}>
          {t.countVoxels}
        </button>
      </p>
    );
  return (
    <>
      <Pending answer={answer} />
      {volumes?.length === 0 && <Notice kind="empty">{t.sameVoxels}</Notice>}
      <ul>
        {volumes?.map(({ volume, voxels, chunks }) => (
          <li key={volume}>{t.voxels(volume, count(voxels), count(chunks))}</li>
        ))}
      </ul>
    </>
  );
}

/** How two revisions differ: before and after of the connectivity. */
export function RevisionDiff({ dataset, from, to }: Compared) {
  const variables = useMemo(() => ({ dataset, from, to }), [dataset, from, to]);
  const answer = useOperation(revisionDiff, variables);
  const diff = answer.data?.revisionDiff;
  const rows = useMemo(() => diff && connectionChanges(diff.connections), [diff]);
  const columns = useMemo(() => columnsFor(dataset), [dataset]);
  return (
    <section aria-labelledby="difference">
      <h2 id="difference">{t.difference(from, to)}</h2>
      <Pending answer={answer} />
      {diff && rows && (
        <>
          <Totals diff={diff} />
          <Voxels key={`${from}/${to}`} dataset={dataset} from={from} to={to} />
          <h3>{t.connections}</h3>
          {rows.length === 0 ? (
            <Notice kind="empty">{t.sameConnections}</Notice>
          ) : (
            <VirtualTable
              label={t.connections}
              rows={rows}
              columns={columns}
              rowKey={({ pre, post }) => `${pre}/${post}`}
            />
          )}
        </>
      )}
      <HowAsked operation={revisionDiff} variables={variables} />
    </section>
  );
}
