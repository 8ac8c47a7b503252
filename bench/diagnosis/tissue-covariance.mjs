/**
 * How measures vary together between a box of healthy tissue and the rest of its volume: the table that the search for a region
 * is told (`tissueCovariance.ts`). Reads what a run with BENCH_KEEP_FIELDS=1 measured in clean volumes; for development seeds, never
 * for those that a score is reported for.
 *
 *     node bench/diagnosis/tissue-covariance.mjs > libs/diagnostics/src/diagnosis/tissueCovariance.ts
 *
 * Boxes are drawn at random, as many of each class of size. Real tissue, of which there are few volumes, counts for a tenth of the whole:
 * its images vary in noise and staining as those of phantoms do not.
 */
import { seededRandom } from '@stratome/core';
import { cellGrid, searchedMeasures as measures, searchedScores } from '@stratome/diagnostics';
import { format } from 'prettier';
import { cleanVolumes } from './kept-fields.mjs';
import { tissueOf } from './one-case.mjs';

const seed = 'tissue-covariance';
const realShare = 0.1;
const boxesAClass = 60;
/** Sizes of boxes, shares of the volume: from one to the next. */
const sizes = [0, 0.03, 0.08, 0.16, 0.28, 0.5];

/** A box of cells of one class of size, at random. */
function drawBox(counts, [least, most], random) {
  const total = counts[0] * counts[1] * counts[2];
  for (;;) {
    const ends = counts.map((n) => [random.below(n + 1), random.below(n + 1)].sort((a, b) => a - b));
    const cells = ends.reduce((product, [begin, end]) => product * (end - begin), 1);
    if (cells >= 2 && cells > least * total && cells <= most * total) return ends;
  }
}

/** (mean inside − mean outside) · √(inside · outside / all) of the cells that are measured; 0 where that are fewer than two. */
function contrastOf(scores, positions, box) {
  const sides = [
    { sum: 0, count: 0 },
    { sum: 0, count: 0 },
  ];
  scores.forEach((score, cell) => {
    if (Number.isNaN(score)) return;
    const isInside = positions[cell].every((at, axis) => at >= box[axis][0] && at < box[axis][1]);
    const side = sides[isInside ? 1 : 0];
    side.sum += score;
    side.count++;
  });
  const [rest, own] = sides;
  if (own.count < 2 || rest.count < 2) return 0;
  const difference = own.sum / own.count - rest.sum / rest.count;
  return difference * Math.sqrt((own.count * rest.count) / (own.count + rest.count));
}

const zeros = () => measures.map(() => new Float64Array(measures.length));

function covarianceIn({ one, shape, fields: { cells } }) {
  const grid = cellGrid([10, 10, 10], shape);
  const scores = searchedScores(grid, cells, tissueOf(cells, grid.length));
  const random = seededRandom(`${seed}/${one.volume}`);
  const sums = zeros();
  const positions = Array.from({ length: grid.length }, (_, cell) => grid.position(cell));
  let drawn = 0;
  for (let size = 1; size < sizes.length; size++)
    for (let n = 0; n < boxesAClass; n++, drawn++) {
      const box = drawBox(grid.counts, [sizes[size - 1], sizes[size]], random);
      const contrasts = measures.map((m) => (scores.has(m) ? contrastOf(scores.get(m), positions, box) : 0));
      for (let i = 0; i < measures.length; i++)
        for (let j = 0; j <= i; j++) sums[i][j] += contrasts[i] * contrasts[j];
    }
  return sums.map((row) => row.map((sum) => sum / drawn));
}

/** Mean of matrices. */
const meanOf = (all) =>
  zeros().map((row, i) => row.map((_, j) => all.reduce((sum, each) => sum + each[i][j], 0) / all.length));

const kept = { phantom: [], real: [] };
for (const prepared of cleanVolumes(2))
  kept[prepared.one.volume.startsWith('phantom') ? 'phantom' : 'real'].push(covarianceIn(prepared));
const [phantom, real] = [meanOf(kept.phantom), meanOf(kept.real)];
const rows = phantom.map((row, i) =>
  Array.from(row.slice(0, i + 1), (v, j) =>
    Number(((1 - realShare) * v + realShare * real[i][j]).toFixed(2)),
  ),
);
const text = `// Made by bench/diagnosis/tissue-covariance.mjs from ${kept.phantom.length} clean phantoms and ${kept.real.length} crops of real tissue; not to be edited.

/** The measures, by name. */
const measures: readonly string[] = ${JSON.stringify(measures)};

/**
 * How they vary together between a box of healthy tissue and the rest of its volume, in local standard deviations times
 * √(inside · outside / all) cells: the lower triangle.
 */
const lower: readonly (readonly number[])[] = ${JSON.stringify(rows)};

const rowOf = new Map(measures.map((measure, row) => [measure, row]));

/** The covariance of some measures in healthy tissue; one that is not known varies by nothing. */
export function tissueCovarianceOf(names: readonly string[]): Float64Array[] {
  const rows = names.map((name) => rowOf.get(name));
  return rows.map((a) =>
    Float64Array.from(rows, (b) =>
      a === undefined || b === undefined ? 0 : lower[Math.max(a, b)][Math.min(a, b)],
    ),
  );
}
`;
process.stdout.write(await format(text, { parser: 'typescript', singleQuote: true, printWidth: 110 }));
