import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { writeFileAtomic } from '@stratome/storage';

const preferredPort = 4000;
const fileOf = (home: string) => join(home, 'ports.json');

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => done(true)));
  });
}

/** The port the API had before or would like to have, if it is free; otherwise 0, which lets the system choose. */
export async function apiPort(home: string): Promise<number> {
  const kept = await readFile(fileOf(home), 'utf8')
    .then((text) => Number((JSON.parse(text) as { api?: number }).api))
    .catch(() => Number.NaN);
  for (const port of [kept, preferredPort]) if (Number.isInteger(port) && (await isFree(port))) return port;
  return 0;
}

/** Keeps the port, so that addresses survive a restart. */
export const keepApiPort = async (home: string, port: number): Promise<void> => {
  await writeFileAtomic(fileOf(home), Buffer.from(JSON.stringify({ api: port })), { durable: false });
};

/** Where the API is served now, or will be when it is started, without a slash at the end. */
export async function expectedApiUrl(home: string): Promise<string> {
  const kept = await readFile(fileOf(home), 'utf8')
    .then((text) => Number((JSON.parse(text) as { api?: number }).api))
    .catch(() => Number.NaN);
  return `http://127.0.0.1:${Number.isInteger(kept) && kept > 0 ? kept : preferredPort}`;
}
