/**
 * The benchmark of the diagnosis: faults planted in phantoms and in real tissue, the real stages, and whether the
 * diagnosis names the layer and the cause.
 *
 *     npm run bench:diagnosis -- [--kinds a,b] [--cases N] [--seed S] [--volumes phantom-9101,medulla-sample1-z000]
 *                                [--out FILE] [--score-only] [--json]
 *
 * Results are appended to FILE (JSON lines) case by case; a case that stands there is not run again, so that a run can
 * be interrupted and extended. Case n of a kind has seed S + n and goes to the volumes in turn.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { intersectBox, seededRandom, voxelsIn } from '@stratome/core';
import { cellGrid, diagnose, diagnosisParameters } from '@stratome/diagnostics';
import { baseOf, cacheFolder } from './bases.mjs';
import { makeCase } from './cases.mjs';
import { biologyKind, faults, kinds as allKinds } from './faults.mjs';
import { score } from './score.mjs';
import { runStages } from './stages.mjs';
import { isAvailable, loadVolume, realNames } from './volumes.mjs';

const { values } = parseArgs({
  options: {
    kinds: { type: 'string', default: allKinds.join(',') },
    cases: { type: 'string', default: '1' },
    seed: { type: 'string', default: '9000' },
    volumes: { type: 'string', default: `phantom-9101,phantom-9102,${realNames.slice(1).join(',')}` },
    out: { type: 'string', default: join(cacheFolder, 'results.jsonl') },
    'score-only': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const known = existsSync(values.out)
  ? readFileSync(values.out, 'utf8')
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  : [];
const keyOf = ({ kind, seed, volume }) => `${kind}/${seed}/${volume}`;
const done = new Set(known.map(keyOf));

function summarise({ verdict, layer, cause, confidence, region, explainedShare, steps }) {
  const scores = Object.fromEntries(
    steps.flatMap(({ measures }) =>
      measures.map((m) => [m.measure, Number(m.score.toFixed(2)) * (m.deviates ? 1 : 1)]),
    ),
  );
  return { verdict, layer, cause, confidence, region, explainedShare, scores };
}

const overlap = (a, b) => {
  const common = voxelsIn(intersectBox(a, b));
  return common / (voxelsIn(a) + voxelsIn(b) - common);
};

async function runCase(kind, seed, name) {
  const started = performance.now();
  const { volume, base } = await baseOf(name);
  const one = makeCase(kind, seed, { name, shape: volume.shape });
  let made = { fields: base.fields, windows: 0 };
  if (kind === biologyKind) {
    const keep = 0.1 + 0.4 * (1 - one.strength);
    made = await runStages(await loadVolume(name, { box: one.box, keep }));
  } else if (kind !== 'clean') {
    const random = seededRandom(`fault/${kind}/${seed}`);
    made = await runStages(volume, base, faults[kind].make(one.box, one.strength, random, volume.shape));
  }
  const parameters = diagnosisParameters.parse({});
  const input = {
    grid: cellGrid(volume.voxelNm, volume.shape),
    cells: made.fields.cells,
    sections: made.fields.sections,
    lineage: one.lineage,
  };
  const given = diagnose({ ...input, region: one.box }, parameters).diagnosis;
  const search = diagnose(input, parameters).diagnosis;
  const found = !['none', 'insufficient'].includes(search.verdict);
  return {
    ...one,
    windows: made.windows,
    seconds: Math.round((performance.now() - started) / 100) / 10,
    given: summarise(given),
    search: summarise(search),
    iou: kind === 'clean' || !found ? null : overlap(search.region, one.box),
    ...(process.env.BENCH_KEEP_FIELDS && { fields: made.fields }),
  };
}

const wanted = values.kinds.split(',');
const unknown = wanted.filter((kind) => !allKinds.includes(kind));
if (unknown.length > 0) {
  console.error(`There is no kind "${unknown.join('", "')}". There are: ${allKinds.join(', ')}.`);
  process.exit(2);
}
const volumes = values.volumes.split(',').filter(isAvailable);
const usable = (kind) => (kind === biologyKind ? volumes.filter((v) => v.startsWith('phantom-')) : volumes);
const planned = [];
for (let n = 0; n < Number(values.cases); n++)
  for (const kind of wanted) {
    const names = usable(kind);
    if (names.length > 0)
      planned.push({ kind, seed: Number(values.seed) + n, volume: names[n % names.length] });
  }
const results = known.filter((r) => planned.some((p) => keyOf(p) === keyOf(r)));
if (!values['score-only'])
  for (const { kind, seed, volume } of planned) {
    if (done.has(keyOf({ kind, seed, volume }))) continue;
    const result = await runCase(kind, seed, volume);
    mkdirSync(dirname(values.out), { recursive: true });
    appendFileSync(values.out, `${JSON.stringify(result)}\n`);
    results.push(result);
    const { given, search, seconds, iou } = result;
    console.error(
      `${kind} ${seed} ${volume}: ${given.layer ?? '–'} ${given.cause ?? given.verdict} | search ${search.layer ?? '–'} ${search.cause ?? search.verdict} iou ${iou?.toFixed(2) ?? '–'} (${seconds} s)`,
    );
  }
const report = { given: score(results, 'given'), search: score(results, 'search') };
const { search: s } = report;
console.log(
  values.json
    ? JSON.stringify({
        layer: s.layer.share,
        cause: s.cause.share,
        iou: s.iou,
        falseAlarm: s.falseAlarm.share,
        insufficient: s.insufficient.share,
        cases: results.length,
        confusion: s.confusion,
        modes: report,
      })
    : JSON.stringify(report, null, 1),
);
