import type { Point } from '../cypherTypes.js';
import type { ConfidenceThresholds, RoiCounts } from '../rows.js';
import type { ImportedProperties } from './properties.js';
import type { ImportedSites } from './siteTables.js';

/** A graph that was read and checked as a whole, before any of it is written. */
export interface ImportedGraph {
  /** Ascending. */
  readonly bodyIds: BigInt64Array;
  /** What is known of each neuron, in the order of `bodyIds`. */
  readonly neurons: readonly NeuronDescription[];
  readonly edges: EdgeColumns;
  /** Neurons that were described and have no connection; they are left out. */
  readonly unconnected: number;
  /** Synaptic sites, where tables tell of them. */
  readonly sites?: ImportedSites;
  /** What neuPrint's Meta says, where there is such a table. */
  readonly meta?: ImportedMeta;
  /** neo4j-admin's types of further properties. */
  readonly neuronPropertyTypes?: Readonly<Record<string, string>>;
  readonly edgePropertyTypes?: Readonly<Record<string, string>>;
}

/** What neuPrint says of a dataset as a whole. */
export interface ImportedMeta {
  readonly thresholds: ConfidenceThresholds;
  /** Nanometres along x, y, z. */
  readonly voxelSize?: readonly [number, number, number];
  readonly primaryRois?: readonly string[];
  readonly roiHierarchy?: unknown;
  readonly tag?: string;
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
  /** [n] synapses of high precision, and all; the weights where no table says. */
  readonly weightsHP?: Int32Array;
  readonly weightsHR?: Int32Array;
  /** [n] 0 to 1; NaN where it is not known. */
  readonly excitatoryShares?: Float64Array;
  readonly meanConfidences?: Float64Array;
  /** [n] further properties. */
  readonly properties?: readonly (ImportedProperties | undefined)[];
}

export interface NeuronDescription {
  readonly type?: string;
  readonly instance?: string;
  readonly status?: string;
  /** neuPrint's word for the status, where it differs. */
  readonly statusLabel?: string;
  /** False for segments that are no neurons. */
  readonly neuron?: boolean;
  readonly class?: string;
  readonly sizeVoxels?: bigint;
  /** Sites and contacts as the table counts them; counted from connections where it does not. */
  readonly counts?: {
    readonly pre: bigint;
    readonly post: bigint;
    readonly upstream: bigint;
    readonly downstream: bigint;
  };
  /** Voxels. */
  readonly somaLocation?: Point;
  readonly somaRadiusVoxels?: number;
  readonly cableLengthUm?: number;
  readonly flags?: readonly string[];
  readonly properties?: ImportedProperties;
  readonly rois?: Readonly<Record<string, RoiCounts>>;
}

/** Synapses of a graph: the sum of its weights. */
export const synapsesOf = ({ edges }: ImportedGraph): bigint =>
  edges.weights.reduce((sum, weight) => sum + BigInt(weight), 0n);
