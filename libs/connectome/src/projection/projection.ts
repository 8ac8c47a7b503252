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
  /** [m] share of excitatory synapses of each of `outputs`, NaN where it is not known; left out where not asked for. */
  readonly excitatoryShares?: Float32Array;
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
export function transpose(n: number, { offsets, targets, weights }: CompressedRows): CompressedRows {
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

/** Partners of each neuron in either direction, ascending. */
export interface Partners {
  /** [n + 1] */
  readonly offsets: Int32Array;
  readonly neighbours: Int32Array;
}

export interface NeighbourLists extends Partners {
  /** Connections with the neighbour, 1 or 2. */
  readonly links: Uint8Array;
}

/**
 * Merges outputs and inputs of every neuron.
 *
 * @param visit is given each place of the result, and the connection to that partner among `outputs` and the one from it
 *   among `inputs`; -1 where there is none
 */
export function mergePartners(
  { bodyIds, outputs, inputs }: Projection,
  visit: (place: number, output: number, input: number) => void,
): Partners {
  const n = bodyIds.length;
  const offsets = new Int32Array(n + 1);
  const neighbours = new Int32Array(2 * outputs.targets.length);
  let end = 0;
  for (let v = 0; v < n; v++) {
    let i = outputs.offsets[v];
    let j = inputs.offsets[v];
    while (i < outputs.offsets[v + 1] || j < inputs.offsets[v + 1]) {
      const out = i < outputs.offsets[v + 1] ? outputs.targets[i] : n;
      const into = j < inputs.offsets[v + 1] ? inputs.targets[j] : n;
      neighbours[end] = Math.min(out, into);
      visit(end++, out <= into ? i++ : -1, into <= out ? j++ : -1);
    }
    offsets[v + 1] = end;
  }
  return { offsets, neighbours: neighbours.subarray(0, end) };
}

/** Partners of each neuron, with how many connections there are with each. */
export function neighbourLists(projection: Projection): NeighbourLists {
  const links = new Uint8Array(2 * projection.outputs.targets.length);
  const partners = mergePartners(projection, (place, output, input) => {
    links[place] = output >= 0 && input >= 0 ? 2 : 1;
  });
  return { ...partners, links: links.subarray(0, partners.neighbours.length) };
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
