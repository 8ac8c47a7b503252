import { Link } from 'wouter';
import { number, words } from '../../format.js';
import type { DiagnoseData } from '../../generated/operations.js';
import { strings } from '../../strings.js';

const t = strings.diagnosis;
export type DiagnosisReport = DiagnoseData['diagnose'];
type Step = DiagnosisReport['steps'][number];

const range = (interval: readonly number[] | null) =>
  interval && interval.length === 2 ? `${number(interval[0])} … ${number(interval[1])}` : strings.none;

function Evidence({ measures, layer }: { measures: Step['measures']; layer: string }) {
  if (measures.length === 0) return <p className="quiet">{t.noEvidence}</p>;
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={`${t.evidence}: ${layer}`}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t.measure}</th>
            <th scope="col">{t.effect}</th>
            <th scope="col">{t.interval}</th>
            <th scope="col">p</th>
            <th scope="col">{t.score}</th>
          </tr>
        </thead>
        <tbody>
          {measures.map(({ measure, effect, interval, p, score, deviates }) => (
            <tr key={measure} className={deviates ? 'differs' : undefined}>
              <th scope="row">{words(measure)}</th>
              <td className="number">{number(effect)}</td>
              <td className="number">{range(interval)}</td>
              <td className="number">{number(p)}</td>
              <td className="number">{number(score)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What the walk found at one layer, with its numbers and where its lineage differs. */
export function DiagnosisStep({ dataset, step, box }: { dataset: string; step: Step; box: string }) {
  const { layer, verdict, measure, effect, interval, p, lineage, measures } = step;
  return (
    <li className="card step">
      <h3>
        {layer}: {t.stepVerdicts[verdict as keyof typeof t.stepVerdicts] ?? verdict}
      </h3>
      {measure && (
        <p>
          {words(measure)}: {t.effect} {number(effect)} ({t.interval} {range(interval)}, p {number(p)}){' '}
          <Link href={`/d/${dataset}/quality?m=${layer}/${measure}&box=${box}`}>{t.onTheMap}</Link>
        </p>
      )}
      {lineage.length > 0 && (
        <ul>
          {lineage.map(({ stage, field, region, reference }) => (
            <li key={`${stage}/${field}`}>{t.lineage(stage, field, region, reference)}</li>
          ))}
        </ul>
      )}
      <details>
        <summary>{t.evidence}</summary>
        <Evidence measures={measures} layer={layer} />
      </details>
    </li>
  );
}
