import { useMemo } from 'react';
import { useSearchParams } from 'wouter';
import { useOperation } from '../../api/use-operation.js';
import { middleOf } from '../../boxes.js';
import { boxFrom, Field, Filters, idsIn } from '../../components/filters.js';
import { HowAsked } from '../../components/how-asked.js';
import { Notice, Pending } from '../../components/notice.js';
import { words } from '../../format.js';
import { measures, neuronBox, volumes } from '../../generated/operations.js';
import { usualRangeOf } from '../../quality/slice.js';
import { strings } from '../../strings.js';
import { type QualityLayer, viewerState } from '../../viewer-state.js';
import { useField } from '../quality/measure-map.js';

const t = strings.viewer;

/** Three numbers in the address: x, y, z in voxels. */
function placeIn(search: URLSearchParams) {
  const numbers = (search.get('at') ?? '').match(/-?\d+(\.\d+)?/g)?.map(Number) ?? [];
  return numbers.length === 3 ? { x: numbers[0], y: numbers[1], z: numbers[2] } : undefined;
}

/** The field that the address names as L4/synapseDensity, with the range its colours span. */
function useQuality(dataset: string, named: string | null): QualityLayer | undefined {
  const [, layer, measure] = /^(L[1-5])\/(\w+)$/.exec(named ?? '') ?? [];
  const name = layer && measure ? { layer, measure } : undefined;
  const values = useField(dataset, name).data?.values;
  return useMemo(
    () => (layer && measure && values ? { layer, measure, range: usualRangeOf(values) } : undefined),
    [layer, measure, values],
  );
}

/** The middle of a neuron, where no place is named; null while it is not known yet. */
function useMiddle(dataset: string, bodyId: string | undefined, wanted: boolean) {
  const variables = useMemo(
    () => (bodyId && wanted ? { dataset, bodyId } : undefined),
    [dataset, bodyId, wanted],
  );
  const { data, fetching } = useOperation(neuronBox, variables);
  if (!variables) return undefined;
  if (data) return middleOf(data.neuron.box);
  return fetching ? null : undefined;
}

/** What is measured, to be laid over the image. */
function QualityChoice({ dataset, chosen }: { dataset: string; chosen: string | null }) {
  const variables = useMemo(() => ({ dataset }), [dataset]);
  const all = useOperation(measures, variables).data?.dataset.measures ?? [];
  return (
    <label>
      {t.quality}
      <select name="quality" key={all.length} defaultValue={chosen ?? ''}>
        <option value="">{t.noQuality}</option>
        {all
          .filter(({ cells }) => Number(cells) > 0)
          .map(({ layer, measure }) => (
            <option key={`${layer}/${measure}`} value={`${layer}/${measure}`}>
              {layer} {words(measure)}
            </option>
          ))}
      </select>
    </label>
  );
}

/** Neuroglancer, with what the address names. */
export default function ViewerPage({ dataset }: { dataset: string }) {
  const [search] = useSearchParams();
  const variables = useMemo(() => ({ dataset }), [dataset]);
  const answer = useOperation(volumes, variables);
  const found = answer.data?.dataset;
  const bodyIds = idsIn(search, 'bodies');
  const named = search.get('quality');
  const quality = useQuality(dataset, named);
  const box = boxFrom(search.get('box'));
  const named3d = placeIn(search);
  const middle = useMiddle(dataset, bodyIds[0], !named3d && !box);
  const wanted = { name: dataset, bodyIds, at: named3d ?? middle ?? undefined, box, quality };
  const state =
    found && (!named || quality) && middle !== null && viewerState(found, wanted, location.origin);
  const address = state && `/viewer/#!${encodeURIComponent(JSON.stringify(state))}`;
  return (
    <>
      <h1>{t.title}</h1>
      <Filters names={['bodies', 'at', 'quality']} submit={strings.apply}>
        <Field name="bodies" label={strings.circuits.ids} size={30} />
        <Field name="at" label={t.at} size={16} />
        <QualityChoice dataset={dataset} chosen={named} />
      </Filters>
      <Pending answer={answer} />
      {found?.volumes.length === 0 && <Notice kind="empty">{t.noVolumes}</Notice>}
      {address && (
        <>
          <iframe key={address} className="viewer" title={t.frame} src={address} />
          <p className="quiet">
            {t.hint} <a href={address}>{t.newTab}</a>
          </p>
        </>
      )}
      <HowAsked operation={volumes} variables={variables} />
    </>
  );
}
