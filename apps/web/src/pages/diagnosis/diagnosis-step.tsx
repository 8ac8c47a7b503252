import { Link } from 'wouter';
import { planeAddress } from '../../boxes.js';
import type { Plane } from '../../diagnosis/patch.js';
import type { TypicalPlaces } from '../../diagnosis/typical-cells.js';
import { number, unitText, words } from '../../format.js';
import type { MeasuresData, VolumesData } from '../../generated/operations.js';
import { strings } from '../../strings.js';
import { useField } from '../quality/measure-map.js';
import { EvidenceGlance, EvidenceTable } from './evidence-table.js';
import { type Diagnosis, effectText, intervalText, pText, spokesmanOf, type Step } from './evidence.js';
import { ImagePatch, type Overlay } from './image-patch.js';
import { RegionMap } from './region-map.js';

const t = strings.diagnosis;

export interface StoryContext {
  readonly dataset: string;
  readonly volumes: VolumesData['dataset'];
  readonly measures: MeasuresData['dataset']['measures'];
  readonly diagnosis: Diagnosis;
  readonly places: TypicalPlaces | undefined;
}

/** What each layer made of the image, and from where it is seen best. */
const looks: Record<string, { readonly plane: Plane; readonly overlay: Overlay }> = {
  L5: { plane: 'xy', overlay: 'connections' },
  L4: { plane: 'xy', overlay: 'synapses' },
  L3: { plane: 'xy', overlay: 'segments' },
  L2: { plane: 'xz', overlay: 'none' },
  L1: { plane: 'xy', overlay: 'none' },
};

/** The loudest measure in a sentence. */
function Finding({ step }: { step: Step }) {
  const evidence = spokesmanOf(step);
  if (!evidence) return <p className="quiet">{t.noEvidence}</p>;
  return (
    <p>
      {t.finding(
        words(evidence.measure),
        number(evidence.regionMean),
        number(evidence.referenceMean),
        unitText(evidence.unit),
      )}{' '}
      <strong>{effectText(evidence)}</strong>{' '}
      <span className="quiet">({t.uncertainty(intervalText(evidence), pText(evidence.p))})</span>.
    </p>
  );
}

function StepMap({ step, context }: { step: Step; context: StoryContext }) {
  const { dataset, volumes, measures, diagnosis, places } = context;
  const { layer } = step;
  const measure = step.measure ?? '';
  const isField = measures.some((each) => each.layer === layer && each.measure === measure);
  const field = useField(dataset, isField ? { layer, measure } : undefined).data;
  if (!isField) return <p className="quiet notice">{step.measure ? t.noMap : t.noEvidence}</p>;
  const { region } = diagnosis;
  const z = Math.floor(places?.region.z ?? (region.begin.z + region.end.z) / 2);
  return (
    <div className="step-map">
      <RegionMap
        label={t.mapOf(`${layer} ${words(measure)}`)}
        values={field?.values ?? []}
        unit={field?.unit ?? ''}
        size={volumes.shape}
        z={z}
        region={region}
        against={diagnosis.against}
        places={places}
      />
      <Link href={`/d/${dataset}/quality?m=${layer}/${measure}&z=${z}&box=${planeAddress(region)}`}>
        {t.onTheMap}
      </Link>
    </div>
  );
}

function Patches({ layer, context }: { layer: string; context: StoryContext }) {
  const { dataset, volumes, places } = context;
  const look = looks[layer];
  if (!places || !look) return null;
  return (
    <div>
      <div className="patches">
        {(['region', 'reference'] as const).map((side) => (
          <ImagePatch
            key={side}
            name={dataset}
            dataset={volumes}
            place={places[side]}
            title={side === 'region' ? t.region : t.reference}
            describes={t.patch.shows[look.overlay]}
            {...look}
          />
        ))}
      </div>
      <p className="quiet">{look.plane === 'xz' ? t.patch.side : t.patch.shows[look.overlay]}</p>
    </div>
  );
}

/** One layer of the walk: what it says in a sentence, on a map and in the image, with all its numbers below. */
export function DiagnosisStep({ step, context }: { step: Step; context: StoryContext }) {
  const { layer, verdict, lineage } = step;
  return (
    <li className={`step ${verdict}`} id={layer}>
      <h3>
        <span className="layer">{layer}</span> {t.layers[layer as keyof typeof t.layers]}
        <span className="tag">{t.stepVerdicts[verdict as keyof typeof t.stepVerdicts] ?? verdict}</span>
      </h3>
      <Finding step={step} />
      <div className="exhibits">
        <StepMap step={step} context={context} />
        <Patches layer={layer} context={context} />
        <EvidenceGlance step={step} />
      </div>
      {lineage.length > 0 && (
        <ul>
          {lineage.map(({ stage, field, region, reference }) => (
            <li key={`${stage}/${field}`}>
              {t.lineage(stage, field, region.slice(0, 20), reference.slice(0, 20))}
            </li>
          ))}
        </ul>
      )}
      <details>
        <summary>{t.allEvidence(step.measures.length)}</summary>
        <EvidenceTable step={step} />
      </details>
    </li>
  );
}
