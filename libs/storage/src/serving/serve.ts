import { httpStatuses, isStratomeError } from '@stratome/core';
import { precomputedResource } from './precomputed-view.js';
import {
  errorResponse,
  preflightResponse,
  respond,
  type ServeRequest,
  type ServeResponse,
} from './response.js';
import type { VolumeSource } from './source.js';
import { zarrResource } from './zarr-view.js';

const views = { zarr: zarrResource, precomputed: precomputedResource };

/**
 * Answers one HTTP request for a volume, whatever the server: below the volume's address lie `zarr/` (OME-Zarr
 * 0.4) and `precomputed/` (Neuroglancer). GET, HEAD and OPTIONS; ETag is the content hash. Nothing in the path
 * reaches the file system: objects are found through the source's resolvers alone.
 *
 * @returns Always an answer; a damaged or absent object is a status and a sentence. Only faults that are no
 *   StratomeError are thrown.
 */
export async function serveVolume(request: ServeRequest, source: VolumeSource): Promise<ServeResponse> {
  const method = request.method.toUpperCase();
  if (method === 'OPTIONS') return preflightResponse();
  if (method !== 'GET' && method !== 'HEAD') {
    return errorResponse(405, `${method} is not possible: volumes are read only.`);
  }
  const answer = await find({ ...request, method }, source).catch((error: unknown) => {
    if (!isStratomeError(error)) throw error;
    return errorResponse(httpStatuses[error.kind], error.sentence);
  });
  if (method === 'GET') return answer;
  return { status: answer.status, headers: answer.headers };
}

async function find(request: ServeRequest, source: VolumeSource): Promise<ServeResponse> {
  const [, view, path] = /^\/?(zarr|precomputed)\/(.*)$/.exec(request.path) ?? [];
  const resource = view ? await views[view as keyof typeof views](source, path) : undefined;
  if (resource) return respond(request, resource, source.immutable ?? false);
  const { dataset, name } = source.meta;
  return errorResponse(404, `The volume "${name}" of dataset "${dataset}" has no ${request.path}.`);
}
