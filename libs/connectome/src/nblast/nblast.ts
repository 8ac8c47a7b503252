import type { Dotprops } from './dotprops.js';
import type { PointScore } from './scoring.js';

/** The sum over the query's points of what each is worth with the nearest point of the target. */
function rawScore(query: Dotprops, target: Dotprops, score: PointScore): number {
  let sum = 0;
  for (let i = 0; i < query.points.length; i += 3) {
    const [x, y, z] = [query.points[i], query.points[i + 1], query.points[i + 2]];
    const { numbers, squares } = target.tree.nearest(x, y, z, 1);
    const j = 3 * numbers[0];
    const cosine =
      query.directions[i] * target.directions[j] +
      query.directions[i + 1] * target.directions[j + 1] +
      query.directions[i + 2] * target.directions[j + 2];
    sum += score(Math.sqrt(squares[0]), Math.min(1, Math.abs(cosine)));
  }
  return sum;
}

const selfScore = ({ points }: Dotprops, score: PointScore) => (points.length / 3) * score(0, 1);

/**
 * How alike neurons are in shape and place. Costa et al., Neuron 91 (2016).
 *
 * @returns [n, n] flattened: row i has the scores of query i against every target, over that of i against itself; 1 on
 *   the diagonal, below 0 for neurons that have little to do with each other where the score is of log odds
 */
export function nblast(
  neurons: readonly Dotprops[],
  score: PointScore,
  onProgress: (done: number, all: number) => void = () => {},
): Float64Array {
  const n = neurons.length;
  const scores = new Float64Array(n * n);
  neurons.forEach((query, i) => {
    const best = selfScore(query, score);
    neurons.forEach((target, j) => {
      scores[i * n + j] = i === j ? 1 : rawScore(query, target, score) / best;
    });
    onProgress(i + 1, n);
  });
  return scores;
}

/** The mean of both directions of each pair. Changes nothing; returns [n, n] flattened. */
export function meanScores(scores: Float64Array): Float64Array {
  const n = Math.round(Math.sqrt(scores.length));
  return scores.map((value, k) => (value + scores[(k % n) * n + Math.floor(k / n)]) / 2);
}
