import { queries } from '@stratome/connectome';
import { StratomeError } from '@stratome/core';
import { artifactsAt, type Dataset } from '@stratome/operations';
import { readLineage, type Geometry, type Lineage } from '@stratome/reconstruction-worker';
import type { Session } from '../session.js';

export interface HeadLineage {
  /** What the graph shows readers. */
  readonly revision: number;
  /** By the rows of PostgreSQL. */
  readonly lineage: Lineage;
  readonly geometry: Geometry;
}

/**
 * The lineage, by PostgreSQL, of the revision that the graph shows readers.
 *
 * @throws StratomeError corrupt when the graph shows no such dataset, or a revision that PostgreSQL does not know
 */
export async function readHeadLineage(
  { db, store, graph }: Session,
  { name, headRevision }: Dataset,
): Promise<HeadLineage> {
  const head = await graph.first(queries.head, { dataset: name });
  if (!head || head.revision === 0n) {
    throw new StratomeError(
      'corrupt',
      `The graph does not show the dataset "${name}", which is at revision ${headRevision}.`,
      'Run the dataset again.',
    );
  }
  const revision = Number(head.revision);
  const [geometry] = await artifactsAt(db, name, revision, 'geometry', ['dataset']);
  if (!geometry) {
    throw new StratomeError(
      'corrupt',
      `The graph shows revision ${revision} of "${name}", of which PostgreSQL has nothing.`,
      'Restore PostgreSQL, or run the dataset again.',
    );
  }
  const bytes = await store.get(geometry.hash, { verify: true });
  const g = JSON.parse(Buffer.from(bytes).toString('utf8')) as Geometry;
  return { revision, lineage: await readLineage(db, name, revision, g), geometry: g };
}
