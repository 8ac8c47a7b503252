import { canonicalJson, conflict, crashPoint } from '@stratome/core';
import { adjustMeta, describeRevision, restoreMeta, retireMeta, setHead } from '../generated/queries.js';
import type { Graph, QueryRunner } from '../graph.js';
import { applyDelta, type Transaction } from './applyDelta.js';
import { countChanges, type ChangeCounts, type ConnectivityDelta } from './delta.js';

/** Where Head stands, for whoever moves it from there. */
export interface HeadAt {
  readonly revision: bigint;
  readonly epoch: bigint;
}

/** What the graph says of a revision. */
export interface RevisionCommit {
  /** Names the attempt that makes it. */
  readonly id: string;
  readonly kind: string;
  readonly author: string;
  readonly restores?: number | null;
  /** The revision of the run whose artefacts hold in it; its own number when left out. */
  readonly lineageRevision?: bigint;
  /** ISO time. */
  readonly committedAt: string;
  /** ISO time of the edit, as neuPrint's clients see it. */
  readonly editedAt: string;
}

/** Moves Head if it still stands where it was seen, and says what made the revision. @throws StratomeError conflict */
export async function moveHead(
  runner: QueryRunner,
  dataset: string,
  from: HeadAt,
  revision: bigint,
  commit: RevisionCommit,
  changes: ChangeCounts,
): Promise<void> {
  const { id: commitId, kind, author, restores = null, lineageRevision = revision, committedAt } = commit;
  const [moved] = await runner.run(setHead, {
    dataset,
    expectedRevision: from.revision,
    expectedEpoch: from.epoch,
    revision,
    committedAt,
  });
  if (!moved) {
    throw conflict(
      `The graph of "${dataset}" was written by someone else meanwhile.`,
      'Try again when nobody else does.',
    );
  }
  await runner.run(describeRevision, {
    dataset,
    revision,
    commitId,
    kind,
    author,
    lineageRevision,
    restores: restores === null ? null : BigInt(restores),
    changesJson: canonicalJson(changes),
  });
}

const netOf = (delta: ConnectivityDelta, kind: 'sites' | 'synapses'): bigint =>
  BigInt((delta[kind]?.added.length ?? 0) - (delta[kind]?.removed.length ?? 0));

export interface DeltaCommit {
  readonly dataset: string;
  /** Where Head stood when the change was worked out. */
  readonly from: HeadAt;
  readonly revision: bigint;
  readonly commit: RevisionCommit;
  readonly delta: ConnectivityDelta;
  /** Readers see the revision already, and this is a replay: Head stays and nothing is kept as history. */
  readonly replay?: boolean;
  /** What else is written in the same transaction, after the connectivity; may be called again. */
  readonly alongside?: (target: Transaction) => Promise<number>;
  /** Called at the end of the transaction; throws when somebody else may be writing meanwhile. */
  readonly stillAlone?: () => Promise<void>;
}

/**
 * Applies a change to what readers see, keeps what it replaces as history, and moves Head: all in one transaction, in
 * proportion to the change. Whoever reads sees the revision before or this one.
 *
 * @returns rows written and taken away
 * @throws StratomeError conflict when Head has moved since; then nothing was written
 */
export async function commitDelta(graph: Graph, given: DeltaCommit): Promise<number> {
  const { dataset, from, revision, commit, delta, replay = false } = given;
  crashPoint('graph.before');
  const written = await graph.write(async (runner) => {
    if (!replay) {
      await moveHead(runner, dataset, from, revision, commit, countChanges(delta));
      await runner.run(retireMeta, { dataset, revision });
    }
    const target: Transaction = { graph, within: runner, dataset, revision };
    let rows = await applyDelta(target, delta);
    rows += (await given.alongside?.(target)) ?? 0;
    const totals = { pre: netOf(delta, 'sites'), post: netOf(delta, 'synapses') };
    if (commit.restores) await bringBackMeta(runner, dataset, commit.restores, revision, commit.editedAt);
    else await runner.run(adjustMeta, { dataset, revision, ...totals, editedAt: commit.editedAt });
    await given.stillAlone?.();
    crashPoint('graph.inside');
    return rows;
  });
  crashPoint('graph.after');
  return written;
}

async function bringBackMeta(
  runner: QueryRunner,
  dataset: string,
  restores: number,
  revision: bigint,
  editedAt: string,
): Promise<void> {
  await runner.run(restoreMeta, { dataset, restored: BigInt(restores), revision, editedAt });
}
