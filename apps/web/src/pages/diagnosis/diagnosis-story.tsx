import { useMemo } from 'react';
import { Link } from 'wouter';
import { useOperation } from '../../api/use-operation.js';
import { boxText, middleOf, planeAddress, sizeText } from '../../boxes.js';
import { HowAsked } from '../../components/how-asked.js';
import { Pending } from '../../components/notice.js';
import { patchVoxels } from '../../diagnosis/patch.js';
import { typicalPlaces } from '../../diagnosis/typical-cells.js';
import { moment, number, words } from '../../format.js';
import {
  diagnosis as diagnosisOperation,
  measures as measuresOperation,
  type MeasuresData,
  volumes as volumesOperation,
  type VolumesData,
} from '../../generated/operations.js';
import { viewerAt } from '../../links.js';
import { strings } from '../../strings.js';
import { useField } from '../quality/measure-map.js';
import { DiagnosisStep, type StoryContext } from './diagnosis-step.js';
import { Resolution } from './resolution.js';
import { Tried } from './tried.js';
import { type Diagnosis, effectText, spokesmanOf } from './evidence.js';

const t = strings.diagnosis;

/** The walk at one look: five layers from connectivity to images, each with how far its loudest measure is off. */
function Chain({ diagnosis }: { diagnosis: Diagnosis }) {
  return (
    <ol className="chain" aria-label={t.walk}>
      {diagnosis.steps.map((step) => {
        const evidence = spokesmanOf(step);
        return (
          <li key={step.layer} className={step.verdict}>
            <a href={`#${step.layer}`}>
              <span className="layer">{step.layer}</span>
              <span>{step.measure ? words(step.measure) : t.stepVerdicts.untested}</span>
              <strong>{evidence ? effectText(evidence) : strings.none}</strong>
              <small>{t.stepVerdicts[step.verdict as keyof typeof t.stepVerdicts] ?? step.verdict}</small>
            </a>
          </li>
        );
      })}
    </ol>
  );
}

function Confidence({ value }: { value: number }) {
  return (
    <p className="confidence">
      <meter min={0} max={1} value={value} aria-label={t.confidence} /> {t.confidence}{' '}
      <strong>{number(value)}</strong>
    </p>
  );
}

function Verdict({ dataset, diagnosis, volumes }: Pick<StoryContext, 'dataset' | 'diagnosis' | 'volumes'>) {
  const { verdict, layer, cause, doubt, confidence, explainedShare, region, against, made, revision } =
    diagnosis;
  return (
    <section className="verdict" aria-labelledby="verdict">
      <div>
        <h2 id="verdict">
          {layer && cause
            ? t.rootCause(layer, words(cause))
            : (t.verdicts[verdict as keyof typeof t.verdicts] ?? verdict)}
        </h2>
        {layer && cause && <p>{t.verdicts[verdict as keyof typeof t.verdicts]}</p>}
        {doubt && <p>{t.doubt([doubt.layer, words(doubt.cause)].filter(Boolean).join(' '), doubt.why)}</p>}
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
      </div>
      <dl className="facts">
        <div>
          <dt>{t.region} (x, y, z)</dt>
          <dd>
            {boxText(region)}
            <br />
            {sizeText(region, volumes.voxelNm)}{' '}
            <Link href={viewerAt(dataset, middleOf(region), [], region)}>{strings.show3d}</Link>
          </dd>
        </div>
        <div>
          <dt>{t.reference}</dt>
          <dd>{against ? boxText(against) : t.allTheRest}</dd>
        </div>
        <div>
          <dt>{strings.start.revision}</dt>
          <dd>
            {revision}
            {made && `, ${moment(made)}`}
          </dd>
        </div>
        <div>
          <dt>{t.howSure}</dt>
          <dd>
            <Confidence value={confidence} />
          </dd>
        </div>
      </dl>
    </section>
  );
}

