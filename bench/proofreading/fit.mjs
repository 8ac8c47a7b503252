/** Fits the probabilities of error of libs/annotations/src/proofreading/calibration.ts. */
import { phantomOf } from './volumes.mjs';
import { agglomeratedAt, samples } from './candidates.mjs';

/** Logistic regression by Newton's method with a little ridge. */
function fit(rows, ridge = 1) {
  const names = Object.keys(rows[0].features);
  const x = rows.map((r) => [1, ...names.map((n) => r.features[n])]);
  const y = rows.map((r) => (r.error ? 1 : 0));
  const d = names.length + 1;
  let w = Array.from({ length: d }, () => 0);
  for (let step = 0; step < 50; step++) {
    const g = w.map((v, k) => (k === 0 ? 0 : -ridge * v));
    const h = w.map((_, i) => w.map((__, j) => (i === j && i > 0 ? ridge : i === j ? 1e-6 : 0)));
    x.forEach((row, n) => {
      const p = 1 / (1 + Math.exp(-row.reduce((s, v, k) => s + v * w[k], 0)));
      for (let i = 0; i < d; i++) {
        g[i] += (y[n] - p) * row[i];
        for (let j = 0; j < d; j++) h[i][j] += p * (1 - p) * row[i] * row[j];
      }
    });
    for (let k = 0; k < d; k++)
      for (let i = 0; i < d; i++) {
        if (i === k) continue;
        const f = h[i][k] / h[k][k];
        for (let j = k; j < d; j++) h[i][j] -= f * h[k][j];
        g[i] -= f * g[k];
      }
    w = w.map((v, k) => v + g[k] / h[k][k]);
  }
  return Object.fromEntries([['intercept', w[0]], ...names.map((n, k) => [n, w[k + 1]])]);
}

const all = {};
/** What a contact's mean affinity says does not depend on the threshold; several give more of either error. */
const thresholds = [0.05, 0.1, 0.2, 0.35, 0.5];
/** Smaller pieces have no synapses to win. */
const leastLogVoxels = 3;

for (const seed of process.argv.slice(2).map(Number))
  for (const threshold of thresholds)
    for (const [kind, rows] of Object.entries(samples(agglomeratedAt(await phantomOf(seed), threshold))))
      (all[kind] ??= []).push(...rows.filter((r) => !(r.features.logVoxels < leastLogVoxels)));
for (const [kind, rows] of Object.entries(all)) {
  const errors = rows.filter((r) => r.error).length;
  const model = errors > 0 && errors < rows.length ? fit(rows) : null;
  console.log(
    kind,
    rows.length,
    'errors',
    errors,
    JSON.stringify(model, (_, v) => (typeof v === 'number' ? Number(v.toFixed(3)) : v)),
  );
}
