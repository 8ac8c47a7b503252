import { Link } from 'wouter';
import { count, moment, number } from '../../format.js';
import type { OverviewData } from '../../generated/operations.js';
import { strings } from '../../strings.js';

const t = strings.start;

type DatasetOverview = OverviewData['datasets'][number];

function facts({ shape, voxelNm, summary, revision, lastEdit }: DatasetOverview): [string, string][] {
  return [
    [t.neurons, count(summary.neurons)],
    [t.segments, count(summary.segments)],
    [t.synapses, count(summary.synapses)],
    [t.connections, count(summary.connections)],
    [t.measurements, count(summary.measurements)],
    [t.voxels, `${shape.x} × ${shape.y} × ${shape.z}`],
    [t.voxelSize, `${number(voxelNm.x)} × ${number(voxelNm.y)} × ${number(voxelNm.z)} nm`],
    [t.revision, revision],
    [t.lastEdit, moment(lastEdit)],
  ];
}

/** Why what readers see is no longer what a run would make now. */
function Stale({ dataset: { basis } }: { dataset: DatasetOverview }) {
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
  return (
    <article className="card">
      <h3>{name}</h3>
      {description && <p>{description}</p>}
      <dl className="facts">
        {facts(dataset).map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {uncalibrated && <p className="tag warning">{t.uncalibrated}</p>}
      <Stale dataset={dataset} />
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
