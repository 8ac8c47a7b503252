import { isStratomeError } from '@stratome/core';
import type { ObjectStore } from '@stratome/storage';

/** A stored result as the lineage names it. */
export interface NamedContent {
  readonly kind: string;
  readonly key: string;
  readonly hash: string;
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
 * gone or is another.
 *
 * @param onObject called after each object
 * @throws StratomeError unavailable when the store itself cannot be read
 */
export async function verifyObjects(
  store: ObjectStore,
  results: readonly NamedContent[],
  onObject: () => void,
): Promise<Verification> {
  const problems = new Map<string, Difference['problem'] | undefined>();
  for (const { hash } of results) {
    if (problems.has(hash)) continue;
    problems.set(hash, await problemOf(store, hash));
    onObject();
  }
  const order = (r: NamedContent) => `${r.kind}/${r.key}`;
  const differences = results.flatMap((result) => {
    const problem = problems.get(result.hash);
    return problem ? [{ kind: result.kind, key: result.key, hash: result.hash, problem }] : [];
  });
  differences.sort((a, b) => (order(a) < order(b) ? -1 : 1));
  return { objects: problems.size, results: results.length, differences };
}
