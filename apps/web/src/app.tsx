import { lazy, Suspense } from 'react';
import { Link, Route, Switch } from 'wouter';
import { Loading, Notice } from './components/notice.js';
import { Shell } from './components/shell.js';
import { StartPage } from './pages/start/start-page.js';
import { strings } from './strings.js';

const CircuitsPage = lazy(() => import('./pages/circuits/circuits-page.js'));
const QualityPage = lazy(() => import('./pages/quality/quality-page.js'));
const DiagnosisPage = lazy(() => import('./pages/diagnosis/diagnosis-page.js'));
const RevisionsPage = lazy(() => import('./pages/revisions/revisions-page.js'));
const ProvenancePage = lazy(() => import('./pages/provenance/provenance-page.js'));
const ConsolePage = lazy(() => import('./pages/console/console-page.js'));
const ViewerPage = lazy(() => import('./pages/viewer/viewer-page.js'));

export function App() {
  return (
    <Shell>
      <Suspense fallback={<Loading />}>
        <Switch>
          <Route path="/" component={StartPage} />
          <Route path="/d/:dataset/circuits/:view?">
            {({ dataset, view }) => <CircuitsPage dataset={dataset} view={view ?? 'neurons'} />}
          </Route>
          <Route path="/d/:dataset/quality">{({ dataset }) => <QualityPage dataset={dataset} />}</Route>
          <Route path="/d/:dataset/diagnosis/:id?">
            {({ dataset, id }) => <DiagnosisPage dataset={dataset} diagnosisId={id} />}
          </Route>
          <Route path="/d/:dataset/revisions">{({ dataset }) => <RevisionsPage dataset={dataset} />}</Route>
          <Route path="/d/:dataset/provenance">{({ dataset }) => <ProvenancePage dataset={dataset} />}</Route>
          <Route path="/d/:dataset/cypher">{({ dataset }) => <ConsolePage dataset={dataset} />}</Route>
          <Route path="/d/:dataset/viewer">{({ dataset }) => <ViewerPage dataset={dataset} />}</Route>
          <Route>
            <Notice kind="empty">
              {strings.notFound} <Link href="/">{strings.toStart}</Link>
            </Notice>
          </Route>
        </Switch>
      </Suspense>
    </Shell>
  );
}
