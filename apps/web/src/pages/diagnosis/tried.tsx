import { commandBox } from '../../boxes.js';
import { Copyable } from '../../components/copyable.js';
import { number, words } from '../../format.js';
import { strings } from '../../strings.js';
import type { Diagnosis } from './evidence.js';

const t = strings.diagnosis.tried;

type Counterfactual = NonNullable<Diagnosis['counterfactual']>;

function Outcome({ tried }: { tried: Counterfactual }) {
  const { from, without, measures, verdict, cause, undoneOf, undoneShare, confirmed, refutes } = tried;
  const left = without.flatMap(({ parameters }) => parameters).join(', ');
  return (
    <>
      <p>
        <strong>{confirmed ? t.confirmed : t.refuted}</strong>{' '}
        {t.outcome(from, left, number(100 * undoneShare), words(undoneOf), words(cause ?? verdict))}
        {refutes.length > 0 && ` ${t.refutes(refutes.map(words).join(', '))}`}
      </p>
      <div className="scroll" tabIndex={0} role="region" aria-label={t.title}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t.measure}</th>
              <th scope="col">{t.before}</th>
              <th scope="col">{t.after}</th>
            </tr>
          </thead>
          <tbody>
            {measures.map(({ layer, measure, before, after }) => (
              <tr key={measure}>
                <th scope="row">
                  {layer} {words(measure)}
                </th>
                <td>{number(before)}</td>
                <td>{after === null ? strings.none : number(after)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** What making the region again showed, or how that is tried. */
export function Tried({ dataset, diagnosis }: { dataset: string; diagnosis: Diagnosis }) {
  const { counterfactual, region, triedFrom } = diagnosis;
  if (!counterfactual && triedFrom === null) return null;
  return (
    <section aria-labelledby="tried">
      <h2 id="tried">{t.title}</h2>
      {counterfactual ? (
        <Outcome tried={counterfactual} />
      ) : (
        <>
          <p className="quiet">{t.how}</p>
          <Copyable
            title={t.command}
            text={`npx stratome diagnose ${dataset} --region ${commandBox(region)} --confirm`}
          />
        </>
      )}
    </section>
  );
}
