import { lower, measures } from './tissueCovarianceTable.js';

const rowOf = new Map(measures.map((measure, row) => [measure, row]));

/** The covariance of some measures in healthy tissue; one that is not known varies by nothing. */
export function tissueCovarianceOf(names: readonly string[]): Float64Array[] {
  const rows = names.map((name) => rowOf.get(name));
  return rows.map((a) =>
    Float64Array.from(rows, (b) =>
      a === undefined || b === undefined ? 0 : lower[Math.max(a, b)][Math.min(a, b)],
    ),
  );
}
