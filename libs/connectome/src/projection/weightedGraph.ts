import { mergePartners, type Projection } from './projection.js';

/** An undirected weighted graph in compressed rows: each pair stands in both rows, weights between neighbours only. */
export interface WeightedGraph {
  /** [n + 1] */
  readonly offsets: Int32Array;
  readonly neighbours: Int32Array;
  readonly weights: Float64Array;
  /** [n] weight inside a node that stands for several, counted both ways. */
  readonly inside: Float64Array;
  /** [n] sum of weights at a node, its inside included. */
  readonly strengths: Float64Array;
  /** Sum of the strengths. */
  readonly total: number;
}

function withStrengths(
  offsets: Int32Array,
  neighbours: Int32Array,
  weights: Float64Array,
  inside: Float64Array,
): WeightedGraph {
  const sums = inside.slice();
  for (let i = 0; i < inside.length; i++)
    for (let e = offsets[i]; e < offsets[i + 1]; e++) sums[i] += weights[e];
  const total = sums.reduce((sum, value) => sum + value, 0);
  return { offsets, neighbours, weights, inside, strengths: sums, total };
}

/** The synapses between each two neurons, those of both directions added up. */
export function undirected(projection: Projection): WeightedGraph {
  const { bodyIds, outputs, inputs } = projection;
  const weights = new Float64Array(2 * outputs.targets.length);
  const { offsets, neighbours } = mergePartners(projection, (place, output, input) => {
    weights[place] = (output < 0 ? 0 : outputs.weights[output]) + (input < 0 ? 0 : inputs.weights[input]);
  });
  return withStrengths(
    offsets,
    neighbours,
    weights.subarray(0, neighbours.length),
    new Float64Array(bodyIds.length),
  );
}

/** Places of nodes ordered by the part they are in: part p has `order[offsets[p] … offsets[p + 1]]`. */
export function membersOf(parts: Int32Array, count: number): { offsets: Int32Array; order: Int32Array } {
  const offsets = new Int32Array(count + 1);
  for (const part of parts) offsets[part + 1]++;
  for (let p = 0; p < count; p++) offsets[p + 1] += offsets[p];
  const next = offsets.slice(0, count);
  const order = new Int32Array(parts.length);
  parts.forEach((part, node) => (order[next[part]++] = node));
  return { offsets, order };
}

/** Makes one node of each part. @param parts [n] from 0 to count - 1 */
export function contracted(graph: WeightedGraph, parts: Int32Array, count: number): WeightedGraph {
  const members = membersOf(parts, count);
  const inside = new Float64Array(count);
  const offsets = new Int32Array(count + 1);
  const neighbours = new Int32Array(graph.neighbours.length);
  const weights = new Float64Array(graph.neighbours.length);
  const towards = new Float64Array(count);
  let end = 0;
  for (let part = 0; part < count; part++) {
    const met: number[] = [];
    for (let k = members.offsets[part]; k < members.offsets[part + 1]; k++) {
      const node = members.order[k];
      inside[part] += graph.inside[node];
      for (let e = graph.offsets[node]; e < graph.offsets[node + 1]; e++) {
        const other = parts[graph.neighbours[e]];
        if (other === part) inside[part] += graph.weights[e];
        else {
          if (towards[other] === 0) met.push(other);
          towards[other] += graph.weights[e];
        }
      }
    }
    for (const other of met.sort((a, b) => a - b)) {
      neighbours[end] = other;
      weights[end++] = towards[other];
      towards[other] = 0;
    }
    offsets[part + 1] = end;
  }
  return withStrengths(offsets, neighbours.slice(0, end), weights.slice(0, end), inside);
}

/**
 * How much more weight lies within parts than strengths explain. Newman and Girvan, Physical Review E 69 (2004);
 * resolution after Reichardt and Bornholdt (2006).
 *
 * @param parts [n] from 0
 */
export function modularity(graph: WeightedGraph, parts: Int32Array, resolution: number): number {
  const sums = new Map<number, number>();
  let within = 0;
  for (let v = 0; v < parts.length; v++) {
    sums.set(parts[v], (sums.get(parts[v]) ?? 0) + graph.strengths[v]);
    within += graph.inside[v];
    for (let e = graph.offsets[v]; e < graph.offsets[v + 1]; e++)
      if (parts[graph.neighbours[e]] === parts[v]) within += graph.weights[e];
  }
  if (graph.total === 0) return 0;
  let expected = 0;
  for (const sum of sums.values()) expected += (sum / graph.total) ** 2;
  return within / graph.total - resolution * expected;
}
