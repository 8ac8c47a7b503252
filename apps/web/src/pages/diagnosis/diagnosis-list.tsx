import { useMemo } from 'react';
import { useMutation } from 'urql';
import { Link, useLocation, useSearchParams } from 'wouter';
import { sentenceOf, useOperation } from '../../api/use-operation.js';
import { boxText } from '../../boxes.js';
import { boxFrom, Field, Filters } from '../../components/filters.js';
import { HowAsked } from '../../components/how-asked.js';
import { Notice, Pending } from '../../components/notice.js';
import { moment, number, words } from '../../format.js';
import {
  diagnose,
  type DiagnoseData,
  type DiagnoseVariables,
  diagnoses,
  type DiagnosesData,
} from '../../generated/operations.js';
import { diagnosisOf } from '../../links.js';
import { strings } from '../../strings.js';

const t = strings.diagnosis;
type Stored = DiagnosesData['diagnoses'][number];

function StoredRow({ dataset, stored }: { dataset: string; stored: Stored }) {
  const { diagnosisId, verdict, layer, cause, confidence, region, revision, made } = stored;
  return (
    <tr>
      <th scope="row">
        <Link href={diagnosisOf(dataset, diagnosisId)}>
          {layer && cause ? `${layer} ${words(cause)}` : t.verdicts[verdict as keyof typeof t.verdicts]}
        </Link>
      </th>
      <td className="number">{number(confidence)}</td>
      <td>{boxText(region)}</td>
      <td className="number">{revision}</td>
      <td>{made ? moment(made) : strings.none}</td>
    </tr>
  );
}

function StoredList({ dataset, stored }: { dataset: string; stored: readonly Stored[] }) {
  if (stored.length === 0) return <Notice kind="empty">{t.noneStored}</Notice>;
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t.stored}>
      <table className="wide">
        <thead>
          <tr>
            <th scope="col">{t.finding_}</th>
            <th scope="col">{t.confidence}</th>
            <th scope="col">{t.region} (x, y, z)</th>
            <th scope="col">{strings.start.revision}</th>
            <th scope="col">{t.made}</th>
          </tr>
        </thead>
        <tbody>
          {stored.map((each) => (
            <StoredRow key={each.diagnosisId} dataset={dataset} stored={each} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Asks for a diagnosis, and lists those that are kept; each has an address of its own. */
export function DiagnosisList({ dataset }: { dataset: string }) {
  const [search] = useSearchParams();
  const [, go] = useLocation();
  const [{ error, fetching }, run] = useMutation<DiagnoseData, DiagnoseVariables>(diagnose.text);
  const ofDataset = useMemo(() => ({ dataset }), [dataset]);
  const answer = useOperation(diagnoses, ofDataset);
  const [region, against] = [boxFrom(search.get('region')), boxFrom(search.get('against'))];
  const variables = { dataset, ...(region && { region }), ...(against && { against }) };
  const sentence = sentenceOf(error);
  const start = async () => {
    const { data } = await run(variables);
    if (data) go(diagnosisOf(dataset, data.diagnose.diagnosisId));
  };
  return (
    <>
      <p>{t.hint}</p>
      <Filters names={['region', 'against']} submit={strings.apply}>
        <Field name="region" label={t.regionField} size={28} />
        <Field name="against" label={t.againstField} size={28} />
      </Filters>
      <p>
        <button type="button" className="primary" disabled={fetching} onClick={() => void start()}>
          {t.run}
        </button>{' '}
        {region && <span className="quiet">{t.ofRegion(boxText(region))}</span>}
      </p>
      <div role="status">{fetching && <Notice kind="empty">{t.walking}</Notice>}</div>
      {sentence && <Notice kind="error">{sentence}</Notice>}
      <h2>{t.stored}</h2>
      <Pending answer={answer} />
      {answer.data && <StoredList dataset={dataset} stored={answer.data.diagnoses} />}
      <HowAsked operation={diagnose} variables={variables} />
    </>
  );
}
