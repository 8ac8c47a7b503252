import type { Box, Vec3 } from '@stratome/core';
import type { Point } from './cypherTypes.js';

/*
 * What a pipeline hands to the graph: plain rows, one kind for each thing people ask about. Ids are bigint below
 * 2^63. Boxes are in voxels, axis order z, y, x; a `Point` names its axes, because neuPrint orders them x, y, z.
 */

/** One dataset. Its name becomes part of labels, so it is letters, digits and underscores, a letter first. */
export interface DatasetRow {
  readonly dataset: string;
  readonly description?: string;
  /** Nanometres along z, y, x. */
  readonly voxelNm: Vec3;
  /** Voxels along z, y, x. */
  readonly shape: Vec3;
  /** ISO time of this edit (neuPrint's lastDatabaseEdit). */
  readonly editedAt: string;
  /** Identity of this state of the data; the tile manifest's hash will do. */
  readonly uuid: string;
  /** Release or tag of the dataset. */
  readonly tag?: string;
  readonly thresholds: ConfidenceThresholds;
  /** True when the synapse model has not been checked against truth on tissue like this. */
  readonly uncalibrated: boolean;
  /** Properties of neurons beyond those that all datasets have, with neuPrint's names of types. */
  readonly neuronProperties?: Readonly<Record<string, string>>;
  /** Properties of synapses that say what they release; those of the pipeline when left out. */
  readonly ntSynapseProperties?: Readonly<Record<string, string>>;
  /** neo4j-admin's types of what an import found beyond them, for exports. */
  readonly importedProperties?: Readonly<
    Record<'neurons' | 'connections' | 'synapses', Readonly<Record<string, string>>>
  >;
  /** The tree of regions of interest; the whole volume alone when left out. */
  readonly roiHierarchy?: unknown;
  readonly primaryRois?: readonly string[];
  /** Where the volumes are served (neuPrint's neuroglancerInfo). */
  readonly neuroglancerInfo?: unknown;
}

/** Confidences from which a synapse counts (neuPrint's names); 0 to 1. */
export interface ConfidenceThresholds {
  /** From here a postsynaptic site counts in `weight`. */
  readonly postHighAccuracy: number;
  /** From here it counts in `weightHP` (high precision). */
  readonly postHP: number;
  /** From here a presynaptic site is of high precision. */
  readonly preHP: number;
}

/** Names the content one task wrote: what it is, which part of the dataset it is of, and the hash of it. */
export interface ArtifactRef {
  /** `em`, `affinities`, `synapses`, …; `tile` for tiles. */
  readonly kind: string;
  /** Which one of its kind: a block's position or box, a section, a tile's id. */
  readonly key: string;
  /** SHA-256, lower-case hex. */
  readonly hash: string;
}

/** One text for an artefact, to look it up by. */
export const refId = ({ kind, key, hash }: ArtifactRef): string => `${kind}\n${key}\n${hash}`;

/** The name of an artefact alone, without what else is known of it. */
export const refOf = ({ kind, key, hash }: ArtifactRef): ArtifactRef => ({ kind, key, hash });

/** A tile as it came from the microscope; also the artefact `{kind: 'tile', key: tileId, hash}`. */
export interface TileRow {
  readonly tileId: string;
  /** SHA-256 of the file. */
  readonly hash: string;
  readonly section: number;
  readonly row: number;
  readonly column: number;
  readonly path: string;
  readonly heightPx: number;
  readonly widthPx: number;
  readonly stageYPx: number;
  readonly stageXPx: number;
}

/** What one task wrote, with its two kinds of sources. */
export interface ArtifactRow extends ArtifactRef {
  readonly layer: Layer;
  /** The voxels it is about, where it is about a box. */
  readonly box?: Box;
  /** Of a volume: the chunks that it holds, by mip, as boxes of chunk positions. */
  readonly chunks?: readonly { readonly mip: number; readonly positions: Box }[];
  readonly sizeBytes?: bigint;
  /** The exact footprint: artefacts (or tiles) whose voxels are in the result. */
  readonly pixelsFrom: readonly ArtifactRef[];
  /** Artefacts something was estimated from: transforms, normalisations, a global agglomeration. */
  readonly parametersFrom: readonly ArtifactRef[];
}

export type Layer = 'L1' | 'L2' | 'L3' | 'L4' | 'L5';

