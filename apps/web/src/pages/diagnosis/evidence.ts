import { number, unitText } from '../../format.js';
import type { DiagnosisData } from '../../generated/operations.js';
import { strings } from '../../strings.js';

export type Diagnosis = DiagnosisData['diagnosis'];
export type Step = Diagnosis['steps'][number];
export type Evidence = Step['measures'][number];

/** The measure that speaks for a layer, with its numbers. */
export const spokesmanOf = (step: Step): Evidence | undefined =>
  step.measures.find(({ measure }) => measure === step.measure);

const signed = (value: number, digits: string) => `${value < 0 ? '−' : value > 0 ? '+' : ''}${digits}`;

const percentOf = (value: number, reference: number): string => {
  const percent = (100 * value) / Math.abs(reference);
  return signed(
    percent,
    Math.abs(percent) >= 10 ? Math.abs(percent).toFixed(0) : Math.abs(percent).toFixed(1),
  );
};

/**
 * Whether an effect can be said as a share of the reference: not of one that is next to nothing, nor where the effect is
 * less sure than the reference is large, as with few cells.
 */
function isRelative({ effect, referenceMean, interval }: Evidence): boolean {
  const size = Math.abs(referenceMean);
  const halfWidth = interval.length === 2 ? (interval[1] - interval[0]) / 2 : 0;
  return size > 0 && Math.abs(effect) < 20 * size && halfWidth <= size;
}

/** The effect as a share of the reference, or in the measure's unit where a share would say nothing. */
export function effectText(evidence: Evidence): string {
  const { effect, referenceMean, unit } = evidence;
  return isRelative(evidence)
    ? `${percentOf(effect, referenceMean)} %`
    : `${signed(effect, number(Math.abs(effect)))} ${unitText(unit)}`.trim();
}

/** Its 95 % interval, in the same terms. */
export function intervalText(evidence: Evidence): string {
  const { interval, referenceMean } = evidence;
  if (interval.length !== 2) return strings.none;
  const show = (value: number) =>
    isRelative(evidence) ? percentOf(value, referenceMean) : signed(value, number(Math.abs(value)));
  const unit = isRelative(evidence) ? ' %' : '';
  return `${show(interval[0])} … ${show(interval[1])}${unit}`;
}

/** p as it is read: three digits, or that it is below the least a permutation test gives. */
export const pText = (p: number): string => (p < 0.001 ? '< 0.001' : `${number(p)}`);

/** Half the width of the axis of standard errors; whiskers beyond it are cut. */
export const mostErrors = 12;

/** Effect and interval in standard errors, cut at the ends of the axis. */
export function whisker({ effect, interval, score }: Evidence): { at: number; low: number; high: number } {
  const cut = (value: number) => Math.max(-mostErrors, Math.min(mostErrors, value));
  const error = score === 0 ? 0 : effect / score;
  if (error === 0 || interval.length !== 2) return { at: cut(score), low: cut(score), high: cut(score) };
  return { at: cut(score), low: cut(interval[0] / error), high: cut(interval[1] / error) };
}
