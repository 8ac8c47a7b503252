import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { deleteDataset, queries } from '@stratome/connectome';
import {
  listDatasets,
  refuseWhileRunWrites,
  removeAnalyses,
  removeDataset,
  requireDataset,
} from '@stratome/operations';
import type { Session } from '../session.js';

/** Whether a dataset was imported: it stands in the graph, and PostgreSQL knows nothing of it. */
async function isImported({ db, graph }: Session, name: string): Promise<boolean> {
  if ((await listDatasets(db)).some((row) => row.name === name)) return false;
  return (await graph.run(queries.datasets, {})).some(({ dataset }) => dataset === name);
}

/**
 * Deletes a dataset from graph and PostgreSQL, and its phantom. The graph comes first: what PostgreSQL still lists
 * can be deleted again after an interruption.
 * @throws notFound when there is no such dataset; conflict while a run is writing it
 */
export async function deleteDatasetWhole(session: Session, name: string): Promise<void> {
  const { db, graph, home } = session;
  if (await isImported(session, name)) {
    await deleteDataset(graph, name);
    return removeAnalyses(db, name);
  }
  await requireDataset(db, name);
  await refuseWhileRunWrites(db, name);
  await deleteDataset(graph, name);
  await removeDataset(db, name);
  await rm(join(home, 'phantoms', name), { recursive: true, force: true });
}
