import type { Layer } from '../measures.js';
import { candidates, fewerSynapses, type Candidate } from './candidates.js';
import { isFrom } from './markers.js';
import type { Diagnosis, Refuted, Verdict } from './result.js';

/** How one measure of the region differed from its reference, and differs when the region is made again. */
export interface MeasureAgain {
  readonly measure: string;
  readonly layer: Layer;
  /** In the measure's unit. */
  readonly before: number;
  /** Null where it could no longer be compared. */
  readonly after: number | null;
}

/** What became of a diagnosed region that was made again as the rest of its dataset was. */
export interface Counterfactual {
  /** The layer from which on. */
  readonly from: Layer;
  /** Of the measures that deviated. */
  readonly measures: readonly MeasureAgain[];
  /** What a diagnosis says of the region as made again. */
  readonly verdict: Verdict;
  readonly layer: Layer | null;
  readonly cause: string | null;
  /** Share of the effect that convicted which came off; 1 when nothing is left of it. */
  readonly undone: { readonly of: string; readonly share: number };
  /** Whether at least half of it came off, and the same cause is named no more. */
  readonly confirmed: boolean;
  /** Causes that this rules out: none where it is confirmed, all that making it again would have undone where nothing changed. */
  readonly refutes: readonly string[];
}

const confirmedFrom = 0.5;

/** Why making a region again from a layer on would not take away what went wrong there. */
const untried: Partial<Record<Layer, string>> = {
  L1: 'What images lack comes back by no way of making the region again.',
  L2: 'Alignment works on whole sections, so no region can be aligned again alone.',
};

/** The layer from which on a region is to be made again to try a diagnosis, or why that would show nothing. */
export function layerToTry({
  verdict,
  layer,
}: Pick<Diagnosis, 'verdict' | 'layer'>): { from: Layer } | { why: string } {
  if (layer === null) return { why: `The verdict "${verdict}" names nothing that could be made otherwise.` };
  const why = untried[layer];
  return why ? { why } : { from: layer };
}

/** Whether making a region again, as the rest was, takes away what a cause did. */
export const isUndoneByMakingAgain = ({ cause, layer }: Candidate): boolean =>
  cause !== fewerSynapses.cause && !(layer in untried);

const effectsOf = ({ steps }: Diagnosis) =>
  new Map(steps.flatMap((step) => step.measures).map((e) => [e.measure, e]));

/** Causes of a layer and of those after it. */
const causesFrom = (from: Layer): string[] =>
  candidates.filter(({ layer }) => isFrom(layer, from)).map(({ cause }) => cause);

/**
 * Holds a diagnosis against one of the same region made again as the rest was.
 *
 * Stages are deterministic: a region that was made as the rest comes out to the last digit as it was. Where nothing at
 * all has changed, no cause of the layers that were made again can be at work there.
 */
export function compareMadeAgain(diagnosis: Diagnosis, again: Diagnosis, from: Layer): Counterfactual {
  const [before, after] = [effectsOf(diagnosis), effectsOf(again)];
  const measures = [...before.values()]
    .filter(({ deviates }) => deviates)
    .map(({ measure, layer, effect }) => ({
      measure,
      layer,
      before: effect,
      after: after.get(measure)?.effect ?? null,
    }));
  const origin = diagnosis.steps.find((step) => step.verdict === 'origin')!;
  const left = after.get(origin.measure!)?.effect ?? origin.effect!;
  const undone = { of: origin.measure!, share: 1 - left / origin.effect! };
  const { verdict, layer, cause } = again;
  const confirmed = undone.share >= confirmedFrom && cause !== diagnosis.cause;
  const changed = [...before.values()].some(({ measure, effect }) => after.get(measure)?.effect !== effect);
  const refutes = confirmed ? [] : changed ? [diagnosis.cause!] : causesFrom(from);
  return { from, measures, verdict, layer, cause, undone, confirmed, refutes };
}

/** Answers that are tried at most, one after the other: making a region again takes minutes. */
const mostTried = 5;

/** An answer with what trying it showed, or why it cannot be tried. */
export interface TriedAnswer<Report, Tried extends Counterfactual> {
  readonly report: Report;
  readonly tried: Tried | { readonly why: string };
  /** Answers before it that were tried and refuted. */
  readonly refuted: readonly { readonly report: Report; readonly tried: Tried }[];
}

/**
 * Diagnoses, tries the answer, and where that refutes it diagnoses without what it rules out, until an answer is confirmed
 * or cannot be tried.
 *
 * @param diagnoseWithout the diagnosis where some causes are ruled out
 * @param tryFrom makes the region of a report again from a layer on and says what that shows
 * @returns the last answer; refuted as well where too many were
 */
export async function diagnoseAndTry<
  Report extends { readonly diagnosis: Diagnosis },
  Tried extends Counterfactual,
>(
  diagnoseWithout: (refuted: readonly Refuted[]) => Promise<Report>,
  tryFrom: (report: Report, from: Layer) => Promise<Tried>,
): Promise<TriedAnswer<Report, Tried>> {
  const refuted: { report: Report; tried: Tried }[] = [];
  for (;;) {
    const report = await diagnoseWithout(
      refuted.map((r) => ({ region: r.report.diagnosis.region, causes: r.tried.refutes })),
    );
    const layer = layerToTry(report.diagnosis);
    if ('why' in layer) return { report, tried: layer, refuted };
    const tried = await tryFrom(report, layer.from);
    if (tried.confirmed || refuted.length + 1 >= mostTried) return { report, tried, refuted };
    refuted.push({ report, tried });
  }
}
