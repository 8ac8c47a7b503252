/**
 * Diagnoses again what was measured by a run with BENCH_KEEP_FIELDS=1: to see in seconds what a change of the method does.
 *
 *     node bench/diagnosis/replay.mjs [--kinds a,b] [--show] [--out FILE] [--json]
 *
 * With --out the answers are written as results of the present code, so that a run with the same FILE goes on from there after a
 * change of the method; not after one of a stage.
 */
import { appendFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { codeRevision } from './bases.mjs';
import { truthOf } from './cases.mjs';
import { keptFiles, readKept } from './kept-fields.mjs';
import { answersTo, resultOf } from './one-case.mjs';
import { report, reportText } from './score.mjs';

const { values } = parseArgs({
  options: {
    kinds: { type: 'string' },
    show: { type: 'boolean', default: false },
    out: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const kinds = values.kinds?.split(',');
const code = codeRevision();
const results = [];
for (const file of keptFiles()) {
  const prepared = readKept(file);
  if (kinds && !kinds.includes(prepared.one.kind)) continue;
  const answers = await answersTo(prepared);
  const result = { ...resultOf(prepared, answers), seconds: 0, code };
  results.push(result);
  if (values.out) appendFileSync(values.out, `${JSON.stringify(result)}\n`);
  const truth = truthOf(result);
  for (const mode of ['given', 'search']) {
    const answer = answers[mode];
    if (answer.verdict === truth.verdict && answer.cause === truth.cause && !values.show) continue;
    const told = answer.steps.flatMap(({ measures }) =>
      measures
        .filter((m) => m.deviates || Math.abs(m.score) > 3)
        .map(
          (m) =>
            `${m.measure} ${m.effect.toPrecision(2)} (${m.score.toFixed(1)}${m.deviates ? '*' : ''}, p ${m.p})`,
        ),
    );
    console.error(
      `${file} ${mode}: ${answer.layer ?? ''} ${answer.cause ?? answer.verdict} ${answer.confidence}; strength ${result.strength.toFixed(2)}, effect ${JSON.stringify(result.effect)}, iou ${result.iou}\n   ${told.join('; ')}`,
    );
  }
}
const scored = report(results, [], 'replay');
console.log(values.json ? JSON.stringify(scored) : reportText(scored));
