import { useMemo } from 'react';
import { Link } from 'wouter';
import { useOperation } from '../../api/use-operation.js';
import { Pending } from '../../components/notice.js';
import { count, moment, number } from '../../format.js';
import { datasetSummary, type DatasetSummaryData, type OverviewData } from '../../generated/operations.js';
import { strings } from '../../strings.js';

const t = strings.start;

type DatasetOverview = OverviewData['datasets'][number];
type Counted = DatasetSummaryData['dataset'];

/** Counts take longer than the rest where a dataset is large; their place is kept until they are there. */
function facts(
  { shape, voxelNm, revision, lastEdit }: DatasetOverview,
  summary: Counted['summary'] | undefined,
): [string, string][] {
  const of = (kind: keyof Counted['summary']) => (summary ? count(summary[kind]) : strings.counting);
  return [
    [t.neurons, of('neurons')],
    [t.segments, of('segments')],
    [t.synapses, of('synapses')],
    [t.connections, of('connections')],
    [t.measurements, of('measurements')],
    [t.voxels, `${shape.x} × ${shape.y} × ${shape.z}`],
    [t.voxelSize, `${number(voxelNm.x)} × ${number(voxelNm.y)} × ${number(voxelNm.z)} nm`],
    [t.revision, revision],
    [t.lastEdit, moment(lastEdit)],
  ];
}

/** Why what readers see is no longer what a run would make now. */
function Stale({ basis }: { basis: Counted['basis'] }) {
  const { isStale, reasons } = basis.stale;
  if (!isStale) return null;
  return (
    <details className="stale">
      <summary>{t.stale(reasons.length)}</summary>
      <ul className="quiet">
        {reasons.map(({ message }) => (
          <li key={message}>{message}</li>
        ))}
      </ul>
    </details>
  );
}

export function DatasetCard({ dataset }: { dataset: DatasetOverview }) {
  const { name, description, uncalibrated } = dataset;
  const variables = useMemo(() => ({ dataset: name }), [name]);
  const answer = useOperation(datasetSummary, variables);
  const counted = answer.data?.dataset;
  return (
    <article className="card">
      <h3>{name}</h3>
      {description && <p>{description}</p>}
      <dl className="facts">
        {facts(dataset, counted?.summary).map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {uncalibrated && <p className="tag warning">{t.uncalibrated}</p>}
      {counted && <Stale basis={counted.basis} />}
      {answer.error && <Pending answer={answer} />}
      <p className="links">
        {(['circuits', 'quality', 'diagnosis', 'revisions', 'provenance', 'cypher', 'viewer'] as const).map(
          (page) => (
            <Link key={page} href={`/d/${name}/${page}`} aria-label={`${strings.pages[page]}: ${name}`}>
              {strings.pages[page]}
            </Link>
          ),
        )}
      </p>
    </article>
  );
}
