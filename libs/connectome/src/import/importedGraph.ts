import type { RoiCounts } from '../rows.js';

/** A graph that was read and checked as a whole, before any of it is written. */
export interface ImportedGraph {
  /** Ascending. */
  readonly bodyIds: BigInt64Array;
  /** What is known of each neuron, in the order of `bodyIds`. */
  readonly neurons: readonly NeuronDescription[];
  readonly edges: EdgeColumns;
  /** Neurons that were described and have no connection; they are left out. */
  readonly unconnected: number;
}

/** Connections in columns, by presynaptic and then postsynaptic neuron. */
export interface EdgeColumns {
  /** [n] places in `bodyIds`. */
  readonly sources: Int32Array;
  readonly targets: Int32Array;
  /** [n] synapses, at least 1. */
  readonly weights: Int32Array;
  /** [n] regions of each connection, neuPrint's JSON `{roi: {pre, post}}`; left out where no table says. */
  readonly roiInfo?: readonly string[];
}

export interface NeuronDescription {
  readonly type?: string;
  readonly instance?: string;
  readonly status?: string;
  readonly sizeVoxels?: bigint;
  readonly rois?: Readonly<Record<string, RoiCounts>>;
}

/** Synapses of a graph: the sum of its weights. */
export const synapsesOf = ({ edges }: ImportedGraph): bigint =>
  edges.weights.reduce((sum, weight) => sum + BigInt(weight), 0n);
