import { connectionColumns } from '../generated/queries.js';
import type { Graph } from '../graph.js';

/**
 * A directed graph in compressed rows: the partners of neuron i are `targets[offsets[i] … offsets[i + 1]]`, ascending,
 * without i itself. 8 bytes an edge a direction; a graph of objects takes hundreds.
 */
export interface CompressedRows {
  /** [n + 1] */
  readonly offsets: Int32Array;
  /** [m] */
  readonly targets: Int32Array;
  /** [m] synapses */
  readonly weights: Int32Array;
}

/** A dataset's connections over a minimum weight, for analyses that look at all of them. Autapses are left out. */
export interface Projection {
  /** [n] ascending */
  readonly bodyIds: BigInt64Array;
  readonly outputs: CompressedRows;
  readonly inputs: CompressedRows;
  /** Autapses that were left out. */
  readonly autapses: number;
}

/** Connections in columns; places in a list of neurons. No pair stands twice. */
export interface EdgeList {
  readonly sources: Int32Array;
  readonly targets: Int32Array;
  readonly weights: Int32Array;
}

/** Counting sort of edges by one end; within it they keep their order. */
function rowsBy(n: number, ends: Int32Array, others: Int32Array, weights: Int32Array): CompressedRows {
  const offsets = new Int32Array(n + 1);
  for (let i = 0; i < ends.length; i++) if (ends[i] !== others[i]) offsets[ends[i] + 1]++;
  for (let i = 0; i < n; i++) offsets[i + 1] += offsets[i];
  const next = offsets.slice(0, n);
  const targets = new Int32Array(offsets[n]);
  const sorted = new Int32Array(offsets[n]);
  for (let i = 0; i < ends.length; i++) {
    if (ends[i] === others[i]) continue;
    const at = next[ends[i]]++;
    targets[at] = others[i];
    sorted[at] = weights[i];
  }
  return { offsets, targets, weights: sorted };
}

/** Turns rows around: sorted by the other end, and within it by the first. */
function transpose(n: number, { offsets, targets, weights }: CompressedRows): CompressedRows {
  const sources = new Int32Array(targets.length);
  for (let i = 0; i < n; i++) sources.fill(i, offsets[i], offsets[i + 1]);
  return rowsBy(n, targets, sources, weights);
}

/** Makes a projection of edges in any order. */
export function projectEdges(bodyIds: BigInt64Array, { sources, targets, weights }: EdgeList): Projection {
  const n = bodyIds.length;
  // Sorted by one end and then by the other, each stable: rows come out ascending.
  const inputs = transpose(n, rowsBy(n, sources, targets, weights));
  const outputs = transpose(n, inputs);
  return { bodyIds, outputs, inputs, autapses: weights.length - outputs.targets.length };
}

class Column<T extends Int32Array | BigInt64Array> {
  length = 0;
  constructor(private values: T) {}

  push(value: T[number]): void {
    if (this.length === this.values.length) {
      const larger = new (this.values.constructor as new (n: number) => T)(2 * this.length);
      larger.set(this.values as never);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }

  trimmed(): T {
    return this.values.slice(0, this.length) as T;
  }
}

/** Presynaptic neurons of one page; with some hundred partners each a page is some ten thousand numbers. */
const pageNeurons = 2000;

/**
 * Streams a dataset's connections from the graph, page by page, into a projection of its neurons.
 *
 * @param minWeight synapses a connection must have
 */
export async function loadProjection(graph: Graph, dataset: string, minWeight: bigint): Promise<Projection> {
  const pre = new Column(new BigInt64Array(1024));
  const post = new Column(new BigInt64Array(1024));
  const weights = new Column(new Int32Array(1024));
  for (let after = -1n; ; ) {
    const [page] = await graph.run(connectionColumns, { dataset, minWeight, after, neurons: pageNeurons });
    if (page.last === null) break;
    page.preBodyIds.forEach((id) => pre.push(id));
    page.postBodyIds.forEach((id) => post.push(id));
    page.weights.forEach((weight) => weights.push(Number(weight)));
    after = page.last;
  }
  const [sourceIds, targetIds] = [pre.trimmed(), post.trimmed()];
  const bodyIds = BigInt64Array.from(new Set([...sourceIds, ...targetIds])).sort();
  const place = new Map(Array.from(bodyIds, (id, i) => [id, i]));
  const places = (ids: BigInt64Array) =>
    Int32Array.from({ length: ids.length }, (_, i) => place.get(ids[i])!);
  return projectEdges(bodyIds, {
    sources: places(sourceIds),
    targets: places(targetIds),
    weights: weights.trimmed(),
  });
}

/** Whether a row holds a target, by bisection. */
export function connects({ offsets, targets }: CompressedRows, from: number, to: number): boolean {
  let low = offsets[from];
  let high = offsets[from + 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (targets[middle] < to) low = middle + 1;
    else high = middle;
  }
  return low < offsets[from + 1] && targets[low] === to;
}
