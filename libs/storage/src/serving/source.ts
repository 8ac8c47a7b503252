import type { ObjectStore } from '../objects/types.js';
import type { SegmentProperties } from '../precomputed/segment-properties.js';
import type { Resolver } from '../volumes/block.js';
import type { VolumeMeta } from '../volumes/meta.js';

type Maybe<T> = T | undefined | Promise<T | undefined>;

/** One volume in one revision, and what goes with it. */
export interface VolumeSource {
  readonly meta: VolumeMeta;
  readonly store: ObjectStore;
  readonly resolve: Resolver;
  /** True when the address names a revision and not a moving head: answers may then be cached for ever. */
  readonly immutable?: boolean;
  /** Objects written by `encodeMesh`, by segment; a segment may have several. */
  readonly meshes?: { fragments(segment: bigint): Maybe<readonly string[]> };
  /** Objects written by `encodeSkeleton`, by segment. */
  readonly skeletons?: { resolve(segment: bigint): Maybe<string> };
  readonly segmentProperties?: () => SegmentProperties | Promise<SegmentProperties>;
}
