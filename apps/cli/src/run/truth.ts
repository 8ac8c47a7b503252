import { Dataset, type Run } from '@stratome/operations';
import { evaluateRun } from '../evaluation/evaluate-run.js';
import type { Session } from '../session.js';
import type { TruthReport } from './summary.js';

/** Compares a complete run with the truth of its dataset; null where there is none. */
export async function truthOf(
  { db, store }: Session,
  run: Run,
  note: (line: string) => void,
): Promise<TruthReport | null> {
  const dataset = await db.getRepository(Dataset).findOneByOrFail({ name: run.dataset });
  if (!dataset.truthPath) return null;
  note('Comparing with the truth');
  return evaluateRun({ db, store, dataset, revision: run.revision });
}
