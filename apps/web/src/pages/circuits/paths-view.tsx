import { Fragment } from 'react';
import { Link, useSearchParams } from 'wouter';
import { useOperation } from '../../api/use-operation.js';
import { Field, Filters, idsIn, wholeIn } from '../../components/filters.js';
import { HowAsked } from '../../components/how-asked.js';
import { Notice, Pending } from '../../components/notice.js';
import { paths } from '../../generated/operations.js';
import { partnersOf, viewerOfBodies } from '../../links.js';
import { strings } from '../../strings.js';
import { MaskFields, maskIn, maskNames } from './mask.js';

const t = strings.circuits;
const mostHops = 4;

interface Path {
  readonly bodyIds: readonly string[];
  readonly weights: readonly string[];
  readonly bottleneck: string;
}

function PathRow({ dataset, path: { bodyIds, weights, bottleneck } }: { dataset: string; path: Path }) {
  return (
    <tr>
      <td>
        {bodyIds.map((id, i) => (
          <Fragment key={`${i}/${id}`}>
            {i > 0 && <span className="quiet"> –{weights[i - 1]}→ </span>}
            <Link href={partnersOf(dataset, id)}>{id}</Link>
          </Fragment>
        ))}
      </td>
      <td className="number">{bottleneck}</td>
      <td>
        <Link href={viewerOfBodies(dataset, bodyIds)}>{strings.show3d}</Link>
      </td>
    </tr>
  );
}

/** Ways from one neuron to another. */
export function PathsView({ dataset }: { dataset: string }) {
  const [search] = useSearchParams();
  const [[from], [to]] = [idsIn(search, 'from'), idsIn(search, 'to')];
  const maxHops = Math.min(mostHops, Math.max(1, wholeIn(search, 'maxHops', 3)));
  const limits = { maxHops, minWeight: wholeIn(search, 'minWeight', 1), ...maskIn(search) };
  const variables = from && to ? { dataset, from, to, ...limits } : undefined;
  const answer = useOperation(paths, variables);
  const found = variables ? answer.data?.paths : undefined;
  return (
    <>
      <Filters names={['from', 'to', 'maxHops', 'minWeight', ...maskNames]} submit={t.find}>
        <Field name="from" label={t.from} />
        <Field name="to" label={t.to} />
        <Field name="maxHops" label={t.maxHops} type="number" min={1} max={mostHops} size={4} />
        <Field name="minWeight" label={t.minWeight} type="number" min={0} size={6} />
        <MaskFields />
      </Filters>
      {variables ? <Pending answer={answer} /> : <Notice kind="empty">{t.pathsHint}</Notice>}
      {found?.length === 0 && <Notice kind="empty">{t.noPaths}</Notice>}
      {found && found.length > 0 && (
        <div className="scroll" tabIndex={0} role="region" aria-label={t.views.paths}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t.path}</th>
                <th scope="col">{t.bottleneck}</th>
                <th scope="col">{strings.pages.viewer}</th>
              </tr>
            </thead>
            <tbody>
              {found.map((path) => (
                <PathRow key={path.bodyIds.join('>')} dataset={dataset} path={path} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {variables && <HowAsked operation={paths} variables={variables} />}
    </>
  );
}
