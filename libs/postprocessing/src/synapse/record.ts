import type { Vec3 } from '@stratome/core';

export type SynapseKind = 'excitatory' | 'inhibitory';

/** One connection across a cleft: its presynaptic site and one postsynaptic partner. */
export interface SynapseRecord {
  /** 16 · `siteId` + the partner's rank by mass: a function of where the cleft lies, not of any order of work. */
  readonly id: bigint;
  /** Linear position (C order) of `cleftPoint` in the data set; records of one polyadic site share it. */
  readonly siteId: bigint;
  /** Voxel z, y, x of the cleft: the one nearest to its probability-weighted centroid. */
  readonly cleftPoint: Vec3;
  /** Voxel z, y, x inside the presynaptic segment; `cleftPoint` when there is no such partner. */
  readonly prePoint: Vec3;
  /** Voxel z, y, x inside the postsynaptic segment; `cleftPoint` when there is no such partner. */
  readonly postPoint: Vec3;
  /** 0n when unassigned. */
  readonly preSegment: bigint;
  /** 0n when unassigned. */
  readonly postSegment: bigint;
  /** At `prePoint` and `postPoint`, when a supervoxel volume was given; else undefined. */
  readonly preSupervoxel: bigint | undefined;
  readonly postSupervoxel: bigint | undefined;
  readonly kind: SynapseKind;
  /** Mean over the voxels of the cleft, 0 … 1. */
  readonly excitatoryProbability: number;
  /** That there is a synapse here, 0 … 1; see `synapseConfidence`. */
  readonly confidence: number;
  /** That it runs from pre to post and not the other way: half the difference of their tilts, 0 … 1. */
  readonly directionCertainty: number;
  readonly cleftVoxels: number;
  /** Area of the cleft seen from its broad side, nm². */
  readonly areaNm2: number;
  /** Which partner no segment had enough evidence for. */
  readonly unassigned: 'none' | 'pre' | 'post' | 'both';
  /** The cleft was wider than `maxExtentNm` and this is one block's part of it. */
  readonly split: boolean;
  /** Ids of the records that `mergeSynapses` took into this one, by id; undefined when there are none. */
  readonly pieces?: readonly bigint[];
}
