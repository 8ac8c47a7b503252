import { useMemo } from 'react';
import { useSearchParams } from 'wouter';
import { useOperation } from '../../api/use-operation.js';
import { HowAsked } from '../../components/how-asked.js';
import { Notice, Pending } from '../../components/notice.js';
import { revisions } from '../../generated/operations.js';
import { strings } from '../../strings.js';
import { RevisionDiff } from './revision-diff.js';
import { RevisionTable } from './revision-table.js';

const t = strings.revisions;

/** A revision that the address names, if there is one of that number. */
const named = (search: URLSearchParams, name: string, known: readonly number[]): number | undefined =>
  known.find((revision) => String(revision) === search.get(name));

/** What readers were shown, one state after the other, how two of them differ, and a way back. */
export default function RevisionsPage({ dataset }: { dataset: string }) {
  const [search, setSearch] = useSearchParams();
  const variables = useMemo(() => ({ dataset }), [dataset]);
  const answer = useOperation(revisions, variables);
  const all = answer.data?.revisions;
  const known = all?.map(({ revision }) => revision) ?? [];
  const head = all?.find((each) => each.head);
  const to = named(search, 'to', known) ?? head?.revision;
  const from = named(search, 'from', known) ?? (head && head.parent > 0 ? head.parent : undefined);
  const choose = (side: 'from' | 'to', revision: number) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        next.set(side, String(revision));
        return next;
      },
      { replace: true },
    );
  return (
    <>
      <h1>{t.title}</h1>
      <p>{t.hint}</p>
      <Pending answer={answer} />
      {all?.length === 0 && <Notice kind="empty">{t.none}</Notice>}
      {all && all.length > 0 && (
        <RevisionTable
          dataset={dataset}
          revisions={all}
          from={from}
          to={to}
          onChoose={choose}
          onRolledBack={answer.refresh}
        />
      )}
      {from !== undefined && to !== undefined && from !== to && (
        <RevisionDiff dataset={dataset} from={from} to={to} />
      )}
      {all?.length === 1 && <Notice kind="empty">{t.onlyOne}</Notice>}
      <HowAsked operation={revisions} variables={variables} />
    </>
  );
}
