import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { conflict } from '@stratome/core';
import { deleteDataset } from '@stratome/connectome';
import { heartbeatLimitMs, removeDataset, requireDataset, Run } from '@stratome/operations';
import type { Session } from '../session.js';

/**
 * Deletes a dataset from graph and PostgreSQL, and its phantom. The graph comes first: what PostgreSQL still lists
 * can be deleted again after an interruption.
 * @throws notFound when there is no such dataset; conflict while a run is writing it
 */
export async function deleteDatasetWhole({ db, graph, home }: Session, name: string): Promise<void> {
  const { writingRun } = await requireDataset(db, name);
  const run = writingRun ? await db.getRepository(Run).findOneBy({ id: writingRun }) : null;
  if (run?.state === 'running' && Date.now() - run.heartbeatAt.getTime() < heartbeatLimitMs) {
    throw conflict(
      `The dataset "${name}" is being written by run ${run.id}.`,
      'Stop it with npx stratome stop.',
    );
  }
  await deleteDataset(graph, name);
  await removeDataset(db, name);
  await rm(join(home, 'phantoms', name), { recursive: true, force: true });
}
