import { useEffect, useState } from 'react';
import { useLive, useOperation } from '../../api/use-operation.js';
import { Pending } from '../../components/notice.js';
import { duration, moment } from '../../format.js';
import {
  recentRuns,
  runProgress,
  type RecentRunsData,
  type RunProgressData,
} from '../../generated/operations.js';
import { strings } from '../../strings.js';

const t = strings.start;
const noVariables = {};
/** How often the list looks for runs that began since. */
const refreshMs = 5000;

type Run = RecentRunsData['recentRuns'][number];
type Stage = RunProgressData['runProgress']['stages'][number];

const stateNames: Record<string, string> = { running: t.running, done: t.done, failed: t.failed };

/** Done and planned tasks of all stages. */
const tasksOf = (stages: readonly Stage[]) =>
  stages.reduce((sum, { done, total }) => ({ done: sum.done + done, total: sum.total + total }), {
    done: 0,
    total: 0,
  });

function StageTable({ dataset, stages }: { dataset: string; stages: readonly Stage[] }) {
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t.stages(dataset)}>
      <table>
        <caption>{t.stages(dataset)}</caption>
        <thead>
          <tr>
            <th scope="col">{t.layer}</th>
            <th scope="col">{t.stage}</th>
            <th scope="col">{t.progress}</th>
            <th scope="col">{t.tasks}</th>
            <th scope="col">{t.reused}</th>
            <th scope="col">{t.compute}</th>
          </tr>
        </thead>
        <tbody>
          {stages.map(({ stage, layer, done, total, reused, computeMs }) => (
            <tr key={stage}>
              <td>{layer}</td>
              <th scope="row">{stage}</th>
              <td>
                <progress value={done} max={Math.max(1, total)} aria-label={`${stage}: ${done} / ${total}`} />
              </td>
              <td className="number">
                {done} / {total}
              </td>
              <td className="number">{reused}</td>
              <td className="number">{duration(computeMs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RunRow({ run, onFinished }: { run: Run; onFinished: () => void }) {
  const [open, setOpen] = useState(run.state === 'running');
  const live = useLive(
    runProgress,
    open || run.state === 'running' ? { id: run.id } : undefined,
  )?.runProgress;
  const now = live?.run ?? run;
  useEffect(() => {
    if (run.state === 'running' && live && live.run.state !== 'running') onFinished();
  }, [run.state, live, onFinished]);
  const tasks = live && tasksOf(live.stages);
  const took = now.finishedAt
    ? duration(Date.parse(now.finishedAt) - Date.parse(now.startedAt))
    : strings.none;
  return (
    <li className="run" data-state={now.state}>
      <p className="runline">
        <strong>{now.dataset}</strong>
        <span>
          {t.revision} {now.revision}
        </span>
        <span className={`tag ${now.state}`}>{stateNames[now.state] ?? now.state}</span>
        <span>{moment(now.startedAt)}</span>
        <span>
          {t.took} {took}
        </span>
        {tasks && now.state === 'running' && (
          <progress
            value={tasks.done}
            max={Math.max(1, tasks.total)}
            aria-label={`${t.progress}: ${now.dataset}`}
          />
        )}
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t.showStages}
        </button>
      </p>
      {/* A run that was completed after it had stopped keeps what it had stopped for. */}
      {now.error && now.state !== 'done' && <p className="notice error">{now.error}</p>}
      {open && live && <StageTable dataset={now.dataset} stages={live.stages} />}
    </li>
  );
}

/** Runs, the latest first; those that run show each stage as it goes. */
export function RunList({ onFinished }: { onFinished: () => void }) {
  const answer = useOperation(recentRuns, noVariables);
  const { refresh } = answer;
  useEffect(() => {
    const timer = setInterval(refresh, refreshMs);
    return () => clearInterval(timer);
  }, [refresh]);
  const runs = answer.data?.recentRuns;
  return (
    <section aria-labelledby="runs">
      <h2 id="runs">{t.runs}</h2>
      <Pending answer={answer} />
      {runs?.length === 0 && <p className="notice empty">{t.noRuns}</p>}
      <ul className="runs">
        {runs?.map((run) => (
          <RunRow key={run.id} run={run} onFinished={onFinished} />
        ))}
      </ul>
    </section>
  );
}
