import { hashBytes, httpStatuses, isStratomeError, maxId, type Box, type Vec3 } from '@stratome/core';
import { compress } from '../objects/gzip.js';
import {
  annotationInfo,
  encodeLine,
  encodeLines,
  type AnnotationLayout,
  type LineAnnotation,
} from '../precomputed/annotations.js';
import {
  errorResponse,
  jsonResource,
  preflightResponse,
  respond,
  type Resource,
  type ServeRequest,
  type ServeResponse,
} from './response.js';

/** A collection of lines in one revision, asked for piece by piece. */
export interface AnnotationSource {
  readonly layout: AnnotationLayout;
  readonly immutable?: boolean;
  /** The lines of a cell of a level; `box` is half-open, voxels. */
  inCell(level: number, box: Box): Promise<readonly LineAnnotation[]>;
  /** The lines that a segment has in a relationship of the layout. */
  ofSegment(relationship: string, segment: bigint): Promise<readonly LineAnnotation[]>;
  byId(id: bigint): Promise<LineAnnotation | undefined>;
}

function made(bytes: Uint8Array): Resource {
  return {
    contentType: 'application/octet-stream',
    tag: hashBytes(bytes),
    identity: async () => bytes,
    gzip: () => compress(bytes),
  };
}

function idOf(text: string): bigint | undefined {
  if (!/^\d{1,19}$/.test(text)) return undefined;
  const id = BigInt(text);
  return id <= maxId ? id : undefined;
}

/** The box of the cell x_y_z of a level; undefined where there is none of this name. */
function cellBox({ levels }: AnnotationLayout, level: number, name: string): Box | undefined {
  const match = /^(\d{1,9})_(\d{1,9})_(\d{1,9})$/.exec(name);
  if (!match || !levels[level]) return undefined;
  const { counts, cell } = levels[level];
  const [x, y, z] = match.slice(1).map(Number);
  const position: Vec3 = [z, y, x];
  if (position.some((p, k) => p >= counts[k])) return undefined;
  const begin = position.map((p, k) => p * cell[k]) as unknown as Vec3;
  return { begin, end: begin.map((v, k) => v + cell[k]) as unknown as Vec3 };
}

async function find(source: AnnotationSource, folder: string, name: string): Promise<Resource | undefined> {
  const { layout } = source;
  if (folder === '') return name === 'info' ? jsonResource(annotationInfo(layout)) : undefined;
  const level = /^spatial(\d{1,2})$/.exec(folder);
  if (level) {
    const box = cellBox(layout, Number(level[1]), name);
    return box && made(encodeLines(layout.properties, await source.inCell(Number(level[1]), box)));
  }
  const id = idOf(name);
  if (id === undefined) return undefined;
  if (folder === 'by_id') {
    const line = await source.byId(id);
    return line && made(encodeLine(layout.properties, line));
  }
  if (!layout.relationships.includes(folder)) return undefined;
  return made(encodeLines(layout.properties, await source.ofSegment(folder, id)));
}

/**
 * Answers one HTTP request for a collection of annotations: below its address lies `precomputed/` with `info`,
 * `by_id/`, a folder a relationship, and the levels of the spatial index.
 */
export async function serveAnnotations(
  request: ServeRequest,
  source: AnnotationSource,
): Promise<ServeResponse> {
  const method = request.method.toUpperCase();
  if (method === 'OPTIONS') return preflightResponse();
  if (method !== 'GET' && method !== 'HEAD')
    return errorResponse(405, `${method} is not possible: annotations are read only.`);
  const [, folder = '', name] = /^\/?precomputed\/(?:(\w+)\/)?([\w]+)$/.exec(request.path) ?? [];
  const answer = await (name === undefined ? Promise.resolve(undefined) : find(source, folder, name))
    .then((resource) =>
      resource
        ? respond({ ...request, method }, resource, source.immutable ?? false)
        : errorResponse(404, `The annotations have no ${request.path}.`),
    )
    .catch((error: unknown) => {
      if (!isStratomeError(error)) throw error;
      return errorResponse(httpStatuses[error.kind], error.sentence);
    });
  return method === 'GET' ? answer : { status: answer.status, headers: answer.headers };
}
