import { useState } from 'react';
import { commandBox } from '../../boxes.js';
import { Copyable } from '../../components/copyable.js';
import { strings } from '../../strings.js';
import type { Diagnosis } from './evidence.js';

const t = strings.diagnosis;

interface ResolutionProps {
  readonly dataset: string;
  readonly diagnosis: Diagnosis;
}

function Report({ dataset, diagnosis: { diagnosisId } }: ResolutionProps) {
  const address = (format: string) => `/reports/${dataset}.${format}?diagnosis=${diagnosisId}`;
  return (
    <article className="card">
      <h3>{t.report.title}</h3>
      <p>{t.report.text}</p>
      <p className="links">
        <a href={address('html')} target="_blank" rel="noreferrer">
          {t.report.html}
        </a>
        <a href={address('md')} target="_blank" rel="noreferrer">
          {t.report.markdown}
        </a>
      </p>
    </article>
  );
}

/** Layers that can be made again from their inputs. */
const remade = ['L2', 'L3', 'L4', 'L5'];

function Rerun({ dataset, diagnosis: { layer, region } }: ResolutionProps) {
  const [from, setFrom] = useState(layer && remade.includes(layer) ? layer : 'L3');
  const [setting, setSetting] = useState('');
  const set = setting.trim() ? ` --set ${setting.trim()}` : '';
  const command = `npx stratome reprocess ${dataset} --region ${commandBox(region)} --from ${from}${set}`;
  return (
    <article className="card">
      <h3>{t.rerun.title}</h3>
      <p>{t.rerun.text}</p>
      <p className="links">
        <label className="field">
          {t.rerun.from}
          <select value={from} onChange={(event) => setFrom(event.target.value)}>
            {remade.map((name) => (
              <option key={name} value={name}>
                {name} {t.layers[name as keyof typeof t.layers]}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          {t.rerun.setting}
          <input
            value={setting}
            placeholder="segmentation.threshold=0.25"
            spellCheck={false}
            onChange={(event) => setSetting(event.target.value)}
          />
        </label>
      </p>
      <Copyable title={t.rerun.estimate} text={`${command} --dry-run`} />
      <Copyable title={t.rerun.run} text={command} />
    </article>
  );
}

/** What can be done about a finding. */
export function Resolution(props: ResolutionProps) {
  return (
    <section aria-labelledby="resolution">
      <h2 id="resolution">{t.resolve}</h2>
      <div className="resolution">
        <Rerun {...props} />
        <Report {...props} />
      </div>
    </section>
  );
}
