import { useSyncExternalStore } from 'react';

/** Whether the API answers, and how often it came back: what depends on `returns` is asked anew. */
interface Connection {
  readonly lost: boolean;
  readonly returns: number;
}

const retryMs = 1000;
let state: Connection = { lost: false, returns: 0 };
const listeners = new Set<() => void>();

function change(next: Connection): void {
  state = next;
  for (const listener of listeners) listener();
}

async function retry(): Promise<void> {
  const answers = await fetch('/graphql?query={__typename}', { headers: { 'apollo-require-preflight': '1' } })
    .then(({ ok }) => ok)
    .catch(() => false);
  if (answers) change({ lost: false, returns: state.returns + 1 });
  else setTimeout(() => void retry(), retryMs);
}

/** Called with each answer of the API. Once one is missing the API is asked again until it answers. */
export function reportAnswer(answered: boolean): void {
  if (answered || state.lost) return;
  change({ ...state, lost: true });
  setTimeout(() => void retry(), retryMs);
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useConnection = (): Connection => useSyncExternalStore(subscribe, () => state);
