import { queries, type ChangeCounts, type Graph } from '@stratome/connectome';
import { notFound } from '@stratome/core';
import {
  artifactChanges,
  listRevisions,
  requireDataset,
  requireRevision,
  type ArtifactChange,
  type RevisionKind,
} from '@stratome/operations';
import type { DataSource } from 'typeorm';

/** A revision as a person is told of it. */
export interface RevisionRecord {
  readonly revision: number;
  readonly parent: number;
  readonly kind: RevisionKind;
  /** The run whose artefacts and parameters hold in it. */
  readonly run: string | null;
  readonly restores: number | null;
  readonly author: string;
  readonly note: string | null;
  readonly committedAt: Date;
  /** True for the one that readers see. */
  readonly head: boolean;
  /** Null where it was made before history was kept. */
  readonly changes: ChangeCounts | null;
  /** Artefacts that differ from those of its parent, by kind. */
  readonly artifacts: readonly ArtifactChange[];
}

/** The revisions of a dataset, the latest first, with what each changed. @throws StratomeError notFound */
export async function revisionHistory(
  db: DataSource,
  graph: Graph,
  dataset: string,
): Promise<RevisionRecord[]> {
  const { headRevision } = await requireDataset(db, dataset);
  const commits = await graph.run(queries.revisionCommits, { dataset });
  const counts = new Map(commits.map(({ revision, changesJson }) => [Number(revision), changesJson]));
  const records: RevisionRecord[] = [];
  for (const { state: _, createdAt, committedAt, id: _id, dataset: _of, ...row } of await listRevisions(
    db,
    dataset,
  )) {
    const json = counts.get(row.revision);
    records.push({
      ...row,
      committedAt: committedAt ?? createdAt,
      head: row.revision === headRevision,
      changes: json ? (JSON.parse(json) as ChangeCounts) : null,
      artifacts: await artifactChanges(db, dataset, row.parent, row.revision),
    });
  }
  return records;
}

/**
 * Makes sure that a revision can be read although later ones replaced it: every later one must have kept what it
 * replaced.
 *
 * @throws StratomeError notFound for a revision that does not exist, or that history does not reach back to
 */
export async function requireReadable(
  db: DataSource,
  graph: Graph,
  dataset: string,
  revision: number,
): Promise<void> {
  await requireRevision(db, dataset, revision);
  await requireHistory(graph, dataset, revision);
}

/** As `requireReadable`, by what the graph says of itself. @throws StratomeError notFound */
export async function requireHistory(graph: Graph, dataset: string, revision: number): Promise<void> {
  const commits = await graph.run(queries.revisionCommits, { dataset });
  if (commits.length > 0 && !commits.some((c) => c.revision === BigInt(revision))) {
    throw notFound(
      `The dataset "${dataset}" has no revision ${revision}.`,
      `Its latest is ${commits[0].revision}.`,
    );
  }
  const forgetful = commits.find((c) => c.revision > BigInt(revision) && c.commitId === null);
  if (!forgetful) return;
  throw notFound(
    `The graph keeps no history from revision ${forgetful.revision} of "${dataset}" back.`,
    `Choose a revision from ${forgetful.revision} on.`,
  );
}
