import { useState } from 'react';
import { useMutation } from 'urql';
import { sentenceOf } from '../../api/use-operation.js';
import { Notice } from '../../components/notice.js';
import { moment } from '../../format.js';
import {
  type RevisionsData,
  rollback,
  type RollbackData,
  type RollbackVariables,
} from '../../generated/operations.js';
import { strings } from '../../strings.js';

const t = strings.revisions;
type Revision = RevisionsData['revisions'][number];

/** What is shown of a revision's changes; its rows of neurons are those of all segments, neurons or not. */
const shownKinds: Record<string, string> = {
  neurons: t.ofKind.segments,
  synapses: t.ofKind.synapses,
  connections: t.ofKind.connections,
};

/** Segments, synapses and connections a revision added, changed and took away. */
function changesOf({ changes }: Revision): string {
  const shown = (changes ?? [])
    .filter(({ kind, added, changed, removed }) => shownKinds[kind] && added + changed + removed > 0)
    .map(({ kind, added, changed, removed }) => `${shownKinds[kind]} +${added} ~${changed} −${removed}`);
  return shown.join(', ') || strings.none;
}

interface RollbackProps {
  readonly dataset: string;
  readonly revision: number;
  readonly onDone: () => void;
}

/** Asks once more before it changes what readers see. */
function Rollback({ dataset, revision, onDone }: RollbackProps) {
  const [asking, setAsking] = useState(false);
  const [{ error, fetching }, run] = useMutation<RollbackData, RollbackVariables>(rollback.text);
  const sentence = sentenceOf(error);
  const start = async () => {
    const { data } = await run({ dataset, revision });
    if (!data) return;
    setAsking(false);
    onDone();
  };
  if (!asking)
    return (
      <button type="button" onClick={() => setAsking(true)}>
        {t.rollback}
      </button>
    );
  return (
    <span className="links">
      {t.sure(revision)}
      <button type="button" className="primary" disabled={fetching} onClick={() => void start()}>
        {t.yes}
      </button>
      <button type="button" onClick={() => setAsking(false)}>
        {t.no}
      </button>
      {sentence && <Notice kind="error">{sentence}</Notice>}
    </span>
  );
}

interface TableProps {
  readonly dataset: string;
  readonly revisions: readonly Revision[];
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly onChoose: (side: 'from' | 'to', revision: number) => void;
  readonly onRolledBack: () => void;
}

/** All revisions, the latest first; two of them are chosen to be compared. */
export function RevisionTable({ dataset, revisions, from, to, onChoose, onRolledBack }: TableProps) {
  const choice = (side: 'from' | 'to', revision: number) => (
    <input
      type="radio"
      name={side}
      checked={(side === 'from' ? from : to) === revision}
      aria-label={t.choose(t[side], revision)}
      onChange={() => onChoose(side, revision)}
    />
  );
  return (
    <div className="scroll revisions" tabIndex={0} role="region" aria-label={t.title}>
      <table className="wide">
        <thead>
          <tr>
            <th scope="col">{t.from}</th>
            <th scope="col">{t.to}</th>
            <th scope="col">{strings.start.revision}</th>
            <th scope="col">{t.kind}</th>
            <th scope="col">{t.parent}</th>
            <th scope="col">{t.when}</th>
            <th scope="col">{t.author}</th>
            <th scope="col">{t.changes}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {revisions.map((each) => (
            <tr key={each.revision}>
              <td>{choice('from', each.revision)}</td>
              <td>{choice('to', each.revision)}</td>
              <th scope="row">
                {each.revision} {each.head && <span className="tag done">{t.head}</span>}
              </th>
              <td>
                {each.kind}
                {each.restores !== null && ` ${t.restores(each.restores)}`}
              </td>
              <td className="number">{each.parent}</td>
              <td>{moment(each.committedAt)}</td>
              <td>{each.author}</td>
              <td>
                {changesOf(each)} {each.note && <span className="quiet">{each.note}</span>}
              </td>
              <td>
                {!each.head && <Rollback dataset={dataset} revision={each.revision} onDone={onRolledBack} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
