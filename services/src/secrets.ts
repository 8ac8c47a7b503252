import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readJson, writeWhole } from './files.js';

export interface Secrets {
  neo4j: string;
  postgres: string;
  redis: string;
}

const secretsFile = (home: string) => join(home, 'servers', 'secrets.json');

export const readSecrets = (home: string): Promise<Secrets | undefined> =>
  readJson<Secrets>(secretsFile(home));

/** The servers' passwords: made at random once for a state folder and readable by its owner only. */
export async function secretsFor(home: string): Promise<Secrets> {
  const kept = await readSecrets(home);
  if (kept) return kept;
  // Letters and digits alone: one that began with a dash would be an option to Neo4j's tool.
  const password = () => randomBytes(20).toString('hex');
  const made = { neo4j: password(), postgres: password(), redis: password() };
  await writeWhole(secretsFile(home), JSON.stringify(made), 0o600);
  return made;
}
