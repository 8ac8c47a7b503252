import {
  counterfactualOf,
  layerToTry,
  recordCounterfactual,
  type DiagnosisRequest,
  type StoredReport,
  type TriedCounterfactual,
} from '@stratome/api';
import { formatBox } from '@stratome/core';
import { planCounterfactual } from '@stratome/reconstruction-worker';
import type { Console } from '../action.js';
import { formatDuration } from '../progress-display.js';
import type { Session } from '../session.js';
import { estimated, tryPlanned } from './reprocess.js';

/** What making the diagnosed region again shows, or why it would show nothing. */
export type Tried = { readonly why: string } | TriedCounterfactual;

/**
 * Makes the region of a diagnosis again as the rest of its dataset was made, and diagnoses what that gives. Of all that
 * nothing is stored but what it showed, beside the diagnosis.
 *
 * @throws StratomeError as `planReprocessing` and `tryReprocessing` do
 */
export async function tryDiagnosis(
  session: Session,
  request: Omit<DiagnosisRequest, 'region'>,
  report: StoredReport,
  console: Console,
): Promise<Tried> {
  const layer = layerToTry(report.diagnosis);
  if ('why' in layer) return layer;
  const { db, graph, store } = session;
  const { region } = report.diagnosis;
  const asked = { dataset: request.dataset, region, ...layer };
  const { planned, without } = await planCounterfactual(db, store, asked);
  const { seconds } = await estimated(session, planned);
  console.note(
    `Making ${formatBox(planned.region)} again from ${layer.from} on: about ${formatDuration(seconds)} of processor time.`,
  );
  const { measurements } = await tryPlanned(session, planned, console);
  const found = await counterfactualOf(graph, request, report, measurements);
  const tried = {
    from: layer.from,
    without: without.map(({ box, set }) => ({ region: box, set })),
    ...found,
  };
  await recordCounterfactual(graph, request.dataset, report.diagnosisId, tried);
  return tried;
}
