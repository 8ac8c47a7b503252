/**
 * What clean volumes score in a search, by cause: where `tissueScore`, `namedScore` and `doubtScore` of `candidates.ts` come from.
 * Reads what a run with BENCH_KEEP_FIELDS=1 measured; for development seeds, never for those that a score is reported for.
 *
 *     node bench/diagnosis/healthy-scores.mjs [--json]
 *
 * The tail of the largest scores of the volumes is taken for exponential (as of any maximum of many, far out: Gumbel's), fitted to
 * the largest sixth; of the volumes in it counts the share in which the walk names the cause that its box was found by.
 */
import { parseArgs } from 'node:util';
import {
  boxOfCells,
  allCandidates,
  cellGrid,
  diagnose,
  diagnosisParameters,
  isExact,
  scanRegions,
  signatureFields,
} from '@stratome/diagnostics';
import { cleanVolumes } from './kept-fields.mjs';
import { tissueOf } from './one-case.mjs';

/** Of the volumes, those whose scores make the tail. */
const tailShare = 1 / 6;

const { values: asked } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const parameters = diagnosisParameters.parse({});
const causes = allCandidates.filter((c) => !isExact(c)).map(({ cause }) => cause);

/** Of each cause the box that looks most like it, and by how much. */
function scannedIn({ shape, fields: { cells, sections } }) {
  const grid = cellGrid([10, 10, 10], shape);
  const tissue = tissueOf(cells, grid.length);
  const searched = signatureFields(grid, cells, tissue).filter(({ field }) => causes.includes(field.measure));
  // Neither the box nor its score depends on permutations; they are for its p alone.
  return scanRegions(grid, searched, parameters.widestBlockCells, 1, parameters.seed).map(
    ({ measure: cause, mask, score }) => ({
      cause,
      score,
      isNamed: () => {
        const region = boxOfCells(grid, mask);
        return diagnose({ grid, cells, sections, tissue, region }, parameters).diagnosis.cause === cause;
      },
    }),
  );
}

function tailOf(cause, volumes) {
  const found = volumes.flatMap((scanned) => scanned.filter((s) => s.cause === cause));
  const sorted = found.sort((a, b) => b.score - a.score);
  const count = Math.floor(tailShare * volumes.length);
  if (sorted.length <= count) return { cause, largest: sorted[0]?.score ?? 0 };
  const tail = sorted.slice(0, count);
  const from = sorted[count].score;
  const scale = tail.reduce((sum, { score }) => sum + score - from, 0) / count;
  const named = tail.filter(({ isNamed }) => isNamed());
  // Half a volume more than were seen: that none was named does not say that none ever is.
  const scoreAt = (rate) => from + scale * Math.log((named.length + 0.5) / volumes.length / rate);
  const round = (score) => Math.round(10 * score) / 10;
  return {
    cause,
    largest: round(tail[0].score),
    named: `${named.length} of ${count}`,
    largestNamed: round(Math.max(0, ...named.map(({ score }) => score))),
    oneOf200: round(scoreAt(1 / 200)),
    oneOf1000: round(scoreAt(1 / 1000)),
  };
}

const volumes = Array.from(cleanVolumes(1 / tailShare), scannedIn);
const tails = causes.map((cause, n) => {
  process.stderr.write(`\rcause ${n + 1} of ${causes.length}`);
  return tailOf(cause, volumes);
});
process.stderr.write('\n');
if (asked.json) console.log(JSON.stringify({ volumes: volumes.length, tails }));
else console.table(tails);
