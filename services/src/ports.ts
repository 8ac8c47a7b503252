import { createServer } from 'node:net';
import { join } from 'node:path';
import { readJson, writeWhole } from './files.js';

const host = '127.0.0.1';

/** Binds `port` (0: any free one) on the loopback address, lets it go, and says which it was. */
function tryPort(port: number): Promise<number | undefined> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(undefined));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : undefined));
    });
  });
}

/**
 * The ports of a state folder: chosen once by the system, kept in `ports.json`, so that addresses survive a
 * restart. A kept port which another program has taken meanwhile is replaced.
 */
export async function portsFor(home: string, names: readonly string[]): Promise<Record<string, number>> {
  const file = join(home, 'servers', 'ports.json');
  const kept = (await readJson<Record<string, number>>(file)) ?? {};
  const ports = { ...kept };
  for (const name of names) {
    const port = (kept[name] && (await tryPort(kept[name]))) || (await tryPort(0));
    if (port === undefined) throw new Error(`no free port on ${host}`);
    ports[name] = port;
  }
  if (JSON.stringify(ports) !== JSON.stringify(kept)) await writeWhole(file, JSON.stringify(ports));
  return ports;
}

export const keptPorts = async (home: string): Promise<Record<string, number>> =>
  (await readJson<Record<string, number>>(join(home, 'servers', 'ports.json'))) ?? {};
