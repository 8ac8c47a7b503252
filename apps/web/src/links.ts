import { boxAddress } from './boxes.js';
import type { VoxelRange } from './volumes/precomputed.js';

/** Addresses of the app's own pages. */
export const partnersOf = (dataset: string, bodyId: string) => `/d/${dataset}/circuits/partners?id=${bodyId}`;
export const viewerOfBodies = (dataset: string, bodyIds: readonly string[]) =>
  `/d/${dataset}/viewer?bodies=${bodyIds.join(',')}`;
export const viewerAt = (
  dataset: string,
  place: VoxelRange['begin'],
  bodyIds: readonly string[] = [],
  region?: VoxelRange,
) =>
  `/d/${dataset}/viewer?at=${[place.x, place.y, place.z].join(',')}${bodyIds.length > 0 ? `&bodies=${bodyIds.join(',')}` : ''}${region ? `&box=${encodeURIComponent(boxAddress(region))}` : ''}`;
export const provenanceOf = (dataset: string, kind: 'neuron' | 'synapse', id: string) =>
  `/d/${dataset}/provenance?of=${kind}&id=${id}`;
export const provenanceOfConnection = (dataset: string, pre: string, post: string) =>
  `/d/${dataset}/provenance?of=connection&pre=${pre}&post=${post}`;
export const diagnosisOf = (dataset: string, diagnosisId: string) => `/d/${dataset}/diagnosis/${diagnosisId}`;
export const diagnosisOfRegion = (dataset: string, region: VoxelRange) =>
  `/d/${dataset}/diagnosis?region=${encodeURIComponent(boxAddress(region))}`;
/** A place with a quality field laid over the image. */
export const viewerOfCell = (dataset: string, place: VoxelRange['begin'], layer: string, measure: string) =>
  `${viewerAt(dataset, place)}&quality=${layer}/${measure}`;
export const beforeAndAfter = (dataset: string, from: number, to: number) =>
  `/d/${dataset}/revisions?from=${from}&to=${to}`;
