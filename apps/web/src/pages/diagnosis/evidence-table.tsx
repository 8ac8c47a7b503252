import { number, unitText, words } from '../../format.js';
import { strings } from '../../strings.js';
import {
  effectText,
  type Evidence,
  intervalText,
  mostErrors,
  pText,
  type Step,
  whisker,
} from './evidence.js';

const t = strings.diagnosis;
const halfPx = 70;
/** Standard errors from which a measure deviates; see docs/diagnosis.md. */
const deviatesFrom = 3.5;

/** An effect with its interval on an axis of standard errors; the grey band is what chance does. */
function Whisker({ evidence }: { evidence: Evidence }) {
  const { at, low, high } = whisker(evidence);
  const x = (errors: number) => halfPx + (errors / mostErrors) * (halfPx - 6);
  const [from, to] = [x(-deviatesFrom), x(deviatesFrom)];
  return (
    <svg className="whisker" viewBox={`0 0 ${2 * halfPx} 18`} width={2 * halfPx} height={18} aria-hidden>
      <rect className="band" x={from} y={0} width={to - from} height={18} />
      <line className="zero" x1={halfPx} x2={halfPx} y1={0} y2={18} />
      <line x1={x(low)} x2={x(high)} y1={9} y2={9} strokeWidth={2} />
      <circle cx={x(at)} cy={9} r={4} />
    </svg>
  );
}

/** Measures shown at a glance, those that deviate most. */
const glanced = 6;

/** The loudest measures of a layer beside each other: how far each is off, in standard errors. */
export function EvidenceGlance({ step: { measures } }: { step: Step }) {
  if (measures.length === 0) return null;
  const loudest = measures.toSorted((a, b) => Math.abs(b.score) - Math.abs(a.score)).slice(0, glanced);
  return (
    <table className="glance evidence">
      <caption>{t.glance}</caption>
      <tbody>
        {loudest.map((each) => (
          <tr key={each.measure} className={each.deviates ? 'deviates' : undefined}>
            <th scope="row" title={each.meaning}>
              {words(each.measure)}
            </th>
            <td>
              <Whisker evidence={each} />
            </td>
            <td className="number">{effectText(each)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Every measure of a layer, region against reference. */
export function EvidenceTable({ step: { layer, measures, untested } }: { step: Step }) {
  return (
    <>
      {measures.length > 0 && (
        <div className="scroll" tabIndex={0} role="region" aria-label={`${t.evidence}: ${layer}`}>
          <table className="evidence">
            <thead>
              <tr>
                <th scope="col">{t.measure}</th>
                <th scope="col">{t.region}</th>
                <th scope="col">{t.reference}</th>
                <th scope="col">{t.effect}</th>
                <th scope="col">{t.interval}</th>
                <th scope="col" title={t.ownMeaning}>
                  {t.own}
                </th>
                <th scope="col">p</th>
                <th scope="col">{t.score}</th>
              </tr>
            </thead>
            <tbody>
              {measures.map((each) => (
                <tr key={each.measure} className={each.deviates ? 'deviates' : undefined}>
                  <th scope="row" title={each.meaning}>
                    {words(each.measure)} <span className="quiet">{unitText(each.unit)}</span>
                  </th>
                  <td className="number">{number(each.regionMean)}</td>
                  <td className="number">{number(each.referenceMean)}</td>
                  <td className="number">{effectText(each)}</td>
                  <td className="number">{intervalText(each)}</td>
                  <td className="number">
                    {each.own ? effectText({ ...each, effect: each.own.effect }) : strings.none}
                  </td>
                  <td className="number">{pText(each.p)}</td>
                  <td>
                    <span className="errors">
                      <Whisker evidence={each} /> {number(each.score)}
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {untested.length > 0 && (
        <>
          <h4>{t.untested}</h4>
          <ul className="quiet">
            {untested.map(({ measure, why }) => (
              <li key={measure}>
                {words(measure)}: {why}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
