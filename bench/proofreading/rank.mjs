/**
 * How often the first items of the proofreading queue are real errors, against random order and against the order by
 * probability alone.
 *
 *     THRESHOLD=0.2 node bench/proofreading/rank.mjs SEED…
 */
import { agglomeratedAt, defaultThreshold, rankedTruth } from './candidates.mjs';
import { phantomOf } from './volumes.mjs';

const firsts = [10, 20, 50, 100];
const threshold = Number(process.env.THRESHOLD ?? defaultThreshold);
const all = [];
for (const seed of process.argv.slice(2).map(Number))
  all.push({ seed, items: rankedTruth(agglomeratedAt(await phantomOf(seed), threshold)) });

const share = (items) => items.filter((i) => i.error).length / items.length;
/** Synapses that real errors among the items cost. */
const won = (items) => items.reduce((sum, i) => sum + (i.error ? i.synapses : 0), 0);
const mean = (list) => list.reduce((a, b) => a + b, 0) / list.length;

const base = mean(all.map(({ items }) => share(items)));
console.log(
  JSON.stringify({
    seeds: all.map((a) => a.seed),
    candidates: mean(all.map((a) => a.items.length)),
    errorShare: base,
  }),
);
for (const n of firsts) {
  const top = mean(all.map(({ items }) => share(items.slice(0, n))));
  const gain = mean(all.map(({ items }) => won(items.slice(0, n)) / won(items)));
  const random = mean(all.map(({ items }) => n / items.length));
  console.log(
    JSON.stringify({
      n,
      errorShare: top,
      timesRandom: top / base,
      synapsesWon: gain,
      synapsesTimesRandom: gain / random,
    }),
  );
}
const kinds = {};
for (const { items } of all)
  for (const i of items.slice(0, 50)) {
    const k = (kinds[i.kind] ??= { items: 0, errors: 0 });
    k.items++;
    k.errors += i.error ? 1 : 0;
  }
console.log('first 50 by kind', JSON.stringify(kinds));
// Calibration: predicted against observed, in bands of probability.
const bands = [0, 0.02, 0.05, 0.1, 0.2, 0.4, 1.01];
for (let b = 1; b < bands.length; b++) {
  const inBand = all
    .flatMap((a) => a.items)
    .filter((i) => i.probability >= bands[b - 1] && i.probability < bands[b]);
  if (inBand.length > 0)
    console.log(
      JSON.stringify({
        band: [bands[b - 1], bands[b]],
        items: inBand.length,
        predicted: mean(inBand.map((i) => i.probability)),
        observed: share(inBand),
      }),
    );
}
