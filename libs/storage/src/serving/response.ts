import { hashBytes } from '@stratome/core';

export interface ServeRequest {
  readonly method: string;
  /** Below the volume's own address, e.g. `/precomputed/info`; percent-decoded. */
  readonly path: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface ServeResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent for HEAD, OPTIONS and 304. */
  readonly body?: Uint8Array;
}

/** Something that can be sent. */
export interface Resource {
  readonly contentType: string;
  /** Names the content: equal tags, equal bytes. */
  readonly tag: string;
  /** The bytes themselves. */
  identity(): Promise<Uint8Array>;
  /** The same bytes in gzip, where that is at hand; sent to clients that accept it. */
  gzip?(): Promise<Uint8Array>;
}

export const jsonResource = (document: object): Resource => {
  const bytes = Buffer.from(JSON.stringify(document));
  return { contentType: 'application/json', tag: hashBytes(bytes), identity: async () => bytes };
};

const crossOrigin = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Accept-Ranges, Content-Encoding, Content-Length, Content-Range, ETag',
};

const preflight = {
  ...crossOrigin,
  'Access-Control-Allow-Methods': 'GET, HEAD, OPTIONS',
  'Access-Control-Allow-Headers': 'Authorization, Content-Type, If-Match, If-None-Match, If-Range, Range',
  'Access-Control-Max-Age': '86400',
};

const header = ({ headers }: ServeRequest, name: string): string => [headers[name] ?? ''].flat().join(', ');

export const preflightResponse = (): ServeResponse => ({ status: 204, headers: preflight });

export function errorResponse(status: number, sentence: string): ServeResponse {
  const body = Buffer.from(JSON.stringify({ error: sentence }));
  return {
    status,
    headers: {
      ...crossOrigin,
      'Cache-Control': 'no-store',
      'Content-Type': 'application/json',
      'Content-Length': String(body.byteLength),
      ...(status === 405 ? { Allow: 'GET, HEAD, OPTIONS' } : {}),
    },
    body,
  };
}

/** Whether an Accept-Encoding header admits gzip (RFC 9110, 12.5.3). */
export function acceptsGzip(acceptEncoding: string): boolean {
  const quality = new Map(
    acceptEncoding.split(',').map((part) => {
      const [coding, ...parameters] = part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      const q = parameters.find((parameter) => parameter.startsWith('q='));
      return [coding, q === undefined ? 1 : Number(q.slice(2))];
    }),
  );
  return (quality.get('gzip') ?? quality.get('x-gzip') ?? quality.get('*') ?? 0) > 0;
}

type Range = { begin: number; end: number } | 'unsatisfiable' | 'whole';

/** Reads a Range header of one range (RFC 9110, 14.1.2); several ranges, or nonsense, mean the whole. */
export function parseRange(text: string, length: number): Range {
  const match = /^bytes\s*=\s*(\d*)\s*-\s*(\d*)$/.exec(text.trim());
  if (!match || (match[1] === '' && match[2] === '')) return 'whole';
  if (match[1] === '') {
    const last = Math.min(Number(match[2]), length);
    return last === 0 ? 'unsatisfiable' : { begin: length - last, end: length };
  }
  const begin = Number(match[1]);
  if (match[2] !== '' && Number(match[2]) < begin) return 'whole';
  const end = match[2] === '' ? length : Math.min(Number(match[2]) + 1, length);
  return begin >= length ? 'unsatisfiable' : { begin, end };
}

const hasTag = (list: string, etag: string): boolean =>
  list.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);

function sendRange(request: ServeRequest, etag: string, headers: Record<string, string>, bytes: Uint8Array) {
  const ifRange = header(request, 'if-range');
  const applies = ifRange === '' || ifRange === etag;
  const range = applies ? parseRange(header(request, 'range'), bytes.byteLength) : 'whole';
  if (range === 'whole') return { status: 200, headers, body: bytes };
  const total = bytes.byteLength;
  if (range === 'unsatisfiable') {
    return {
      status: 416,
      headers: { ...headers, 'Content-Range': `bytes */${total}` },
      body: new Uint8Array(),
    };
  }
  const contentRange = `bytes ${range.begin}-${range.end - 1}/${total}`;
  const body = bytes.subarray(range.begin, range.end);
  return { status: 206, headers: { ...headers, 'Content-Range': contentRange }, body };
}

/**
 * The answer to GET or HEAD for a resource that exists: content coding, ETag and If-None-Match, one byte range.
 * A range is always of the bytes themselves, never of their compressed form.
 *
 * @param immutable The address names a revision, so the answer may be kept for ever.
 */
export async function respond(
  request: ServeRequest,
  resource: Resource,
  immutable: boolean,
): Promise<ServeResponse> {
  const gzip =
    resource.gzip && header(request, 'range') === '' && acceptsGzip(header(request, 'accept-encoding'));
  const etag = gzip ? `"${resource.tag}-gzip"` : `"${resource.tag}"`;
  const headers = {
    ...crossOrigin,
    'Accept-Ranges': 'bytes',
    'Cache-Control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    ETag: etag,
    ...(resource.gzip ? { Vary: 'Accept-Encoding' } : {}),
  };
  if (hasTag(header(request, 'if-none-match'), etag)) return { status: 304, headers };
  const content = { ...headers, 'Content-Type': resource.contentType };
  const answer = gzip
    ? { status: 200, headers: { ...content, 'Content-Encoding': 'gzip' }, body: await resource.gzip!() }
    : sendRange(request, etag, content, await resource.identity());
  const length = { 'Content-Length': String(answer.body.byteLength) };
  const { status, body } = answer;
  const all = { ...answer.headers, ...length };
  return request.method === 'HEAD' ? { status, headers: all } : { status, headers: all, body };
}
