import { seededRandom } from '@stratome/core';
import { quantileOfSorted } from '@stratome/kernels';
import type { QualityField } from '../field.js';

export interface ExplainedShare {
  /** Share of the downstream effect that the upstream one leads to expect, 0 to 1. */
  readonly share: number;
  readonly interval: readonly [number, number];
  /** Whether the slope was found outside the region; else the upstream measure does not vary there. */
  readonly outside: boolean;
}

/** Cells where both were measured, as columns. */
interface Pairs {
  readonly dose: Float64Array;
  readonly response: Float64Array;
  readonly weight: Float64Array;
}

function pairsOf(dose: QualityField, response: QualityField, mask: (cell: number) => boolean): Pairs {
  const cells = Int32Array.from(dose.values.keys()).filter(
    (c) => mask(c) && !Number.isNaN(dose.values[c]) && !Number.isNaN(response.values[c]),
  );
  const column = (values: Float64Array) => Float64Array.from(cells, (c) => values[c]);
  return {
    dose: column(dose.values),
    response: column(response.values),
    weight: column(response.weights),
  };
}

/** Weighted least-squares slope over the pairs that `at` gives for 0 … n−1; NaN where the dose does not vary. */
function slopeOf({ dose, response, weight }: Pairs, at: (i: number) => number): number {
  let [w, x, y, xx, xy] = [0, 0, 0, 0, 0];
  // Shifted by the first pair, so that the sums of squares keep their digits.
  const [x0, y0] = [dose[0], response[0]];
  for (let k = 0; k < dose.length; k++) {
    const i = at(k);
    const [dx, dy] = [dose[i] - x0, response[i] - y0];
    w += weight[i];
    x += weight[i] * dx;
    y += weight[i] * dy;
    xx += weight[i] * dx * dx;
    xy += weight[i] * dx * dy;
  }
  const variance = xx - (x * x) / w;
  return variance > 1e-12 * xx ? (xy - (x * y) / w) / variance : NaN;
}

const clamp = (share: number) => Math.max(0, Math.min(1, Number.isNaN(share) ? 0 : share));

/**
 * How much of a downstream effect an upstream one explains: the slope of response on dose, fitted over the cells
 * outside the region, times the upstream effect, over the downstream effect. Where the dose hardly varies outside
 * (a void, say), the slope is fitted over all cells, and `outside` says so.
 *
 * @param doseEffect region less reference of the upstream measure; `responseEffect` of the downstream one
 * @param leastDose spread of the dose outside the region below which no slope is fitted there
 */
export function explainedShare(
  dose: QualityField,
  response: QualityField,
  doseEffect: number,
  responseEffect: number,
  region: Uint8Array,
  leastDose: number,
  draws: number,
  seed: string,
): ExplainedShare {
  const elsewhere = pairsOf(dose, response, (cell) => region[cell] === 0);
  const n = elsewhere.dose.length;
  const mean = elsewhere.dose.reduce((sum, v) => sum + v, 0) / n;
  const spread = Math.sqrt(elsewhere.dose.reduce((sum, v) => sum + (v - mean) ** 2, 0) / n);
  const outside = spread >= leastDose && n >= 8;
  const pairs = outside ? elsewhere : pairsOf(dose, response, () => true);
  const count = pairs.dose.length;
  const shareOf = (at: (i: number) => number) => clamp((slopeOf(pairs, at) * doseEffect) / responseEffect);
  const random = seededRandom(`dose/${seed}`);
  const shares = Float64Array.from({ length: draws }, () => shareOf(() => random.below(count))).sort();
  return {
    share: shareOf((i) => i),
    interval: [quantileOfSorted(shares, 0.025), quantileOfSorted(shares, 0.975)],
    outside,
  };
}
