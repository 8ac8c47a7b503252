/** The scores of a report as the tables of docs/diagnosis.md. */
import { truthOf } from './cases.mjs';
import { answerOf, modes as titles } from './score.mjs';

const percent = (share) => `${(100 * share).toFixed(0)}`;
const intervalOf = ([low, high]) => `(${percent(low)}–${percent(high)} %)`;
const counted = ({ hits, cases }) => `${hits} of ${cases}`;
const shareOf = (s) =>
  s.share === null ? '' : `${counted(s)}: ${percent(s.share)} % ${intervalOf(s.interval)}`;
const partOf = ({ share, interval }) => `${percent(share)} % ${intervalOf(interval)}`;

function certain({ reliability }) {
  const [sure, rest] = [({ from }) => from >= 0.99, ({ from }) => from < 0.99].map((is) =>
    reliability.filter(is),
  );
  const sum = (classes) =>
    classes.reduce((all, { hits, cases }) => ({ hits: all.hits + hits, cases: all.cases + cases }), {
      hits: 0,
      cases: 0,
    });
  return [sum(sure), sum(rest)].map(counted);
}

const rightAnswer = (kind) => answerOf(truthOf({ kind }));

/** Answers to a kind, the right one first and by itself. */
function answers(counts, kind) {
  const right = rightAnswer(kind);
  const others = Object.entries(counts)
    .filter(([answer]) => answer !== right)
    .sort(([, a], [, b]) => b - a);
  const first = `${kind === 'clean' ? '`none` ' : ''}${counts[right] ?? 0}`;
  return [first, ...others.map(([answer, count]) => `\`${answer}\` ${count}`)].join(', ');
}

const total = (counts) => Object.values(counts).reduce((sum, n) => sum + n, 0);
const isPerfect = (counts, kind) => (counts[rightAnswer(kind)] ?? 0) === total(counts);

const row = (...texts) => `| ${texts.join(' | ')} |`;
const head = (modes) => [
  row('', ...Object.keys(modes).map((m) => titles[m])),
  `|---${'|---'.repeat(Object.keys(modes).length)}|`,
];

function confusionTable(modes) {
  const all = Object.values(modes).map(({ confusion }) => confusion);
  const kinds = Object.keys(all[0]);
  const perfect = kinds.filter((kind) => kind !== 'clean' && all.every((of) => isPerfect(of[kind], kind)));
  const cases = [...new Set(perfect.map((kind) => total(all[0][kind])))].sort((a, b) => a - b);
  const rows = kinds
    .filter((kind) => !perfect.includes(kind))
    .map((kind) => row(`\`${kind}\` (${total(all[0][kind])})`, ...all.map((of) => answers(of[kind], kind))));
  return [
    ...head(modes),
    ...rows,
    row(`each of the others (${cases.join(' or ')})`, ...all.map(() => 'all')),
    '',
    `(The others: ${perfect.map((kind) => `\`${kind}\``).join(', ')}.)`,
  ];
}

/** @param report as `report` of score.mjs gives it */
export function markdownTables({ modes, cases }) {
  const each = (title, of) => row(title, ...Object.values(modes).map(of));
  return [
    ...head(modes),
    each('right layer, of the faults answered', (m) => shareOf(m.layer)),
    each('right cause', (m) => shareOf(m.cause)),
    each('right layer, with `insufficient` as wrong', (m) => shareOf(m.layerOfAll)),
    each('right cause of silent faults', (m) => counted(m.silent)),
    each('with a decoy', (m) => counted(m.decoy)),
    each('real tissue', (m) => counted(m.real)),
    each(
      `false alarms, of ${modes.given.falseAlarm.cases} clean volumes`,
      ({ falseAlarm: f }) => `${f.hits} ${intervalOf(f.interval)}`,
    ),
    each(`insufficient, of ${cases}`, (m) => partOf(m.insufficient)),
    each('without effect', (m) => m.withoutEffect.cases),
    each('overlap of found and planted, mean', (m) => m.iou?.toFixed(2) ?? ''),
    each('named with a confidence of 0.99 and more: right', (m) => certain(m)[0]),
    each('below 0.99: right', (m) => certain(m)[1]),
    '',
    ...confusionTable(modes),
  ].join('\n');
}
