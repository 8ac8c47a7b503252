import { isStratomeError } from '@stratome/core';
import type { ObjectStore } from '@stratome/storage';

/** A stored result as the lineage names it. */
export interface NamedContent {
  readonly kind: string;
  readonly key: string;
  readonly hash: string;
}

/** An object and all results that it is the content of. */
export interface SharedContent {
  readonly hash: string;
  readonly results: readonly Pick<NamedContent, 'kind' | 'key'>[];
}

export interface Difference extends NamedContent {
  /** `missing`: not in the store; `altered`: its bytes are not what its name says. */
  readonly problem: 'missing' | 'altered';
}

export interface Verification {
  /** Objects that were read and hashed; one that several results share is read once. */
  readonly objects: number;
  readonly results: number;
  /** By kind and key. */
  readonly differences: readonly Difference[];
}

async function problemOf(store: ObjectStore, hash: string): Promise<Difference['problem'] | undefined> {
  try {
    await store.get(hash, { verify: true });
    return undefined;
  } catch (error) {
    if (isStratomeError(error) && error.kind === 'notFound') return 'missing';
    if (isStratomeError(error) && error.kind === 'corrupt') return 'altered';
    throw error;
  }
}

/**
 * Reads every stored object that the results name, hashes its decoded bytes anew and names each result whose object is
 * gone or is another. Only differences are kept in memory.
 *
 * @param contents each object once
 * @param onObject called after each object
 * @throws StratomeError unavailable when the store itself cannot be read
 */
export async function verifyObjects(
  store: ObjectStore,
  contents: Iterable<SharedContent> | AsyncIterable<SharedContent>,
  onObject: () => void,
): Promise<Verification> {
  let [objects, results] = [0, 0];
  const differences: Difference[] = [];
  for await (const content of contents) {
    const problem = await problemOf(store, content.hash);
    objects++;
    results += content.results.length;
    if (problem)
      differences.push(
        ...content.results.map(({ kind, key }) => ({ kind, key, hash: content.hash, problem })),
      );
    onObject();
  }
  const order = (r: NamedContent) => `${r.kind}/${r.key}`;
  differences.sort((a, b) => (order(a) < order(b) ? -1 : 1));
  return { objects, results, differences };
}
