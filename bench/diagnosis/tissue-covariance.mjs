/**
 * How measures vary together between a box of healthy tissue and the rest of its volume: the table that the search for a region
 * is told. Reads what a run with BENCH_KEEP_FIELDS=1 measured in clean volumes; for development seeds, never
 * for those that a score is reported for.
 *
 *     node bench/diagnosis/tissue-covariance.mjs > libs/diagnostics/src/diagnosis/tissueCovarianceTable.ts
 *
 * Boxes are drawn at random, as many of each class of size. Real tissue, of which there are few volumes, counts for a tenth of the whole:
 * its images vary in noise and staining as those of phantoms do not.
 */
import { seededRandom } from '@stratome/core';
import {
  cellGrid,
  regionContrast,
  searchedMeasures as measures,
  searchedScores,
} from '@stratome/diagnostics';
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

/** The cells of a box, 1 inside. */
const maskOf = (positions, box) =>
  Uint8Array.from(positions, (position) =>
    position.every((at, axis) => at >= box[axis][0] && at < box[axis][1]) ? 1 : 0,
  );

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
      const mask = maskOf(positions, box);
      const contrasts = measures.map((m) => (scores.has(m) ? regionContrast(scores.get(m), mask) : 0));
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
export const measures: readonly string[] = ${JSON.stringify(measures)};

/**
 * How they vary together between a box of healthy tissue and the rest of its volume, in local standard deviations times
 * √(inside · outside / all) cells: the lower triangle.
 */
export const lower: readonly (readonly number[])[] = ${JSON.stringify(rows)};
`;
process.stdout.write(await format(text, { parser: 'typescript', singleQuote: true, printWidth: 110 }));
