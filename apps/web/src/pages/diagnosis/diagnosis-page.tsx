import { Link, useSearchParams } from 'wouter';
import { useMutation } from 'urql';
import { sentenceOf } from '../../api/use-operation.js';
import { boxFrom, Field, Filters } from '../../components/filters.js';
import { HowAsked } from '../../components/how-asked.js';
import { Notice } from '../../components/notice.js';
import { number, words } from '../../format.js';
import { diagnose, type DiagnoseData, type DiagnoseVariables } from '../../generated/operations.js';
import { viewerAt } from '../../links.js';
import { strings } from '../../strings.js';
import { type DiagnosisReport, DiagnosisStep } from './diagnosis-step.js';

const t = strings.diagnosis;
type VoxelBox = DiagnosisReport['region'];

const boxText = ({ begin, end }: VoxelBox) =>
  `${begin.x}, ${begin.y}, ${begin.z} – ${end.x}, ${end.y}, ${end.z}`;
const planeOf = ({ begin, end }: VoxelBox) => [begin.x, begin.y, end.x, end.y].join(',');
const middleOf = ({ begin, end }: VoxelBox) => ({
  x: (begin.x + end.x) / 2,
  y: (begin.y + end.y) / 2,
  z: (begin.z + end.z) / 2,
});

function Verdict({ dataset, report }: { dataset: string; report: DiagnosisReport }) {
  const { verdict, layer, cause, confidence, explainedShare, region } = report;
  return (
    <section className="card" aria-labelledby="verdict">
      <h2 id="verdict">{t.verdicts[verdict as keyof typeof t.verdicts] ?? verdict}</h2>
      {cause && (
        <p>
          <strong>
            {layer} {words(cause)}
          </strong>
          , {t.confidence} {number(confidence)}
        </p>
      )}
      {explainedShare && (
        <p>
          {t.explains(
            words(explainedShare.by),
            number(100 * explainedShare.share),
            words(explainedShare.of),
            explainedShare.interval.map((share) => number(100 * share)).join(' … '),
          )}{' '}
          {!explainedShare.outside && t.notOutside}
        </p>
      )}
      <p>
        {t.region}: {boxText(region)} <Link href={viewerAt(dataset, middleOf(region))}>{strings.show3d}</Link>
      </p>
    </section>
  );
}

function Report({ dataset, report }: { dataset: string; report: DiagnosisReport }) {
  return (
    <>
      <Verdict dataset={dataset} report={report} />
      <h2>{t.walk}</h2>
      <ol className="steps">
        {report.steps.map((step) => (
          <DiagnosisStep key={step.layer} dataset={dataset} step={step} box={planeOf(report.region)} />
        ))}
      </ol>
      {report.rejected.length > 0 && (
        <details>
          <summary>{t.rejected}</summary>
          <ul>
            {report.rejected.map(({ cause, why }) => (
              <li key={cause}>
                {words(cause)}: {why}
              </li>
            ))}
          </ul>
        </details>
      )}
      {report.anomalies.length > 0 && (
        <>
          <h2>{t.anomalies}</h2>
          <ul>
            {report.anomalies.map(({ layer, measure, cells, effect, p, region }) => (
              <li key={`${layer}/${measure}/${boxText(region)}`}>
                {t.anomaly(`${layer} ${words(measure)}`, cells, number(effect), number(p))}{' '}
                <Link href={`/d/${dataset}/quality?m=${layer}/${measure}&box=${planeOf(region)}`}>
                  {t.onTheMap}
                </Link>{' '}
                <Link href={viewerAt(dataset, middleOf(region))}>{strings.show3d}</Link>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

/** From a deviation to the layer that made it. */
export default function DiagnosisPage({ dataset }: { dataset: string }) {
  const [search] = useSearchParams();
  const [{ data, error, fetching }, run] = useMutation<DiagnoseData, DiagnoseVariables>(diagnose.text);
  const [region, against] = [boxFrom(search.get('region')), boxFrom(search.get('against'))];
  const variables = { dataset, ...(region && { region }), ...(against && { against }) };
  const sentence = sentenceOf(error);
  return (
    <>
      <h1>{strings.pages.diagnosis}</h1>
      <Filters names={['region', 'against']} submit={strings.apply}>
        <Field name="region" label={t.regionField} size={28} />
        <Field name="against" label={t.againstField} size={28} />
      </Filters>
      <p>
        <button type="button" className="primary" disabled={fetching} onClick={() => void run(variables)}>
          {t.run}
        </button>{' '}
        <span className="quiet">{t.hint}</span>
      </p>
      <div role="status">{fetching && <Notice kind="empty">{t.walking}</Notice>}</div>
      {sentence && <Notice kind="error">{sentence}</Notice>}
      {data && !fetching && <Report dataset={dataset} report={data.diagnose} />}
      <HowAsked operation={diagnose} variables={variables} />
    </>
  );
}
