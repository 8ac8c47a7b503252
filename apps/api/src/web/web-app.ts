import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where `npm run build` leaves the web app. */
const builtFolder = fileURLToPath(new URL('../../../web/dist/client', import.meta.url));

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** The pages of the app; it finds its way among them by itself. */
const pagePath = /^\/($|d\/)/;

const notBuilt = 'The web app is not built. Run npm run build; GraphQL is at /graphql.\n';

/** Paths of all files below a folder, beginning with a slash. */
function filesBelow(folder: string, prefix = ''): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = `${prefix}/${name}`;
    return statSync(join(folder, name)).isDirectory() ? filesBelow(join(folder, name), path) : [path];
  });
}

/** The file that answers a path: one of the viewer's or of the app's, or the app's page, which routes by itself. */
function fileFor(path: string, files: ReadonlySet<string>): string | undefined {
  if (path === '/viewer' || path === '/viewer/') return '/viewer/index.html';
  const found = [path, `/app${path}`].find((file) => files.has(file));
  return found ?? (pagePath.test(path) ? '/app/index.html' : undefined);
}

type Next = (error?: unknown) => void;

/**
 * Serves the built web app: files whose names carry a hash may be kept for ever, pages are asked for each time, and
 * what is neither is left to the API. Only files that were there at the start are
 * served, so no path leads out of the folder.
 */
export function webApp(folder = builtFolder) {
  const files = new Set(existsSync(folder) ? filesBelow(folder) : []);
  return (request: IncomingMessage, response: ServerResponse, next: Next): void => {
    const path = (request.url ?? '/').split('?', 1)[0];
    if (request.method !== 'GET' && request.method !== 'HEAD') return next();
    if (files.size === 0) {
      if (path !== '/') return next();
      response.writeHead(503, { 'Content-Type': 'text/plain; charset=utf-8' }).end(notBuilt);
      return;
    }
    const file = fileFor(path, files);
    if (!file) return next();
    send(join(folder, file), files.has(`${file}.br`), request, response);
  };
}

function send(path: string, compressed: boolean, request: IncomingMessage, response: ServerResponse): void {
  const brotli = compressed && /\bbr\b/.test(String(request.headers['accept-encoding'] ?? ''));
  const bytes = readFileSync(brotli ? `${path}.br` : path);
  response.writeHead(200, {
    'Content-Type': contentTypes[extname(path)] ?? 'application/octet-stream',
    'Content-Length': bytes.length,
    'Cache-Control': /-[\w-]{8,}\.\w+$/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
    'X-Content-Type-Options': 'nosniff',
    Vary: 'Accept-Encoding',
    ...(brotli ? { 'Content-Encoding': 'br' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}
