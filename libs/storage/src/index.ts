export * from './archive/tile-archive.js';
export * from './export/export-volume.js';
export { openN5 } from './foreign/n5.js';
export { openVolume } from './foreign/open-volume.js';
export type { OpenedVolume } from './foreign/opened-volume.js';
export * from './foreign/raw-volume.js';
export { openZarr } from './foreign/zarr.js';
export { writeFileAtomic, type AtomicWriteOptions, type FileOperations } from './objects/atomic-file.js';
export * from './objects/file-store.js';
export { compress, decompress } from './objects/gzip.js';
export { MemoryObjectStore } from './objects/memory-store.js';
export { storageError } from './objects/storage-error.js';
export * from './objects/types.js';
export {
  spatialLevels,
  type AnnotationLayout,
  type AnnotationProperty,
  type LineAnnotation,
} from './precomputed/annotations.js';
export { chunkName, precomputedInfo, scaleKey } from './precomputed/info.js';
export { decodeMesh, encodeMesh, type Mesh } from './precomputed/mesh.js';
export { segmentPropertiesInfo, type SegmentProperties } from './precomputed/segment-properties.js';
export { decodeSkeleton, encodeSkeleton, type Skeleton } from './precomputed/skeleton.js';
export * from './precomputed/swc.js';
export { serveAnnotations, type AnnotationSource } from './serving/annotations-view.js';
export * from './serving/neuroglancer-link.js';
export type { ServeRequest, ServeResponse } from './serving/response.js';
export { serveVolume } from './serving/serve.js';
export type { VolumeSource } from './serving/source.js';
export {
  emptyChunkHash,
  readBox,
  writeBlock,
  type ChunkWrite,
  type ReadOptions,
  type Resolver,
} from './volumes/block.js';
export { mapConcurrently } from './volumes/concurrency.js';
export * from './volumes/meta.js';
export { omeAttributes, zarrayOf, zarrChunkPath } from './zarr/metadata.js';
export { createZarrWriter, type ZarrWriter } from './zarr/writer.js';
