import { seededRandom, type Random } from '@stratome/core';
import type { Projection } from './projection.js';
import { contracted, membersOf, modularity, undirected, type WeightedGraph } from './weightedGraph.js';

export interface Communities {
  /** [n] number of the community, 0 for the largest. */
  readonly membership: Int32Array;
  readonly count: number;
  readonly modularity: number;
  /** Rounds after which nothing improved. */
  readonly rounds: number;
}

export interface CommunityOptions {
  /** Above 1 for smaller communities. */
  readonly resolution: number;
  /** Rounds at most, each of which begins with what the round before found. */
  readonly rounds: number;
  readonly seed: string;
  readonly onProgress?: (done: number, all: number) => void;
}

/** How far the joining of the refinement may depart from the best choice; the authors' value. */
const randomness = 0.01;

function shuffled(n: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** Numbers parts from 0 in the order of their first member. Changes `parts`; returns how many there are. */
function renumber(parts: Int32Array): number {
  const numbers = new Int32Array(parts.length).fill(-1);
  let count = 0;
  for (let i = 0; i < parts.length; i++) {
    if (numbers[parts[i]] < 0) numbers[parts[i]] = count++;
    parts[i] = numbers[parts[i]];
  }
  return count;
}

/** Gathers a node's weight towards each part around it. */
class Surroundings {
  readonly parts: number[] = [];
  private readonly towards: Float64Array;

  constructor(
    private readonly graph: WeightedGraph,
    private readonly membership: Int32Array,
  ) {
    this.towards = new Float64Array(graph.inside.length);
  }

  gather(node: number): void {
    for (const part of this.parts) this.towards[part] = 0;
    this.parts.length = 0;
    const { offsets, neighbours, weights } = this.graph;
    for (let e = offsets[node]; e < offsets[node + 1]; e++) {
      const part = this.membership[neighbours[e]];
      if (this.towards[part] === 0) this.parts.push(part);
      this.towards[part] += weights[e];
    }
  }

  weightTo(part: number): number {
    return this.towards[part];
  }
}

/** Moves nodes to the part around them that gains most, until none gains: the first phase of Louvain, by a queue. */
function moveNodes(graph: WeightedGraph, membership: Int32Array, resolution: number, random: Random): void {
  const n = membership.length;
  const { strengths, total } = graph;
  const partStrength = new Float64Array(n);
  membership.forEach((part, node) => (partStrength[part] += strengths[node]));
  const around = new Surroundings(graph, membership);
  const queue = shuffled(n, random);
  const waits = new Uint8Array(n).fill(1);
  for (let [head, waiting] = [0, n]; waiting > 0; waiting--) {
    const node = queue[head];
    const tail = head;
    head = (head + 1) % n;
    waits[node] = 0;
    const own = membership[node];
    around.gather(node);
    partStrength[own] -= strengths[node];
    const gain = (part: number) =>
      around.weightTo(part) - (resolution * strengths[node] * partStrength[part]) / total;
    let [best, most] = [own, gain(own)];
    for (const part of around.parts) {
      const gained = gain(part);
      if (gained > most + 1e-12 * total) [best, most] = [part, gained];
    }
    partStrength[best] += strengths[node];
    if (best === own) continue;
    membership[node] = best;
    // The place that this node left in the ring is where the ring's end was.
    let end = (tail + waiting) % n;
    for (let e = graph.offsets[node]; e < graph.offsets[node + 1]; e++) {
      const neighbour = graph.neighbours[e];
      if (waits[neighbour] === 1 || membership[neighbour] === best) continue;
      waits[neighbour] = 1;
      queue[end] = neighbour;
      end = (end + 1) % n;
      waiting++;
    }
  }
}

/** Picks a part with a chance that grows with its gain, as far as the gain is a share of the node's strength. */
function choose(
  parts: readonly number[],
  gains: readonly number[],
  strength: number,
  random: Random,
): number {
  const most = Math.max(...gains);
  const chances = gains.map((gain) => Math.exp((gain - most) / (randomness * strength)));
  let draw = random.next() * chances.reduce((sum, chance) => sum + chance, 0);
  const picked = chances.findIndex((chance) => (draw -= chance) < 0);
  return parts[picked < 0 ? parts.length - 1 : picked];
}

/** Splits each part into well connected ones, by joining single nodes. */
function refine(
  graph: WeightedGraph,
  membership: Int32Array,
  count: number,
  resolution: number,
  random: Random,
): Int32Array {
  const n = membership.length;
  const { offsets, neighbours, weights, strengths, total } = graph;
  const refined = Int32Array.from({ length: n }, (_, i) => i);
  const [strength, size] = [strengths.slice(), new Int32Array(n).fill(1)];
  const partStrength = new Float64Array(count);
  membership.forEach((part, node) => (partStrength[part] += strengths[node]));
  /** Weight from a refined part to the rest of its part. */
  const outward = new Float64Array(n);
  for (let v = 0; v < n; v++)
    for (let e = offsets[v]; e < offsets[v + 1]; e++)
      if (membership[neighbours[e]] === membership[v]) outward[v] += weights[e];
  const wellConnected = (refinedPart: number, part: number) =>
    outward[refinedPart] >=
    (resolution * strength[refinedPart] * (partStrength[part] - strength[refinedPart])) / total;
  const around = new Surroundings(graph, refined);
  for (const node of shuffled(n, random)) {
    const part = membership[node];
    if (size[refined[node]] !== 1 || refined[node] !== node || !wellConnected(node, part)) continue;
    around.gather(node);
    const candidates: number[] = [];
    const gains: number[] = [];
    for (const other of around.parts) {
      // A refined part bears the number of its first node.
      if (other === node || membership[other] !== part || !wellConnected(other, part)) continue;
      const gain = around.weightTo(other) - (resolution * strengths[node] * strength[other]) / total;
      if (gain < 0) continue;
      candidates.push(other);
      gains.push(gain);
    }
    if (candidates.length === 0) continue;
    const joined = choose(candidates, gains, strengths[node], random);
    outward[joined] += outward[node] - 2 * around.weightTo(joined);
    strength[joined] += strengths[node];
    size[joined]++;
    size[node] = 0;
    refined[node] = joined;
  }
  return refined;
}

/** One round: move, refine, make one node of each refined part, and again. Changes `membership`. */
function round(graph: WeightedGraph, membership: Int32Array, resolution: number, random: Random): void {
  /** Where each neuron stands in the graph of the level. */
  const place = Int32Array.from({ length: membership.length }, (_, i) => i);
  let [level, parts] = [graph, membership.slice()];
  for (;;) {
    moveNodes(level, parts, resolution, random);
    const count = renumber(parts);
    place.forEach((at, neuron) => (membership[neuron] = parts[at]));
    if (count === parts.length) return;
    const refined = refine(level, parts, count, resolution, random);
    const finer = renumber(refined);
    if (finer === parts.length) return;
    const next = new Int32Array(finer);
    refined.forEach((fine, node) => (next[fine] = parts[node]));
    level = contracted(level, refined, finer);
    place.forEach((at, neuron) => (place[neuron] = refined[at]));
    parts = next;
  }
}

/** Numbers communities by size, the largest first; of equal ones that with the first neuron. */
function bySize(membership: Int32Array): Int32Array {
  const count = renumber(membership);
  const { offsets } = membersOf(membership, count);
  const order = Array.from({ length: count }, (_, part) => part).sort(
    (a, b) => offsets[b + 1] - offsets[b] - (offsets[a + 1] - offsets[a]) || a - b,
  );
  const rank = new Int32Array(count);
  order.forEach((part, position) => (rank[part] = position));
  return membership.map((part) => rank[part]);
}

/**
 * Communities by modularity, with the synapses of both directions added up. Traag, Waltman and van Eck, "From Louvain
 * to Leiden: guaranteeing well-connected communities", Scientific Reports 9 (2019).
 */
export function communities(
  projection: Projection,
  { resolution, rounds, seed, onProgress }: CommunityOptions,
): Communities {
  const graph = undirected(projection);
  const n = projection.bodyIds.length;
  let membership = Int32Array.from({ length: n }, (_, i) => i);
  let best = modularity(graph, membership, resolution);
  const random = seededRandom(`communities ${seed}`);
  let done = 0;
  while (done < rounds) {
    const tried = membership.slice();
    round(graph, tried, resolution, random);
    const found = modularity(graph, tried, resolution);
    done++;
    onProgress?.(done, rounds);
    if (found <= best + 1e-9) break;
    [membership, best] = [tried, found];
  }
  const numbered = bySize(membership);
  const count = n === 0 ? 0 : numbered.reduce((most, part) => Math.max(most, part), 0) + 1;
  return { membership: numbered, count, modularity: best, rounds: done };
}
