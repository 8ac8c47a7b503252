import { Link, useSearchParams } from 'wouter';
import { Field, Filters, idsIn, wholeIn } from '../../components/filters.js';
import { HowAsked } from '../../components/how-asked.js';
import { Notice, Pending } from '../../components/notice.js';
import { partnersOf } from '../../links.js';
import { strings } from '../../strings.js';
import { useChosenConnections } from './chosen-connections.js';
import { MaskFields, maskIn, maskNames } from './mask.js';

const t = strings.circuits;
/** Rows and columns drawn at most, of those with the most synapses. */
const mostBodies = 60;

interface Connection {
  readonly preBodyId: string;
  readonly postBodyId: string;
  readonly weight: string;
}

/** Ids of one side, those with the most synapses first. */
function byWeight(connections: readonly Connection[], side: 'preBodyId' | 'postBodyId'): string[] {
  const sums = new Map<string, number>();
  for (const each of connections) sums.set(each[side], (sums.get(each[side]) ?? 0) + Number(each.weight));
  return [...sums]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, mostBodies)
    .map(([id]) => id);
}

function Matrix({ dataset, connections }: { dataset: string; connections: readonly Connection[] }) {
  const rows = byWeight(connections, 'preBodyId');
  const columns = byWeight(connections, 'postBodyId');
  const weights = new Map(connections.map((c) => [`${c.preBodyId}>${c.postBodyId}`, Number(c.weight)]));
  const most = Math.max(...weights.values());
  const shade = (weight: number) => ({
    background: `color-mix(in oklab, var(--accent) ${(60 * weight) / most}%, transparent)`,
  });
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t.matrixTitle}>
      <table className="matrix">
        <caption>{t.matrixTitle}</caption>
        <thead>
          <tr>
            <td />
            {columns.map((id) => (
              <th key={id} scope="col" className="column">
                <Link href={partnersOf(dataset, id)}>{id}</Link>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((pre) => (
            <tr key={pre}>
              <th scope="row">
                <Link href={partnersOf(dataset, pre)}>{pre}</Link>
              </th>
              {columns.map((post) => {
                const weight = weights.get(`${pre}>${post}`);
                return (
                  <td
                    key={post}
                    className="cell"
                    style={weight ? shade(weight) : undefined}
                    title={`${pre} → ${post}`}
                  >
                    {weight}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Connections between many neurons at one look. */
export function MatrixView({ dataset }: { dataset: string }) {
  const [search] = useSearchParams();
  const minWeight = wholeIn(search, 'minWeight', 1);
  const chosen = useChosenConnections(dataset, idsIn(search, 'ids'), minWeight, maskIn(search));
  const { answer, connections, operation, variables } = chosen;
  return (
    <>
      <Filters names={['ids', 'minWeight', ...maskNames]} submit={strings.apply}>
        <Field name="ids" label={`${t.ids} (${t.idsHint})`} size={40} />
        <Field name="minWeight" label={t.minWeight} type="number" min={0} size={6} />
        <MaskFields />
      </Filters>
      <Pending answer={answer} />
      {connections?.length === 0 && <Notice kind="empty">{t.matrixEmpty}</Notice>}
      {connections && connections.length > 0 && <Matrix dataset={dataset} connections={connections} />}
      <HowAsked operation={operation} variables={variables} />
    </>
  );
}
