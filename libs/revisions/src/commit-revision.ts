import { randomUUID } from 'node:crypto';
import {
  commitDelta,
  countChanges,
  queries,
  type ChangeCounts,
  type ConnectivityDelta,
  type Graph,
  type HeadAt,
  type Transaction,
} from '@stratome/connectome';
import { crashPoint, notFound, StratomeError } from '@stratome/core';
import {
  asOnlyWriter,
  completeRevision,
  dropIntent,
  dropLeftRun,
  intend,
  moveOnLeftRun,
  requireDataset,
  Revision,
  Run,
  type IntendedRevision,
} from '@stratome/operations';
import type { DataSource, EntityManager } from 'typeorm';
import { writeFlags } from './annotate/write-flags.js';
import { reconcileAlone } from './reconcile.js';

/** Where a dataset stands while its next revision is worked out; nobody else writes it meanwhile. */
export interface Standing {
  readonly dataset: string;
  /** The revision readers see. */
  readonly head: number;
  /** The one that is to follow. */
  readonly next: number;
  readonly graph: Graph;
  readonly db: DataSource;
}

/** What a revision changes. */
export interface RevisionChange {
  /** Of the connectivity: the rows as they are to be, and the keys of those that go. */
  readonly delta: ConnectivityDelta;
  /**
   * Writes the revision's rows of PostgreSQL, in the transaction of its intent: rows that begin have `from_revision`
   * `next`, rows they replace end with `to_revision` `next`, as `dropRows` and `restoreRows` know them.
   */
  intend?(tx: EntityManager, next: number): Promise<void>;
  /** Writes what else changes in the graph, in the transaction that moves Head; may be called again. Returns rows written. */
  alongside?(target: Transaction): Promise<number>;
}

export interface CommitRequest {
  readonly dataset: string;
  readonly kind: 'annotation' | 'repair';
  /** Who asks for it. */
  readonly author: string;
  /** Why, in the author's words. */
  readonly note?: string;
  /** Works out the change; whatever it throws leaves everything as it is. */
  change(standing: Standing): Promise<RevisionChange>;
}

export interface CommittedRevision {
  readonly dataset: string;
  readonly revision: number;
  readonly parent: number;
  readonly changes: ChangeCounts;
}

/**
 * Makes the next revision of a dataset out of an edit: takes the right to write, works out the change against what
 * readers see, writes the rows of PostgreSQL as an intent, applies the change to the graph and moves Head in one
 * transaction, and marks the revision in PostgreSQL. A process that ends at any moment leaves the revision before
 * whole or this one whole; `reconcile` tidies up after it.
 *
 *     await commitRevision(db, graph, {
 *       dataset, kind: 'annotation', author,
 *       async change({ next }) {
 *         return {
 *           delta: { neurons: { added: [], changed: [{ ...row, type: 'MBON01' }], removed: [] } },
 *           intend: (tx) => tx.query('INSERT INTO cell_type (…, from_revision) VALUES (…, $1)', [next]),
 *         };
 *       },
 *     });
 *
 * @throws StratomeError conflict when a run or somebody else is writing the dataset, notFound when there is none
 */
export function commitRevision(
  db: DataSource,
  graph: Graph,
  request: CommitRequest,
): Promise<CommittedRevision> {
  return commitNext(db, graph, { ...request, restores: null, run: undefined });
}

/** As `commitRevision`, for rollbacks too. */
export interface NextRevision extends Omit<CommitRequest, 'kind'> {
  readonly kind: 'annotation' | 'repair' | 'rollback';
  readonly restores: number | null;
  /** The run whose artefacts hold in it; that of the head when left out. */
  readonly run: string | null | undefined;
}

