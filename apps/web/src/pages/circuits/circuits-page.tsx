import { type ComponentType, lazy, Suspense } from 'react';
import { Link } from 'wouter';
import { Loading, Notice } from '../../components/notice.js';
import { strings } from '../../strings.js';
import { AnalysesView } from './analyses-view.js';
import { MatrixView } from './matrix-view.js';
import { MotifsView } from './motifs-view.js';
import { NeuronsView } from './neurons-view.js';
import { PartnersView } from './partners-view.js';
import { PathsView } from './paths-view.js';

const GraphView = lazy(() => import('./graph-view.js'));

const t = strings.circuits;
type View = keyof typeof t.views;

const views: Record<View, ComponentType<{ dataset: string }>> = {
  neurons: NeuronsView,
  partners: PartnersView,
  matrix: MatrixView,
  paths: PathsView,
  graph: GraphView,
  motifs: MotifsView,
  analyses: AnalysesView,
};

export default function CircuitsPage({ dataset, view }: { dataset: string; view: string }) {
  const Chosen = Object.hasOwn(views, view) ? views[view as View] : undefined;
  return (
    <>
      <h1>{strings.pages.circuits}</h1>
      <nav className="tabs" aria-label={strings.pages.circuits}>
        {(Object.keys(views) as View[]).map((name) => (
          <Link
            key={name}
            href={`/d/${dataset}/circuits/${name}`}
            aria-current={name === view ? 'page' : undefined}
          >
            {t.views[name]}
          </Link>
        ))}
      </nav>
      <Suspense fallback={<Loading />}>
        {Chosen ? <Chosen dataset={dataset} /> : <Notice kind="empty">{strings.notFound}</Notice>}
      </Suspense>
    </>
  );
}
