import { useEffect, useMemo, useState } from 'react';
import { useMutation } from 'urql';
import { Link, useSearchParams } from 'wouter';
import { sentenceOf, useLive, useOperation } from '../../api/use-operation.js';
import { HowAsked } from '../../components/how-asked.js';
import { Notice, Pending } from '../../components/notice.js';
import { count, moment, number, words } from '../../format.js';
import {
  analyses,
  analysis,
  type AnalysisData,
  analysisKinds,
  analysisProgress,
  startAnalysis,
  type StartAnalysisData,
  type StartAnalysisVariables,
} from '../../generated/operations.js';
import { strings } from '../../strings.js';
import { RowTable } from '../console/query-result.js';

const t = strings.analyses;
const noVariables = {};
type Analysis = AnalysisData['analysis'];

function figure(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? count(value) : number(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Figures of the whole, each with its name; what is nested is written as JSON. */
function Summary({ json }: { json: string }) {
  const figures = Object.entries(JSON.parse(json) as Record<string, unknown>);
  return (
    <dl className="facts">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{words(name)}</dt>
          <dd>{figure(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Result({ found }: { found: Analysis }) {
  const { name, revision, stale, error, summaryJson, table, tablePath } = found;
  const rows = useMemo(() => (table ? (JSON.parse(table.rowsJson) as unknown[][]) : []), [table]);
  return (
    <section aria-labelledby="result">
      <h2 id="result">
        {words(name)} <span className="quiet">{t.ofRevision(revision)}</span>{' '}
        {stale && <span className="tag warning">{t.stale}</span>}
      </h2>
      {error && <Notice kind="error">{error}</Notice>}
      {summaryJson && <Summary json={summaryJson} />}
      {table && (
        <>
          <p className="quiet">
            {t.rows(count(Math.min(rows.length, table.rowCount)), count(table.rowCount))}{' '}
            <a href={tablePath}>{t.arrow}</a>
          </p>
          <RowTable columns={table.columns} rows={rows} />
        </>
      )}
    </section>
  );
}

/** A kept analysis; while it runs, how far it is. */
function Chosen({ id, onDone }: { id: string; onDone: () => void }) {
  const variables = useMemo(() => ({ id }), [id]);
  const answer = useOperation(analysis, variables);
  const found = answer.data?.analysis;
  const isRunning = found?.state === 'queued' || found?.state === 'running';
  const live = useLive(analysisProgress, isRunning ? variables : undefined)?.analysisProgress;
  const hasEnded = isRunning && (live?.state === 'done' || live?.state === 'failed');
  const { refresh } = answer;
  useEffect(() => {
    if (!hasEnded) return;
    refresh();
    onDone();
  }, [hasEnded, refresh, onDone]);
  return (
    <>
      <Pending answer={answer} />
      {isRunning && (
        <p role="status">
          {live?.progress?.phase ?? t.queued}{' '}
          <progress
            aria-label={t.running}
            {...(live?.progress && live.progress.total > 0
              ? { value: live.progress.done, max: live.progress.total }
              : {})}
          />
        </p>
      )}
      {found && !isRunning && <Result found={found} />}
      <HowAsked operation={analysis} variables={variables} />
    </>
  );
}

/** Chooses what is to be computed, with its parameters as JSON. */
function Start({ dataset, onStarted }: { dataset: string; onStarted: (id: string) => void }) {
  const kinds = useOperation(analysisKinds, noVariables).data?.analysisKinds ?? [];
  const [name, setName] = useState('');
  const [parametersJson, setParametersJson] = useState('{}');
  const [{ error, fetching }, run] = useMutation<StartAnalysisData, StartAnalysisVariables>(
    startAnalysis.text,
  );
  const kind = kinds.find((each) => each.name === name) ?? kinds[0];
  const sentence = sentenceOf(error);
  const start = async () => {
    if (!kind) return;
    const { data } = await run({ dataset, name: kind.name, parametersJson });
    if (data) onStarted(data.startAnalysis.id);
  };
  return (
    <form
      className="filters"
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      <label>
        {t.kind}
        <select value={kind?.name ?? ''} onChange={(event) => setName(event.target.value)}>
          {kinds.map((each) => (
            <option key={each.name} value={each.name}>
              {words(each.name)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t.parameters}
        <input
          value={parametersJson}
          size={34}
          spellCheck={false}
          onChange={(event) => setParametersJson(event.target.value)}
        />
      </label>
      <button type="submit" className="primary" disabled={fetching || !kind}>
        {t.start}
      </button>
      {kind && (
        <details>
          <summary>{kind.summary}</summary>
          <ul className="quiet">
            {kind.parameters.map((each) => (
              <li key={each.name}>
                <code>{each.name}</code>: {each.description}
              </li>
            ))}
          </ul>
        </details>
      )}
      {sentence && <Notice kind="error">{sentence}</Notice>}
    </form>
  );
}

/** Measures of the whole graph (motifs, communities, centralities …), computed as jobs and kept with their revision. */
export function AnalysesView({ dataset }: { dataset: string }) {
  const [search, setSearch] = useSearchParams();
  const variables = useMemo(() => ({ dataset }), [dataset]);
  const answer = useOperation(analyses, variables);
  const kept = answer.data?.analyses;
  const id = search.get('analysis');
  const { refresh } = answer;
  const open = (chosen: string) => {
    setSearch({ analysis: chosen });
    refresh();
  };
  return (
    <>
      <Start dataset={dataset} onStarted={open} />
      {id && <Chosen key={id} id={id} onDone={refresh} />}
      <h2>{t.kept}</h2>
      <Pending answer={answer} />
      {kept?.length === 0 && <Notice kind="empty">{t.none}</Notice>}
      <ul>
        {kept?.map((each) => (
          <li key={each.id}>
            <Link href={`/d/${dataset}/circuits/analyses?analysis=${each.id}`}>{words(each.name)}</Link>{' '}
            <span className="quiet">
              {t.ofRevision(each.revision)}, {moment(each.requestedAt)},{' '}
              {t.states[each.state as keyof typeof t.states] ?? each.state}
            </span>{' '}
            {each.stale && <span className="tag warning">{t.stale}</span>}
          </li>
        ))}
      </ul>
      <HowAsked operation={analyses} variables={variables} />
    </>
  );
}