export function commitNext(db: DataSource, graph: Graph, next: NextRevision): Promise<CommittedRevision> {
  return asOnlyWriter(db, next.dataset, async (stillAlone) => {
    await reconcileAlone(db, graph, next.dataset);
    const { headRevision } = await requireDataset(db, next.dataset);
    const from = await requireInStep(graph, next.dataset, headRevision);
    const standing = { dataset: next.dataset, head: headRevision, next: headRevision + 1, graph, db };
    const change = await next.change(standing);
    const intended = await intentOf(db, next, headRevision);
    await writeIntent(db, intended, change);
    await commitGraph(db, graph, intended, from, { ...change, stillAlone }).catch(async (error: unknown) => {
      await undo(db, graph, intended).catch(() => {});
      throw error;
    });
    await completeRevision(db, next.dataset, intended.revision);
    const { dataset, revision, parent } = intended;
    return { dataset, revision, parent, changes: countChanges(change.delta) };
  });
}

/** @throws StratomeError when the two databases do not agree although nothing is under way */
async function requireInStep(graph: Graph, dataset: string, head: number): Promise<HeadAt> {
  if (head === 0) throw notFound(`The dataset "${dataset}" has no revision yet.`, 'Run it first.');
  const at = await graph.first(queries.head, { dataset });
  if (at?.revision === BigInt(head)) return at;
  throw new StratomeError(
    'corrupt',
    `PostgreSQL has "${dataset}" at revision ${head}, the graph at ${at?.revision ?? 'none'}.`,
    `Run it again: npx stratome run ${dataset}.`,
  );
}

async function intentOf(db: DataSource, next: NextRevision, head: number): Promise<IntendedRevision> {
  const { dataset, kind, author, note = null, restores } = next;
  const parent = await db.getRepository(Revision).findOneBy({ dataset, revision: head });
  const run = next.run === undefined ? (parent?.run ?? null) : next.run;
  return { dataset, revision: head + 1, id: randomUUID(), parent: head, kind, run, restores, author, note };
}

async function writeIntent(
  db: DataSource,
  intended: IntendedRevision,
  change: RevisionChange,
): Promise<void> {
  const { dataset, revision, kind } = intended;
  crashPoint('intent.before', kind);
  await db.transaction(async (tx) => {
    // A rollback takes away what an interrupted run was made on; an edit does not.
    await (kind === 'rollback' ? dropLeftRun : moveOnLeftRun)(tx, dataset, revision);
    await intend(tx, intended);
    await change.intend?.(tx, revision);
    crashPoint('intent.inside', kind);
  });
  crashPoint('intent.after', kind);
}

async function commitGraph(
  db: DataSource,
  graph: Graph,
  intended: IntendedRevision,
  from: HeadAt,
  { delta, alongside, stillAlone }: RevisionChange & { stillAlone: () => Promise<void> },
): Promise<number> {
  const { dataset, id, kind, author, restores } = intended;
  const run = intended.run === null ? null : await db.getRepository(Run).findOneBy({ id: intended.run });
  const revision = BigInt(intended.revision);
  const committedAt = new Date().toISOString();
  return commitDelta(graph, {
    dataset,
    from,
    revision,
    commit: {
      id,
      kind,
      author,
      restores,
      committedAt,
      editedAt: committedAt,
      ...(run && { lineageRevision: BigInt(run.revision) }),
    },
    delta,
    stillAlone,
    async alongside(target) {
      // What an interrupted run wrote beside, for a revision of this number.
      await target.within.run(queries.forgetOtherRuns, { dataset, revision, runIds: [] });
      const flags = await writeFlags(db, target.within, dataset, intended.revision);
      return flags + ((await alongside?.(target)) ?? 0);
    },
  });
}

/** After a failed graph transaction: the intent goes, unless Head shows that the transaction came through. */
async function undo(
  db: DataSource,
  graph: Graph,
  { dataset, revision, id }: IntendedRevision,
): Promise<void> {
  const head = await graph.first(queries.headCommit, { dataset });
  if (head?.commitId === id) await completeRevision(db, dataset, revision);
  else await dropIntent(db, dataset, revision);
}
