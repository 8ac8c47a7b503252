/** A cell's score counts up to here, so that one wild cell is not a region. */
const largestScore = 6;

/** A score of a cell, in standard deviations, as far as it counts. */
export const limitedScore = (score: number): number => Math.max(-largestScore, Math.min(largestScore, score));
