/**
 * What clean volumes score in a search, by cause: where `tissueScore`, `namedScore` and `doubtScore` of `candidates.ts` come from.
 * Reads what a run with BENCH_KEEP_FIELDS=1 measured; for development seeds, never for those that a score is reported for.
 *
 *     node bench/diagnosis/healthy-scores.mjs [--json]
 *
 * The tail of the largest scores of the volumes is taken for exponential (as of any maximum of many, far out: Gumbel's), fitted to
 * the largest sixth; of the volumes in it counts the share in which the walk names the cause that its box was found by.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { deserialize } from 'node:v8';
import {
  boxOfCells,
  candidates,
  cellGrid,
  diagnose,
  diagnosisParameters,
  fewerSynapses,
  isExact,
  scanRegions,
  signatureFields,
} from '@stratome/diagnostics';
import { cacheFolder } from './bases.mjs';
import { tissueOf } from './one-case.mjs';

/** Of the volumes, those whose scores make the tail. */
const tailShare = 1 / 6;

const { values: asked } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const parameters = diagnosisParameters.parse({});
const causes = [...candidates, fewerSynapses].filter((c) => !isExact(c)).map(({ cause }) => cause);

/** Of each cause the score of its box, and whether the walk names that very cause there. */
function scoresOf({ shape, fields: { cells, sections } }) {
  const grid = cellGrid([10, 10, 10], shape);
  const tissue = tissueOf(cells, grid.length);
  const searched = signatureFields(grid, cells, tissue).filter(({ field }) => causes.includes(field.measure));
  // Neither the box nor its score depends on permutations; they are for its p alone.
  return scanRegions(grid, searched, parameters.widestBlockCells, 1, parameters.seed).map(
    ({ measure: cause, mask, score }) => {
      const { diagnosis } = diagnose(
        { grid, cells, sections, tissue, region: boxOfCells(grid, mask) },
        parameters,
      );
      return { cause, score, isNamed: diagnosis.cause === cause };
    },
  );
}

function tailOf(cause, volumes) {
  const found = volumes.flatMap((scores) => scores.filter((s) => s.cause === cause));
  const scores = found.map(({ score }) => score).sort((a, b) => b - a);
  const count = Math.floor(tailShare * volumes.length);
  const from = scores[count];
  const scale = scores.slice(0, count).reduce((sum, s) => sum + s - from, 0) / count;
  // Half a volume more than were seen: that none was named does not say that none ever is.
  const named = found.filter(({ score, isNamed }) => isNamed && score >= from).length + 0.5;
  const scoreAt = (rate) => from + scale * Math.log(named / volumes.length / rate);
  const largest = (list) => Math.max(0, ...list.map(({ score }) => score));
  const round = (score) => Math.round(10 * score) / 10;
  return {
    cause,
    largest: round(scores[0]),
    largestNamed: round(largest(found.filter(({ isNamed }) => isNamed))),
    named: found.filter(({ isNamed }) => isNamed).length,
    oneOf200: round(scoreAt(1 / 200)),
    oneOf1000: round(scoreAt(1 / 1000)),
  };
}

const folder = join(cacheFolder, 'fields');
const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.startsWith('clean-')) : [];
if (files.length < 1 / tailShare) {
  console.error(
    `${folder} holds ${files.length} clean volumes: run BENCH_KEEP_FIELDS=1 npm run bench:diagnosis -- --kinds clean.`,
  );
  process.exit(2);
}
const volumes = files.map((file, n) => {
  process.stderr.write(`\r${n + 1} of ${files.length}`);
  return scoresOf(deserialize(readFileSync(join(folder, file))));
});
process.stderr.write('\n');
const tails = causes.map((cause) => tailOf(cause, volumes));
if (asked.json) console.log(JSON.stringify({ volumes: volumes.length, tails }));
else console.table(tails);
