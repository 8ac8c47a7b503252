import { robustScores } from '../detection/robustScores.js';
import type { ScanField } from '../detection/regionScan.js';
import type { QualityField } from '../field.js';
import { candidates, type Candidate } from './candidates.js';
import { markers } from './markers.js';

/** A measure's score counts up to here in a signature. */
const largestScore = 6;

/** Spread of a signature below which differences do not matter, scores. */
const leastSigma = 0.5;

/** Cell by cell how much it looks like what a cause does: the weighted mean of its measures' scores, by direction. */
function signatureOf(
  { cause, expectations }: Candidate,
  scoresOf: ReadonlyMap<string, Float64Array>,
): QualityField | undefined {
  const moved = expectations.filter(({ measure, direction }) => direction !== 0 && scoresOf.has(measure));
  if (moved.length === 0) return undefined;
  const length = scoresOf.get(moved[0].measure)!.length;
  const values = new Float64Array(length).fill(NaN);
  for (let cell = 0; cell < length; cell++) {
    let [sum, weight] = [0, 0];
    for (const { measure, direction, weight: w } of moved) {
      const score = scoresOf.get(measure)![cell];
      if (Number.isNaN(score)) continue;
      sum += w * direction * Math.max(-largestScore, Math.min(largestScore, score));
      weight += w;
    }
    if (weight > 0) values[cell] = sum / weight;
  }
  return { measure: cause, values, weights: values.map((v) => (Number.isNaN(v) ? 0 : 1)) };
}

/**
 * One field for each cause that the measures at hand can show. Searching for these instead of for any difference passes
 * over what only tissue does: a soma raises the focus measure, and no fault does.
 */
export function signatureFields(fields: readonly QualityField[]): ScanField[] {
  const scoresOf = new Map(
    fields.flatMap((field) => {
      const marker = markers.get(field.measure);
      return marker ? [[field.measure, robustScores(field.values, marker.leastEffect).scores] as const] : [];
    }),
  );
  return candidates.flatMap((candidate) => {
    const field = signatureOf(candidate, scoresOf);
    return field ? [{ field, leastSigma, onlyRaised: !candidate.eitherWay }] : [];
  });
}
