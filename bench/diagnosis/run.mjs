/**
 * The benchmark of the diagnosis: faults planted in phantoms and in real tissue, the real stages, and whether the
 * diagnosis names the layer and the cause. See docs/diagnosis.md.
 *
 *     npm run bench:diagnosis -- [--cases N | --per-kind N] [--seed S] [--kinds a,b] [--limit-minutes M]
 *                                [--out FILE] [--score-only] [--json | --markdown]
 *
 * Results are appended to FILE (JSON lines) case by case; a case that stands there is not run again, so that a run can
 * be interrupted and extended.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { serialize } from 'node:v8';
import { cacheFolder, codeRevision } from './bases.mjs';
import { casesFor, schedule } from './cases.mjs';
import { kinds as allKinds } from './faults.mjs';
import { answersTo, prepareCase, resultOf } from './one-case.mjs';
import { report, reportText } from './score.mjs';
import { markdownTables } from './tables.mjs';
import { isAvailable, realNames } from './volumes.mjs';

const options = {
  cases: { type: 'string' },
  'per-kind': { type: 'string' },
  seed: { type: 'string', default: '9000' },
  kinds: { type: 'string' },
  'limit-minutes': { type: 'string' },
  out: { type: 'string' },
  'score-only': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  markdown: { type: 'boolean', default: false },
};

function refuse(message) {
  console.error(message);
  process.exit(2);
}

function readArguments() {
  let values;
  try {
    ({ values } = parseArgs({ options }));
  } catch (error) {
    refuse(error.message);
  }
  const whole = (name, low) => {
    const n = Number(values[name]);
    if (!Number.isSafeInteger(n) || n < low) refuse(`--${name} is a whole number from ${low}.`);
    return n;
  };
  if (values.cases && values['per-kind']) refuse('--cases and --per-kind say the same: give one of them.');
  const kinds = values.kinds?.split(',') ?? allKinds;
  const unknown = kinds.filter((kind) => !allKinds.includes(kind));
  if (unknown.length > 0)
    refuse(`There is no kind "${unknown.join('", "')}". There are: ${allKinds.join(', ')}.`);
  const limit = values['limit-minutes'] === undefined ? Infinity : Number(values['limit-minutes']);
  if (!(limit > 0)) refuse('--limit-minutes is a number above 0.');
  const seed = whole('seed', 0);
  const count = values['per-kind'] ? casesFor(whole('per-kind', 1)) : values.cases ? whole('cases', 1) : 200;
  const code = codeRevision();
  return {
    ...values,
    kinds,
    seed,
    count,
    code,
    limitMs: 60_000 * limit,
    out: values.out ?? join(cacheFolder, `results-${seed}-${code}.jsonl`),
  };
}

const keyOf = ({ kind, seed, volume }) => `${kind}/${seed}/${volume}`;

const readLines = (file) =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    : [];

const minutes = (ms) => `${Math.round(ms / 60_000)} min`;

/** Keeps what the stages measured, so that `replay.mjs` can diagnose it again in a moment. */
function keepFields(prepared) {
  const folder = join(cacheFolder, 'fields');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${keyOf(prepared.one).replaceAll('/', '-')}.v8`), serialize(prepared));
}

async function runAll(planned, done, { out, code, limitMs }) {
  const began = performance.now();
  const waiting = planned.filter((p) => !done.has(keyOf(p)));
  let longest = 0;
  for (const [n, one] of waiting.entries()) {
    const started = performance.now();
    if (started - began + longest > limitMs) return;
    const prepared = await prepareCase(one);
    if (process.env.BENCH_KEEP_FIELDS) keepFields(prepared);
    const result = resultOf(prepared, await answersTo(prepared));
    const now = performance.now();
    result.seconds = Math.round((now - started) / 100) / 10;
    result.code = code;
    longest = Math.max(longest, now - started);
    mkdirSync(dirname(out), { recursive: true });
    appendFileSync(out, `${JSON.stringify(result)}\n`);
    done.set(keyOf(one), result);
    const answer = ({ layer, cause, verdict }) => [layer, cause ?? verdict].filter(Boolean).join(' ');
    const left = ((now - began) / (n + 1)) * (waiting.length - n - 1);
    console.error(
      `${n + 1}/${waiting.length} ${keyOf(one)}: ${answer(result.given)} | looked for: ${answer(result.search)}` +
        ` (${result.seconds} s; about ${minutes(left)} left)`,
    );
  }
}

const asked = readArguments();
const reals = realNames(asked.seed).filter(isAvailable);
const planned = schedule(asked.count, asked.seed, reals).filter(({ kind }) => asked.kinds.includes(kind));
const known = new Map(readLines(asked.out).map((r) => [keyOf(r), r]));
if (!asked['score-only']) await runAll(planned, known, asked);
const results = planned.flatMap((p) => known.get(keyOf(p)) ?? []);
const left = planned.filter((p) => !known.has(keyOf(p)));
const scored = report(results, left, asked.seed);
console.log(
  asked.json ? JSON.stringify(scored) : asked.markdown ? markdownTables(scored) : reportText(scored),
);
