import { useState } from 'react';
import { useMutation } from 'urql';
import { Link } from 'wouter';
import { sentenceOf, useLive, useOperation } from '../../api/use-operation.js';
import { boxText, commandBox } from '../../boxes.js';
import { Copyable } from '../../components/copyable.js';
import { Notice, Pending } from '../../components/notice.js';
import { duration } from '../../format.js';
import {
  reprocess,
  type ReprocessData,
  reprocessEstimate,
  type ReprocessEstimateData,
  type ReprocessEstimateVariables,
  type ReprocessVariables,
  runProgress,
} from '../../generated/operations.js';
import { beforeAndAfter } from '../../links.js';
import { strings } from '../../strings.js';
import type { Diagnosis } from './evidence.js';

const t = strings.diagnosis.rerun;
type Estimate = ReprocessEstimateData['reprocessEstimate'];

const percent = (share: number) => `${(100 * share).toFixed(0)} %`;

function Cost({
  estimate: { stages, seconds, region, volumeShare, haloGrownShare },
}: {
  estimate: Estimate;
}) {
  return (
    <>
      <p>
        {t.cost(duration(1000 * seconds), boxText(region), percent(volumeShare), percent(haloGrownShare))}
      </p>
      <details>
        <summary>{t.byStage}</summary>
        <table>
          <tbody>
            {stages.map(({ stage, tasks, allTasks, seconds: own }) => (
              <tr key={stage}>
                <th scope="row">{stage}</th>
                <td className="number">{t.tasks(tasks, allTasks)}</td>
                <td className="number">{duration(1000 * own)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}

/** How far the run is, live, until it has ended. */
function Progress({ dataset, id, before }: { dataset: string; id: string; before: number }) {
  const live = useLive(runProgress, { id })?.runProgress;
  if (!live) return <p role="status">{strings.loading}</p>;
  const { state, error, revision } = live.run;
  if (error) return <Notice kind="error">{error}</Notice>;
  const [done, total] = live.stages.reduce(([d, n], stage) => [d + stage.done, n + stage.total], [0, 0]);
  return (
    <p role="status">
      {state === 'running' ? (
        <>
          {t.running} <progress value={done} max={Math.max(1, total)} aria-label={t.running} />
        </>
      ) : (
        <>
          {t.ended(revision)}{' '}
          <Link href={beforeAndAfter(dataset, before, Number(revision))}>{t.beforeAfter}</Link>
        </>
      )}
    </p>
  );
}

/** Layers that can be made again from their inputs. */
const remade = ['L2', 'L3', 'L4', 'L5'] as const;

interface ChoiceProps {
  readonly from: string;
  readonly setting: string;
  readonly onFrom: (from: string) => void;
  readonly onSetting: (setting: string) => void;
}

const Choice = ({ from, setting, onFrom, onSetting }: ChoiceProps) => (
  <p className="links">
    <label className="field">
      {t.from}
      <select value={from} onChange={(event) => onFrom(event.target.value)}>
        {remade.map((name) => (
          <option key={name} value={name}>
            {name} {strings.diagnosis.layers[name]}
          </option>
        ))}
      </select>
    </label>
    <label className="field">
      {t.setting}
      <input
        value={setting}
        placeholder="segmentation.agglomerationThreshold=0.25"
        size={34}
        spellCheck={false}
        onChange={(event) => onSetting(event.target.value)}
      />
    </label>
  </p>
);

/** Makes a region again, its cost first. */
export function Rerun({
  dataset,
  diagnosis: { layer, region, revision },
}: {
  dataset: string;
  diagnosis: Diagnosis;
}) {
  const [from, setFrom] = useState<string>(remade.find((name) => name === layer) ?? 'L3');
  const [setting, setSetting] = useState('');
  const [asked, setAsked] = useState<ReprocessEstimateVariables>();
  const estimate = useOperation(reprocessEstimate, asked);
  const [{ data, error, fetching }, run] = useMutation<ReprocessData, ReprocessVariables>(reprocess.text);
  const settings = setting.trim() === '' ? [] : setting.trim().split(/\s+/);
  const variables = { dataset, region, from, set: settings };
  const isEstimated = JSON.stringify(asked) === JSON.stringify(variables);
  const command = [
    `npx stratome reprocess ${dataset} --region ${commandBox(region)} --from ${from}`,
    ...settings.map((each) => `--set ${each}`),
  ].join(' ');
  const found = isEstimated && !estimate.error ? estimate.data?.reprocessEstimate : undefined;
  const sentence = sentenceOf(error);
  return (
    <article className="card">
      <h3>{t.title}</h3>
      <p>{t.text}</p>
      <Choice from={from} setting={setting} onFrom={setFrom} onSetting={setSetting} />
      <p className="links">
        <button type="button" onClick={() => setAsked(variables)}>
          {t.estimate}
        </button>
        <button
          type="button"
          className="primary"
          disabled={!found || fetching || data !== undefined}
          onClick={() => void run(variables)}
        >
          {t.run}
        </button>
      </p>
      {asked && isEstimated && <Pending answer={estimate} />}
      {found && <Cost estimate={found} />}
      {sentence && <Notice kind="error">{sentence}</Notice>}
      {data && <Progress dataset={dataset} id={data.reprocess.id} before={Number(revision)} />}
      <Copyable title={t.command} text={command} />
    </article>
  );
}
