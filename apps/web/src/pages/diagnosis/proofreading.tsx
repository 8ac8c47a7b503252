import { useState } from 'react';
import { Link } from 'wouter';
import { useOperation } from '../../api/use-operation.js';
import { Notice, Pending } from '../../components/notice.js';
import { count, number, words } from '../../format.js';
import { proofreadingQueue } from '../../generated/operations.js';
import { viewerAt } from '../../links.js';
import { strings } from '../../strings.js';
import type { Diagnosis } from './evidence.js';

const t = strings.diagnosis.queue;

/** What a person should look at first in the region. */
export function Proofreading({ dataset, diagnosis: { region } }: { dataset: string; diagnosis: Diagnosis }) {
  const [wanted, setWanted] = useState(false);
  const answer = useOperation(proofreadingQueue, wanted ? { dataset, region } : undefined);
  const found = wanted ? answer.data?.proofreadingQueue : undefined;
  return (
    <article className="card">
      <h3>{t.title}</h3>
      <p>{t.text}</p>
      {!wanted && (
        <button type="button" onClick={() => setWanted(true)}>
          {t.show}
        </button>
      )}
      {wanted && <Pending answer={answer} />}
      {found?.items.length === 0 && <Notice kind="empty">{t.none}</Notice>}
      {found && found.items.length > 0 && (
        <>
          <p className="quiet">{t.first(count(found.items.length), count(found.total))}</p>
          <div className="scroll queue" tabIndex={0} role="region" aria-label={t.title}>
            <ol>
              {found.items.map(({ kind, bodies, location, probability, synapses, evidence }, i) => (
                <li key={`${i}/${kind}/${bodies.join()}`}>
                  <Link href={viewerAt(dataset, location, bodies)}>{words(kind)}</Link>{' '}
                  {t.gain(number(probability), synapses)} <span className="quiet">{evidence.join('; ')}</span>
                </li>
              ))}
            </ol>
          </div>
        </>
      )}
    </article>
  );
}
