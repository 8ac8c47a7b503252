import {
  counterfactualOf,
  diagnoseDataset,
  recordCounterfactual,
  type DiagnosisRequest,
  type StoredReport,
  type TriedCounterfactual,
} from '@stratome/api';
import { formatBox } from '@stratome/core';
import { diagnoseAndTry, type Layer, type TriedAnswer } from '@stratome/diagnostics';
import { planCounterfactual } from '@stratome/reconstruction-worker';
import type { Console } from '../action.js';
import { formatDuration } from '../progress-display.js';
import type { Session } from '../session.js';
import { estimated, tryPlanned } from './reprocess.js';

/** A stored diagnosis with what trying it showed, and those before it that were refuted. */
export type TriedReport = TriedAnswer<StoredReport, TriedCounterfactual>;

/**
 * Diagnoses a dataset and makes the region found again as the rest of it was made, until an answer stands that this does not
 * refute. Of what is made nothing is stored but what it showed, beside each diagnosis.
 *
 * @throws StratomeError as `diagnoseDataset`, `planReprocessing` and `tryReprocessing` do
 */
export function diagnoseTrying(
  session: Session,
  request: Omit<DiagnosisRequest, 'tried' | 'refuted'>,
  console: Console,
): Promise<TriedReport> {
  return diagnoseAndTry(
    (refuted) => diagnoseDataset(session.graph, { ...request, tried: true, refuted }),
    (report, from) => makeAgain(session, request, report, from, console),
  );
}

async function makeAgain(
  session: Session,
  request: DiagnosisRequest,
  report: StoredReport,
  from: Layer,
  console: Console,
): Promise<TriedCounterfactual> {
  const { db, graph, store } = session;
  const { region } = report.diagnosis;
  const { dataset } = request;
  const { planned, without } = await planCounterfactual(db, store, { dataset, region, from });
  const { seconds } = await estimated(session, planned);
  console.note(
    `${report.diagnosis.cause}: making ${formatBox(planned.region)} again from ${from} on, about ` +
      `${formatDuration(seconds)} of processor time.`,
  );
  const { measurements } = await tryPlanned(session, planned, console);
  const found = await counterfactualOf(graph, request, report, measurements, from);
  const tried = { ...found, without: without.map(({ box, set }) => ({ region: box, set })) };
  await recordCounterfactual(graph, dataset, report.diagnosisId, tried);
  return tried;
}
