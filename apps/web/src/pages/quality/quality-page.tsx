import { useCallback, useMemo, useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import { useOperation } from '../../api/use-operation.js';
import { Field, Filters } from '../../components/filters.js';
import { HowAsked } from '../../components/how-asked.js';
import { Notice, Pending } from '../../components/notice.js';
import { unitText, words } from '../../format.js';
import {
  anomalies as anomaliesOperation,
  measures,
  type MeasuresData,
  qualityField,
} from '../../generated/operations.js';
import { diagnosisOfRegion, viewerAt } from '../../links.js';
import { columnOf, planeBoxFrom, type PlaneBox } from '../../quality/selection.js';
import { strings } from '../../strings.js';
import { FieldSummary } from './field-summary.js';
import { type Anomaly, MeasureMap, type MeasureName, useField } from './measure-map.js';
import type { PlaneView } from './slice-map.js';

const t = strings.quality;
type DatasetMeasures = MeasuresData['dataset'];

const keyOf = ({ layer, measure }: MeasureName) => `${layer}/${measure}`;

/** Changes one part of the address without a step in the history. */
function useAddress() {
  const [search, setSearch] = useSearchParams();
  const set = useCallback(
    (name: string, value: string | undefined) =>
      setSearch(
        (before) => {
          const next = new URLSearchParams(before);
          if (value === undefined) next.delete(name);
          else next.set(name, value);
          return next;
        },
        { replace: true },
      ),
    [setSearch],
  );
  return { search, set };
}

/** The chosen measure, and beside it one of each other layer. */
function mapsFor(all: readonly MeasureName[], chosen: MeasureName, beside: boolean): MeasureName[] {
  if (!beside) return [chosen];
  const others = new Map<string, MeasureName>();
  for (const each of all)
    if (each.layer !== chosen.layer && !others.has(each.layer)) others.set(each.layer, each);
  return [chosen, ...others.values()];
}

interface ControlsProps {
  readonly all: DatasetMeasures['measures'];
  readonly chosen: MeasureName;
  readonly z: number;
  readonly depth: number;
  readonly set: (name: string, value: string | undefined) => void;
  readonly beside: boolean;
}

function Controls({ all, chosen, z, depth, set, beside }: ControlsProps) {
  return (
    <>
      <div className="filters" style={{ display: 'flex', gap: '1rem', flexWrap: 'wrap' }}>
        <label className="field">
          {t.measure}
          <select value={keyOf(chosen)} onChange={(event) => set('m', event.target.value)}>
            {all.map((each) => (
              <option key={keyOf(each)} value={keyOf(each)}>
                {each.layer} {words(each.measure)}
                {unitText(each.unit) && `, ${unitText(each.unit)}`}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          {t.beside}
          <select
            value={beside ? 'layers' : 'none'}
            onChange={(event) => set('beside', event.target.value === 'none' ? 'none' : undefined)}
          >
            <option value="layers">{t.allLayers}</option>
            <option value="none">{t.onlyThis}</option>
          </select>
        </label>
      </div>
      <div className="slider">
        <output>{t.z(z, depth - 1)}</output>
        <input
          type="range"
          min={0}
          max={depth - 1}
          value={z}
          aria-label={t.zLabel}
          onChange={(event) => set('z', event.target.value)}
        />
      </div>
    </>
  );
}

const noAnomalies: readonly Anomaly[] = [];

/** Those that diagnoses of the head revision found. */
function useAnomalies(dataset: string): readonly Anomaly[] {
  const variables = useMemo(() => ({ dataset }), [dataset]);
  return useOperation(anomaliesOperation, variables).data?.anomalies ?? noAnomalies;
}

function Fields({ dataset, found }: { dataset: string; found: DatasetMeasures }) {
  const { search, set } = useAddress();
  const { shape } = found;
  const all = useMemo(() => found.measures.filter(({ cells }) => Number(cells) > 0), [found]);
  const named = search.get('m');
  const match = all.find((each) => keyOf(each) === named);
  const chosen = match ?? all[0];
  const depth = Math.max(1, shape.z);
  const asked = Number.parseInt(search.get('z') ?? '', 10);
  const z = Math.min(depth - 1, Math.max(0, Number.isNaN(asked) ? Math.floor(depth / 2) : asked));
  const boxText = search.get('box');
  const selection = useMemo(() => planeBoxFrom(boxText), [boxText]);
  const [view, setView] = useState<PlaneView>({ x: shape.x / 2, y: shape.y / 2, zoom: 0.95 });
  const onSelect = useCallback(
    ({ x0, y0, x1, y1 }: PlaneBox) => set('box', [x0, y0, x1, y1].join(',')),
    [set],
  );
  const beside = search.get('beside') !== 'none';
  const againstText = search.get('against');
  const against = useMemo(() => planeBoxFrom(againstText), [againstText]);
  const [cursor, setCursor] = useState<{ x: number; y: number }>();
  const anomalies = useAnomalies(dataset);
  const settings = {
    dataset,
    z,
    size: shape,
    view,
    onView: setView,
    selection,
    onSelect,
    against,
    anomalies,
    cursor,
    onCursor: setCursor,
  };
  const field = useField(dataset, chosen).data;
  const middle = selection && {
    x: (selection.x0 + selection.x1) / 2,
    y: (selection.y0 + selection.y1) / 2,
    z,
  };
  return (
    <>
      {named && !match && <Notice kind="warning">{t.noField(named)}</Notice>}
      <Controls all={all} chosen={chosen} z={z} depth={depth} set={set} beside={beside} />
      {chosen.meaning && (
        <p className="quiet">{`${chosen.meaning}. ${t.high[chosen.high as keyof typeof t.high] ?? ''}`}</p>
      )}
      <div className="maps">
        {mapsFor(all, chosen, beside).map((name) => (
          <MeasureMap key={keyOf(name)} name={name} settings={settings} />
        ))}
      </div>
      <p className="quiet">{t.selectHint}</p>
      <Filters names={['box', 'against']} submit={strings.apply}>
        <Field name="box" label={t.box} size={24} />
        <Field name="against" label={t.against} size={24} />
        {selection && (
          <button type="button" onClick={() => set('box', undefined)}>
            {t.clear}
          </button>
        )}
        {middle && (
          <Link href={viewerAt(dataset, middle, [], columnOf(selection, shape))}>{strings.show3d}</Link>
        )}
        {selection && <Link href={diagnosisOfRegion(dataset, columnOf(selection, shape))}>{t.diagnose}</Link>}
      </Filters>
      {field && (
        <FieldSummary
          dataset={dataset}
          field={field}
          bySection={Number(chosen.sections) > 0}
          z={z}
          box={selection}
          against={against}
          shape={shape}
        />
      )}
      <HowAsked
        operation={qualityField}
        variables={{ dataset, layer: chosen.layer, measure: chosen.measure }}
      />
    </>
  );
}

/** How good the data are, where. */
export default function QualityPage({ dataset }: { dataset: string }) {
  const variables = useMemo(() => ({ dataset }), [dataset]);
  const answer = useOperation(measures, variables);
  const found = answer.data?.dataset;
  return (
    <>
      <h1>{t.title}</h1>
      <Pending answer={answer} />
      {found?.measures.length === 0 && <Notice kind="empty">{t.none}</Notice>}
      {found && found.measures.length > 0 && <Fields dataset={dataset} found={found} />}
    </>
  );
}
