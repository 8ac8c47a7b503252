import { useCallback, useEffect, useMemo, useState } from 'react';
import { type AnyVariables, type CombinedError, useClient, useQuery } from 'urql';
import { useConnection } from './connection.js';
import type { Operation } from './operation.js';

export interface Answer<Data> {
  readonly data: Data | undefined;
  /** A sentence for people. */
  readonly error: string | undefined;
  readonly fetching: boolean;
  readonly refresh: () => void;
}

/** The API's own sentence, where there is one. */
export const sentenceOf = (error: CombinedError | undefined): string | undefined =>
  error && !error.networkError ? error.graphQLErrors.map(({ message }) => message).join(' ') : undefined;

/**
 * Asks the API; `undefined` variables wait. Asked anew when the connection comes back. An answer to other variables is
 * not handed on while the new one is on its way: it would stand under a title that is not its own.
 */
export function useOperation<Data, Variables>(
  operation: Operation<Data, Variables>,
  variables: Variables | undefined,
): Answer<Data> {
  const { returns } = useConnection();
  const context = useMemo(() => ({ requestPolicy: 'network-only' as const, returns }), [returns]);
  const [{ data, error, fetching, operation: answered }, reexecute] = useQuery<Data, AnyVariables>({
    query: operation.text,
    variables: (variables ?? {}) as AnyVariables,
    pause: variables === undefined,
    context,
  });
  const refresh = useCallback(() => reexecute(context), [reexecute, context]);
  const isOwn = JSON.stringify(answered?.variables) === JSON.stringify(variables);
  return { data: isOwn ? data : undefined, error: isOwn ? sentenceOf(error) : undefined, fetching, refresh };
}

/** The newest answer of a subscription; ends when the component does. */
export function useLive<Data, Variables>(
  operation: Operation<Data, Variables>,
  variables: Variables | undefined,
): Data | undefined {
  const client = useClient();
  const key = JSON.stringify(variables);
  const [data, setData] = useState<Data>();
  useEffect(() => {
    if (key === undefined) return undefined;
    const { unsubscribe } = client
      .subscription<Data>(operation.text, JSON.parse(key) as AnyVariables)
      .subscribe((result) => result.data && setData(result.data));
    return unsubscribe;
  }, [client, operation, key]);
  return data;
}
