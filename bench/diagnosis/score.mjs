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

const round = (v) => Math.round(1000 * v) / 1000;

function share(list, isHit) {
  const hits = list.filter(isHit).length;
  return {
    share: list.length > 0 ? round(hits / list.length) : null,
    interval: wilson(hits, list.length).map(round),
    hits,
    cases: list.length,
  };
}

export const answerOf = ({ verdict, cause }) => cause ?? verdict;

function countBy(list, keyOf) {
  const counts = {};
  for (const item of list) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return counts;
}

/** For each kind planted, how often each answer was given. */
function confusionOf(results, mode) {
  const table = {};
  for (const kind of new Set(results.map((r) => r.kind)))
    table[kind] = countBy(
      results.filter((r) => r.kind === kind),
      (r) => answerOf(r[mode]),
    );
  return table;
}

/** A fault that moved nothing the diagnosis reads by as much as matters: there is nothing to find. */
const hasEffect = ({ effect }) => effect === null || effect.size >= 1;

/** Whether `what`, layer or cause, is right in the answer of a mode. */
export const right = (what, mode) => (r) =>
  r[mode][what] === truthOf(r)[what] && r[mode].verdict === truthOf(r).verdict;

/** Means of numbers, null of none. */
const mean = (list) => (list.length > 0 ? round(list.reduce((a, b) => a + b, 0) / list.length) : null);

/**
 * Layer and cause are shares of the faults that had an effect and were answered; `insufficient` is a share of its own, of all cases.
 * `layerOfAll` and `causeOfAll` are the same where `insufficient` counts as wrong.
 *
 * @param mode one of `modes`
 */
export function score(results, mode) {
  const faulty = results.filter(({ kind }) => kind !== 'clean');
  const clean = results.filter(({ kind }) => kind === 'clean');
  const answered = (list) => list.filter((r) => r[mode].verdict !== 'insufficient');
  const effectiveOfAll = faulty.filter(hasEffect);
  const effective = answered(effectiveOfAll);
  return {
    layer: share(effective, right('layer', mode)),
    cause: share(effective, right('cause', mode)),
    layerOfAll: share(effectiveOfAll, right('layer', mode)),
    causeOfAll: share(effectiveOfAll, right('cause', mode)),
    falseAlarm: share(clean, (r) => ['cause', 'graph', 'biology'].includes(r[mode].verdict)),
    insufficient: share(results, (r) => r[mode].verdict === 'insufficient'),
    withoutEffect: {
      cases: faulty.length - effectiveOfAll.length,
      answers: countBy(
        faulty.filter((r) => !hasEffect(r)),
        (r) => answerOf(r[mode]),
      ),
    },
    silent: share(
      effective.filter((r) => r.silent),
      right('cause', mode),
    ),
    decoy: share(
      effective.filter((r) => r.decoy),
      right('cause', mode),
    ),
    real: share(
      effective.filter((r) => !r.volume.startsWith('phantom-')),
      right('cause', mode),
    ),
    reliability: reliability(results, mode),
    ...(mode === 'search' && { iou: mean(results.map((r) => r.iou).filter((v) => typeof v === 'number')) }),
    ...(isTried(mode) && { trials: trialsOf(results, mode) }),
    confusion: confusionOf(results, mode),
  };
}

/** How answers were asked for; where they are tried as well, an answer at L3 to L5 has to stand when its region is made again. */
export const modes = {
  given: 'region given',
  search: 'region looked for',
  givenTried: 'region given, answers tried',
  searchTried: 'region looked for, answers tried',
};
const isTried = (mode) => mode.endsWith('Tried');
const untried = (mode) => mode.replace('Tried', '');

/** What trying changed: right answers that were refuted and wrong ones that became right. */
function trialsOf(results, mode) {
  const [before, after] = [right('cause', untried(mode)), right('cause', mode)];
  return {
    lost: results.filter((r) => before(r) && !after(r)).length,
    won: results.filter((r) => !before(r) && after(r)).length,
  };
}

/** Ends of the classes of confidence, fractions. */
const confidences = [0, 0.8, 0.9, 0.95, 0.99, 1];

/**
 * What a confidence is worth: of the cases in which a cause was named, how often it was right, by classes of what was said.
 *
 * @param mode one of `modes`
 */
export function reliability(results, mode) {
  const named = results.filter((r) => r[mode].cause !== null && hasEffect(r));
  return confidences.slice(1).map((to, i) => {
    const from = confidences[i];
    const within = named.filter(({ [mode]: { confidence: c } }) => c >= from && (c < to || to === 1));
    return {
      from,
      to,
      said: mean(within.map((r) => r[mode].confidence)),
      ...share(within, right('cause', mode)),
    };
  });
}

/** What the benchmark prints: the scores with the region looked for at the top, all modes below. */
export function report(results, left, seed) {
  // Results of a code that tried no answers lack those modes.
  const present = Object.keys(modes).filter((mode) => !isTried(mode) || results.every((r) => r[mode]));
  const scores = Object.fromEntries(present.map((mode) => [mode, score(results, mode)]));
  const { layer, cause, iou, falseAlarm, insufficient, confusion } = scores.search;
  return {
    layer: layer.share,
    cause: cause.share,
    iou,
    falseAlarm: falseAlarm.share,
    insufficient: insufficient.share,
    cases: results.length,
    confusion,
    seed,
    modes: scores,
    secondsPerCase: mean(results.map((r) => r.seconds)),
    code: countBy(results, (r) => r.code),
    leftOut: { cases: left.length, kinds: countBy(left, ({ kind }) => kind) },
  };
}

const percent = ({ share: v, interval: [low, high], hits, cases }) =>
  v === null
    ? 'no case'
    : `${(100 * v).toFixed(1)} % (${(100 * low).toFixed(0)}–${(100 * high).toFixed(0)} %), ${hits} of ${cases}`;

/** The report in words. */
export function reportText({ modes: scores, cases, seed, leftOut, secondsPerCase, code }) {
  const lines = [
    `${cases} cases of seed ${seed}, ${secondsPerCase} s a case; code ${Object.keys(code).join(', ')}`,
  ];
  if (leftOut.cases > 0) lines.push(`left out: ${leftOut.cases} cases (${JSON.stringify(leftOut.kinds)})`);
  for (const [mode, s] of Object.entries(scores)) {
    lines.push(`${modes[mode]}${s.iou === undefined ? '' : `; mean overlap ${s.iou}`}`);
    if (s.trials) lines.push(`  trying made ${s.trials.won} answers right and ${s.trials.lost} wrong`);
    for (const name of [
      'layer',
      'cause',
      'layerOfAll',
      'causeOfAll',
      'falseAlarm',
      'insufficient',
      'silent',
      'decoy',
      'real',
    ])
      lines.push(`  ${name}: ${percent(s[name])}`);
    lines.push(`  without effect: ${s.withoutEffect.cases} ${JSON.stringify(s.withoutEffect.answers)}`);
    for (const { from, to, ...named } of s.reliability)
      if (named.cases > 0) lines.push(`  confidence ${from} to ${to}: right ${percent(named)}`);
    for (const [kind, answers] of Object.entries(s.confusion))
      lines.push(`    ${kind}: ${JSON.stringify(answers)}`);
  }
  return lines.join('\n');
}
