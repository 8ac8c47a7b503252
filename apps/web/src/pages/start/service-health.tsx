import { useEffect } from 'react';
import { useOperation } from '../../api/use-operation.js';
import { Pending } from '../../components/notice.js';
import { duration } from '../../format.js';
import { health } from '../../generated/operations.js';
import { strings } from '../../strings.js';

const t = strings.start;
const noVariables = {};
const refreshMs = 5000;

/** Whether the servers answer, looked at again and again. */
export function ServiceHealth() {
  const answer = useOperation(health, noVariables);
  const { refresh } = answer;
  useEffect(() => {
    const timer = setInterval(refresh, refreshMs);
    return () => clearInterval(timer);
  }, [refresh]);
  const found = answer.data?.health;
  return (
    <section aria-labelledby="services">
      <h2 id="services">{t.services}</h2>
      <Pending answer={answer} />
      <ul className="services">
        {found?.services.map(({ name, ok, answeredMs, trouble }) => (
          <li key={name}>
            <span className={`tag ${ok ? 'done' : 'failed'}`}>{ok ? t.well : t.unwell}</span>{' '}
            <strong>{name}</strong> {trouble ?? duration(answeredMs)}
          </li>
        ))}
      </ul>
      {found && found.workers !== null && <p>{found.workers > 0 ? t.workers(found.workers) : t.noWorkers}</p>}
    </section>
  );
}
