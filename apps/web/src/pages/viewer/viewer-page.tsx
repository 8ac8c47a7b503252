import { useMemo } from 'react';
import { useSearchParams } from 'wouter';
import { useOperation } from '../../api/use-operation.js';
import { Field, Filters, idsIn } from '../../components/filters.js';
import { HowAsked } from '../../components/how-asked.js';
import { Notice, Pending } from '../../components/notice.js';
import { synapsesInBox, volumes, type VolumesData } from '../../generated/operations.js';
import { strings } from '../../strings.js';
import { viewerState } from '../../viewer-state.js';

const t = strings.viewer;

/** Three numbers in the address: x, y, z in voxels. */
function placeIn(search: URLSearchParams) {
  const numbers = (search.get('at') ?? '').match(/-?\d+(\.\d+)?/g)?.map(Number) ?? [];
  return numbers.length === 3 ? { x: numbers[0], y: numbers[1], z: numbers[2] } : undefined;
}

/** Synapses shown: those of the chosen neurons, or all of the volume when none are chosen; the first thousand. */
function useSynapses(dataset: string, found: VolumesData['dataset'] | undefined, bodyIds: readonly string[]) {
  const variables = useMemo(
    () => found && { dataset, box: { begin: { x: 0, y: 0, z: 0 }, end: found.shape } },
    [dataset, found],
  );
  const { data } = useOperation(synapsesInBox, variables);
  const chosen = new Set(bodyIds);
  return data?.synapsesInBox.items.filter(
    ({ preBodyId, postBodyId }) =>
      chosen.size === 0 || chosen.has(preBodyId ?? '') || chosen.has(postBodyId ?? ''),
  );
}

/** Neuroglancer, with what the address names. */
export default function ViewerPage({ dataset }: { dataset: string }) {
  const [search] = useSearchParams();
  const variables = useMemo(() => ({ dataset }), [dataset]);
  const answer = useOperation(volumes, variables);
  const found = answer.data?.dataset;
  const bodyIds = idsIn(search, 'bodies');
  const synapses = useSynapses(dataset, found, bodyIds);
  const state =
    found && synapses && viewerState(found, { bodyIds, at: placeIn(search), synapses }, location.origin);
  const address = state && `/viewer/#!${encodeURIComponent(JSON.stringify(state))}`;
  return (
    <>
      <h1>{t.title}</h1>
      <Filters names={['bodies', 'at']} submit={strings.apply}>
        <Field name="bodies" label={strings.circuits.ids} size={30} />
        <Field name="at" label={t.at} size={16} />
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
