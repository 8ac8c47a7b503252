import {
  directCorrelation,
  findPeak,
  type CorrelationPeak,
  type MaskedImage,
  type Window,
} from '@stratome/kernels';
import type { Point } from './transform.js';

/** Steps from the expected shift of a block to its peak. */
const climbs = 4;

/**
 * Follows the correlation of a window uphill from an expected whole-pixel shift, one pixel at a time, to a peak
 * with its subpixel position; undefined when none is reached in four steps or nothing correlates. Its peak ratio
 * says nothing, as only the neighbourhood is looked at.
 */
export function climbToPeak(
  a: MaskedImage,
  window: Window,
  b: MaskedImage,
  expected: Point,
  leastOverlapPx: number,
): CorrelationPeak | undefined {
  let [y, x] = expected;
  for (let step = 0; step < climbs; step++) {
    const range = { from: [y - 1, x - 1], to: [y + 1, x + 1] } as const;
    const peak = findPeak(directCorrelation(a, window, b, range, leastOverlapPx), 1);
    if (!peak?.atBorder) return peak;
    [y, x] = peak.shiftPx;
  }
  return undefined;
}
