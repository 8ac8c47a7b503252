import { useState } from 'react';
import { Copyable } from '../../components/copyable.js';
import { Notice } from '../../components/notice.js';
import { count, moment } from '../../format.js';
import type { StageRunsData } from '../../generated/operations.js';
import { strings } from '../../strings.js';
import { runCommand } from './run-command.js';
import { differences } from './run-graph.js';
import type { StaleRuns } from './stale-runs.js';

const t = strings.provenance;
export type StageRun = StageRunsData['stageRuns'][number];
type FieldName = keyof typeof t.fields;

const fieldNames = Object.keys(t.fields) as FieldName[];
const nameOf = ({ layer, stage, started }: StageRun) => `${layer} ${stage}, ${moment(started)}`;

/** A field as it is read: a model by its name, a hash by its beginning. */
function shown(run: StageRun, field: FieldName): string {
  if (field === 'modelHash')
    return run.modelId === 'none' ? t.noModel : `${run.modelId} ${run.modelHash.slice(0, 8)}`;
  if (field === 'codeRevision')
    return `${run.codeRevision.slice(0, 10)}${run.codeDirty ? ` ${t.dirty}` : ''}`;
  return run[field].slice(0, 12);
}

interface RunTableProps {
  readonly runs: readonly StageRun[];
  readonly stale: StaleRuns;
}

/** The six fields of each run, and whether its model or stage is another now. */
export function RunTable({ runs, stale }: RunTableProps) {
  return (
    <section>
      <h2>
        {t.runs} ({count(runs.length)})
      </h2>
      <div className="scroll" tabIndex={0} role="region" aria-label={t.runs}>
        <table>
          <thead>
            <tr>
              <th scope="col">{strings.start.stage}</th>
              {fieldNames.map((field) => (
                <th key={field} scope="col">
                  {t.fields[field]}
                </th>
              ))}
              <th scope="col">{t.provider}</th>
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => (
              <tr key={run.runId}>
                <th scope="row">
                  {run.layer} {run.stage}{' '}
                  {stale.has(run.runId) && <span className="tag warning">{t.stale}</span>}
                </th>
                {fieldNames.map((field) => (
                  <td key={field} className="hash" title={run[field]}>
                    {shown(run, field)}
                  </td>
                ))}
                <td>{run.executionProvider ?? strings.none}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly runs: readonly StageRun[];
  readonly chosen: string;
  readonly onChoose: (runId: string) => void;
}

const Choice = ({ label, runs, chosen, onChoose }: ChoiceProps) => (
  <label className="field">
    {label}
    <select value={chosen} onChange={(event) => onChoose(event.target.value)}>
      {runs.map((run) => (
        <option key={run.runId} value={run.runId}>
          {nameOf(run)}
        </option>
      ))}
    </select>
  </label>
);

function Differences({ first, second }: { first: StageRun; second: StageRun }) {
  const parameters = differences(first.parametersJson, second.parametersJson);
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t.compare}>
      <table>
        <tbody>
          {fieldNames.map((field) => (
            <tr key={field} className={first[field] === second[field] ? undefined : 'differs'}>
              <th scope="row">{t.fields[field]}</th>
              <td className="hash">{shown(first, field)}</td>
              <td className="hash">{shown(second, field)}</td>
              <td>{first[field] === second[field] ? t.same : t.differs}</td>
            </tr>
          ))}
          {parameters.map(({ name, first: left, second: right }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="hash">{left}</td>
              <td className="hash">{right}</td>
              <td />
            </tr>
          ))}
        </tbody>
      </table>
      {parameters.length === 0 && <Notice kind="empty">{t.noDifferences}</Notice>}
    </div>
  );
}

/** Two runs side by side: in which of the six fields, and in which parameters they differ. */
export function RunComparison({ dataset, runs }: { dataset: string; runs: readonly StageRun[] }) {
  const [ids, setIds] = useState<[string, string]>([runs[0].runId, runs[Math.min(1, runs.length - 1)].runId]);
  const [first, second] = ids.map((id) => runs.find(({ runId }) => runId === id) ?? runs[0]);
  const command = runCommand(dataset, first.stage, first.parametersJson);
  return (
    <section>
      <h2>{t.compare}</h2>
      <div className="links">
        <Choice label={t.first} runs={runs} chosen={first.runId} onChoose={(id) => setIds([id, ids[1]])} />
        <Choice label={t.second} runs={runs} chosen={second.runId} onChoose={(id) => setIds([ids[0], id])} />
      </div>
      <Differences first={first} second={second} />
      {command && <Copyable title={t.copyInto(nameOf(first))} text={command} />}
    </section>
  );
}
