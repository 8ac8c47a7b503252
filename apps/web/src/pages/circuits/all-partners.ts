import { useEffect, useState } from 'react';
import { useClient } from 'urql';
import { sentenceOf } from '../../api/use-operation.js';
import { partners, type PartnersData, type PartnersVariables } from '../../generated/operations.js';

export type Partner = PartnersData['partners']['items'][number];

export interface AllPartners {
  readonly partners: readonly Partner[];
  /** Whether there are more pages to come. */
  readonly fetching: boolean;
  readonly error: string | undefined;
}

const nothing: AllPartners = { partners: [], fetching: true, error: undefined };

/** All partners on one side, page after page; those that came are shown while the rest is on its way. */
export function useAllPartners(asked: PartnersVariables | undefined): AllPartners {
  const client = useClient();
  const key = JSON.stringify(asked);
  const [found, setFound] = useState<AllPartners>(nothing);
  useEffect(() => {
    if (key === undefined) return undefined;
    let wanted = true;
    const read = async () => {
      setFound(nothing);
      let rows: readonly Partner[] = [];
      for (let after: string | null | undefined; after !== null; ) {
        const variables = { ...(JSON.parse(key) as PartnersVariables), ...(after ? { after } : {}) };
        const { data, error } = await client
          .query<PartnersData>(partners.text, variables, { requestPolicy: 'network-only' })
          .toPromise();
        if (!wanted) return;
        if (!data) return setFound({ partners: rows, fetching: false, error: sentenceOf(error) });
        rows = [...rows, ...data.partners.items];
        after = data.partners.next;
        setFound({ partners: rows, fetching: after !== null, error: undefined });
      }
    };
    void read();
    return () => {
      wanted = false;
    };
  }, [client, key]);
  return found;
}
