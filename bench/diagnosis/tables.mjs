/** The scores of a report as the tables of docs/diagnosis.md. */
import { truthOf } from './cases.mjs';
import { answerOf } from './score.mjs';

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

function confusionTable({ given, search }) {
  const kinds = Object.keys(given.confusion);
  const perfect = kinds.filter(
    (kind) =>
      kind !== 'clean' && isPerfect(given.confusion[kind], kind) && isPerfect(search.confusion[kind], kind),
  );
  const cases = [...new Set(perfect.map((kind) => total(given.confusion[kind])))].sort((a, b) => a - b);
  const rows = kinds
    .filter((kind) => !perfect.includes(kind))
    .map(
      (kind) =>
        `| \`${kind}\` (${total(given.confusion[kind])}) | ${answers(given.confusion[kind], kind)} | ${answers(search.confusion[kind], kind)} |`,
    );
  return [
    '| planted | region given | region looked for |',
    '|---|---|---|',
    ...rows,
    `| each of the others (${cases.join(' or ')}) | all | all |`,
    '',
    `(The others: ${perfect.map((kind) => `\`${kind}\``).join(', ')}.)`,
  ];
}

/** @param report as `report` of score.mjs gives it */
export function markdownTables({ modes, cases }) {
  const both = (of) => [of(modes.given), of(modes.search)].join(' | ');
  const clean = modes.given.falseAlarm.cases;
  const [sureGiven, restGiven] = certain(modes.given);
  const [sureSearch, restSearch] = certain(modes.search);
  return [
    '| | region given | region looked for |',
    '|---|---|---|',
    `| right layer, of the faults answered | ${both((m) => shareOf(m.layer))} |`,
    `| right cause | ${both((m) => shareOf(m.cause))} |`,
    `| right layer, with \`insufficient\` as wrong | ${both((m) => shareOf(m.layerOfAll))} |`,
    `| right cause of silent faults | ${both((m) => counted(m.silent))} |`,
    `| with a decoy | ${both((m) => counted(m.decoy))} |`,
    `| real tissue | ${both((m) => counted(m.real))} |`,
    `| false alarms, of ${clean} clean volumes | ${both(({ falseAlarm: f }) => `${f.hits} ${intervalOf(f.interval)}`)} |`,
    `| insufficient, of ${cases} | ${both((m) => partOf(m.insufficient))} |`,
    `| without effect | ${both((m) => m.withoutEffect.cases)} |`,
    `| overlap of found and planted, mean | | ${modes.search.iou.toFixed(2)} |`,
    `| named with a confidence of 0.99 and more: right | ${sureGiven} | ${sureSearch} |`,
    `| below 0.99: right | ${restGiven} | ${restSearch} |`,
    '',
    ...confusionTable(modes),
  ].join('\n');
}