function Rejected({ diagnosis: { rejected } }: { diagnosis: Diagnosis }) {
  if (rejected.length === 0) return null;
  return (
    <section>
      <h2>{t.rejected}</h2>
      <div className="scroll" tabIndex={0} role="region" aria-label={t.rejected}>
        <table>
          <tbody>
            {rejected.map(({ cause, why }) => (
              <tr key={cause}>
                <th scope="row">{words(cause)}</th>
                <td>{why}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Anomalies({ dataset, diagnosis: { anomalies } }: { dataset: string; diagnosis: Diagnosis }) {
  if (anomalies.length === 0) return null;
  return (
    <details>
      <summary>
        {t.anomalies} ({anomalies.length})
      </summary>
      <ul>
        {anomalies.map(({ anomalyId, layer, measure, pattern, cells, effect, p, region }) => (
          <li key={anomalyId}>
            {t.anomaly(`${layer} ${words(measure)}`, pattern, cells, number(effect), number(p))}{' '}
            <Link
              href={`/d/${dataset}/quality?m=${layer}/${measure}&z=${Math.floor(middleOf(region).z)}&box=${planeAddress(region)}`}
            >
              {t.onTheMap}
            </Link>{' '}
            <Link href={viewerAt(dataset, middleOf(region), [], region)}>{strings.show3d}</Link>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** The field by which places to look at are chosen: that of the origin, else of the first layer that deviates. */
function leadOf({ steps }: Diagnosis, measures: MeasuresData['dataset']['measures']) {
  const known = steps.filter((step) =>
    measures.some(({ layer, measure }) => layer === step.layer && measure === step.measure),
  );
  const lead =
    known.find(({ verdict }) => verdict === 'origin') ??
    known.find(({ verdict }) => verdict === 'follows') ??
    known[0];
  return lead?.measure ? { layer: lead.layer, measure: lead.measure } : undefined;
}

/** Measured where there are synapses. */
const ofNeuropil = { layer: 'L4', measure: 'synapseConfidence' };

function usePlaces(
  dataset: string,
  { region, against }: Diagnosis,
  { shape }: VolumesData['dataset'],
  lead: { readonly layer: string; readonly measure: string } | undefined,
) {
  const values = useField(dataset, lead).data?.values;
  const neuropil = useField(dataset, lead && ofNeuropil);
  const synaptic = neuropil.data?.values;
  const known = synaptic !== undefined || neuropil.error !== undefined;
  return useMemo(() => {
    if (!values || !known) return undefined;
    const keys = new Set(synaptic?.map(({ cellKey }) => cellKey));
    const isNeuropil = ({ cellKey }: { readonly cellKey: string }) => keys.has(cellKey);
    return typicalPlaces(values, region, against ?? undefined, shape, patchVoxels / 2, isNeuropil);
  }, [values, known, synaptic, region, against, shape]);
}

interface StoryProps {
  readonly dataset: string;
  readonly diagnosis: Diagnosis;
  readonly volumes: VolumesData['dataset'];
  readonly measures: MeasuresData['dataset']['measures'];
}

function Story({ dataset, diagnosis, volumes, measures }: StoryProps) {
  const lead = useMemo(() => leadOf(diagnosis, measures), [diagnosis, measures]);
  const places = usePlaces(dataset, diagnosis, volumes, lead);
  const context = { dataset, diagnosis, volumes, measures, places };
  return (
    <>
      <Verdict {...context} />
      {diagnosis.steps.length > 0 && (
        <>
          <Chain diagnosis={diagnosis} />
          <h2>{t.walk}</h2>
          <p className="quiet">{t.howToRead}</p>
          <ol className="steps">
            {diagnosis.steps.map((step) => (
              <DiagnosisStep key={step.layer} step={step} context={context} />
            ))}
          </ol>
        </>
      )}
      <Tried dataset={dataset} diagnosis={diagnosis} />
      <Resolution dataset={dataset} diagnosis={diagnosis} />
      <Rejected diagnosis={diagnosis} />
      <Anomalies dataset={dataset} diagnosis={diagnosis} />
    </>
  );
}

/** A stored walk as the story it is. */
export function DiagnosisStory({ dataset, diagnosisId }: { dataset: string; diagnosisId: string }) {
  const asked = useMemo(() => ({ dataset, diagnosisId }), [dataset, diagnosisId]);
  const ofDataset = useMemo(() => ({ dataset }), [dataset]);
  const answer = useOperation(diagnosisOperation, asked);
  const volumes = useOperation(volumesOperation, ofDataset);
  const measures = useOperation(measuresOperation, ofDataset);
  const ready = answer.data && volumes.data && measures.data;
  return (
    <>
      <p>
        <Link href={`/d/${dataset}/diagnosis`}>{t.all}</Link>
      </p>
      <Pending answer={answer} />
      {!answer.error && <Pending answer={volumes} />}
      {ready && (
        <Story
          dataset={dataset}
          diagnosis={answer.data!.diagnosis}
          volumes={volumes.data!.dataset}
          measures={measures.data!.dataset.measures}
        />
      )}
      <HowAsked operation={diagnosisOperation} variables={asked} />
    </>
  );
}
