// A connectome of fly-brain size with the statistics of FlyWire's cell types, the same for the same seed.
//
// Between typed neurons, each pair of types has the connections and synapses that were counted between them, scaled.
// The rest of the brain is drawn with log-normal propensities to make and to receive connections (Chung and Lu 2002).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '@stratome/core';

const regionCount = 40;

const csv = (path) =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));

/** Neurons of each type: both sides of the intrinsic and of the boundary types. */
function typeSizes(folder) {
  const sizes = new Map();
  for (const name of ['left_vs_right_types_intrinsic.csv', 'left_vs_right_types_boundary.csv'])
    for (const [type, right, left] of csv(join(folder, name))) sizes.set(type, Number(right) + Number(left));
  return sizes;
}

/** Types laid out one after the other: where each begins. */
function layOut(pairs, sizes, scale) {
  const begins = new Map();
  let next = 0;
  for (const type of [...new Set(pairs.flatMap(([from, to]) => [from, to]))].sort()) {
    const size = Math.max(1, Math.round((sizes.get(type) ?? 20) * scale));
    begins.set(type, [next, size]);
    next += size;
  }
  return { begins, typed: next };
}

/** Synapses of one connection: 1 and a geometric rest, with the mean of the pair of types. */
function drawWeight(random, mean) {
  const more = mean <= 1 ? 0 : Math.floor(Math.log(1 - random.next()) / Math.log(1 - 1 / mean));
  return Math.min(2000, 1 + more);
}

/** Draws an index by cumulative propensity. */
function drawBy(cumulative, random) {
  const wanted = random.next() * cumulative[cumulative.length - 1];
  let [low, high] = [0, cumulative.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[middle] <= wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

function propensities(n, sigma, random) {
  let sum = 0;
  return Float64Array.from({ length: n }, () => (sum += Math.exp(sigma * random.normal())));
}

/** Sorts keys of pairs, keeps each once, and says which draw it came from. */
function unique(keys) {
  const order = keys.slice().sort();
  let kept = 0;
  for (let i = 0; i < order.length; i++) if (i === 0 || order[i] !== order[i - 1]) order[kept++] = order[i];
  return order.subarray(0, kept);
}

/**
 * @param folder data of flywire-types
 * @returns an imported graph; each neuron has a region or two
 */
export function generate({ folder, neurons: n, connections, seed }) {
  const random = seededRandom(`connectome ${seed}`);
  const pairs = csv(join(folder, 'type_to_type_connection_and_synapse_counts.csv')).map((row) => [
    row[0],
    row[1],
    Number(row[2]),
    Number(row[6]),
  ]);
  const scale = n / 139_000;
  const { begins, typed } = layOut(pairs, typeSizes(folder), scale);
  if (typed >= n) throw new Error(`${n} neurons do not hold ${typed} typed ones`);
  const all = pairs.reduce((sum, [, , count]) => sum + count, 0);
  // At most half of the connections are between types; more connections than were counted are drawn outside.
  const share = Math.min(1, connections / 2 / all);
  const keys = new Float64Array(Math.ceil(connections * 1.15));
  let drawn = 0;
  for (const [from, to, count] of pairs) {
    const [[a, sizeA], [b, sizeB]] = [begins.get(from), begins.get(to)];
    const wanted = Math.floor(count * share + random.next());
    for (let k = 0; k < wanted && drawn < keys.length; k++) {
      keys[drawn++] = (a + random.below(sizeA)) * n + b + random.below(sizeB);
    }
  }
  const made = propensities(n, 1, random);
  const received = propensities(n, 1, random);
  while (drawn < keys.length) keys[drawn++] = drawBy(made, random) * n + drawBy(received, random);
  const kept = unique(keys).filter((key) => Math.floor(key / n) !== key % n);
  // A share of them at random, in order, comes to the number that was asked for.
  const edges =
    kept.length <= connections ? kept : kept.filter(() => random.next() < connections / kept.length);
  const meanSynapses = pairs.reduce((sum, [, , , synapses]) => sum + synapses, 0) / all;
  const typeAt = Array.from({ length: n }, () => undefined);
  for (const [type, [begin, size]] of begins) typeAt.fill(type, begin, begin + size);
  const graph = {
    bodyIds: BigInt64Array.from({ length: n }, (_, i) => 720575940600000000n + BigInt(i) * 1009n),
    edges: {
      sources: Int32Array.from(edges, (key) => Math.floor(key / n)),
      targets: Int32Array.from(edges, (key) => key % n),
      weights: Int32Array.from(edges, () => drawWeight(random, meanSynapses)),
    },
    unconnected: 0,
  };
  return { ...graph, neurons: describe(graph, typeAt, random) };
}

/** Each neuron receives in one region and makes synapses in one that may be another. */
function describe({ bodyIds, edges }, typeAt, random) {
  const pre = new Float64Array(bodyIds.length);
  const post = new Float64Array(bodyIds.length);
  edges.weights.forEach((weight, i) => {
    pre[edges.sources[i]] += weight;
    post[edges.targets[i]] += weight;
  });
  return Array.from(bodyIds, (_, i) => {
    const home = `R${random.below(regionCount)}`;
    const away = random.next() < 0.3 ? `R${random.below(regionCount)}` : home;
    const none = { pre: 0, post: 0, upstream: 0, downstream: 0, synweight: 0 };
    const rois = { [home]: { ...none, post: post[i], upstream: post[i], synweight: post[i] } };
    const there = rois[away] ?? none;
    rois[away] = { ...there, pre: pre[i], downstream: pre[i], synweight: there.synweight + pre[i] };
    return { type: typeAt[i], instance: undefined, status: 'Traced', rois };
  });
}

export const regions = Array.from({ length: regionCount }, (_, k) => `R${k}`);
