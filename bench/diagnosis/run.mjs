/**
 * The benchmark of the diagnosis: faults planted in phantoms and in real tissue, the real stages, and whether the
 * diagnosis names the layer and the cause. See docs/diagnosis.md.
 *
 *     npm run bench:diagnosis -- [--cases N | --per-kind N] [--seed S] [--kinds a,b] [--jobs J]
 *                                [--limit-minutes M] [--out FILE] [--score-only] [--json | --markdown]
 *
 * Results are appended to FILE (JSON lines) case by case; a case that stands there is not run again, so that a run can
 * be interrupted and extended. Cases run in J processes at once, as many as cores and memory allow.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheFolder, codeRevision } from './bases.mjs';
import { defaultJobs, runCases } from './case-processes.mjs';
import { casesFor, keyOf, schedule } from './cases.mjs';
import { kinds as allKinds } from './faults.mjs';
import { report, reportText } from './score.mjs';
import { markdownTables } from './tables.mjs';
import { isAvailable, realNames } from './volumes.mjs';

const options = {
  cases: { type: 'string' },
  'per-kind': { type: 'string' },
  seed: { type: 'string', default: '9000' },
  kinds: { type: 'string' },
  jobs: { type: 'string' },
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
    jobs: values.jobs ? whole('jobs', 1) : defaultJobs(),
    limitMs: 60_000 * limit,
    out: values.out ?? join(cacheFolder, `results-${seed}-${code}.jsonl`),
  };
}

const readLines = (file) =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    : [];

const minutes = (ms) => `${Math.round(ms / 60_000)} min`;

const answer = ({ layer, cause, verdict }) => [layer, cause ?? verdict].filter(Boolean).join(' ');

/** Runs what is not `done` (mutated). @returns how many cases failed */
async function runAll(planned, done, { out, code, limitMs, jobs }) {
  const began = performance.now();
  const waiting = planned.filter((p) => !done.has(keyOf(p)));
  let [longestMs, ended, failed] = [0, 0, 0];
  mkdirSync(dirname(out), { recursive: true });
  const say = (one, text) => {
    const left = ((performance.now() - began) / ended) * (waiting.length - ended);
    console.error(`${ended}/${waiting.length} ${keyOf(one)}: ${text}; about ${minutes(left)} left`);
  };
  await runCases(waiting, jobs, {
    mayBegin: () => performance.now() - began + longestMs <= limitMs,
    onResult(one, measured) {
      const result = { ...measured, code };
      longestMs = Math.max(longestMs, 1000 * result.seconds);
      appendFileSync(out, `${JSON.stringify(result)}\n`);
      done.set(keyOf(one), result);
      ended++;
      say(one, `${answer(result.given)} | looked for: ${answer(result.search)} (${result.seconds} s)`);
    },
    onFailure(one, error) {
      ended++;
      failed++;
      say(one, `failed, ${error.message}. The same command tries it again`);
    },
  });
  return failed;
}

const asked = readArguments();
const reals = realNames(asked.seed).filter(isAvailable);
const planned = schedule(asked.count, asked.seed, reals).filter(({ kind }) => asked.kinds.includes(kind));
const known = new Map(readLines(asked.out).map((r) => [keyOf(r), r]));
const failed = asked['score-only'] ? 0 : await runAll(planned, known, asked);
const results = planned.flatMap((p) => known.get(keyOf(p)) ?? []);
const left = planned.filter((p) => !known.has(keyOf(p)));
const scored = report(results, left, asked.seed);
console.log(
  asked.json ? JSON.stringify(scored) : asked.markdown ? markdownTables(scored) : reportText(scored),
);
process.exitCode = failed > 0 ? 1 : 0;