/** One execution of one stage: the six provenance fields, and what it read and wrote. */
export interface StageRunRow {
  readonly runId: string;
  readonly stage: string;
  /** Version of the stage that ran, where it is known. */
  readonly stageVersion?: number;
  readonly layer: Layer;
  readonly revision: bigint;
  readonly inputHash: string;
  readonly code: { readonly commit: string; readonly dirty: boolean };
  /** `{id: 'none'}` where the stage has no model; then no Model node is made. */
  readonly model: {
    readonly id: string;
    readonly hash: string;
    readonly card?: unknown;
    readonly licence?: string;
  };
  readonly parameters: { readonly hash: string; readonly values: unknown };
  readonly environment: {
    readonly hash: string;
    readonly values: unknown;
    readonly executionProvider: string;
  };
  readonly outputHash: string;
  readonly seed?: bigint;
  /** ISO times. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly used: readonly ArtifactRef[];
  readonly generated: readonly ArtifactRef[];
}

/** A quality cell: a box of a grid over the volume, or a whole section. */
export interface CellRow {
  /** Unique in the dataset, e.g. `cell/2/0/1` or `section/17`. */
  readonly cellKey: string;
  readonly grid: 'cell' | 'section';
  readonly box: Box;
}

export interface MeasurementRow {
  readonly cellKey: string;
  readonly layer: Layer;
  readonly measure: string;
  readonly value: number;
  /** Unit of the value; empty for a ratio. */
  readonly unit: string;
  /** Observations behind the value. */
  readonly count: bigint;
  /** The stage run that measured it. */
  readonly runId: string;
}

/** Sites a region of interest holds of one neuron. */
export interface RoiCounts {
  readonly pre: number;
  readonly post: number;
  readonly upstream: number;
  readonly downstream: number;
  readonly synweight: number;
}

/** A segment; `neuron` says whether it carries the label Neuron too (a neurite above the size filter). */
export interface NeuronRow {
  readonly bodyId: bigint;
  readonly neuron: boolean;
  /** `neurite`, `glia`, `vessel` or `none`; an imported table may have its own words. */
  readonly class: string;
  readonly classProbability?: number;
  readonly sizeVoxels: bigint;
  readonly box: Box;
  /** Presynaptic and postsynaptic sites, and synapses by direction; see `tallySynapses`. */
  readonly pre: bigint;
  readonly post: bigint;
  readonly upstream: bigint;
  readonly downstream: bigint;
  /** neuPrint's proofreading status; `Segmented` when nobody looked at it. */
  readonly status?: string;
  /** neuPrint's word for the status; the status itself when left out. */
  readonly statusLabel?: string;
  readonly type?: string;
  readonly instance?: string;
  /** What an imported table tells besides, as the graph stores it. */
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly flags?: readonly string[];
  /** Voxels. */
  readonly somaLocation?: Point;
  readonly somaRadiusVoxels?: number;
  readonly cableLengthUm?: number;
  readonly skeleton?: { readonly nodes: bigint; readonly branches: bigint; readonly ends: bigint };
  readonly rois?: Readonly<Record<string, RoiCounts>>;
  /** Artefacts the segment was read from; those of its fragments need not be repeated. */
  readonly derivedFrom?: readonly ArtifactRef[];
}

/** The part of a segment inside one block. */
export interface FragmentRow {
  readonly bodyId: bigint;
  readonly blockKey: string;
  readonly sizeVoxels: bigint;
  readonly cellKey?: string;
  readonly derivedFrom: ArtifactRef;
}

/**
 * One synaptic contact, from a presynaptic to a postsynaptic site. Where one presynaptic site (a T-bar) serves
 * several contacts, these repeat its `preSiteId`, location and body.
 */
export interface SynapseRow {
  /** Id of the contact and of its postsynaptic site. */
  readonly synapseId: bigint;
  /** Id of the presynaptic site; `synapseId` when left out. */
  readonly preSiteId?: bigint;
  /** Null where no partner was found. */
  readonly preBodyId: bigint | null;
  readonly postBodyId: bigint | null;
  /** Voxels. */
  readonly preLocation: Point;
  readonly postLocation: Point;
  /** 0 to 1. */
  readonly confidence: number;
  readonly excitatoryProbability: number;
  readonly inhibitoryProbability: number;
  /** What it was judged to be; the more probable kind when left out. */
  readonly kind?: 'excitatory' | 'inhibitory';
  /** The model was not checked against truth on tissue like this. */
  readonly uncalibrated: boolean;
  /** Voxels of the cleft. */
  readonly sizeVoxels?: bigint;
  readonly cellKey?: string;
  /** What one task read it from; none only for data imported without lineage. */
  readonly derivedFrom?: ArtifactRef;
  /** Regions of interest that hold the postsynaptic site. */
  readonly rois?: readonly string[];
}

/** A presynaptic site by itself; several contacts may lead from it. */
export interface SiteRow {
  readonly siteId: bigint;
  readonly bodyId: bigint | null;
  /** Voxels. */
  readonly location: Point;
  readonly confidence: number;
  readonly excitatoryProbability: number;
  readonly inhibitoryProbability: number;
  readonly kind: 'excitatory' | 'inhibitory';
  readonly uncalibrated: boolean;
  readonly sizeVoxels?: bigint;
  readonly cellKey?: string;
  readonly derivedFrom?: ArtifactRef;
  readonly rois?: readonly string[];
}

/** All synapses from one neuron to another. */
export interface ConnectionRow {
  readonly preBodyId: bigint;
  readonly postBodyId: bigint;
  /** Synapses of confidence ≥ `postHighAccuracy`, ≥ `postHP`, and all. */
  readonly weight: bigint;
  readonly weightHP: bigint;
  readonly weightHR: bigint;
  /** Share of all its synapses that are excitatory, 0 to 1. */
  readonly excitatoryShare: number;
  readonly meanConfidence: number;
  readonly rois?: Readonly<Record<string, { readonly post: number }>>;
}

type Rows<T> = Iterable<T> | AsyncIterable<T>;

/** Everything a load writes, in the order in which it is written. Streams are read once. */
export interface ConnectomeRows {
  readonly tiles?: Rows<TileRow>;
  readonly artifacts?: Rows<ArtifactRow>;
  readonly stageRuns?: Rows<StageRunRow>;
  readonly cells?: Rows<CellRow>;
  readonly measurements?: Rows<MeasurementRow>;
  readonly neurons?: Rows<NeuronRow>;
  readonly fragments?: Rows<FragmentRow>;
  readonly synapses?: Rows<SynapseRow>;
  readonly connections?: Rows<ConnectionRow>;
}

/** Rows written, by kind. */
export type LoadCounts = Readonly<Record<keyof ConnectomeRows, number>>;
