import { requireRunAtHead, runProgress, type Dataset, type Run } from '@stratome/operations';
import { parseRunParameters } from '@stratome/reconstruction-worker';
import type { Console } from '../action.js';
import type { DatasetVerification } from '../lineage/verify-dataset.js';
import type { Session } from '../session.js';
import { runDataset } from './run-dataset.js';

export interface RepairRequest {
  readonly dataset: Dataset;
  /** What was found to differ. */
  readonly before: DatasetVerification;
  /** Worker processes. */
  readonly workers: number;
}

export interface Repair {
  readonly run: Run;
  /** Tasks. */
  readonly executed: number;
  readonly reused: number;
  /** Altered objects that were taken out of the store. */
  readonly discarded: number;
}

/**
 * Carries out the run behind what readers see again, as a new revision: tasks whose objects are gone or altered are
 * executed, and the graph is brought to what the record gives.
 *
 * @throws StratomeError conflict when the models are others than then, since the result would be another; as
 *   `runDataset` besides
 */
export async function repair(
  session: Session,
  { dataset, before, workers }: RepairRequest,
  console: Console,
): Promise<Repair> {
  const { db, store } = session;
  const { parameters } = await requireRunAtHead(db, dataset.name);
  const altered = new Set(
    before.differences.filter(({ problem }) => problem === 'altered').map(({ hash }) => hash),
  );
  const run = await runDataset(
    session,
    {
      dataset,
      parameters: parseRunParameters(parameters),
      kind: 'repair',
      workers,
      // Not before the run is certain to begin. What is not what its name says is of no use to anybody.
      onBegin: async () => {
        for (const hash of altered) await store.delete(hash);
      },
    },
    console,
  );
  const progress = await runProgress(db, run.id);
  const reused = progress.reduce((sum, stage) => sum + stage.reused, 0);
  const executed = progress.reduce((sum, stage) => sum + stage.done, 0) - reused;
  return { run, executed, reused, discarded: altered.size };
}
