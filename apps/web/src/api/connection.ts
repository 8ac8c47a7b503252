import { useSyncExternalStore } from 'react';

/** Whether the API answers, and how often it came back: what depends on `returns` is asked anew. */
interface Connection {
  readonly lost: boolean;
  readonly returns: number;
}

const retryMs = 1000;
/** A page that asks nothing by itself would not notice a loss: the API is looked for this often. */
const lookMs = 5000;
let state: Connection = { lost: false, returns: 0 };
const listeners = new Set<() => void>();

function change(next: Connection): void {
  state = next;
  for (const listener of listeners) listener();
}

const answers = (): Promise<boolean> =>
  fetch('/graphql?query={__typename}', { headers: { 'apollo-require-preflight': '1' } })
    .then(({ ok }) => ok)
    .catch(() => false);

async function retry(): Promise<void> {
  if (await answers()) change({ lost: false, returns: state.returns + 1 });
  else setTimeout(() => void retry(), retryMs);
}

/** Called with each answer of the API. Once one is missing the API is asked again until it answers. */
export function reportAnswer(answered: boolean): void {
  if (answered || state.lost) return;
  change({ ...state, lost: true });
  setTimeout(() => void retry(), retryMs);
}

/** Looks now and then whether the API is still there, while the page is in sight. */
export function watchConnection(): void {
  setInterval(async () => {
    if (!state.lost && document.visibilityState === 'visible') reportAnswer(await answers());
  }, lookMs);
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useConnection = (): Connection => useSyncExternalStore(subscribe, () => state);
