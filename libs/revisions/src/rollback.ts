import { differenceBetween, inverseOf, queries, type Graph } from '@stratome/connectome';
import { badInput } from '@stratome/core';
import { requireDataset, requireRevision, restoreRows } from '@stratome/operations';
import type { DataSource } from 'typeorm';
import { commitNext, type CommittedRevision } from './commit-revision.js';
import { requireReadable } from './history.js';
import { reconcile } from './reconcile.js';

export interface RollbackRequest {
  readonly dataset: string;
  /** The revision to bring back; a later one than the head's own to go forward again. */
  readonly revision: number;
  readonly author: string;
  readonly note?: string;
}

/**
 * Makes a new revision that says of everything what an earlier one said: volumes, graph, measurements, annotations.
 * It carries the change from the head back to that revision, so the work is in proportion to what differs; every
 * revision before stays as it is, and to go forward again is to roll back to the later one.
 *
 * @throws StratomeError notFound for a revision that does not exist, badInput for the head itself, conflict while
 *   somebody is writing the dataset; then nothing was changed
 */
export async function rollback(
  db: DataSource,
  graph: Graph,
  { dataset, revision, author, note }: RollbackRequest,
): Promise<CommittedRevision> {
  await requireDataset(db, dataset);
  await reconcile(db, graph, dataset);
  const restored = await requireRevision(db, dataset, revision);
  return commitNext(db, graph, {
    dataset,
    kind: 'rollback',
    author,
    note,
    restores: revision,
    run: restored.run,
    async change({ head, next }) {
      if (revision === head) {
        throw badInput(
          `The dataset "${dataset}" is at revision ${revision}.`,
          'Choose another one; npx stratome revisions lists them.',
        );
      }
      await requireReadable(db, graph, dataset, revision);
      const delta = inverseOf(await differenceBetween(graph, dataset, revision, head));
      return {
        delta,
        intend: (tx) => restoreRows(tx, dataset, revision, head, next),
        async alongside({ within }) {
          const asked = { dataset, restored: BigInt(revision), revision: BigInt(next) };
          const [{ written }] = await within.run(queries.restoreMeasurements, asked);
          return Number(written);
        },
      };
    },
  });
}
