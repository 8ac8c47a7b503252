import { useCallback, useMemo } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { Field, Filters, idsIn, wholeIn } from '../../components/filters.js';
import { type DrawnEdge, type DrawnNode, GraphDrawing } from '../../components/graph-drawing.js';
import { HowAsked } from '../../components/how-asked.js';
import { Notice, Pending } from '../../components/notice.js';
import { partners } from '../../generated/operations.js';
import { useOperation } from '../../api/use-operation.js';
import { partnersOf } from '../../links.js';
import { strings } from '../../strings.js';
import { useChosenConnections } from './chosen-connections.js';
import { type Mask, MaskFields, maskIn, maskNames } from './mask.js';

const t = strings.circuits;

interface Connection {
  readonly preBodyId: string;
  readonly postBodyId: string;
  readonly weight: string;
  readonly excitatoryShare: number | null;
}

const excitatory = '#2c7a4b';
const inhibitory = '#c0392b';

function drawingOf(connections: readonly Connection[]): { nodes: DrawnNode[]; edges: DrawnEdge[] } {
  const synapses = new Map<string, number>();
  for (const { preBodyId, postBodyId, weight } of connections)
    for (const id of [preBodyId, postBodyId]) synapses.set(id, (synapses.get(id) ?? 0) + Number(weight));
  const nodes = [...synapses].map(([id, sum]) => ({ id, label: id, size: 4 + 2 * Math.log2(1 + sum) }));
  const edges = connections.map(({ preBodyId, postBodyId, weight, excitatoryShare }) => ({
    from: preBodyId,
    to: postBodyId,
    label: weight,
    width: 1 + Math.log2(1 + Number(weight)),
    ...(excitatoryShare === null ? {} : { color: excitatoryShare >= 0.5 ? excitatory : inhibitory }),
  }));
  return { nodes, edges };
}

/** Of one neuron so many partners a side are drawn, the strongest. */
const mostPartners = 60;

/** One neuron means that neuron and its partners; several mean those alone. */
function useBodies(dataset: string, ids: readonly string[], mask: Mask): readonly string[] {
  const side = (direction: string) =>
    ids.length === 1 ? { dataset, bodyId: ids[0], direction, ...mask } : undefined;
  const sides = [
    useOperation(partners, side('upstream')).data,
    useOperation(partners, side('downstream')).data,
  ];
  if (ids.length !== 1) return ids;
  const found = sides.flatMap((data) => data?.partners.items.slice(0, mostPartners) ?? []);
  return [...new Set([...ids, ...found.map(({ partnerId }) => partnerId)])];
}

/** Neurons and their connections drawn. */
export default function GraphView({ dataset }: { dataset: string }) {
  const [search] = useSearchParams();
  const [, go] = useLocation();
  const mask = maskIn(search);
  const ids = useBodies(dataset, idsIn(search, 'ids'), mask);
  const chosen = useChosenConnections(dataset, ids, wholeIn(search, 'minWeight', 1), mask);
  const { answer, connections, operation, variables } = chosen;
  const drawing = useMemo(() => connections && drawingOf(connections), [connections]);
  const open = useCallback((id: string) => go(partnersOf(dataset, id)), [dataset, go]);
  return (
    <>
      <Filters names={['ids', 'minWeight', ...maskNames]} submit={strings.apply}>
        <Field name="ids" label={`${t.ids} (${t.idsHint})`} size={40} />
        <Field name="minWeight" label={t.minWeight} type="number" min={0} size={6} />
        <MaskFields />
      </Filters>
      <Pending answer={answer} />
      {drawing?.nodes.length === 0 && <Notice kind="empty">{t.matrixEmpty}</Notice>}
      {drawing && drawing.nodes.length > 0 && (
        <>
          <p className="quiet">
            {t.graphText(drawing.nodes.length, drawing.edges.length)}. {t.graphHint}
          </p>
          <GraphDrawing label={t.graphTitle} nodes={drawing.nodes} edges={drawing.edges} onNode={open} />
        </>
      )}
      <HowAsked operation={operation} variables={variables} />
    </>
  );
}
