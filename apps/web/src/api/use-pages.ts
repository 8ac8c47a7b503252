import { useEffect, useState } from 'react';
import { useClient } from 'urql';
import type { Operation } from './operation.js';
import { sentenceOf } from './use-operation.js';

export interface Pages<Row> {
  readonly rows: readonly Row[];
  /** Whether there are more pages to come. */
  readonly fetching: boolean;
  readonly error: string | undefined;
}

export interface Page<Row> {
  readonly items: readonly Row[];
  /** What `after` is for the next page; nothing after the last. */
  readonly next?: string | null;
}

/**
 * All rows of a list, page after page; those that came are shown while the rest is on its way.
 *
 * @param asked without `after`; undefined waits
 * @param pageOf the page in an answer; the same function in every call
 */
export function usePages<Data, Variables, Row>(
  operation: Operation<Data, Variables>,
  asked: Omit<Variables, 'after'> | undefined,
  pageOf: (data: Data) => Page<Row>,
): Pages<Row> {
  const client = useClient();
  const key = JSON.stringify(asked);
  const [found, setFound] = useState<Pages<Row>>({ rows: [], fetching: true, error: undefined });
  useEffect(() => {
    if (key === undefined) return undefined;
    let wanted = true;
    const read = async () => {
      let rows: readonly Row[] = [];
      setFound({ rows, fetching: true, error: undefined });
      for (let after: string | null | undefined; after !== null; ) {
        const variables = { ...(JSON.parse(key) as object), ...(after ? { after } : {}) };
        const { data, error } = await client
          .query<Data>(operation.text, variables, { requestPolicy: 'network-only' })
          .toPromise();
        if (!wanted) return;
        if (!data) return setFound({ rows, fetching: false, error: sentenceOf(error) });
        const page = pageOf(data);
        rows = [...rows, ...page.items];
        after = page.next ?? null;
        setFound({ rows, fetching: after !== null, error: undefined });
      }
    };
    void read();
    return () => {
      wanted = false;
    };
  }, [client, operation, pageOf, key]);
  return found;
}
