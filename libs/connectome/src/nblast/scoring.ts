import { badInput } from '@stratome/core';

/** What a pair of matched points is worth, by their distance in µm and the cosine between their directions. */
export type PointScore = (distanceUm: number, cosine: number) => number;

/**
 * The analytic score of the first version of NBLAST: the root of the cosine, falling off with distance. Kohl,
 * Ostrovsky, Frechter and Jefferis, Cell 155 (2013).
 *
 * @param sigmaUm distance at which it has fallen off by half a variance, µm
 */
export const kohlScore =
  (sigmaUm = 10): PointScore =>
  (distanceUm, cosine) =>
    Math.sqrt(cosine * Math.exp((-distanceUm * distanceUm) / (2 * sigmaUm * sigmaUm)));

/** The upper bounds of intervals `(a,b]`. */
function upperBounds(names: readonly string[], what: string): Float64Array {
  const bounds = names.map((name) => Number(/^"?\(.*,\s*([^\]]+)\]"?$/.exec(name.trim())?.[1] ?? Number.NaN));
  if (bounds.length === 0 || bounds.some((bound, i) => !(bound > (bounds[i - 1] ?? 0))))
    throw badInput(
      `The score matrix has no ascending intervals of ${what}.`,
      'Give one with intervals "(a,b]".',
    );
  return Float64Array.from(bounds);
}

/** Splits a line at commas outside quotes. */
const fieldsOf = (line: string) => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/);

/**
 * A score that is looked up in a matrix of log odds, as the second version of NBLAST does. Costa, Manton, Ostrovsky,
 * Prohaska and Jefferis, Neuron 91 (2016).
 *
 * @param csv intervals `(a,b]` of distance down the side, of cosine along the top, as nat.nblast and navis keep it
 * @throws StratomeError badInput for a table that is no such matrix
 */
export function matrixScore(csv: string): PointScore {
  const lines = csv.trim().split(/\r?\n/).map(fieldsOf);
  const columns = upperBounds(lines[0].slice(1), 'cosine');
  const rows = upperBounds(
    lines.slice(1).map(([name]) => name),
    'distance',
  );
  const values = lines.slice(1).flatMap((line) => line.slice(1).map(Number));
  if (values.length !== rows.length * columns.length || values.some((value) => !Number.isFinite(value)))
    throw badInput('The score matrix has a row that does not fit its columns.', 'Correct it.');
  const interval = (bounds: Float64Array, value: number) => {
    const found = bounds.findIndex((bound) => value <= bound);
    return found < 0 ? bounds.length - 1 : found;
  };
  return (distanceUm, cosine) =>
    values[interval(rows, distanceUm) * columns.length + interval(columns, cosine)];
}
