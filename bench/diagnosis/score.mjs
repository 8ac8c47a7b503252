/** Scores of a list of results, with 95 % intervals, and the confusion matrix. */
import { truthOf } from './cases.mjs';

/** Wilson's interval of a share. */
export function wilson(hits, n) {
  if (n === 0) return [0, 1];
  const z = 1.96;
  const [p, d] = [hits / n, 1 + (z * z) / n];
  const centre = (p + (z * z) / (2 * n)) / d;
  const half = (z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))) / d;
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

const share = (list, isHit) => {
  const hits = list.filter(isHit).length;
  const round = (v) => Math.round(1000 * v) / 1000;
  return {
    share: list.length > 0 ? round(hits / list.length) : null,
    interval: wilson(hits, list.length).map(round),
    hits,
    cases: list.length,
  };
};

const answerOf = ({ verdict, cause }) => cause ?? verdict;

function confusionOf(results, mode) {
  const table = {};
  for (const result of results) {
    const row = (table[result.kind] ??= {});
    const answer = answerOf(result[mode]);
    row[answer] = (row[answer] ?? 0) + 1;
  }
  return table;
}

/** @param mode `given` or `search` */
export function score(results, mode) {
  const faulty = results.filter(({ kind }) => kind !== 'clean');
  const clean = results.filter(({ kind }) => kind === 'clean');
  const answered = faulty.filter((r) => r[mode].verdict !== 'insufficient');
  const right = (what) => (r) => r[mode][what] === truthOf(r)[what] && r[mode].verdict === truthOf(r).verdict;
  const ious = results.map((r) => r.iou).filter((v) => typeof v === 'number');
  return {
    cases: results.length,
    layer: share(answered, right('layer')),
    cause: share(answered, right('cause')),
    falseAlarm: share(clean, (r) => ['cause', 'graph', 'biology'].includes(r[mode].verdict)),
    insufficient: share(results, (r) => r[mode].verdict === 'insufficient'),
    ...(mode === 'search' && { iou: ious.length > 0 ? ious.reduce((a, b) => a + b, 0) / ious.length : null }),
    confusion: confusionOf(results, mode),
  };
}
