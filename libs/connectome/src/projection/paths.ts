import { seededRandom } from '@stratome/core';
import type { Projection } from './projection.js';

/** What shortest paths say of a graph; a path's length is the number of its connections. */
export interface PathMeasures {
  /** [n] shortest paths between others that pass through a neuron, each pair counted as one. */
  readonly betweenness: Float64Array;
  /** [n] sum of 1/length over the paths that lead to a neuron. */
  readonly harmonic: Float64Array;
  /** [n] 1/mean length of the paths that lead to a neuron, times the share of neurons they come from. */
  readonly closeness: Float64Array;
  /** Over pairs with a path; NaN without any. */
  readonly meanPathLength: number;
  /** Share of ordered pairs with a path. */
  readonly reachableShare: number;
  /** Longest of the shortest paths that were looked at. */
  readonly longestPath: number;
  /** Neurons from which paths were followed; all where the measures are exact. */
  readonly sources: number;
}

export interface PathOptions {
  /** Neurons from which paths are followed; null for all, which is exact. */
  readonly sources: number | null;
  /** Names the draw of sources. */
  readonly seed: string;
  readonly onProgress?: (done: number, all: number) => void;
}

/** Draws k of n without repetition, ascending. */
export function drawSources(n: number, k: number, seed: string): Int32Array {
  const all = Int32Array.from({ length: n }, (_, i) => i);
  const random = seededRandom(`sources ${seed}`);
  for (let i = 0; i < k; i++) {
    const j = i + random.below(n - i);
    [all[i], all[j]] = [all[j], all[i]];
  }
  return all.slice(0, k).sort();
}

class BreadthFirst {
  readonly distance: Int32Array;
  readonly order: Int32Array;
  /** Shortest paths from the source to each neuron. */
  readonly ways: Float64Array;
  reached = 0;

  constructor(private readonly graph: Projection) {
    const n = graph.bodyIds.length;
    this.distance = new Int32Array(n).fill(-1);
    this.order = new Int32Array(n);
    this.ways = new Float64Array(n);
  }

  /** Leaves `order[0 … reached]` in order of distance. */
  from(source: number): void {
    const { distance, order, ways } = this;
    for (let i = 0; i < this.reached; i++) distance[order[i]] = -1;
    const { offsets, targets } = this.graph.outputs;
    distance[source] = 0;
    ways[source] = 1;
    order[0] = source;
    let end = 1;
    for (let at = 0; at < end; at++) {
      const v = order[at];
      for (let e = offsets[v]; e < offsets[v + 1]; e++) {
        const w = targets[e];
        if (distance[w] < 0) {
          distance[w] = distance[v] + 1;
          ways[w] = 0;
          order[end++] = w;
        }
        if (distance[w] === distance[v] + 1) ways[w] += ways[v];
      }
    }
    this.reached = end;
  }
}

/**
 * Betweenness, harmonic and closeness centrality and the lengths of paths, in one pass of breadth-first searches.
 * Brandes, "A faster algorithm for betweenness centrality", Journal of Mathematical Sociology 25 (2001); from a sample
 * of sources, scaled up: Brandes and Pich, International Journal of Bifurcation and Chaos 17 (2007). Harmonic and
 * closeness centrality are of the paths that lead to a neuron; closeness as Wasserman and Faust have it for graphs
 * that are not connected.
 */
export function pathMeasures(graph: Projection, { sources, seed, onProgress }: PathOptions): PathMeasures {
  const n = graph.bodyIds.length;
  const count = sources === null ? n : Math.min(n, sources);
  const chosen = drawSources(n, count, seed);
  const betweenness = new Float64Array(n);
  const harmonic = new Float64Array(n);
  const farness = new Float64Array(n);
  const reachedBy = new Float64Array(n);
  const dependency = new Float64Array(n);
  const search = new BreadthFirst(graph);
  const { distance, order, ways } = search;
  const { offsets, targets } = graph.outputs;
  let longestPath = 0;
  for (const [done, source] of chosen.entries()) {
    search.from(source);
    for (let at = search.reached - 1; at > 0; at--) {
      const v = order[at];
      let sum = 0;
      for (let e = offsets[v]; e < offsets[v + 1]; e++) {
        const w = targets[e];
        if (distance[w] === distance[v] + 1) sum += (ways[v] / ways[w]) * (1 + dependency[w]);
      }
      dependency[v] = sum;
      betweenness[v] += sum;
      harmonic[v] += 1 / distance[v];
      farness[v] += distance[v];
      reachedBy[v]++;
    }
    longestPath = Math.max(longestPath, distance[order[search.reached - 1]]);
    onProgress?.(done + 1, count);
  }
  const scale = count === 0 ? 0 : n / count;
  const total = farness.reduce((sum, value) => sum + value, 0);
  const pairs = reachedBy.reduce((sum, value) => sum + value, 0);
  const closeness = farness.map((far, v) =>
    far === 0 ? 0 : ((scale * reachedBy[v]) / (n - 1)) * (reachedBy[v] / far),
  );
  return {
    betweenness: betweenness.map((value) => scale * value),
    harmonic: harmonic.map((value) => scale * value),
    closeness,
    meanPathLength: pairs === 0 ? Number.NaN : total / pairs,
    reachableShare: n < 2 ? 0 : (scale * pairs) / (n * (n - 1)),
    longestPath,
    sources: count,
  };
}

/** The mean length of shortest paths alone, without what `pathMeasures` says of each neuron. */
export function meanPathLength(
  graph: Projection,
  { sources, seed }: PathOptions,
): { length: number; reachableShare: number } {
  const n = graph.bodyIds.length;
  const count = sources === null ? n : Math.min(n, sources);
  const search = new BreadthFirst(graph);
  let [total, pairs] = [0, 0];
  for (const source of drawSources(n, count, seed)) {
    search.from(source);
    for (let at = 1; at < search.reached; at++) total += search.distance[search.order[at]];
    pairs += search.reached - 1;
  }
  return {
    length: pairs === 0 ? Number.NaN : total / pairs,
    reachableShare: n < 2 || count === 0 ? 0 : pairs / (count * (n - 1)),
  };
}
