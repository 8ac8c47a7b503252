import { Dataset, type Run } from '@stratome/operations';
import type { Console } from '../action.js';
import { evaluateRun, type TruthReport } from '../evaluation/evaluate-run.js';
import type { Session } from '../session.js';

/** Compares a complete run with the truth of its dataset; null where there is none. */
export async function truthOf(
  { db, store }: Session,
  run: Run,
  { progress }: Console,
): Promise<TruthReport | null> {
  const dataset = await db.getRepository(Dataset).findOneByOrFail({ name: run.dataset });
  if (!dataset.truthPath) return null;
  const onProgress = (done: number, total: number) =>
    progress.update({ stage: 'compare truth', done, total, unit: 'sections' });
  return evaluateRun({ db, store, dataset, revision: run.revision, onProgress });
}
