import type { ReactNode } from 'react';
import { strings } from '../strings.js';

/** A sentence in the place of what cannot be shown. */
export function Notice({ kind, children }: { kind: 'error' | 'empty' | 'warning'; children: ReactNode }) {
  return (
    <p className={`notice ${kind}`} role={kind === 'error' ? 'alert' : undefined}>
      {children}
    </p>
  );
}

export const Loading = () => (
  <p className="notice loading" role="status">
    {strings.loading}
  </p>
);

interface AnswerState {
  readonly data: unknown;
  readonly error: string | undefined;
  readonly fetching: boolean;
  readonly refresh: () => void;
}

/** What stands in the place of an answer that is not there: a sentence and a way on. Nothing when it is there. */
export function Pending({ answer: { data, error, fetching, refresh } }: { answer: AnswerState }) {
  if (error !== undefined && error !== '') {
    return (
      <Notice kind="error">
        {error}{' '}
        <button type="button" onClick={refresh}>
          {strings.retry}
        </button>
      </Notice>
    );
  }
  return data === undefined && fetching ? <Loading /> : null;
}
